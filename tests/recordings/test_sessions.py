"""Several sessions of one data set are read as one recording."""

import json
import weakref
from pathlib import Path

import numpy as np
import pytest
import yaml

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.files.safety import BadFile
from rnncompare.plugins import BadOption, find
from rnncompare.recordings import sessions
from rnncompare.recordings.card import BadCard, read_card
from rnncompare.recordings.finding import fetch
from rnncompare.recordings.loading import load_recording
from rnncompare.recordings.session_names import matching_files
from rnncompare.statistics.resampled_units import resample_units


def records(*labels):
    """Records of sessions 'animal_day', each with one file of the same name."""
    return [
        {
            "file": f"{label}.nc", "path": label, "session": label, "file_of_card": "{animal}_{day}.nc",
            "names": dict(zip(("animal", "day"), label.split("_"), strict=True)),
        }
        for label in labels
    ]  # fmt: skip


@pytest.fixture
def load(made_up):
    """A function that loads sessions by `sessions.load`; the k-th is generated with seed k, and `change` alters it."""

    def loaded(*labels, only=None, pool=None, change=None, trials=4):
        def read(files):
            (path,) = files.values()
            label = str(path)
            data = made_up(labels.index(label), units=3, trials=trials)
            data = data.assign_coords(area=("unit", ["M1", "PMd", "M1"]))
            return change(label, data) if change else data

        return sessions.load(records(*labels), read, "card", only=only or {}, pool=pool)

    return loaded


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (
            "sub-{animal}/ses-{day}.nwb",
            {"sub-C/ses-1.nwb": {"animal": "C", "day": "1"}, "sub-M/ses-2.nwb": {"animal": "M", "day": "2"}},
        ),
        ("sub-C/ses-{day}.nwb", {"sub-C/ses-1.nwb": {"day": "1"}}),
        ("{animal}.nwb", {}),  # a name does not match a slash
        ("sub-{animal}/ses-*.nwb", {}),  # * is not a wildcard
        ("sub-{animal}/ses-[12].nwb", {}),
    ],
)
def test_names_in_a_pattern_match_parts_of_file_names(tmp_path, pattern, found):
    for name in ("sub-C/ses-1.nwb", "sub-M/ses-2.nwb", "sub-M/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert matching_files(pattern, tmp_path) == found


def test_a_single_session_is_the_readers_activity_with_its_names_as_coordinates(load, made_up):
    data = load("C_1", "M_2", only={"animal": ["M"]})
    np.testing.assert_array_equal(data.rate, made_up(1, units=3, trials=4).rate)
    assert {(a, d, s) for a, d, s in zip(data.animal.values, data.day.values, data.session.values, strict=True)} == {
        ("M", "2", "M_2")
    }


def test_pooled_averages_are_the_averages_of_each_session(load, made_up):
    data = load("C_1", "M_2", pool="averages")
    for k, label in enumerate(("C_1", "M_2")):
        own = activity.condition_average(made_up(k, units=3, trials=4))
        part = data.isel(unit=data.session.values == label)
        np.testing.assert_array_equal(part.rate, own.rate)
        np.testing.assert_array_equal(part.condition, own.condition)
        np.testing.assert_array_equal(part.angle, own.angle)
    assert data.attrs["simultaneous"] == 0 and data.unit.values[3] == "M_2/unit_0"


def test_the_trials_of_a_session_are_freed_before_the_next_session_is_read(made_up):
    before = []

    def read(files):
        assert not [rates for rates in before if rates() is not None]
        data = made_up(0, units=3, trials=4)
        before.append(weakref.ref(data.rate.values))
        return data

    sessions.load(records("C_1", "C_2", "M_2"), read, "card", only={}, pool="averages")
    assert len(before) == 3


def test_pooled_trials_are_trials_of_the_same_condition_spread_over_each_session(load, made_up):
    shorter = {"M_2": [0, 2, 3], "C_1": [0, 1, 2, 3]}  # of each condition's four trials

    def change(label, data):
        return data.isel(trial=[4 * c + k for c in range(8) for k in shorter[label]])

    data = load("C_1", "M_2", pool="trials", change=change)
    assert data.sizes["trial"] == 8 * 3
    order = activity.conditions(data)
    for k, (label, kept) in enumerate({"C_1": [0, 2, 3], "M_2": [0, 2, 3]}.items()):
        own = made_up(k, units=3, trials=4)
        rows = [4 * own.condition.values.reshape(8, 4)[:, 0].tolist().index(c) + t for c in order for t in kept]
        np.testing.assert_array_equal(data.isel(unit=data.session.values == label).rate, own.rate.isel(trial=rows))


def test_units_are_selected_by_their_coordinates(load):
    data = load("C_1", "M_2", only={"area": ["PMd"]}, pool="averages")
    assert data.unit.values.tolist() == ["C_1/unit_1", "M_2/unit_1"]


def test_conditions_that_are_missing_in_a_session_are_left_out_and_listed(load):
    def change(label, data):
        return data.isel(trial=slice(4, None)) if label == "M_2" else data

    data = load("C_1", "M_2", pool="averages", change=change)
    assert data.sizes["trial"] == 7 and "0" not in data.condition.values
    assert "C_1: 3 units, 8 trials, without conditions 0, which are missing in another session" in data.attrs["notes"]


@pytest.mark.parametrize("same_unit", [True, False])
def test_behavior_is_averaged_over_sessions_if_it_has_the_same_unit(load, same_unit):
    def change(label, data):
        value = np.full((*data.rate.shape[:2], 1), 1.0 if label == "C_1" else 3.0)
        data = data.assign(behavior=(("trial", "time", "channel"), value)).assign_coords(channel=["x"])
        return data.assign_attrs(behavior_units="m" if same_unit or label == "C_1" else "cm")

    data = load("C_1", "M_2", pool="averages", change=change)
    assert ("behavior" in data) == same_unit and ("behavior left out" in data.attrs["notes"]) != same_unit
    assert not same_unit or (data.behavior == 2).all()


def later(label, data):
    return data.assign_coords(time=data.time + (label == "M_2"))


def otherwise_scaled(label, data):
    return data.assign_attrs(rate_units=label)


def otherwise_named(label, data):
    return data.assign_coords(condition=("trial", [label] * data.sizes["trial"]))


@pytest.mark.parametrize(
    ("options", "change", "message"),
    [
        ({}, None, "found 2 sessions (C_1, M_2), wanted one, selected by `only`, or `pool`"),
        ({"only": {"animal": ["X"]}}, None, "only.animal: found 'X', wanted one of C, M"),
        ({"only": {"animal": ["C"], "day": ["2"]}}, None, "found none of 2 sessions"),
        ({"only": {"animal": ["C"], "are": ["M1"]}}, None, "wanted 'are'. Did you mean 'area'?"),
        ({"only": {"animal": ["C"], "area": ["V1"]}}, None, "only.area: found 'V1', wanted one of M1, PMd"),
        ({"pool": "averages"}, later, "M_2: found times that differ"),
        ({"pool": "averages"}, otherwise_scaled, "M_2: found rates in M_2, wanted C_1"),
        ({"pool": "averages"}, otherwise_named, "no condition that all 2"),
    ],
)
def test_sessions_that_cannot_be_pooled_are_refused(load, options, change, message):
    with pytest.raises(BadActivity) as error:
        load("C_1", "M_2", change=change, **options)
    assert message in str(error.value)


def test_an_unknown_pooling_method_is_refused(load):
    with pytest.raises(BadOption, match="found pool 'mean', wanted averages, trials or null"):
        load("C_1", "M_2", pool="mean")


def test_a_bootstrap_of_a_pooled_population_draws_whole_sessions(load):
    data = load("C_1", "M_2", "M_3", pool="averages")
    drawn = data.session.values[resample_units(data.session.values.astype(str), draws=200, seed=0)]
    without = [len(set(row)) < 3 for row in drawn.astype(str).tolist()]
    # All three sessions are drawn in 6 of 27 cases; nine units drawn at random would nearly always include all three.
    assert np.mean(without) > 0.6


@pytest.fixture
def two_sessions(tmp_path):
    """The path of a card of two simulated sessions."""
    folder = tmp_path / "data" / "pair"
    folder.mkdir(parents=True)
    simulated = find("simulators", "simulated_reach")
    for seed, name in enumerate(("a_1", "b_2")):
        simulated(folder / f"sub-{name}.nwb", seed=seed, units=4, directions=4, trials=2, choice_units=0.25)
    card = yaml.safe_load(Path("data/simulated_reach/card.yaml").read_text())
    card |= {"name": "pair", "facts": []}
    card["files"] = [{"file": "sub-{animal}_{session}.nwb", "url": None, "sha256": None, "bytes": None}]
    (folder / "card.yaml").write_text(yaml.safe_dump(card))
    return folder / "card.yaml"


def test_a_card_with_a_pattern_of_file_names_includes_all_sessions(two_sessions, tmp_path):
    card = read_card(two_sessions)
    found = json.loads(json.dumps(fetch(card, tmp_path / "made")))
    assert [(r["file"], r["session"], r["names"]) for r in found] == [
        ("sub-a_1.nwb", "a_1", {"animal": "a", "session": "1"}),
        ("sub-b_2.nwb", "b_2", {"animal": "b", "session": "2"}),
    ]
    options = {"bin": 0.02, "smooth": 0.04, "window": [-0.1, 0.2], "minimum_rate": 0}
    both = load_recording(card, found, options, pool="averages")
    one = activity.condition_average(load_recording(card, found, options, only={"session": ["2"]}))
    np.testing.assert_array_equal(both.isel(unit=both.session.values == "b_2").rate, one.rate)
    assert both.sizes["unit"] == 8 and both.sizes["trial"] == 4 and "behavior" in both


def test_a_pattern_without_matching_files_is_an_error_with_the_searched_places(two_sessions, tmp_path, monkeypatch):
    monkeypatch.setenv("RNNCOMPARE_DATA", "")
    for file in two_sessions.parent.glob("*.nwb"):
        file.unlink()
    with pytest.raises(BadFile, match=r"found no such file in .*pair nor in the directories of RNNCOMPARE_DATA"):
        fetch(read_card(two_sessions), tmp_path)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([{"file": "{a}_{a}.nwb"}], "wanted each {name} once"),
        ([{"file": "{a b}.nwb"}], "wanted {names} of letters"),
        ([{"file": "{a}.nwb", "session": "1"}], "together with url, sha256, made_by or session"),
        ([{"file": "{a}.nwb"}, {"file": "b.nwb"}], "files with and without a session"),
    ],
)
def test_a_card_that_mixes_single_files_and_patterns_is_refused(two_sessions, files, message):
    card = yaml.safe_load(two_sessions.read_text())
    card["files"] = [{"url": None, "sha256": None, "bytes": None, **file} for file in files]
    two_sessions.write_text(yaml.safe_dump(card))
    with pytest.raises(BadCard) as error:
        read_card(two_sessions)
    assert message in str(error.value)


def test_sessions_that_are_listed_one_by_one_have_checksums(two_sessions, tmp_path):
    card = yaml.safe_load(two_sessions.read_text())
    known = {r["file"]: r for r in fetch(read_card(two_sessions), tmp_path)}
    card["files"] = [
        {"file": name, "session": name[4:7], "sha256": r["sha256"], "bytes": r["bytes"]} for name, r in known.items()
    ]
    two_sessions.write_text(yaml.safe_dump(card))
    again = fetch(read_card(two_sessions), tmp_path)
    assert [(r["session"], r["names"]) for r in again] == [("a_1", {}), ("b_2", {})]
    assert {r["checked"] for r in again} == {"size and sha256 equal the card's"}


def test_a_recording_of_only_behaviour_is_read_without_units(made_up):
    data = made_up(0, units=3, trials=4).isel(unit=[])
    assert sessions.select_units(data, {}, "card") is data
