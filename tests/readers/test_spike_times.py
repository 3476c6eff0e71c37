"""The reader of spike times, on generated .mat files: a session with events, and trials on their own clocks."""

from functools import partial

import numpy as np
import pytest
from reading.test_matlab import save_5
from support.matlab_73 import save_73

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.spike_times import spike_times

SAVE = {"5": save_5, "7.3": save_73}
TRIALS, UNITS, LENGTH = 8, 3, 20.0
OPTIONS = {
    "spikes": "spikes", "dims": ["unit"], "time_unit": "s", "align": "onset", "condition": "target",
    "incomplete": "refuse", "bin": 0.05, "smooth": 0, "minimum_rate": 0, "window": [-0.2, 0.3],
}  # fmt: skip
OWN = {"spikes": "trials", "dims": ["trial", "unit"], "align": "onset_in_trial", "recorded": [0.0, 2.0]}


def session() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [np.r_[0.0, np.sort(rng.uniform(0, LENGTH, 200 * (k + 1))), LENGTH] for k in range(UNITS)]


def onsets() -> np.ndarray:
    return 1.0 + 2.1 * np.arange(TRIALS) + 0.013


def fields(scale: float = 1.0) -> dict:
    """The variables of a file; trials on their own clocks begin 1 s before the event."""
    units, events = session(), onsets()
    by_trial = [[(u[(u >= t - 1) & (u <= t + 1)] - t + 1)[None] * scale for u in units] for t in events]
    clock = np.arange(0, LENGTH, 0.02)
    return {
        "spikes": [u[:, None] * scale for u in units],
        "nested": [[units[0][None] * scale, np.zeros((0, 0))], [units[1][:, None] * scale, units[2][None] * scale]],
        "trials": [by_trial[t][u] for u in range(UNITS) for t in range(TRIALS)],
        "units": [by_trial[t][u] for t in range(TRIALS) for u in range(UNITS)],
        "cells": by_trial,
        "Data": [{"spikes": one, "target": np.array([[90.0 * (k % 4)]])} for k, one in enumerate(by_trial)],
        "onset": events[None] * scale,
        "onset_in_trial": np.ones((TRIALS, 1)) * scale,
        "seldom": [np.zeros((0, 0)) if k == 2 else t * scale * np.ones((1, 1)) for k, t in enumerate(events)],
        "in_cells": [events[:5][None] * scale, events[5:][:, None] * scale],
        "go": (events[:, None] - 0.3) * scale,
        "target": 90.0 * (np.arange(TRIALS)[:, None] % 4),
        "choice": ["left", "right"] * (TRIALS // 2),
        "depth": np.array([[1.0, 2.0, 3.0]]),
        "x": np.stack([clock * scale, 3 * clock], axis=1),
    }


def made(tmp_path, things=None, kind="5"):
    return SAVE[kind](tmp_path / "a.mat", fields() if things is None else things)


def read(path, **options):
    return spike_times({path.name: path}, **(OPTIONS | options))


def sorted_spikes(folder, **changed):
    """The spikes of all units in one list, as numbers of samples, with a list of clusters."""
    units = session()
    times, cluster = np.concatenate(units), np.repeat([4, 9, 11], [len(u) for u in units])
    order = np.argsort(times)
    known = {"onset": onsets(), "target": 90.0 * (np.arange(TRIALS) % 4), "depth": np.array([1.0, 2.0, 3.0]), "fs": 1e6}
    things = known | {"times": np.round(times[order] * 1e6).astype(int), "clusters": cluster[order]}
    np.savez(folder / "a.npz", **(things | changed))
    return folder / "a.npz"


CLUSTERS = {"spikes": "times", "clusters": "clusters", "sample_rate": "fs"}


def seeds(folder):
    """The initial files of the fuzzer."""
    yield sorted_spikes(folder), partial(read, **CLUSTERS)
    of_session = {"events": {"go_cue": "go"}, "per_unit": {"depth": "depth"}, "behavior": {"x": ["time", "hand"]}}
    each = {
        "session": of_session | {"incomplete": "leave out", "smooth": 0.05},
        "nested": {"spikes": "nested", "align": "in_cells", "condition": None},
        "trials": OWN | {"choice": "choice"},
        "structures": OWN | {"spikes": "Data.spikes", "condition": "Data.target"},
        "empty": {"align": "seldom", "incomplete": "leave out"},
    }
    for kind in SAVE:
        for name, options in each.items():
            (folder / name / kind).mkdir(parents=True)
            wanted = {str(v).split(".")[0] for v in (OPTIONS | options).values()} | {"go", "depth", "x", "choice"}
            things = {name: value for name, value in fields().items() if name in wanted}
            yield made(folder / name / kind, things, kind), partial(read, **options)


@pytest.mark.parametrize("kind", SAVE)
def test_rates_of_a_session_are_histograms_of_spikes_around_events(tmp_path, kind):
    data = read(made(tmp_path, kind=kind))
    edges = np.arange(-4, 8) * 0.05 - 0.025
    for unit, times in enumerate(session()):
        for trial, onset in enumerate(onsets()):
            assert np.array_equal(data.rate.values[trial, :, unit], np.histogram(times - onset, edges)[0] / 0.05)
    assert data.condition.values.tolist() == ["0", "90", "180", "270"] * 2


@pytest.mark.parametrize("kind", SAVE)
@pytest.mark.parametrize(
    "options",
    [
        OWN,
        OWN | {"spikes": "units", "dims": ["unit", "trial"]},
        OWN | {"spikes": "cells"},
        OWN | {"spikes": "Data.spikes", "condition": "Data.target"},
        OWN | {"align": None, "recorded": [0.0, 2.0]},
    ],
)
def test_trials_on_their_own_clocks_give_the_same_activity(tmp_path, kind, options):
    path = made(tmp_path, kind=kind)
    if options["align"] is None:
        shifted = {"window": [0.8, 1.3], "bin": 0.05}
        assert np.array_equal(read(path, **(options | shifted)).rate, read(path).rate)
        return
    data = read(path, **options)
    assert np.array_equal(data.rate, read(path).rate)
    assert data.condition.identical(read(path).condition)


def test_times_in_ms_give_the_same_activity(tmp_path):
    expected = read(made(tmp_path), events={"go_cue": "go"}, behavior={"x": ["time", "hand"]})
    for options in ({}, OWN | {"recorded": [0, 2000], "behavior": None, "events": None}):
        known = {"events": {"go_cue": "go"}, "behavior": {"x": ["time", "hand"]}} | options
        data = read(made(tmp_path, fields(1000)), time_unit="ms", **known)
        assert np.array_equal(data.rate, expected.rate)
    assert np.allclose(expected.go_cue, -0.3)


def test_units_may_be_in_nested_cells_and_empty_cells_are_not_units(tmp_path):
    for kind in SAVE:
        path = made(tmp_path, kind=kind)
        assert np.array_equal(read(path, spikes="nested").rate, read(path).rate)


def test_conditions_are_numbered_by_the_cells_of_events(tmp_path):
    data = read(made(tmp_path), align="in_cells", condition=None)
    assert data.condition.values.tolist() == ["1"] * 5 + ["2"] * 3
    assert np.array_equal(data.rate, read(made(tmp_path)).rate)


def test_variables_become_the_coordinates_of_the_card(tmp_path):
    data = read(
        made(tmp_path), choice="choice", per_trial={"angle": "target"}, per_unit={"depth": "depth"},
        keep={"choice": ["right"]}, behavior={"x": ["time", "hand"]}, behavior_units="mm",
    )  # fmt: skip
    assert set(data.choice.values.tolist()) == {"right"} and data.sizes["trial"] == TRIALS // 2
    assert data.angle.values.tolist() == [90, 270, 90, 270]
    assert data.depth.values.tolist() == [1, 2, 3]
    assert np.allclose(data.behavior[..., 0], 3 * (onsets()[1::2, None] + data.time.values))


def test_incomplete_trials_are_refused_or_left_out_and_counted(tmp_path):
    things = fields()
    things["onset"][0, 0], things["onset"][0, -1] = np.nan, LENGTH - 0.1
    path = made(tmp_path, things)
    reasons = "1 without the event, 1 whose window extends beyond the recording"
    with pytest.raises(BadActivity, match=rf"found 2 of 8 trials incomplete \({reasons}\)"):
        read(path)
    assert read(path, incomplete="leave out").attrs["notes"] == f"6 trials; left out: {reasons}"


def test_times_that_were_not_recorded_are_not_read_as_silence(tmp_path):
    with pytest.raises(BadActivity, match=r"8 of 8 trials incomplete \(8 whose window extends beyond the recording\)"):
        read(made(tmp_path), **(OWN | {"window": [-0.2, 1.0]}))


@pytest.mark.parametrize("rate", ["fs", 1e6])
def test_spikes_in_one_list_are_assigned_to_units_by_clusters(tmp_path, rate):
    data = read(sorted_spikes(tmp_path), **(CLUSTERS | {"sample_rate": rate}), per_unit={"depth": "depth"})
    expected = read(made(tmp_path), per_unit={"depth": "depth"})
    assert np.allclose(data.rate, expected.rate) and data.cluster.values.tolist() == [4, 9, 11]
    assert data.depth.values.tolist() == expected.depth.values.tolist() == [1, 2, 3]
    seconds = sorted_spikes(tmp_path, times=np.sort(np.concatenate(session())))
    assert np.allclose(read(seconds, **(CLUSTERS | {"sample_rate": None})).rate, expected.rate)
    with pytest.raises(BadActivity, match=r"clusters: found 3 values, wanted \d+"):
        read(sorted_spikes(tmp_path, clusters=np.arange(3)), **CLUSTERS)
    with pytest.raises(BadActivity, match=r"found sample_rate fs of 0.0, wanted a rate above 0 in Hz"):
        read(sorted_spikes(tmp_path, fs=0.0), **CLUSTERS)


def test_events_may_be_a_column_of_a_table(tmp_path):
    things = fields() | {"Data": {"table": np.stack([onsets(), 90.0 * (np.arange(TRIALS) % 4)], axis=1)}}
    data = read(made(tmp_path, things), align="Data.table[0]", condition="Data.table[1]")
    assert data.rate.identical(read(made(tmp_path)).rate)


def test_per_unit_values_include_units_without_spikes(tmp_path):
    things = fields()
    things["spikes"].insert(1, np.zeros((0, 0)))
    things["depth"] = np.array([[1.0, 9.0, 2.0, 3.0]])
    assert read(made(tmp_path, things), per_unit={"depth": "depth"}).depth.values.tolist() == [1, 2, 3]


def test_the_recorded_time_may_differ_between_trials(tmp_path):
    things = fields() | {"end": np.where(np.arange(TRIALS) % 4, 2.0, 1.2)[:, None]}
    data = read(made(tmp_path, things), **(OWN | {"recorded": [0, "end"], "incomplete": "leave out"}))
    lost = "conditions left out: 1 of 4 without a complete trial (0)"
    assert data.attrs["notes"] == f"6 trials; left out: 2 whose window extends beyond the recording; {lost}"
    whole = read(made(tmp_path))
    assert np.array_equal(data.rate, whole.rate[np.arange(TRIALS) % 4 > 0])
    things["end"][3] = 0.0
    with pytest.raises(BadOption, match=r"found recorded \[0, 'end'\], wanted a start before the stop in each trial"):
        read(made(tmp_path, things), **(OWN | {"recorded": [0, "end"]}))


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        (lambda f: f.pop("spikes"), {}, BadActivity, "wanted spikes too"),
        (lambda f: f.update(spikes="none"), {}, BadActivity, "spikes: found str, wanted cells of rows or columns"),
        (lambda f: f["spikes"][1].__setitem__(0, np.nan), {}, BadActivity, "spikes: found 1 of 402 times NaN"),
        (lambda f: f["onset"].__imul__(1000), {}, BadActivity, r"trials 0, 1, .*: found events at 1013.*in s, on"),
        (lambda f: f.update(target=f["target"][1:]), {}, BadActivity, "target: found 7 values, wanted 8"),
        (
            lambda f: f["trials"].pop(),
            OWN,
            BadActivity,
            "trials: found 23 cells and 8 trials, wanted one for each trial",
        ),
        (lambda f: f.update(onset_in_trial=np.ones((1, 0))), OWN, BadActivity, "found 24 cells and 0 trials"),
        (lambda f: None, OWN | {"recorded": None}, BadOption, r"trials: found recorded None, wanted \[start, stop\]"),
        (lambda f: None, {"align": None}, BadOption, "found no align for spikes on the clock of a session"),
        (lambda f: None, {"condition": None}, BadOption, "found condition null and no cells of events for conditions"),
        (lambda f: None, {"dims": ["trial"]}, BadOption, r"found dims \['trial'\], wanted \[unit\], \[trial, unit\]"),
        (lambda f: None, {"behavior": {"x": ["a", "b"]}}, BadActivity, "x: found 2 columns and names .* one of them"),
        (
            lambda f: f["x"].__setitem__((3, 0), 0),
            {"behavior": {"x": ["time", "b"]}},
            BadActivity,
            "at least two increasing",
        ),
    ],
)
def test_an_invalid_file_or_card_is_refused(tmp_path, change, options, error, message):
    things = fields()
    change(things)
    with pytest.raises(error, match=message):
        read(made(tmp_path, things), **options)


def test_an_activity_that_would_not_fit_into_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("rnncompare.reading.rates.LARGEST", 8 * 11 * 8)
    with pytest.raises(BadActivity, match=r"a.mat: found 8 trials x 11 times x 3 units, which take"):
        read(made(tmp_path), behavior=None)
    with pytest.raises(BadActivity, match=r"a.mat: found 8 trials x 11 times x 2 channels, which take"):
        read(made(tmp_path), behavior={"x": ["time", "hand"]})


@pytest.mark.parametrize("kind", SAVE)
def test_a_truncated_file_is_refused(tmp_path, kind):
    path = made(tmp_path, kind=kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(BadActivity, match=r"a.mat: found no readable|wanted .* too"):
        read(path)


@pytest.mark.parametrize("kind", SAVE)
def test_an_empty_cell_is_a_trial_without_the_event(tmp_path, kind):
    things, none = fields(), np.zeros((0, 0))
    things["at"] = [none if k in (2, 5) else np.array([[t]]) for k, t in enumerate(onsets())]
    data = read(made(tmp_path, things, kind), align="at", incomplete="leave out", events={"go": "at"})
    assert data.attrs["notes"] == "6 trials; left out: 2 without the event"
    whole = read(made(tmp_path), incomplete="leave out")
    assert np.array_equal(data.rate, whole.rate.values[[0, 1, 3, 4, 6, 7]])
    assert data.condition.values.tolist() == whole.condition.values[[0, 1, 3, 4, 6, 7]].tolist()
    with pytest.raises(BadActivity, match=r"found 2 of 8 trials incomplete \(2 without the event\)"):
        read(made(tmp_path, things, kind), align="at")


def test_missing_events_of_a_trial_are_nan(tmp_path):
    things = fields()
    things["go"] = [np.zeros((0, 0)) if k == 3 else np.array([[t]]) for k, t in enumerate(things["go"].ravel())]
    data = read(made(tmp_path, things), events={"go": "go"})
    assert np.isnan(data.go.values).tolist() == [k == 3 for k in range(TRIALS)]
    things["go"] = [np.zeros((0, 0))] * TRIALS
    assert np.isnan(read(made(tmp_path, things), events={"go": "go"}).go.values).all()


def test_several_events_in_the_cell_of_a_trial_are_refused(tmp_path):
    things = fields()
    things["at"] = [np.array([[t, t + 0.1]]) if k == 4 else np.array([[t]]) for k, t in enumerate(onsets())]
    with pytest.raises(BadActivity, match=r"at: found several events in cells 5, counted from 1, but as many cells as"):
        read(made(tmp_path, things), align="at")


@pytest.mark.parametrize("kind", SAVE)
def test_an_empty_cell_within_nested_cells_of_units_is_not_skipped(tmp_path, kind):
    """Otherwise, the following units would get the depths of their neighbours."""
    things, units = fields(), session()
    things["spikes"] = [[units[0][None]], [], [units[2][:, None]]] if kind == "5" else things["spikes"]
    if kind == "7.3":
        things["spikes"][1] = np.zeros((0, 0))
    data = read(made(tmp_path, things, kind), per_unit={"depth": "depth"})
    assert data.depth.values.tolist() == [1, 3]
    assert np.array_equal(data.rate, read(made(tmp_path)).rate.values[:, :, [0, 2]])


def test_a_channel_that_is_nan_throughout_is_named_and_can_be_left_out_by_null(tmp_path):
    things = fields()
    things["x"] = np.concatenate([things["x"], np.full((len(things["x"]), 1), np.nan)], axis=1)
    path = made(tmp_path, things)
    with pytest.raises(BadActivity, match=r"a.mat: behavior: found z NaN, .* in all of 8 trials, .* null instead of"):
        read(path, behavior={"x": ["time", "hand", "z"]}, incomplete="leave out")
    assert read(path, behavior={"x": ["time", "hand", None]}).channel.values.tolist() == ["hand"]
    things["x"][155, 1] = np.nan
    data = read(made(tmp_path, things), behavior={"x": ["time", "hand", None]}, incomplete="leave out")
    unread = "channels left out: 1 of 3 that are null in the card (x[2])"
    assert data.attrs["notes"] == f"7 trials; left out: 1 without behavior throughout the window; {unread}"


def test_times_of_behavior_that_do_not_increase_are_refused_with_their_place(tmp_path):
    things = fields()
    things["x"][300, 0] = things["x"][299, 0]
    with pytest.raises(
        BadActivity, match=r"x: found 1 of 1000 times that do not increase .* samples 301 \(5.98 after 5.98"
    ):
        read(made(tmp_path, things), behavior={"x": ["time", "hand"]})
    things["x"][:, 0] = (1e6 + np.arange(len(things["x"])) * 0.02).astype(np.float32)
    with pytest.raises(
        BadActivity, match=r"wanted at least two increasing times: 32 bits resolve only 0.0625; save them in 64"
    ):
        read(made(tmp_path, things), behavior={"x": ["time", "hand"]})
