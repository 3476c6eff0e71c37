"""`rnncompare check NAME` on small sessions made with pynwb: each problem is reported and sets the exit status."""

import importlib
import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml
from probes.test_contract import single_trials
from pynwb import NWBHDF5IO, NWBFile, TimeSeries

from rnncompare import plugins
from rnncompare.__main__ import main
from rnncompare.recordings.card import read_card
from rnncompare.recordings.check import as_text, card_named, check_recording, reading_options
from rnncompare.recordings.inspection import inspect_activity
from rnncompare.recordings.suitability import uses

ROOT = Path(__file__).parents[2]
CARDS = [read_card(path) for path in sorted((ROOT / "data").glob("*/card.yaml"))]
DIRECTIONS, REPEATS, UNITS, LENGTH = (0.0, 90.0, 180.0, 270.0), 6, 8, 50.0  # degrees, trials of each, units, s
VELOCITY = "processing/behavior/velocity"


def session(direction=DIRECTIONS, repeats=REPEATS, onset=None, hand=True, units=None):
    """One trial every 2 s; the rate of each unit depends on the direction from 0.2 s before the onset of movement."""
    rng = np.random.default_rng(0)
    angle = np.tile(direction, repeats)
    onset = 2.0 * np.arange(len(angle)) + 1.0 if onset is None else onset
    file = NWBFile(session_description="d", identifier="i", session_start_time=datetime(2020, 1, 1, tzinfo=UTC))
    for name in ("direction", "move_onset_time", "choice"):
        file.add_trial_column(name=name, description=name)
    for k, (a, t) in enumerate(zip(angle.tolist(), onset.tolist(), strict=True)):
        row = {"start_time": 2.0 * k, "stop_time": 2.0 * k + 2, "choice": ["left", "right"][k // len(direction) % 2]}
        file.add_trial(direction=a, move_onset_time=t, **row)
    file.add_unit_column(name="area", description="where it was recorded")
    for k, spikes in enumerate(trains(rng, angle) if units is None else units(trains(rng, angle))):
        file.add_unit(spike_times=spikes, area=["M1", "PMd"][k % 2])
    if hand:
        clock = np.arange(0, LENGTH, 0.01)
        course = np.stack([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])[
            :, (clock // 2).astype(int) % len(angle)
        ]
        speed = np.exp(-(((clock % 2 - 1.2) / 0.2) ** 2))
        velocity = TimeSeries(name="velocity", data=(course * speed).T, unit="m/s", rate=100.0)
        file.create_processing_module(name="behavior", description="hand").add(velocity)
    return file


def trains(rng, angle):
    """Sorted spike times of each unit, over the whole session."""
    made = []
    for unit in range(UNITS):
        gain = 10 + 30 * (1 + np.cos(np.deg2rad(angle) - unit * 2 * np.pi / UNITS))
        bursts = [rng.uniform(2 * k + 0.8, 2 * k + 1.8, rng.poisson(g)) for k, g in enumerate(gain)]
        made.append(np.sort(np.concatenate([rng.uniform(0, LENGTH, 400), *bursts])))
    return made


@pytest.fixture
def written(tmp_path):
    """A function that writes a session and its card to tmp_path/data/mine."""

    def written(file, **reader):
        folder = tmp_path / "data" / "mine"
        folder.mkdir(parents=True)
        with NWBHDF5IO(str(folder / "s.nwb"), "w") as handle:
            handle.write(file)
        usual = {"use": "nwb", "align": "move_onset_time", "condition": "direction", "incomplete": "refuse"}
        usual |= {"choice": "choice", "per_trial": {"angle": "direction"}, "per_unit": {"area": "area"}}
        usual |= {"behavior": {VELOCITY: ["hand_velocity_x", "hand_velocity_y"]}}
        words = dict.fromkeys(("title", "animal", "area", "task", "licence", "citation", "source"), "made up")
        own = [{"file": "s.nwb", "url": None, "sha256": None, "bytes": None}]
        reader = {name: value for name, value in (usual | reader).items() if value is not None}
        card = {"name": "mine", **words, "reader": reader, "files": own, "facts": []}
        (folder / "card.yaml").write_text(yaml.safe_dump(card))
        return tmp_path / "data"

    return written


@pytest.fixture
def checked(written, tmp_path, monkeypatch):
    """A function that returns the findings of a check of a session and their text with lines of any length.

    tried: whether every member is tried on the session too, which takes most of the time.
    """

    def checked(file, options=None, tried=False, **reader):
        if not tried:
            monkeypatch.setattr("rnncompare.recordings.check.uses", lambda data: [])
        found = check_recording(card_named("mine", written(file, **reader)), options or {}, tmp_path / "made")
        return found, as_text(found, width=10_000)

    return checked


def can(found):
    return {(use.kind, use.name): use.can for use in found.uses}


def lines(text, level):
    return [line for line in text.splitlines() if line.startswith(level)]


def test_a_valid_session_is_described_and_drawn(written, tmp_path, capsys):
    folder, out = written(session()), tmp_path / "out" / "mine.png"
    assert main(["check", "mine", "--data", str(folder), "--out", str(out)]) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert "24 of 4 conditions, 6 of each (0, 90, 180, 270)" in output
    assert "units of M1 4 units: mean rates" in output and "units of PMd 4 units" in output
    assert "24 of 24 trials with move_onset_time cover -0.3 to 0.5 s around it" in output
    assert "ERROR" not in output and str(out) in output
    assert {p.suffix for p in out.parent.iterdir()} == {".png", ".pdf", ".svg", ".csv", ".sha256"}


def test_every_measure_compares_halves_of_the_trials_and_there_are_no_other_warnings(checked):
    found, _ = checked(session(), tried=True)
    measures = [use for use in found.uses if use.kind == "similarity"]
    assert [use.name for use in measures] == plugins.available("similarity")
    assert all(use.can and "between halves of the trials" in use.found for use in measures)
    assert [f.about for f in found.findings if f.level != "fact"] == ["file"]  # it has no checksum
    assert found.errors == 0


def test_an_event_outside_the_recording_is_an_error_with_its_rows(written, capsys):
    onset = 2.0 * np.arange(24) + 1.0
    onset[[3, 7]] += 1000
    assert main(["check", "mine", "--data", str(written(session(onset=onset)))]) == 1
    output = " ".join(capsys.readouterr().out.split())
    assert "warning event move_onset_time 2 outside the recording" in output and "(rows 3, 7)" in output
    assert "2 outside their own trial (rows 3, 7)" in output
    assert "ERROR reading" in output


def test_events_that_are_nan_are_counted_and_left_out_if_the_card_says_so(checked):
    onset = 2.0 * np.arange(24) + 1.0
    onset[:3] = np.nan
    found, text = checked(session(onset=onset), incomplete="leave out")
    assert "NaN in 3 of 24 trials (12.5 %)" in text
    assert "21 trials; left out: 3 without the event" in text
    assert found.errors == 0 and found.data.sizes["trial"] == 21


def test_events_that_are_nan_are_an_error_if_the_card_refuses_them(checked):
    onset = 2.0 * np.arange(24) + 1.0
    onset[:3] = np.nan
    found, text = checked(session(onset=onset))
    assert found.errors == 1 and "found 3 of 24 trials incomplete" in lines(text, "ERROR")[0]
    assert found.uses == []


def test_with_one_trial_for_each_condition_trials_cannot_be_split(checked):
    found, text = checked(session(direction=tuple(np.arange(24) * 15.0), repeats=1), tried=True)
    assert "one trial for each condition" in lines(text, "warning")[1]
    able = can(found)
    assert not able["folds by", "trial"] and able["folds by", "condition"]
    assert not able["probe", "decoding"] and not able["control", "trials"]
    assert "similarity cka" in text and "between halves of the units" in text
    assert found.errors == 0


def test_if_some_conditions_have_one_trial_the_others_are_split_into_halves(checked):
    few = session()
    few.add_trial(start_time=48.0, stop_time=50.0, direction=45.0, move_onset_time=49.0, choice="left")
    _, text = checked(few, tried=True)
    assert "1 of 5 have one trial (45)" in text
    assert "between halves of the trials, 4 conditions" in text


def test_duplicate_units_are_named(checked):
    _, text = checked(session(units=lambda trains: [*trains, trains[2]]))
    assert "1 spike trains occur more than once (rows 2 and 8)" in text
    assert "1 pairs have the same rates in all trials (r > 0.99): unit_2 and unit_8" in text


def test_spikes_out_of_order_silent_and_slow_units_are_counted(checked):
    _, text = checked(session(units=lambda trains: [trains[0][::-1], *trains[1:], np.array([1.0, 3.0]), []]))
    assert "spikes of 1 units are not sorted (rows 0)" in text
    assert "1 with constant rate (unit_9)" in text
    assert "1 others below 1 spikes/s (unit_8)" in text


def test_without_behavior_members_that_need_it_say_so(checked):
    found, text = checked(session(hand=False), tried=True, behavior=None)
    able = can(found)
    assert not able["probe", "kinematic_decoding"] and not able["control", "kinematics"]
    assert "needs behavior, which the recording does not have" in text
    assert able["probe", "decoding"] and found.errors == 0


def test_for_a_window_that_no_trial_covers_the_largest_common_window_is_given(checked):
    found, text = checked(session(), options={"window": [-30, 30], "smooth": 0})
    assert found.errors == 2  # the window's own line, and the reader's refusal
    assert "0 of 24 trials with move_onset_time cover -30 to 30 s around it; all of them cover -0.9" in text


def test_nan_in_behavior_is_reported_as_a_share_of_samples(checked):
    incomplete = session()
    data = incomplete.processing["behavior"]["velocity"].data
    data[:500, 1] = np.nan
    _, text = checked(incomplete, incomplete="leave out")
    assert "hand_velocity_y: NaN or infinite in 10.0 % of samples" in text
    assert "hand_velocity_x: NaN" not in text


def test_a_truncated_file_is_an_error(written, capsys):
    folder = written(session())
    file = folder / "mine" / "s.nwb"
    file.write_bytes(file.read_bytes()[:5000])
    assert main(["check", "mine", "--data", str(folder)]) == 1
    assert "ERROR" in capsys.readouterr().out


def test_a_missing_column_is_one_error_that_suggests_the_nearest_name(checked):
    found, text = checked(session(), align="move_onset")
    assert found.errors == 1 and "wanted 'move_onset'. Did you mean 'move_onset_time'?" in text


def test_control_characters_in_names_of_a_file_are_escaped(checked):
    odd = session()
    odd.add_trial(start_time=48.0, stop_time=50.0, direction=45.0, move_onset_time=49.0, choice="\x1b[2Jleft")
    _, text = checked(odd)
    assert "names of choice with control characters" in text and "\\x1b[2Jleft" in text and "\x1b" not in text


def test_the_failure_of_an_external_validator_is_a_warning(checked, monkeypatch):
    def broken(**_):
        raise RuntimeError("no cached namespace")

    monkeypatch.setattr("pynwb.validate", broken)
    found, text = checked(session())
    assert "The validation by pynwb failed (RuntimeError: no cached namespace)" in text
    assert found.errors == 0


def test_for_a_missing_file_the_error_says_how_to_obtain_it(written, capsys):
    folder = written(session())
    (folder / "mine" / "s.nwb").unlink()
    assert main(["check", "mine", "--data", str(folder)]) == 1
    assert "its card has no url: please copy it there" in " ".join(capsys.readouterr().out.split())
    card = yaml.safe_load((folder / "mine" / "card.yaml").read_text())
    card["files"] = [{"file": "s.nwb", "url": "http://127.0.0.1:9/s.nwb", "sha256": "0" * 64, "bytes": 3_000_000}]
    (folder / "mine" / "card.yaml").write_text(yaml.safe_dump(card))
    assert main(["check", "mine", "--data", str(folder)]) == 1
    assert "rnncompare fetch --cards" in " ".join(capsys.readouterr().out.split())
    assert [p.name for p in (folder / "mine").iterdir()] == ["card.yaml"]  # nothing was downloaded


def test_exactly_one_of_name_and_config_is_required_and_the_name_must_exist(capsys, tmp_path):
    for arguments in (["check"], ["check", "mine", "--config", str(tmp_path / "c.yaml")]):
        assert main(arguments) == 1
        assert "wanted either the name of a recording or --config FILE" in capsys.readouterr().err
    assert main(["check", "simulated_reech", "--data", str(ROOT / "data")]) == 1
    assert "Did you mean 'simulated_reach'?" in capsys.readouterr().err


def test_an_option_that_the_reader_does_not_have_is_refused(checked):
    with pytest.raises(plugins.BadOption, match=r"found option 'smoth'.*Did you mean 'smooth'"):
        checked(session(), options={"smoth": 0})


def test_two_spellings_of_a_name_and_angles_in_radians_are_warnings(made_up):
    data = made_up(1, trials=2)
    data = data.assign_coords(
        angle=("trial", np.deg2rad(data.angle.values)), side=("trial", np.array(["left", "Left "] * 8))
    )
    text = [f"{f.about}: {f.found}" for f in inspect_activity(data) if f.level == "warning"]
    assert "side: 'left' and 'Left ' may be the same name, and are treated as 2" in text
    assert any(line.startswith("angle: at most 5.5: possibly in radians") for line in text)


def test_with_trials_choices_evidence_and_a_hand_every_member_works(made_up):
    """Members are tried with their least demanding options, so that a `no` results from the recording alone."""
    # These need weights, whether choices were right, and a task.
    without = {("probe", "axis_overlap"), ("probe", "correct_decisions"), ("control", "inputs")}
    found = {(use.kind, use.name): use for use in uses(single_trials(made_up))}
    assert {key for key, use in found.items() if not use.can} == without, found
    members = {
        (kind, n)
        for kind, f in (("similarity", "similarity"), ("probe", "probes"), ("control", "controls"))
        for n in plugins.available(f)
    }
    assert members <= set(found)


def test_other_members_are_tried_after_one_has_failed(made_up, monkeypatch):
    def broken(*_, **__):
        raise IndexError("out of bounds")

    broken.first_look = {}
    monkeypatch.setattr(importlib.import_module("rnncompare.similarity.cca"), "cca", broken)
    found = {use.name: use for use in uses(made_up(1, trials=4)) if use.kind == "similarity"}
    assert re.fullmatch(r"failed: IndexError \(\w+.py, line \d+\)", found["cca"].found)
    assert found["cka"].can


@pytest.mark.parametrize("card", [card for card in CARDS if card.reader], ids=lambda card: card.name)
def test_every_reader_has_defaults_for_all_options_that_its_card_does_not_give(card):
    reader = plugins.find("readers", card.reader["use"])
    given = set(reading_options(card, {})) | set(card.reader) - {"use"}
    assert {n for n, p in plugins.options_of(reader).items() if p.default is p.empty} <= given


def test_a_simulated_recording_is_generated_and_passes_the_check(tmp_path):
    """The card of the demonstration, with fewer units and trials."""
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text())
    card["files"][0]["made_by"] |= {"units": 12, "directions": 4, "trials": 4}
    (tmp_path / "simulated_reach").mkdir()
    (tmp_path / "simulated_reach" / "card.yaml").write_text(yaml.safe_dump(card))
    found = check_recording(card_named("simulated_reach", tmp_path), {}, tmp_path / "made")
    assert found.errors == 0 and found.data.sizes["unit"] == 12
    assert "generated by simulated_reach" in as_text(found)
    assert "target_on_time" in as_text(found) and can(found)["probe", "choice_probability"] is False
