"""Notes on overlapping windows, copied trials, events outside their trial, and units that were not observed."""

import numpy as np
import pytest
from readers.test_nwb import LENGTH, TRIALS, onsets, read, save, session
from readers.test_spike_times import OWN, fields, made
from readers.test_spike_times import read as read_times

from rnncompare.activity import COPY, BadActivity
from rnncompare.activity.notes import split_notes
from rnncompare.reading.nwb.checks import examine
from rnncompare.reading.spikes.windows_and_counts import shared_intervals, union
from rnncompare.reading.windows import outside, overlapping

TIME = np.arange(-4, 7) * 0.05  # windows of .55 s


def cautions(data) -> str:
    return " | ".join(text for doubtful, text in split_notes(data.attrs["notes"]) if doubtful)


def test_adjacent_windows_do_not_overlap_and_windows_with_a_common_time_do():
    assert overlapping(np.array([1.0, 1.55, 3.0]), TIME, 0.05) == ""
    note = overlapping(np.array([3.0, 1.5, 1.0]), TIME, 0.05)
    assert note.startswith("windows of 2 of 3 trials overlap: windows of 0.55 s cover 1.6 s of the recording")
    assert "clock" not in note  # this occurs for fast reaches


def test_events_on_the_clocks_of_trials_overlap_and_their_clock_is_questioned():
    note = overlapping(0.5 + 0.01 * np.arange(24), TIME, 0.05)
    assert "windows of 24 of 24 trials overlap" in note and "up to 24 at the same time" in note
    assert note.endswith("are events and spikes on the same clock, that of the session?")


def test_a_single_trial_does_not_overlap():
    assert overlapping(np.array([1.0]), TIME, 0.05) == "" and overlapping(np.array([]), TIME, 0.05) == ""


def test_events_outside_their_trial_are_counted_with_their_rows_and_missing_ones_are_not():
    start, stop, number = np.array([0.0, 2, 4, 6]), np.array([2.0, 4, 6, 8]), np.array([10, 11, 12, 13])
    note = outside("go", np.array([-0.1, 3.0, 6.5, np.nan]), start, stop, number)
    assert note == "1 of 3 trials have go before they start (rows 10), 1 of 3 trials have go after they stop (rows 12)"
    assert outside("go", np.array([0.0, 4.0, 5.0, np.nan]), start, stop, number) == ""


def with_trials(tmp_path, starts, onset, **more):
    """The session with other trials."""
    file = session(trials=False)
    for name in ("move_onset_time", "direction", "go"):
        file.add_trial_column(name=name, description=name)
    for k, (start, at) in enumerate(zip(starts, onset, strict=True)):
        row = {"start_time": start, "stop_time": start + 2.0, "move_onset_time": at, "direction": 45.0 * (k // 2 % 4)}
        file.add_trial(**row, go=at - 0.3 if "go" not in more else more["go"][k])
    return save(tmp_path / "session.nwb", file)


def test_repeated_rows_of_the_table_are_copies(tmp_path):
    starts = np.repeat(2.0 * np.arange(10), 2)
    path = with_trials(tmp_path, starts, starts + 1)
    data = read(path)
    assert data[COPY].values.tolist() == np.repeat(2 * np.arange(10), 2).tolist()
    assert "windows of 20 of 20 trials overlap" in cautions(data)
    options = {"align": "move_onset_time", "bin": 0.05, "smooth": 0, "window": [-0.2, 0.3]}
    note = [finding.found for finding in examine({"s.nwb": path}, **options) if finding.about == "trials"]
    (trials,) = note
    assert trials.startswith("10 of 20 start before an earlier one stops (rows 1, 3, 5, 7, 9 and 5 more)")


def test_trials_that_all_begin_at_zero_are_reported_as_overlapping(tmp_path):
    rng = np.random.default_rng(0)
    data = read(with_trials(tmp_path, np.zeros(30), 0.5 + 0.2 * rng.random(30)))
    assert "windows of 30 of 30 trials overlap" in cautions(data) and "that of the session?" in cautions(data)


def test_windows_of_successive_trials_cause_no_caution(tmp_path):
    assert cautions(read(with_trials(tmp_path, 2.0 * np.arange(10), 2.0 * np.arange(10) + 1))) == ""


def test_events_relative_to_trials_are_reported_as_before_the_start_of_the_trial(tmp_path):
    starts = 2.0 * np.arange(10)
    data = read(with_trials(tmp_path, starts, 0.5 + 0.01 * np.arange(10)), incomplete="leave out")
    assert "9 of 10 trials have move_onset_time before they start (rows 1, 2, 3, 4, 5 and 4 more)" in cautions(data)


def test_other_events_outside_their_trial_are_counted_too(tmp_path):
    starts = 2.0 * np.arange(10)
    late = np.where(np.arange(10) < 3, starts + 2.5, starts + 1)
    data = read(with_trials(tmp_path, starts, starts + 1, go=late), events={"go_cue": "go"})
    assert cautions(data) == "3 of 10 trials have go after they stop (rows 0, 1, 2)"


def test_an_event_after_the_recording_is_refused(tmp_path):
    starts = 2.0 * np.arange(10)
    with pytest.raises(BadActivity, match=r"found events at 300 s, wanted them within the recording"):
        read(with_trials(tmp_path, starts, np.append(starts[:-1] + 1, 300.0)), incomplete="leave out")


def test_overlapping_windows_are_reported_for_spike_times_in_arrays(tmp_path):
    things = fields() | {"onset": 0.5 + 0.02 * np.arange(8)[None]}
    assert "windows of 8 of 8 trials overlap" in cautions(read_times(made(tmp_path, things)))
    assert cautions(read_times(made(tmp_path))) == ""


def test_an_event_outside_its_own_trial_is_not_read_in_another_trial(tmp_path):
    """Trials of 2 s on their own clocks; the event of the third, on another clock, would be within the fifth."""
    at = np.ones(8)
    at[2] = 9.0
    path = made(tmp_path, fields() | {"onset_in_trial": at[:, None]})
    with pytest.raises(BadActivity, match=r"1 of 8 trials incomplete \(1 whose event is outside its own trial\)"):
        read_times(path, **OWN)
    data = read_times(path, **OWN, incomplete="leave out")
    assert data.sizes["trial"] == 7 and "1 whose event is outside its own trial" in data.attrs["notes"]


def test_units_without_spikes_are_counted_and_named(tmp_path):
    things = fields()
    things["spikes"] = [*things["spikes"][:2], np.zeros((0, 0)), things["spikes"][2]]
    assert "units left out: 1 of 4 without a spike (cell 2)" in read_times(made(tmp_path, things)).attrs["notes"]


def test_a_channel_that_is_null_in_the_card_is_noted_as_left_out(tmp_path):
    things = fields()
    things["x"] = np.column_stack([things["x"], np.full(len(things["x"]), np.nan)])
    path = made(tmp_path, things)
    with pytest.raises(
        BadActivity, match=r"found hand_z NaN, .* in all of 8 trials, wanted some complete trials; null"
    ):
        read_times(path, behavior={"x": ["time", "hand_x", "hand_z"]}, incomplete="leave out")
    data = read_times(path, behavior={"x": ["time", "hand_x", None]})
    assert "channels left out: 1 of 3 that are null in the card (x[2])" in data.attrs["notes"]


def test_for_behavior_without_samples_in_any_trial_the_error_asks_about_its_clock(tmp_path):
    things = fields()
    things["x"] = things["x"] + [[1e4, 0.0]]
    with pytest.raises(BadActivity, match=r"found hand_x NaN, .*is it on the same clock as the events\?"):
        read_times(made(tmp_path, things), behavior={"x": ["time", "hand_x"]}, incomplete="leave out")


UNIONS = {
    "overlapping": ([[0, 60], [40, 100]], [[0, 100]]),
    "adjacent": ([[0, 60], [60, 100]], [[0, 100]]),
    "nested": ([[0, 100], [20, 30]], [[0, 100]]),
    "unsorted": ([[50, 100], [0, 20], [10, 30]], [[0, 30], [50, 100]]),
    "empty": ([[5, 5], [0, 20], [20, 20]], [[0, 20]]),
    "repeated": ([[0, 20], [0, 20]], [[0, 20]]),
    "of no unit": (np.empty((0, 2)), np.empty((0, 2))),
}


@pytest.mark.parametrize("kind", UNIONS)
def test_the_observed_times_of_a_unit_are_the_union_of_its_intervals(kind):
    intervals, expected = UNIONS[kind]
    assert np.array_equal(union(np.asarray(intervals, dtype=float)), np.asarray(expected, dtype=float))


def test_overlapping_intervals_of_one_unit_are_not_counted_as_two_observed_units():
    both = shared_intervals([np.array([[0.0, 60], [40, 100]]), np.array([[0.0, 40]])])
    assert both.tolist() == [[0, 40]]
    assert shared_intervals([np.array([[0.0, 60], [40, 100]]), np.array([[0.0, 100]])]).tolist() == [[0, 100]]


def observed(tmp_path, *intervals):
    """The session with one unit for each entry of `intervals`; None for a unit without intervals."""
    file, rng = session(units=False), np.random.default_rng(0)
    for own in intervals:
        more = {} if own is None else {"obs_intervals": np.asarray(own, dtype=float)}
        file.add_unit(spike_times=np.sort(rng.uniform(0, LENGTH, 300)), **more)
    return save(tmp_path / "session.nwb", file)


def test_trials_in_which_a_unit_was_not_observed_are_counted_separately_from_those_beyond_the_recording(tmp_path):
    data = read(observed(tmp_path, [[0, 16], [10, 24]], [[0, 10.0]]), incomplete="leave out")
    whole = int((onsets() + 0.325 <= 10).sum())
    beyond = int((onsets() + 0.325 > 24).sum())
    assert data.sizes["trial"] == whole
    more = f", {beyond} whose window extends beyond the recording" if beyond else ""
    note = f"{TRIALS - whole - beyond} in which some units were not observed{more}"
    assert f"{whole} trials; left out: {note}" in data.attrs["notes"]


def test_units_without_intervals_are_assumed_to_be_observed_and_are_counted(tmp_path):
    path = observed(tmp_path, [[0, LENGTH]], np.empty((0, 2)))
    assert read(path).sizes["trial"] == TRIALS
    options = {"align": "move_onset_time", "bin": 0.05, "smooth": 0, "window": [-0.2, 0.3]}
    assert any(f.found.startswith("1 of 2 have no obs_intervals (rows 1)") for f in examine({"s": path}, **options))


def test_an_interval_that_ends_before_it_starts_is_refused(tmp_path):
    with pytest.raises(BadActivity, match=r"obs_intervals: found 1 of 3 intervals that end before they start"):
        read(observed(tmp_path, [[0, LENGTH]], [[10, 3], [0, 20]]))


def test_units_without_a_common_observation_are_an_error_that_names_the_least_observed(tmp_path):
    with pytest.raises(BadActivity, match=r"no time at which all 3 units .* rows 1 \(3 s\), 0 \(10 s\), 2 \(26 s\)"):
        read(observed(tmp_path, [[0, 10]], [[20, 23]], [[0, LENGTH]]))
