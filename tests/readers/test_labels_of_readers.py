"""Labels of readers: identifiers keep all digits, bytes are decoded, and missing values are neither names nor units."""

from datetime import UTC, datetime

import h5py
import numpy as np
import pytest
import scipy.io
import xarray as xr

from rnncompare import activity, plugins
from rnncompare.activity import BadActivity
from rnncompare.readers.activity_file import activity_file
from rnncompare.readers.array import array
from rnncompare.readers.nwb import nwb
from rnncompare.readers.spike_times import spike_times
from rnncompare.recordings.card import read_card
from rnncompare.recordings.inspection import inspect_activity
from rnncompare.recordings.loading import load_recording

READING = {"bin": 0.02, "smooth": 0, "minimum_rate": 0, "window": [-0.08, 0.08]}
ARRAY = {
    "data": "counts", "dims": ["trial", "time", "unit"], "values": "counts", "time": "t", "time_unit": "ms",
    "time_marks": "start", "alignment": "movement", "condition": "cond", "incomplete": "leave out",
}  # fmt: skip
SPIKES = {
    "spikes": "times", "clusters": "clusters", "dims": ["unit"], "time_unit": "s", "align": "move", "condition": "cond",
    "incomplete": "leave out",
}  # fmt: skip
IDS = [20131014, 20131015, 20131016, 1010101, 1010102]


def saved(path, **columns):
    """Write counts (40 trials, 20 times, 6 units) with one or several columns of trials."""
    rng = np.random.default_rng(0)
    things = {"counts": rng.poisson(2.0, (40, 20, 6)).astype(float), "t": np.arange(-100.0, 100.0, 10), **columns}
    if path.suffix == ".npz":
        np.savez(path, **things)
    elif path.suffix == ".mat":
        scipy.io.savemat(path, {k: v if v.ndim > 1 else v[:, None] for k, v in things.items()})
    else:
        dims = {"counts": ("trial", "time", "unit"), "t": ("time",)}
        xr.Dataset({k: (dims.get(k, ("trial",)), v) for k, v in things.items()}).to_netcdf(path, engine="h5netcdf")
    return path


def loaded(path, **changes):
    return array({path.name: path}, **ARRAY | READING | changes)


@pytest.mark.parametrize("kind", ["a.mat", "a.npz", "a.nc"])
@pytest.mark.parametrize("dtype", [float, np.int64, np.uint64])
def test_identifiers_of_many_digits_are_different_conditions(tmp_path, kind, dtype):
    data = loaded(saved(tmp_path / kind, cond=np.repeat(IDS, 8).astype(dtype)))
    assert activity.conditions(data) == [str(i) for i in sorted(IDS)]


def test_whole_numbers_beyond_double_precision_are_different_conditions(tmp_path):
    ids = 2**60 + np.arange(4)
    assert activity.conditions(loaded(saved(tmp_path / "a.npz", cond=np.repeat(ids, 10)))) == [str(i) for i in ids]
    assert not [f for f in inspect_activity(loaded(tmp_path / "a.npz")) if "may be the same name" in f.found]


def test_dates_are_selected_by_their_text(tmp_path):
    days = {
        "number": np.repeat([20131014.0, 20131015.0], 20),
        "date": np.repeat(np.array(["2013-10-14", "2013-10-15"], "M8[D]"), 20),
    }
    path = saved(tmp_path / "a.npz", cond=np.arange(40) % 4, **days)
    for keep in ({"number": [20131014]}, {"number": ["20131014"]}, {"date": ["2013-10-14"]}):
        assert loaded(path, keep=keep).sizes["trial"] == 20


@pytest.mark.parametrize("words", [np.array(["left", "right"]), np.array([b"left", b"right"])])
@pytest.mark.parametrize("kind", ["a.npz", "a.nc"])
def test_text_and_bytes_give_the_same_conditions(tmp_path, kind, words):
    path = saved(tmp_path / kind, cond=np.tile(words, 20))
    assert activity.conditions(loaded(path)) == ["left", "right"]
    assert loaded(path, keep={"cond": ["left"]}).sizes["trial"] == 20


def session(path):
    """An NWB file of 24 trials with 3 directions, in which every fourth trial failed."""
    from pynwb import NWBHDF5IO, NWBFile

    file = NWBFile(session_description="d", identifier="i", session_start_time=datetime(2020, 1, 1, tzinfo=UTC))
    for name in ("move", "result"):
        file.add_trial_column(name=name, description=name)
    for k in range(24):
        file.add_trial(start_time=5.0 * k, stop_time=5.0 * k + 4, move=5.0 * k + 2, result="RF"[k % 4 == 3])
    for _ in range(3):
        file.add_unit(spike_times=np.sort(np.random.default_rng(1).uniform(0, 130, 1300)))
    with NWBHDF5IO(str(path), "w") as handle:
        handle.write(file)
    return path


def test_text_that_is_stored_as_bytes_in_an_nwb_file_is_decoded(tmp_path):
    path = session(tmp_path / "session.nwb")
    options = READING | {"align": "move", "condition": "result", "keep": {"result": ["R"]}, "incomplete": "leave out"}
    before = nwb({path.name: path}, **options)
    with h5py.File(path, "r+") as file:
        place = file["intervals/trials"]
        words, about = np.array(place["result"].asstr()[:]).astype("S"), dict(place["result"].attrs)
        del place["result"]
        place.create_dataset("result", data=words).attrs.update(about)
    after = nwb({path.name: path}, **options)
    assert after.condition.values.tolist() == before.condition.values.tolist() == ["R"] * 18


@pytest.mark.parametrize("wanted", [["yes"], ["R"], [2]])
def test_for_values_of_keep_without_trials_the_existing_values_are_listed(tmp_path, wanted):
    path = saved(tmp_path / "a.npz", cond=np.arange(40) % 4, correct=np.arange(40) % 4 != 3)
    with pytest.raises(
        BadActivity, match=r"found none of 40 trials with .*, wanted some: correct is false \(10\), true \(30\)"
    ):
        loaded(path, keep={"correct": wanted})
    for right in (True, 1, "true"):
        assert loaded(path, keep={"correct": [right]}).sizes["trial"] == 30


def test_values_of_keep_without_trials_are_noted(tmp_path):
    path = saved(tmp_path / "a.npz", cond=np.arange(40) % 4)
    assert "`keep`: no trial has cond 7, x" in loaded(path, keep={"cond": [1, 7, "x"]}).attrs["notes"]
    with pytest.raises(
        BadActivity, match=r"wanted some \(each value exists, but not together\): cond is 0 \(10\), .*; again is 0 "
    ):
        path = saved(tmp_path / "b.npz", cond=np.arange(40) % 4, again=np.arange(40) % 4)
        loaded(path, keep={"cond": [1], "again": [2]})


@pytest.mark.parametrize(
    "column",
    [
        np.tile([0.0, 1.0, 2.0, np.nan], 10),
        np.tile(["a", "b", "c", ""], 10),
        np.tile(["a", "b", "c", "nan"], 10),
        np.tile(np.array(["2013-10-14", "2013-10-15", "2013-10-16", "NaT"], "M8[D]"), 10),
    ],
)
def test_trials_without_a_condition_are_left_out_and_counted(tmp_path, column):
    data = loaded(saved(tmp_path / "a.npz", cond=column))
    assert data.sizes["trial"] == 30 and len(activity.conditions(data)) == 3
    assert "10 without a condition" in data.attrs["notes"]
    with pytest.raises(BadActivity, match=r"10 of 40 trials incomplete \(10 without a condition\)"):
        loaded(tmp_path / "a.npz", incomplete="refuse")


def test_different_values_that_would_get_the_same_name_are_refused(tmp_path):
    path = saved(tmp_path / "a.npz", a=np.tile(["1_2", "1"], 20), b=np.tile(["3", "2_3"], 20))
    with pytest.raises(BadActivity, match=r"a/b: found \('1_2', '3'\) and \('1', '2_3'\), which both become '1_2_3'"):
        loaded(path, condition=["a", "b"])


def test_trials_without_a_choice_are_counted_and_left_out_of_analyses_of_choices(tmp_path):
    choice = np.tile([0.0, 1.0, 0.0, 1.0, np.nan], 8)
    data = loaded(saved(tmp_path / "a.npz", cond=np.repeat([1, 2], 20), choice=choice), choice="choice")
    assert sorted(set(data.choice.values.tolist())) == ["", "0", "1"]
    assert "without a choice: 8" in data.attrs["notes"]
    assert ("choice", "8 of 40 trials have no value") in [(f.about, f.found) for f in inspect_activity(data)]
    window = [-0.08, 0.08]
    for name in ("choice_probability", "targeted_regression", "decoding"):
        options = {"use": name, "seed": 0, "window": window, **{"decoding": {"variable": "choice"}}.get(name, {})}
        usual = plugins.first_look(plugins.find("probes", name), seed=0, window=window)
        rows = plugins.bind("probes", usual | options, name)(data)
        assert {row["left_out"] for row in rows} == {8} and np.isfinite(rows[0]["value"])
    without = plugins.bind("probes", usual | options, name)(data.isel(trial=data.choice.values != ""))
    assert [row["value"] for row in rows] == [row["value"] for row in without]


@pytest.mark.parametrize("kind", [float, np.float32, "text"])
def test_spikes_without_a_cluster_are_counted_and_not_used(tmp_path, kind):
    rng = np.random.default_rng(0)
    times, cluster = np.sort(rng.uniform(0, 130, 6000)), rng.integers(0, 5, 6000)
    lost = rng.random(6000) < 0.1
    named = (
        np.where(lost, np.nan, cluster + 1e6).astype(kind)
        if kind != "text"
        else np.where(lost, "", cluster.astype(str))
    )
    np.savez(tmp_path / "a.npz", times=times, clusters=named, move=np.arange(5, 125, 5.0), cond=np.arange(24) % 4)
    data = spike_times({"a.npz": tmp_path / "a.npz"}, **SPIKES | READING)
    assert data.sizes["unit"] == 5
    assert f"spikes without a cluster, which are not used: {lost.sum()} of 6000" in data.attrs["notes"]
    np.savez(
        tmp_path / "b.npz",
        times=times[~lost],
        clusters=named[~lost],
        move=np.arange(5, 125, 5.0),
        cond=np.arange(24) % 4,
    )
    assert np.array_equal(data.rate, spike_times({"b.npz": tmp_path / "b.npz"}, **SPIKES | READING).rate)


def test_a_file_in_which_no_spike_has_a_cluster_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", times=np.arange(9.0), clusters=np.full(9, np.nan), move=[5.0], cond=[1])
    with pytest.raises(BadActivity, match=r"clusters: found no cluster for any of 9 spikes, wanted some"):
        spike_times({"a.npz": tmp_path / "a.npz"}, **SPIKES | READING)


def test_numeric_conditions_of_a_users_activity_are_converted_to_labels(made_up, tmp_path):
    data = made_up(0, trials=2)
    angles = np.where(data.angle.values == 0, np.nan, data.angle.values + 1e7)
    data.assign_coords(condition=("trial", angles), unit=("unit", np.arange(20))).to_netcdf(
        tmp_path / "a.nc", engine="h5netcdf"
    )
    found = activity_file({"a.nc": tmp_path / "a.nc"}, bin=0.01, minimum_rate=0, window=[-0.1, 0.1])
    assert activity.conditions(found)[0] == "10000045" and found.sizes["trial"] == 14
    assert set(found.unit.values.tolist()) <= {str(k) for k in range(20)}
    assert "left out because they have no condition: 2 of 16 trials" in found.attrs["notes"]


CARD = """name: mine
title: t
animal: macaque
area: M1
task: reach
reader:
  use: array
  data: counts
  dims: [trial, time, unit]
  values: counts
  time: t
  time_unit: ms
  time_marks: start
  alignment: movement
  condition: [a, b]
  incomplete: refuse
  keep: {ok: [yes]}
conditions:
  1_0: {condition: c10, angle: 90}
  2_1: {condition: "left ", angle: 0}
files: [{file: a.npz, url: null, sha256: null, bytes: null}]
licence: CC0
citation: none
source: here
facts: []
"""


def test_text_in_a_card_is_not_converted(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/card.yaml").write_text(CARD)
    saved(
        tmp_path / "mine/a.npz", a=np.tile([1.0, 2.0], 20), b=np.tile([0.0, 1.0], 20), ok=np.repeat(["yes", "no"], 20)
    )
    card = read_card(tmp_path / "mine/card.yaml")
    data = load_recording(card, [{"file": "a.npz", "path": str(tmp_path / "mine/a.npz")}], READING)
    assert data.sizes["trial"] == 20 and activity.conditions(data) == ["c10", "left "]


@pytest.mark.parametrize("name", ["a\rb", "a\nb", "\x1b[2J", "a\u2028b", "\x9bm"])
def test_names_with_control_characters_are_refused_from_every_source(tmp_path, name, made_up):
    path = saved(tmp_path / "a.npz", cond=np.tile([name, "b"], 20))
    with pytest.raises(BadActivity, match=r"found 1 names of condition with control characters \('"):
        loaded(path)
    for dimension, coordinate in (("unit", "area"), ("trial", "choice")):
        data = made_up(0)
        data = data.assign_coords({coordinate: (dimension, [name, *["b"] * (data.sizes[dimension] - 1)])})
        with pytest.raises(BadActivity, match=f"names of {coordinate} with control characters"):
            activity.validate(data, "here")
