"""Trials held against each other: overlapping windows, the same trial twice, events outside it, units not observed."""

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


def test_windows_that_touch_do_not_overlap_and_those_that_share_a_moment_do():
    assert overlapping(np.array([1.0, 1.55, 3.0]), TIME, 0.05) == ""
    said = overlapping(np.array([3.0, 1.5, 1.0]), TIME, 0.05)
    assert said.startswith(
        "windows of 2 of 3 trials overlap another's: windows of 0.55 s lie in 1.6 s of the recording"
    )
    assert "clock" not in said  # fast reaches do that


def test_events_on_trials_own_clocks_lie_over_one_another_and_their_clock_is_asked_about():
    said = overlapping(0.5 + 0.01 * np.arange(24), TIME, 0.05)
    assert "windows of 24 of 24 trials overlap" in said and "up to 24 over one another" in said
    assert said.endswith("are events and spikes on the same clock, the session's?")


def test_a_single_trial_overlaps_none():
    assert overlapping(np.array([1.0]), TIME, 0.05) == "" and overlapping(np.array([]), TIME, 0.05) == ""


def test_events_outside_their_trial_are_counted_with_the_rows_and_one_that_is_missing_is_not():
    start, stop, number = np.array([0.0, 2, 4, 6]), np.array([2.0, 4, 6, 8]), np.array([10, 11, 12, 13])
    said = outside("go", np.array([-0.1, 3.0, 6.5, np.nan]), start, stop, number)
    assert said == "1 of 3 trials have go before they start (rows 10), 1 of 3 trials have go after they stop (rows 12)"
    assert outside("go", np.array([0.0, 4.0, 5.0, np.nan]), start, stop, number) == ""


def with_trials(tmp_path, starts, onset, **more):
    """The session's spikes with other trials."""
    file = session(trials=False)
    for name in ("move_onset_time", "direction", "go"):
        file.add_trial_column(name=name, description=name)
    for k, (start, at) in enumerate(zip(starts, onset, strict=True)):
        row = {"start_time": start, "stop_time": start + 2.0, "move_onset_time": at, "direction": 45.0 * (k // 2 % 4)}
        file.add_trial(**row, go=at - 0.3 if "go" not in more else more["go"][k])
    return save(tmp_path / "session.nwb", file)


def test_rows_that_are_in_the_table_twice_are_copies(tmp_path):
    starts = np.repeat(2.0 * np.arange(10), 2)
    path = with_trials(tmp_path, starts, starts + 1)
    data = read(path)
    assert data[COPY].values.tolist() == np.repeat(2 * np.arange(10), 2).tolist()
    assert "windows of 20 of 20 trials overlap another's" in cautions(data)
    options = {"align": "move_onset_time", "bin": 0.05, "smooth": 0, "window": [-0.2, 0.3]}
    said = [finding.found for finding in examine({"s.nwb": path}, **options) if finding.about == "trials"]
    (trials,) = said
    assert trials.startswith("10 of 20 start before an earlier one stops (rows 1, 3, 5, 7, 9 and 5 more)")


def test_trials_that_all_begin_at_zero_are_said_to_lie_over_one_another(tmp_path):
    rng = np.random.default_rng(0)
    data = read(with_trials(tmp_path, np.zeros(30), 0.5 + 0.2 * rng.random(30)))
    assert "windows of 30 of 30 trials overlap another's" in cautions(data) and "the session's?" in cautions(data)


def test_windows_of_trials_that_follow_each_other_are_not_doubted(tmp_path):
    assert cautions(read(with_trials(tmp_path, 2.0 * np.arange(10), 2.0 * np.arange(10) + 1))) == ""


def test_events_relative_to_trials_on_the_sessions_clock_are_said_to_lie_before_their_start(tmp_path):
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


def test_events_of_a_session_in_an_array_of_times_are_held_against_each_other(tmp_path):
    things = fields() | {"onset": 0.5 + 0.02 * np.arange(8)[None]}
    assert "windows of 8 of 8 trials overlap another's" in cautions(read_times(made(tmp_path, things)))
    assert cautions(read_times(made(tmp_path))) == ""


def test_an_event_that_lies_in_another_trials_time_is_not_read_there(tmp_path):
    """Trials of 2 s on their own clocks; the third's event, of the session's, would lie in the spikes of the fifth."""
    at = np.ones(8)
    at[2] = 9.0
    path = made(tmp_path, fields() | {"onset_in_trial": at[:, None]})
    with pytest.raises(BadActivity, match=r"1 of 8 trials incomplete \(1 whose event lies outside its own trial\)"):
        read_times(path, **OWN)
    data = read_times(path, **OWN, incomplete="leave out")
    assert data.sizes["trial"] == 7 and "1 whose event lies outside its own trial" in data.attrs["notes"]


def test_units_without_a_spike_are_counted_and_named(tmp_path):
    things = fields()
    things["spikes"] = [*things["spikes"][:2], np.zeros((0, 0)), things["spikes"][2]]
    assert "units left out: 1 of 4 without a spike (cell 2)" in read_times(made(tmp_path, things)).attrs["notes"]


def test_a_channel_that_is_null_in_the_card_is_named_among_what_was_left_out(tmp_path):
    things = fields()
    things["x"] = np.column_stack([things["x"], np.full(len(things["x"]), np.nan)])
    path = made(tmp_path, things)
    with pytest.raises(BadActivity, match=r"found hand_z NaN, .* in all of 8 trials, wanted some whole; null in the"):
        read_times(path, behavior={"x": ["time", "hand_x", "hand_z"]}, incomplete="leave out")
    data = read_times(path, behavior={"x": ["time", "hand_x", None]})
    assert "channels left out: 1 of 3 that are null in the card (x[2])" in data.attrs["notes"]


def test_behavior_that_no_trial_has_a_sample_of_is_asked_about_its_clock(tmp_path):
    things = fields()
    things["x"] = things["x"] + [[1e4, 0.0]]
    with pytest.raises(BadActivity, match=r"found hand_x NaN, .*is its clock that of the events\?"):
        read_times(made(tmp_path, things), behavior={"x": ["time", "hand_x"]}, incomplete="leave out")


UNIONS = {
    "that overlap": ([[0, 60], [40, 100]], [[0, 100]]),
    "that touch": ([[0, 60], [60, 100]], [[0, 100]]),
    "one in another": ([[0, 100], [20, 30]], [[0, 100]]),
    "in no order": ([[50, 100], [0, 20], [10, 30]], [[0, 30], [50, 100]]),
    "that last no time": ([[5, 5], [0, 20], [20, 20]], [[0, 20]]),
    "twice": ([[0, 20], [0, 20]], [[0, 20]]),
    "of no unit": (np.empty((0, 2)), np.empty((0, 2))),
}


@pytest.mark.parametrize("kind", UNIONS)
def test_what_one_unit_was_observed_in_is_the_union_of_its_intervals(kind):
    intervals, expected = UNIONS[kind]
    assert np.array_equal(union(np.asarray(intervals, dtype=float)), np.asarray(expected, dtype=float))


def test_intervals_of_one_unit_that_overlap_are_not_two_units_that_were_observed():
    both = shared_intervals([np.array([[0.0, 60], [40, 100]]), np.array([[0.0, 40]])])
    assert both.tolist() == [[0, 40]]
    assert shared_intervals([np.array([[0.0, 60], [40, 100]]), np.array([[0.0, 100]])]).tolist() == [[0, 100]]


def observed(tmp_path, *intervals):
    """The session's trials and as many units as there are intervals, None for a unit without."""
    file, rng = session(units=False), np.random.default_rng(0)
    for own in intervals:
        more = {} if own is None else {"obs_intervals": np.asarray(own, dtype=float)}
        file.add_unit(spike_times=np.sort(rng.uniform(0, LENGTH, 300)), **more)
    return save(tmp_path / "session.nwb", file)


def test_trials_that_some_unit_was_not_observed_in_are_left_out_apart_from_those_beyond_the_recording(tmp_path):
    data = read(observed(tmp_path, [[0, 16], [10, 24]], [[0, 10.0]]), incomplete="leave out")
    whole = int((onsets() + 0.325 <= 10).sum())
    beyond = int((onsets() + 0.325 > 24).sum())
    assert data.sizes["trial"] == whole
    more = f", {beyond} whose window leaves the recording" if beyond else ""
    said = f"{TRIALS - whole - beyond} in which some units were not observed{more}"
    assert f"{whole} trials; left out: {said}" in data.attrs["notes"]


def test_units_without_intervals_are_taken_as_observed_and_counted(tmp_path):
    path = observed(tmp_path, [[0, LENGTH]], np.empty((0, 2)))
    assert read(path).sizes["trial"] == TRIALS
    options = {"align": "move_onset_time", "bin": 0.05, "smooth": 0, "window": [-0.2, 0.3]}
    assert any(f.found.startswith("1 of 2 have no obs_intervals (rows 1)") for f in examine({"s": path}, **options))


def test_an_interval_that_ends_before_it_starts_is_refused(tmp_path):
    with pytest.raises(BadActivity, match=r"obs_intervals: found 1 of 3 intervals that end before they start"):
        read(observed(tmp_path, [[0, LENGTH]], [[10, 3], [0, 20]]))


def test_units_that_were_never_observed_together_are_an_error_that_names_the_least_observed(tmp_path):
    with pytest.raises(BadActivity, match=r"no time at which all 3 units .* rows 1 \(3 s\), 0 \(10 s\), 2 \(26 s\)"):
        read(observed(tmp_path, [[0, 10]], [[20, 23]], [[0, LENGTH]]))
