"""The generic NWB reader, on small files written by pynwb."""

from datetime import UTC, datetime
from functools import partial

import h5py
import numpy as np
import pytest
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.behavior import Position, SpatialSeries
from pynwb.epoch import TimeIntervals

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.nwb import nwb
from rnncompare.reading.nwb.checks import examine
from rnncompare.reading.spikes.windows_and_counts import count

VELOCITY, POSITION = "processing/behavior/velocity", "processing/behavior/Position/hand"
OPTIONS = {
    "align": "move_onset_time", "condition": "direction", "incomplete": "refuse",
    "bin": 0.05, "smooth": 0, "minimum_rate": 0, "window": [-0.2, 0.3],
}  # fmt: skip
TRIALS, UNITS, LENGTH = 12, 4, 26.0


def session(trials=True, units=True):
    """12 trials of 2 s and 4 units; the position of the hand equals the time, and its velocity is 2 and -2."""
    rng = np.random.default_rng(0)
    file = NWBFile(session_description="d", identifier="i", session_start_time=datetime(2020, 1, 1, tzinfo=UTC))
    if trials:
        for name in ("move_onset_time", "go", "direction", "target", "choice", "result"):
            file.add_trial_column(name=name, description=name)
        for k in range(TRIALS):
            onset = 2.0 * k + 1 + 0.013 * k
            file.add_trial(
                start_time=2.0 * k, stop_time=2.0 * k + 2, move_onset_time=onset, go=onset - 0.3,
                direction=45.0 * (k % 4), target=["near", "far"][k % 2], choice=["left", "right"][k // 6],
                result="RF"[k == 5],
            )  # fmt: skip
    if units:
        file.add_unit_column(name="area", description="a")
        for k in range(UNITS):
            file.add_unit(spike_times=np.sort(rng.uniform(0, LENGTH, 100 * (k + 1))), area=["M1", "PMd"][k % 2])
    behavior = file.create_processing_module(name="behavior", description="b")
    clock = np.arange(0, LENGTH, 0.01)
    steady = np.tile([2.0, -2.0], (len(clock), 1))
    behavior.add(TimeSeries(name="velocity", data=steady, unit="m/s", rate=100.0, starting_time=0.0, conversion=0.5))
    hand = SpatialSeries(name="hand", data=clock[:, None], unit="m", reference_frame="r", timestamps=clock)
    behavior.add(Position(spatial_series=hand, name="Position"))
    return file


def save(path, file):
    with NWBHDF5IO(str(path), "w") as handle:
        handle.write(file)
    return path


@pytest.fixture
def path(tmp_path):
    return save(tmp_path / "session.nwb", session())


def read(path, **options):
    return nwb({path.name: path}, **(OPTIONS | options))


def with_tables():
    """The same session with events in other tables, and with trials also as a kind of epochs."""
    file, late = session(), onsets() + 0.2
    file.add_epoch_column(name="direction", description="d")
    for k in range(TRIALS):
        file.add_epoch(2.0 * k, 2.0 * k + 2, tags=["reach", "late"] if k > 8 else ["reach"], direction=45.0 * (k % 4))
    file.add_epoch(25.0, 25.5, tags=["rest"], direction=0.0)
    events = TimeIntervals(name="events", description="e")
    events.add_column(name="what", description="w")
    events.add_column(name="code", description="c")
    rows = [
        *((t, "move", 7) for t in onsets()[:-1]),
        *((t, "move", 7) for t in late),
        *((t - 0.3, "go", 3) for t in onsets()),
    ]
    for time, what, code in rows:  # unsorted, twice in one trial, and once in the last
        events.add_interval(start_time=time, stop_time=time, what=what, code=code)
    file.add_time_intervals(events)
    return file


def seeds(folder):
    """The initial files of the fuzzer."""
    (folder / "tables").mkdir()
    events = {"align": "events[what=move]", "events": {"go_cue": "events[code=3]"}, "incomplete": "leave out"}
    path = save(folder / "tables" / "session.nwb", with_tables())
    yield path, partial(read, intervals="epochs", keep={"tags": ["reach", "reach+late"]}, **events)
    more = {
        "choice": "choice",
        "per_trial": {"angle": "direction"},
        "events": {"go_cue": "go"},
        "keep": {"result": ["R"]},
    }
    more |= {"per_unit": {"area": "area"}, "behavior": {VELOCITY: ["x", None], POSITION: ["clock"]}, "smooth": 0.05}
    yield save(folder / "session.nwb", session()), partial(read, incomplete="leave out", **more)


def spike_times(path):
    with NWBHDF5IO(str(path), "r") as handle:
        return [np.array(times) for times in handle.read().units["spike_times"][:]]


def onsets():
    return np.array([2.0 * k + 1 + 0.013 * k for k in range(TRIALS)])


def test_rates_are_histograms_of_spikes_around_events(path):
    data = read(path)
    edges = np.arange(-4, 8) * 0.05 - 0.025
    for unit, times in enumerate(spike_times(path)):
        for trial, onset in enumerate(onsets()):
            expected = np.histogram(times - onset, edges)[0] / 0.05
            assert np.array_equal(data.rate.values[trial, :, unit], expected)


def test_the_first_event_of_another_table_in_each_trial_is_used(tmp_path):
    path = save(tmp_path / "session.nwb", with_tables())
    for name in ("events[what=move]", "events[code=7]"):
        data = read(path, align=name, events={"go_cue": "events[what=go]"})
        assert np.array_equal(data.rate[:-1], read(path).rate[:-1])
        assert np.allclose(data.go_cue[:-1], -0.3) and np.isclose(data.go_cue[-1], -0.5)
    assert data.attrs["alignment"] == "events[code=7]"
    for wrong, message in {"what=stop": "events.what: found move, go, wanted 'stop'", "who=go": "wanted 'who'"}.items():
        with pytest.raises(BadActivity, match=message):
            read(path, align=f"events[{wrong}]")
    with pytest.raises(BadActivity, match=r"found no table of event, .* epochs, events, trials"):
        read(path, align="event[what=go]")


def test_trials_may_be_rows_of_another_table(tmp_path):
    path = save(tmp_path / "session.nwb", with_tables())
    options = {"intervals": "epochs", "align": "events[what=move]"}
    data = read(path, keep={"tags": ["reach", "reach+late"]}, **options)
    assert data.condition.values.tolist() == read(path).condition.values.tolist()
    assert read(path, keep={"tags": ["reach+late"]}, **options).sizes["trial"] == 3
    with pytest.raises(BadActivity, match=r"found 1 of 13 trials incomplete \(1 without the event\)"):
        read(path, **options)


def test_the_window_can_overlap_between_trials(path):
    data = read(path, window=[-0.9, 1.5], incomplete="leave out")
    first, second = data.isel(trial=0), data.isel(trial=1)
    assert float(first.rate.mean()) > 0
    assert data.sizes["trial"] == TRIALS
    assert first.sizes["time"] == second.sizes["time"] == 49


def test_smoothing_uses_spikes_beyond_the_window(path):
    wide, narrow = (read(path, smooth=0.05, window=w) for w in ([-0.3, 0.4], [-0.1, 0.1]))
    inner = wide.rate.sel(time=slice(-0.101, 0.101))
    assert np.allclose(inner, narrow.rate, rtol=1e-12)


def test_every_spike_in_the_window_is_counted_once_and_none_from_outside():
    spikes = np.array([0.0, 0.99, 1.0, 1.5, 2.0, 2.999, 3.0])
    assert count(spikes, np.array([1.0]), 1.0, 2, "a.nwb").tolist() == [[2, 2]]
    assert count(spikes, np.array([1.0, 2.0, 10.0]), 1.0, 1, "a.nwb").tolist() == [[2], [2], [0]]
    assert count(np.array([]), np.array([1.0]), 1.0, 2, "a.nwb").tolist() == [[0, 0]]


def test_unsorted_spikes_of_a_unit_are_sorted(tmp_path):
    file = session(units=False)
    times = np.random.default_rng(1).uniform(0, LENGTH, 500)
    for shuffled in (times, np.sort(times)):
        file.add_unit(spike_times=shuffled)
    data = read(save(tmp_path / "session.nwb", file))
    assert np.array_equal(data.rate.values[:, :, 0], data.rate.values[:, :, 1])


def test_a_unit_without_spikes_is_silent_and_not_an_error(tmp_path):
    file = session()
    file.add_unit(spike_times=[], area="M1")
    file.add_unit(spike_times=[1.0, 2.0], area="M1")
    data = read(save(tmp_path / "session.nwb", file))
    assert data.sizes["unit"] == UNITS + 2
    assert data.rate.values[:, :, UNITS].sum() == 0


def test_columns_become_the_coordinates_of_the_card(path):
    data = read(
        path, condition=["target", "direction"], choice="choice", per_trial={"angle": "direction"},
        events={"go_cue": "go"}, per_unit={"region": "area"}, keep={"result": ["R"]},
    )  # fmt: skip
    assert data.sizes["trial"] == TRIALS - 1
    assert data.attrs["notes"] == "11 trials; left out: none; excluded by `keep`: 1"
    assert data.condition.values[:3].tolist() == ["near_0", "far_45", "near_90"]
    assert data.choice.values.tolist() == ["left"] * 5 + ["right"] * 6
    assert np.allclose(data.go_cue, -0.3)
    assert data.angle.values[:2].tolist() == [0, 45]
    assert data.region.values.tolist() == ["M1", "PMd", "M1", "PMd"]


def test_behavior_with_timestamps_or_a_rate_is_interpolated_at_the_bins_in_its_units(path):
    data = read(path, behavior={VELOCITY: ["x", None], POSITION: ["clock"]})
    assert data.channel.values.tolist() == ["x", "clock"]
    assert np.allclose(data.behavior.sel(channel="x"), 1)  # 2 times the conversion of .5
    assert np.allclose(data.behavior.sel(channel="clock"), onsets()[:, None] + data.time.values)
    assert data.attrs["behavior_units"] == "m/s, m"


def test_behavior_is_not_interpolated_in_gaps(tmp_path):
    file = session()
    clock = np.concatenate([np.arange(0, 6, 0.01), np.arange(8.5, LENGTH, 0.01)])
    file.add_acquisition(TimeSeries(name="eye", data=clock, unit="V", timestamps=clock))
    path = save(tmp_path / "session.nwb", file)
    data = read(path, behavior={"acquisition/eye": ["eye"]}, incomplete="leave out")
    assert data.sizes["trial"] == TRIALS - 1
    assert data.attrs["notes"] == "11 trials; left out: 1 without behavior throughout the window"


def test_windows_must_be_within_the_observed_times_of_all_units(tmp_path):
    file = session(units=False)
    rng = np.random.default_rng(3)
    for end in (12.0, 20.0):  # two adjacent intervals, a gap from 20.2, and the other unit ends earlier
        pieces = np.array([[0, 6], [6, end], [20.2, LENGTH]])
        file.add_unit(spike_times=np.sort(rng.uniform(0, LENGTH, 300)), obs_intervals=pieces)
    data = read(save(tmp_path / "session.nwb", file), incomplete="leave out")
    whole = [k for k, t in enumerate(onsets()) if t + 0.325 <= 12 or t - 0.225 >= 20.2]
    assert data.sizes["trial"] == len(whole) < TRIALS
    assert f"left out: {TRIALS - len(whole)} in which some units were not observed" in data.attrs["notes"]


def test_trials_after_the_loss_of_a_unit_are_left_out_and_noted(tmp_path):
    file, rng = session(units=False), np.random.default_rng(3)
    for end in (13.0, LENGTH):
        file.add_unit(spike_times=np.sort(rng.uniform(0, end, 300)), obs_intervals=[[0.0, end]])
    path = save(tmp_path / "session.nwb", file)
    assert read(path, incomplete="leave out").sizes["trial"] == 6
    (finding,) = (f for f in examine({path.name: path}, **(OPTIONS | {"align": "go"})) if "obs_intervals" in f.found)
    assert finding.level == "warning" and "some units were observed from 0 to 26 s" in finding.found
    assert "(1 units were observed for less: rows 0)" in finding.found


def test_units_without_a_common_observation_are_refused(tmp_path):
    file = session(units=False)
    for start in (0.0, 10.0):
        file.add_unit(spike_times=[start + 1], obs_intervals=[[start, start + 5]])
    with pytest.raises(
        BadActivity, match=r"units.obs_intervals: found no time at which all 2 units .* rows 0 \(5 s\), 1 \(5 s\)"
    ):
        read(save(tmp_path / "session.nwb", file))


def with_electrodes(file):
    """Add units with electrodes that have a location; the last unit has two."""
    device = file.create_device(name="d")
    group = file.create_electrode_group(name="g", description="g", location="l", device=device)
    for location in ("M1", "PMd"):
        file.add_electrode(location=location, group=group)
    for electrodes in ([1], [0], [0, 1]):
        file.add_unit(spike_times=[0.0, LENGTH], electrodes=electrodes)
    return file


def test_columns_of_electrodes_become_coordinates_of_units(tmp_path):
    path = save(tmp_path / "session.nwb", with_electrodes(session(units=False)))
    assert read(path, per_unit={"area": "electrodes.location"}).area.values.tolist() == ["PMd", "M1", "M1+PMd"]
    with pytest.raises(
        BadActivity, match=r"units.electrodes: found columns .*, wanted 'loc'.* Did you mean 'location'"
    ):
        read(path, per_unit={"area": "electrodes.loc"})
    with pytest.raises(BadActivity, match=r"units: found columns .*, wanted 'electrode'"):
        read(path, per_unit={"area": "electrode.location"})


def changed_electrodes(tmp_path, change):
    path = save(tmp_path / "session.nwb", with_electrodes(session(units=False)))
    with h5py.File(path, "r+") as file:
        change(file)
    return path


@pytest.mark.parametrize("row", [2, -1])
def test_electrodes_that_are_not_in_their_table_are_refused(tmp_path, row):
    path = changed_electrodes(tmp_path, lambda file: file["units/electrodes"].__setitem__(1, row))
    with pytest.raises(BadActivity, match=rf"found no readable NWB file \(Could not construct .* \[{row}\] are out of"):
        read(path, per_unit={"area": "electrodes.location"})


def test_electrodes_of_an_empty_table_are_refused(tmp_path):
    def cut(file):
        for column in list(file["general/extracellular_ephys/electrodes"].values()):
            kept, name, kind = dict(column.attrs), column.name, column.dtype
            del file[name]
            file.create_dataset(name, (0,), kind).attrs.update(kept)

    path = changed_electrodes(tmp_path, cut)
    with pytest.raises(
        BadActivity, match=r"units.electrodes: found rows 1, 0, 0, 1, wanted rows of 'location', which has 0"
    ):
        read(path, per_unit={"area": "electrodes.location"})


def test_an_activity_that_would_not_fit_into_memory_is_refused_with_its_dimensions(path, monkeypatch):
    monkeypatch.setattr("rnncompare.reading.rates.LARGEST", 12 * 11 * 4 * 8)
    assert read(path, behavior={POSITION: ["clock"]}).rate.shape == (12, 11, 4)
    monkeypatch.setattr("rnncompare.reading.rates.LARGEST", 12 * 11 * 4 * 8 - 1)
    with pytest.raises(BadActivity, match=r"session.nwb: found 12 trials x 11 times x 4 units, which take"):
        read(path)
    monkeypatch.setattr("rnncompare.reading.rates.LARGEST", 12 * 11 * 8 - 1)
    with pytest.raises(BadActivity, match=r"session.nwb: found 12 trials x 11 times x 1 channels, which take"):
        read(path, behavior={POSITION: ["clock"]})
    with pytest.raises(BadActivity, match=r"a.nwb: found 1000 spikes in all windows, which take"):
        count(np.zeros(10), np.zeros(100) - 0.5, 1.0, 1, "a.nwb")


def test_a_column_without_references_has_no_inner_columns(path):
    with pytest.raises(
        BadActivity, match=r"units.area: found VectorData, wanted references to rows of a table for '.name'"
    ):
        read(path, per_unit={"area": "area.name"})


def test_one_of_several_values_of_a_trial_is_selected_by_its_index(tmp_path):
    file = session()
    pairs = np.stack([onsets() - 0.1, np.full(TRIALS, np.nan)], axis=1)
    file.add_trial_column(name="cues", description="c", data=pairs)
    path = save(tmp_path / "session.nwb", file)
    assert np.allclose(read(path, events={"cue": "cues[0]"}).cue, -0.1)
    with pytest.raises(BadActivity, match=r"12 of 12 trials incomplete \(12 without the event\)"):
        read(path, align="cues[1]", incomplete="leave out")
    with pytest.raises(BadActivity, match=r"trials.cues: found shape \(12, 2\), wanted at least 3 values per trial"):
        read(path, align="cues[2]")
    with pytest.raises(BadActivity, match=r"trials.cues: found shape \(12, 2\), wanted one value per trial, or 'NAME"):
        read(path, align="cues")


def test_for_a_missing_column_the_nearest_name_is_suggested(path):
    with pytest.raises(
        BadActivity,
        match=r"session.nwb: trials: found columns start_.*, wanted 'move_onset'.* Did you mean 'move_onset_time'\?",
    ):
        read(path, align="move_onset")
    with pytest.raises(BadActivity, match=r"units: found columns .*, wanted 'aera'.* Did you mean 'area'\?"):
        read(path, per_unit={"area": "aera"})


@pytest.mark.parametrize(("without", "name"), [({"trials": False}, "trials"), ({"units": False}, "units")])
def test_a_missing_table_is_named(tmp_path, without, name):
    with pytest.raises(BadActivity, match=rf"session.nwb: found no table of {name}, wanted one with"):
        read(save(tmp_path / "session.nwb", session(**without)))


def test_for_a_missing_time_series_the_existing_ones_are_listed(path):
    with pytest.raises(
        BadActivity,
        match=r"processing/behavior/velocty: found .*velocity.*wanted 'velocty'.* Did you mean 'velocity'\?",
    ):
        read(path, behavior={"processing/behavior/velocty": ["x", "y"]})
    with pytest.raises(BadActivity, match=r"found a Position, wanted a time series, one of hand"):
        read(path, behavior={"processing/behavior/Position": ["x"]})
    with pytest.raises(BadActivity, match=r"velocity: found nothing, wanted a path such as"):
        read(path, behavior={"velocity": ["x"]})
    with pytest.raises(BadActivity, match=r"velocity: found 2 columns, wanted 1 \(\['x'\]\)"):
        read(path, behavior={VELOCITY: ["x"]})


def add_trial(file, **values):
    known = {
        "start_time": 24.0,
        "stop_time": 25.0,
        "move_onset_time": 24.5,
        "go": 24.2,
        "direction": 0.0,
        "target": "near",
    }
    file.add_trial(**(known | {"choice": "left", "result": "R"} | values))


def test_events_outside_the_recording_are_refused_even_if_incomplete_trials_may_be_left_out(tmp_path):
    file = session()
    for onset in (24_500.0, -3.0):  # ms, and before the beginning
        add_trial(file, move_onset_time=onset)
    path = save(tmp_path / "session.nwb", file)
    with pytest.raises(
        BadActivity,
        match=r"session.nwb: trials 12, 13: found events at 24500, -3 s, wanted them within the recording, .* to 2[56]",
    ):
        read(path, incomplete="leave out")


def test_incomplete_trials_are_refused_or_left_out_and_counted(tmp_path):
    file = session()
    add_trial(file, move_onset_time=np.nan)
    add_trial(file, move_onset_time=25.9)
    path = save(tmp_path / "session.nwb", file)
    reasons = "1 without the event, 1 whose window extends beyond the recording"
    with pytest.raises(
        BadActivity,
        match=rf"found 2 of 14 trials incomplete \({reasons}\), wanted complete ones; 'incomplete: leave out'",
    ):
        read(path)
    data = read(path, incomplete="leave out")
    assert data.sizes["trial"] == TRIALS
    assert data.attrs["notes"] == f"12 trials; left out: {reasons}"


def test_a_trial_without_condition_is_refused_unless_the_card_leaves_such_trials_out(tmp_path):
    file = session()
    add_trial(file, direction=np.nan)
    with pytest.raises(BadActivity, match=r"found 1 of 13 trials incomplete \(1 without a condition\)"):
        read(save(tmp_path / "session.nwb", file))


def test_keeping_no_trial_is_refused(path):
    with pytest.raises(BadActivity, match=r"found none of 12 trials with {'result': \['X'\]}, wanted some"):
        read(path, keep={"result": ["X"]})


def test_nan_spike_times_are_refused_with_a_count(tmp_path):
    file = session()
    file.add_unit(spike_times=[1.0, np.nan, np.nan], area="M1")
    with pytest.raises(BadActivity, match=r"units.spike_times: found 2 NaN or infinite, wanted none"):
        read(save(tmp_path / "session.nwb", file))


def test_units_below_the_minimum_rate_are_left_out_and_the_others_keep_names_and_areas(path):
    data = read(path, minimum_rate=6, per_unit={"area": "area"})
    assert data.unit.values.tolist() == ["unit_1", "unit_2", "unit_3"]
    assert data.area.values.tolist() == ["PMd", "M1", "PMd"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_truncated_file_is_refused(path, share):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(BadActivity, match=r"session.nwb: found no readable NWB file"):
        read(path)


def test_a_file_of_another_format_is_refused(tmp_path):
    import h5py

    with h5py.File(tmp_path / "other.nwb", "w") as file:
        file["x"] = 1
    with pytest.raises(BadActivity, match=r"other.nwb: found no readable NWB file"):
        read(tmp_path / "other.nwb")


def test_a_misspelt_value_of_incomplete_is_refused(path):
    with pytest.raises(BadOption, match=r"found incomplete 'drop', wanted 'refuse' or 'leave out'"):
        read(path, incomplete="drop")


@pytest.mark.parametrize("name", ["timestamps_reference_time", "general/subject/date_of_birth"])
def test_a_date_that_is_a_large_array_is_refused_before_it_is_processed(path, name):
    with h5py.File(path, "r+") as file:
        file.require_group("general/subject").attrs["neurodata_type"] = "Subject"
        file.pop(name, None)
        file[name] = np.zeros(10_001)
    with pytest.raises(BadActivity, match=f"/{name} has 10001 values, more than 10000"):
        read(path)


def with_hand(change):
    """The session with another series of the hand, whose times and rows are changed."""
    clock = np.arange(0, LENGTH, 0.01)
    rows = np.stack([clock, -clock, np.full(len(clock), np.nan)], axis=1)
    file, (clock, rows) = session(), change(clock, rows)
    file.add_acquisition(TimeSeries(name="hand", data=rows, timestamps=clock, unit="m"))
    return file


def test_a_channel_that_is_nan_throughout_is_named_and_can_be_left_out_by_null(tmp_path):
    path = save(tmp_path / "session.nwb", with_hand(lambda *both: both))
    with pytest.raises(
        BadActivity, match=r"session.nwb: behavior: found z NaN, .* in all of 12 trials, .* null instead"
    ):
        read(path, behavior={"acquisition/hand": ["x", "y", "z"]}, incomplete="leave out")
    data = read(path, behavior={"acquisition/hand": ["x", "y", None]})
    assert data.channel.values.tolist() == ["x", "y"] and data.sizes["trial"] == TRIALS


def test_dropped_samples_affect_only_the_trials_that_contain_them(tmp_path):
    def gap(clock, rows):
        there = (clock < 8) | (clock > 10)
        return clock[there], rows[there]

    path = save(tmp_path / "session.nwb", with_hand(gap))
    data = read(path, behavior={"acquisition/hand": ["x", "y", None]}, incomplete="leave out")
    assert data.attrs["notes"] == (
        "11 trials; left out: 1 without behavior throughout the window; channels left out: 1 of 3 that are null in the "
        "card (acquisition/hand[2])"
    )
    onsets = np.delete(np.array([2.0 * k + 1 + 0.013 * k for k in range(TRIALS)]), 4)
    assert np.allclose(data.behavior.sel(channel="x"), onsets[:, None] + data.time.values, atol=1e-9)


def test_a_repeated_timestamp_is_refused_with_its_place(tmp_path):
    path = save(
        tmp_path / "session.nwb", with_hand(lambda t, r: (np.insert(t, 500, t[500]), np.insert(r, 500, r[500], axis=0)))
    )
    found = r"acquisition/hand: found 1 of 2601 times that do not increase \(1 repeat .* samples 502 \(5 after 5\)"
    with pytest.raises(BadActivity, match=found):
        read(path, behavior={"acquisition/hand": ["x", "y", None]})
