"""Several sessions of one data set as one recording."""

import json
import weakref
from pathlib import Path

import numpy as np
import pytest
import yaml

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.comparison.statistics import resample_units
from rnncompare.files.safety import BadFile
from rnncompare.plugins import BadOption, find
from rnncompare.recordings import sessions
from rnncompare.recordings.card import BadCard, read_card
from rnncompare.recordings.finding import fetch
from rnncompare.recordings.loading import load_recording


def records(*labels):
    """Of sessions 'animal_day', each a file that is named after it."""
    return [
        {
            "file": f"{label}.nc", "path": label, "session": label, "file_of_card": "{animal}_{day}.nc",
            "names": dict(zip(("animal", "day"), label.split("_"), strict=True)),
        }
        for label in labels
    ]  # fmt: skip


@pytest.fixture
def load(made_up):
    """A function: sessions by label, whose k-th is made with seed k, through `sessions.load`; change: alters one."""

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
        ("{animal}.nwb", {}),  # a name stands for no slash
        ("sub-{animal}/ses-*.nwb", {}),  # a star is a star
        ("sub-{animal}/ses-[12].nwb", {}),
    ],
)
def test_names_in_a_pattern_stand_for_what_files_are_called(tmp_path, pattern, found):
    for name in ("sub-C/ses-1.nwb", "sub-M/ses-2.nwb", "sub-M/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert sessions.matching(pattern, tmp_path) == found


def test_one_session_is_what_its_reader_made_of_it_with_its_names(load, made_up):
    data = load("C_1", "M_2", only={"animal": ["M"]})
    np.testing.assert_array_equal(data.rate, made_up(1, units=3, trials=4).rate)
    assert {(a, d, s) for a, d, s in zip(data.animal.values, data.day.values, data.session.values, strict=True)} == {
        ("M", "2", "M_2")
    }


def test_pooled_averages_are_each_sessions_own(load, made_up):
    data = load("C_1", "M_2", pool="averages")
    for k, label in enumerate(("C_1", "M_2")):
        own = activity.condition_average(made_up(k, units=3, trials=4))
        part = data.isel(unit=data.session.values == label)
        np.testing.assert_array_equal(part.rate, own.rate)
        np.testing.assert_array_equal(part.condition, own.condition)
        np.testing.assert_array_equal(part.angle, own.angle)
    assert data.attrs["simultaneous"] == 0 and data.unit.values[3] == "M_2/unit_0"


def test_a_sessions_trials_are_let_go_before_the_next_session_is_read(made_up):
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


def test_units_are_chosen_by_what_is_known_of_them(load):
    data = load("C_1", "M_2", only={"area": ["PMd"]}, pool="averages")
    assert data.unit.values.tolist() == ["C_1/unit_1", "M_2/unit_1"]


def test_conditions_that_a_session_lacks_are_left_out_and_named(load):
    def change(label, data):
        return data.isel(trial=slice(4, None)) if label == "M_2" else data

    data = load("C_1", "M_2", pool="averages", change=change)
    assert data.sizes["trial"] == 7 and "0" not in data.condition.values
    assert "C_1: 3 units, 8 trials, without conditions 0, which another session lacks" in data.attrs["notes"]


@pytest.mark.parametrize("alike", [True, False])
def test_behavior_is_the_sessions_mean_where_it_is_the_same_quantity(load, alike):
    def change(label, data):
        value = np.full((*data.rate.shape[:2], 1), 1.0 if label == "C_1" else 3.0)
        data = data.assign(behavior=(("trial", "time", "channel"), value)).assign_coords(channel=["x"])
        return data.assign_attrs(behavior_units="m" if alike or label == "C_1" else "cm")

    data = load("C_1", "M_2", pool="averages", change=change)
    assert ("behavior" in data) == alike and ("behavior left out" in data.attrs["notes"]) != alike
    assert not alike or (data.behavior == 2).all()


def later(label, data):
    return data.assign_coords(time=data.time + (label == "M_2"))


def otherwise_scaled(label, data):
    return data.assign_attrs(rate_units=label)


def otherwise_named(label, data):
    return data.assign_coords(condition=("trial", [label] * data.sizes["trial"]))


@pytest.mark.parametrize(
    ("options", "change", "message"),
    [
        ({}, None, "found 2 sessions (C_1, M_2), wanted one, named by `only`, or `pool`"),
        ({"only": {"animal": ["X"]}}, None, "only.animal: found 'X', wanted among C, M"),
        ({"only": {"animal": ["C"], "day": ["2"]}}, None, "found none of 2 sessions"),
        ({"only": {"animal": ["C"], "are": ["M1"]}}, None, "wanted 'are'. Did you mean 'area'?"),
        ({"only": {"animal": ["C"], "area": ["V1"]}}, None, "only.area: found 'V1', wanted among M1, PMd"),
        ({"pool": "averages"}, later, "M_2: found times other than"),
        ({"pool": "averages"}, otherwise_scaled, "M_2: found rates in M_2, wanted C_1"),
        ({"pool": "averages"}, otherwise_named, "no condition that all 2"),
    ],
)
def test_sessions_that_do_not_go_together_are_refused(load, options, change, message):
    with pytest.raises(BadActivity) as error:
        load("C_1", "M_2", change=change, **options)
    assert message in str(error.value)


def test_an_unknown_way_to_pool_is_refused(load):
    with pytest.raises(BadOption, match="found pool 'mean', wanted averages, trials or null"):
        load("C_1", "M_2", pool="mean")


def test_a_bootstrap_of_a_pooled_population_draws_whole_sessions(load):
    data = load("C_1", "M_2", "M_3", pool="averages")
    drawn = data.session.values[resample_units(data.session.values.astype(str), draws=200, seed=0)]
    without = [len(set(row)) < 3 for row in drawn.astype(str).tolist()]
    # All three sessions are drawn 6 times in 27; nine units drawn at random would all but always hold all three.
    assert np.mean(without) > 0.6


@pytest.fixture
def two_sessions(tmp_path):
    """A card of two simulated sessions, and where its files are."""
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


def test_a_card_with_names_in_its_file_is_all_sessions(two_sessions, tmp_path):
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


def test_no_file_of_a_name_is_an_error_that_says_where_was_looked(two_sessions, tmp_path, monkeypatch):
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
        ([{"file": "{a}.nwb", "session": "1"}], "beside url, sha256, made_by or session"),
        ([{"file": "{a}.nwb"}, {"file": "b.nwb"}], "files of sessions beside files of none"),
    ],
)
def test_a_card_that_mixes_one_and_many_is_refused(two_sessions, files, message):
    card = yaml.safe_load(two_sessions.read_text())
    card["files"] = [{"url": None, "sha256": None, "bytes": None, **file} for file in files]
    two_sessions.write_text(yaml.safe_dump(card))
    with pytest.raises(BadCard) as error:
        read_card(two_sessions)
    assert message in str(error.value)


def test_sessions_named_one_by_one_have_checksums(two_sessions, tmp_path):
    card = yaml.safe_load(two_sessions.read_text())
    known = {r["file"]: r for r in fetch(read_card(two_sessions), tmp_path)}
    card["files"] = [
        {"file": name, "session": name[4:7], "sha256": r["sha256"], "bytes": r["bytes"]} for name, r in known.items()
    ]
    two_sessions.write_text(yaml.safe_dump(card))
    again = fetch(read_card(two_sessions), tmp_path)
    assert [(r["session"], r["names"]) for r in again] == [("a_1", {}), ("b_2", {})]
    assert {r["checked"] for r in again} == {"size and sha256 are the card's"}


def test_behaviour_alone_has_no_unit_to_be_kept_and_is_read(made_up):
    data = made_up(0, units=3, trials=4).isel(unit=[])
    assert sessions.units(data, {}, "card") is data
