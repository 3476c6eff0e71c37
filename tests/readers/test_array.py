"""The reader of arrays, on generated .mat files of both versions and .npz and .nc files."""

import re
from functools import partial

import numpy as np
import pytest
import scipy.sparse
from reading.test_matlab import save_5
from support.matlab_73 import save_73

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.array import array

TRIALS, UNITS, SAMPLES = 6, 3, 100  # samples of 10 ms, starting at -.5 s
OPTIONS = {
    "data": "counts", "dims": ["trial", "unit", "time"], "values": "counts", "time": {"start": -500, "step": 10},
    "time_unit": "ms", "time_marks": "start", "alignment": "movement onset", "condition": "target",
    "incomplete": "refuse", "bin": 0.02, "smooth": 0, "minimum_rate": 0, "window": [-0.2, 0.3],
}  # fmt: skip
AVERAGES = {"data": "rates", "values": "rates", "time": "t", "time_marks": "centre", "bin": 0.01, "condition": None}


def fields() -> dict:
    counts = np.random.default_rng(0).integers(0, 3, (TRIALS, UNITS, SAMPLES)).astype(float)
    return {
        "counts": counts,
        "rates": 10 * counts,
        "t": np.arange(-500.0, 500.0, 10.0)[None],
        "target": np.tile([0.0, 90.0, 45.5], 2)[:, None],
        "block": np.repeat([1.0, 2.0], 3)[:, None],
        "go": -300.0 + np.arange(6.0)[:, None],
        "area": np.array([[1.0, 1.0, 2.0]]),
        "hand": np.stack([np.arange(SAMPLES) + k for k in range(TRIALS)])[:, :, None] * [1.0, -1.0],
    }


def save_npz(path, things):
    np.savez(path, **{name: value for name, value in things.items() if not isinstance(value, list | dict)})
    return path


SAVE = {"5": ("a.mat", save_5), "7.3": ("a.mat", save_73), "npz": ("a.npz", save_npz)}


def made(tmp_path, things=None, kind="5"):
    name, save = SAVE[kind]
    path = tmp_path / name
    save(path, fields() if things is None else things)
    return path


def read(path, **options):
    return array({path.name: path}, **(OPTIONS | options))


def own_clocks(dtype=float) -> dict:
    """The same counts with a different start and end of each trial, and `onset` on the clock of each trial."""
    things = fields()
    starts, ends = np.array([0, 3, 7, 0, 1, 2]), np.array([100, 98, 100, 95, 97, 100])
    each = [counts[:, a:b].astype(dtype) for counts, a, b in zip(things["counts"], starts, ends, strict=True)]
    hands = [hand[a:b].T for hand, a, b in zip(things["hand"], starts, ends, strict=True)]
    onset = 500.0 - 10 * starts  # ms, of the sample at 0
    things["R"] = [
        {
            "raster": raster,
            "hand": hand,
            "onset": np.array([[t]]),
            "target": np.array([[angle]]),
            "at": np.array([[1.0, angle]]),
        }
        for raster, hand, t, angle in zip(each, hands, onset, things["target"][:, 0], strict=True)
    ]
    return things


OWN = {
    "data": "R.raster", "time": {"start": 0, "step": 10}, "align": "R.onset", "condition": "R.target",
    "behavior": {"R.hand": ["x", "y"]}, "behavior_dims": ["trial", "channel", "time"],
}  # fmt: skip


def netcdf(folder, things=None):
    """The same data as netCDF with its own names of dimensions."""
    import xarray as xr

    things = things or fields()
    each = {"target": ("trial", things["target"][:, 0]), "side": ("trial", ["left", "right"] * 3)}
    times = {"t": ("when", things["t"][0], {"units": "ms"})}
    path = folder / "a.nc"
    xr.Dataset({"counts": (("trial", "cell", "when"), things["counts"])} | each, times).to_netcdf(
        path, engine="h5netcdf"
    )
    return path


def sparse(full, dtype=float):
    return scipy.sparse.csc_matrix(full.astype(dtype))


def seeds(folder):
    """The initial files of the fuzzer."""
    more = {
        "condition": ["target", "block"], "events": {"go_cue": "go"}, "per_unit": {"array": "area"}, "time": "t",
        "behavior": {"hand": ["x", "y"]}, "behavior_dims": ["trial", "time", "channel"], "incomplete": "leave out",
    }  # fmt: skip
    for kind in SAVE:
        (folder / kind).mkdir()
        yield made(folder / kind, kind=kind), partial(read, **more)
    yield netcdf(folder), partial(read, time="t", per_trial={"side": "side"})
    things = fields()
    things = {"Data": [{"A": counts.T, "target": np.ones((1, 1))} for counts in things.pop("counts")], **things}
    for kind in ("5", "7.3"):
        (folder / f"structures {kind}").mkdir()
        path = made(folder / f"structures {kind}", things, kind)
        yield path, partial(read, data="Data.A", dims=["trial", "time", "unit"], condition="Data.target")
        (folder / f"own clocks {kind}").mkdir()
        path = made(folder / f"own clocks {kind}", {"R": own_clocks()["R"]}, kind)
        yield path, partial(read, **OWN)
        (folder / f"sparse {kind}").mkdir()
        rasters = {"raster": [sparse(one) for one in fields()["counts"]], "side": ("left", "right", "up") * 2}
        path = made(folder / f"sparse {kind}", rasters, kind)
        yield path, partial(read, data="raster", condition="side", bin=0.01)
        (folder / f"jpca {kind}").mkdir()
        yield made(folder / f"jpca {kind}", jpca(), kind), partial(read, **JPCA, incomplete="leave out")


@pytest.mark.parametrize("kind", SAVE)
def test_counts_are_summed_in_bins_around_their_times_in_every_format(tmp_path, kind):
    data = read(made(tmp_path, kind=kind))
    assert dict(data.sizes) == {"trial": TRIALS, "time": 26, "unit": UNITS}
    counts = fields()["counts"]
    around = counts[:, :, 49:51].sum(axis=2) / 0.02  # the samples that begin at -.01 and 0 s
    assert np.allclose(data.rate.sel(time=0), around, rtol=1e-12)
    assert data.condition.values.tolist() == ["0", "90", "45.5"] * 2
    assert data.attrs["alignment"] == "movement onset" and data.attrs["notes"] == "6 trials; left out: none"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
def test_dimensions_may_be_in_any_order_that_the_card_gives(tmp_path, order):
    things = fields()
    expected = read(made(tmp_path, things)).rate
    things["counts"] = things["counts"].transpose(order)
    dims = [OPTIONS["dims"][k] for k in order]
    assert read(made(tmp_path, things), dims=dims).rate.identical(expected)


def test_rates_at_the_times_of_the_file_are_unchanged(tmp_path):
    data = read(made(tmp_path), **AVERAGES)
    assert np.allclose(data.rate, fields()["rates"][:, :, 30:81].transpose(0, 2, 1), rtol=1e-12)
    assert data.condition.values.tolist() == ["1", "2", "3", "4", "5", "6"]


def test_rates_in_wider_bins_are_means_in_which_samples_on_the_boundary_are_divided(tmp_path):
    data = read(made(tmp_path), **(AVERAGES | {"bin": 0.02}))
    rates = fields()["rates"]
    expected = (0.5 * rates[:, :, 49] + rates[:, :, 50] + 0.5 * rates[:, :, 51]) / 2
    assert np.allclose(data.rate.sel(time=0), expected, rtol=1e-12)


@pytest.mark.parametrize(("bin", "fits"), [(0.015, "0.01 or 0.02"), (0.004, "0.01"), (0.0299, "0.02 or 0.03")])
def test_counts_are_not_divided_and_the_nearest_valid_bins_are_suggested(tmp_path, bin, fits):
    found = rf"a.mat: found counts in samples of 0.01 s, .* which bins of {bin} s would divide; .* such as {fits}"
    with pytest.raises(BadOption, match=found):
        read(made(tmp_path), bin=bin, window=[0, 10 * bin])
    for one in map(float, fits.split(" or ")):
        assert read(made(tmp_path), bin=one, window=[0, 10 * one]).sizes["trial"] == TRIALS


def test_smoothing_uses_samples_beyond_the_window_and_missing_ones_are_refused(tmp_path):
    path = made(tmp_path)
    wide, narrow = (read(path, smooth=0.02, window=w) for w in ([-0.3, 0.3], [-0.1, 0.1]))
    assert np.allclose(wide.rate.sel(time=slice(-0.101, 0.101)), narrow.rate, rtol=1e-9)
    with pytest.raises(BadOption, match=r"found 100 samples, -0.5 to 0.5 s, wanted -0.51 to"):
        read(path, smooth=0.02, window=[-0.42, 0.3])


def test_an_array_of_structures_is_read_as_a_dimension(tmp_path):
    things = fields()
    things["Data"] = [{"A": counts.T, "info": {"target": float(k)}} for k, counts in enumerate(things["counts"])]
    for one in things["Data"]:
        one["info"]["target"] = np.array([[one["info"]["target"]]])
    expected = read(made(tmp_path, things)).rate
    for kind in ("5", "7.3"):
        data = read(
            made(tmp_path, things, kind), data="Data.A", dims=["trial", "time", "unit"], condition="Data.info.target"
        )
        assert np.array_equal(data.rate, expected)
        assert data.condition.values.tolist() == ["0", "1", "2", "3", "4", "5"]


def test_text_in_a_cell_array_names_conditions(tmp_path):
    things = fields() | {"side": ["left", "right"] * 3}
    for kind in ("5", "7.3"):
        data = read(made(tmp_path, things, kind), condition=["side", "block"], choice="side")
        assert data.condition.values.tolist()[:4] == ["left_1", "right_1", "left_1", "right_2"]
        assert data.choice.values.tolist() == ["left", "right"] * 3


def test_variables_become_the_coordinates_of_the_card(tmp_path):
    data = read(
        made(tmp_path), per_trial={"angle": "target"}, events={"go_cue": "go"}, per_unit={"array": "area"},
        keep={"block": [2]}, behavior={"hand": ["x", "y"]}, behavior_dims=["trial", "time", "channel"],
        behavior_units="mm",
    )  # fmt: skip
    assert data.angle.values.tolist() == [0, 90, 45.5]
    assert np.allclose(data.go_cue, [-0.297, -0.296, -0.295])
    assert data.array.values.tolist() == [1, 1, 2]
    # Samples of 10 ms begin at -.5 s: their centres are 49.5 samples before 0.
    assert np.allclose(data.behavior.sel(time=0, channel="x"), 49.5 + np.arange(3, 6))
    assert np.allclose(data.behavior.sel(time=0.1, channel="y"), -59.5 - np.arange(3, 6))
    assert data.attrs["behavior_units"] == "mm"


def test_trials_with_nan_in_their_window_are_left_out_or_refused_and_nan_beyond_it_is_ignored(tmp_path):
    things = fields()
    things["counts"][1, 0, 50] = np.nan
    things["counts"][2, :, 95:] = np.nan
    path = made(tmp_path, things)
    with pytest.raises(
        BadActivity, match=r"found 1 of 6 trials incomplete \(1 with NaN or no samples in their window\)"
    ):
        read(path)
    data = read(path, incomplete="leave out")
    lacking = "trials in which only some units have values: 1 (unit_0 in 1)"
    assert data.sizes["trial"] == 5
    assert data.attrs["notes"] == f"5 trials; left out: 1 with NaN or no samples in their window; {lacking}"


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda f: f.pop("counts"), {}, "wanted counts too"),
        (lambda f: f.update(counts=f["counts"][0]), {}, r"counts: found shape \(3, 100\), wanted \(trial, unit, time"),
        (lambda f: f.update(counts="none"), {}, r"counts: found str, wanted numbers \(trial, unit, time\)"),
        (lambda f: f["counts"].__setitem__((0, 0, 50), -1), {}, "counts: found 1 values that are not counts"),
        (lambda f: f["counts"].__setitem__((0, 0, 50), 0.5), {}, "counts: found 1 values that are not counts"),
        (lambda f: f.update(target=f["target"][1:]), {}, "target: found 5 values, wanted 6"),
        (lambda f: f["target"].__setitem__(0, np.nan), {}, r"found 1 of 6 trials incomplete \(1 without a condition\)"),
        (lambda f: f["t"].__setitem__((0, 9), 0), {"time": "t"}, "t: found steps from .*, wanted evenly spaced"),
        (lambda f: None, {"dims": ["trial", "unit", "unit"]}, "found dimensions .* in the card"),
        (lambda f: None, {"data": "target.rates"}, "target.rates: found float64 of shape .*, wanted a structure"),
        (lambda f: None, {"time": {"start": 0.0, "step": 0.0}}, "wanted a variable, or start and a step above 0"),
        (lambda f: None, {"behavior": {"hand": ["x", "y"]}}, "hand: found no behavior_dims"),
        (
            lambda f: None,
            {"behavior": {"hand": ["x"]}, "behavior_dims": ["trial", "time", "channel"]},
            r"hand: found \(6, 100, 2\) trials, samples and channels, wanted \(6, 100, 1\)",
        ),
    ],
)
def test_an_invalid_file_or_card_is_refused(tmp_path, change, options, message):
    things = fields()
    change(things)
    with pytest.raises(BadActivity, match=message):
        read(made(tmp_path, things), **options)


@pytest.mark.parametrize("kind", ["5", "7.3"])
@pytest.mark.parametrize("dtype", [float, np.uint8])
def test_trials_with_their_own_clocks_and_durations_are_aligned_to_their_events(tmp_path, kind, dtype):
    expected = read(
        made(tmp_path), behavior={"hand": ["x", "y"]}, behavior_dims=["trial", "time", "channel"], smooth=0.02
    )
    data = read(made(tmp_path, own_clocks(dtype), kind), **OWN, smooth=0.02, events={"event": "R.onset"})
    assert np.allclose(data.rate, expected.rate, rtol=1e-12)
    assert np.allclose(data.behavior, expected.behavior)
    assert (data.condition.values == expected.condition.values).all() and (data.event == 0).all()


def test_an_event_between_samples_is_rounded_to_the_nearest(tmp_path):
    things = own_clocks()
    for one, off in zip(things["R"], [-4.0, 4.0, 0.0, 2.0, -2.0, 1.0], strict=True):
        one["onset"] = one["onset"] + off
    assert read(made(tmp_path, things), **OWN).rate.identical(read(made(tmp_path, own_clocks()), **OWN).rate)


def test_trials_without_event_or_complete_window_are_left_out_and_events_outside_are_refused(tmp_path):
    things = own_clocks()
    things["R"][0]["onset"][0, 0] = np.nan
    things["R"][3]["raster"] = things["R"][3]["raster"][:, :70]
    things["R"][3]["hand"] = things["R"][3]["hand"][:, :70]
    data = read(made(tmp_path, things), **OWN, incomplete="leave out")
    lost = "conditions left out: 1 of 3 without a complete trial (0)"
    reasons = "1 without the event, 1 with NaN or no samples in their window"
    assert data.attrs["notes"] == f"4 trials; left out: {reasons}; {lost}"
    things["R"][1]["onset"][0, 0] = 5000.0
    with pytest.raises(
        BadActivity, match=r"R.onset: found 5 events, 1 of them outside the samples, at 5 s; .* 0 to 1 s"
    ):
        read(made(tmp_path, things), **OWN)


def test_a_column_of_a_table_is_selected_by_its_index(tmp_path):
    things = own_clocks() | {"info": np.stack([np.zeros(TRIALS), fields()["target"][:, 0]], axis=1)}
    for name in ("R.at[1]", "info[1]"):
        data = read(made(tmp_path, things), condition=name)
        assert data.condition.values.tolist() == ["0", "90", "45.5"] * 2
    with pytest.raises(
        BadActivity, match=r"info\[2\]: found float64 of shape \(6, 2\), wanted a table with at least 3"
    ):
        read(made(tmp_path, things), condition="info[2]")


def test_trials_that_differ_in_more_than_their_duration_are_refused(tmp_path):
    things = own_clocks()
    things["R"][2]["raster"] = things["R"][2]["raster"][:2]
    with pytest.raises(
        BadActivity, match=r"R.raster: found 6 items of shapes .*wanted one shape, but for the number of times"
    ):
        read(made(tmp_path, things), **OWN)


def test_conditions_may_be_dimensions_with_or_without_a_dimension_of_trials(tmp_path):
    things = fields()
    counts = things[
        "counts"
    ]  # two trials of conditions 1_1, 1_2, 1_3, as (unit, first, second, time, trial), one missing
    table = np.full((UNITS, 1, 3, SAMPLES, 3), np.nan)
    for trial in range(5):
        table[:, 0, trial % 3, :, trial // 3 * 2] = counts[trial]
    things |= {"table": table, "averages": table[..., 0]}
    dims = ["unit", "condition", "condition", "time", "trial"]
    expected = read(made(tmp_path)).rate.values
    data = read(made(tmp_path, things, "npz"), data="table", dims=dims, condition=None)
    assert data.condition.values.tolist() == ["1_1", "1_1", "1_2", "1_2", "1_3"]
    assert np.array_equal(data.rate, expected[[0, 3, 1, 4, 2]])
    data = read(made(tmp_path, things, "npz"), data="averages", dims=dims[:4], condition=None)
    assert data.condition.values.tolist() == ["1_1", "1_2", "1_3"] and np.array_equal(data.rate, expected[:3])
    things["table"] = table * np.nan
    with pytest.raises(BadActivity, match="table: found NaN throughout"):
        read(made(tmp_path, things, "npz"), data="table", dims=dims, condition=None)


def test_times_may_count_samples(tmp_path):
    things = own_clocks()
    for one in things["R"]:
        one["onset"] = one["onset"] / 10 + 1  # the first sample has number 1
    clock = {"time": {"start": 1, "step": 1}, "time_unit": 0.01}
    assert read(made(tmp_path, things), **(OWN | clock)).rate.identical(read(made(tmp_path, own_clocks()), **OWN).rate)
    with pytest.raises(BadOption, match=r"found time_unit 0, wanted s, ms, or a number of s"):
        read(made(tmp_path, things), **(OWN | clock | {"time_unit": 0}))


def test_netcdf_with_any_names_is_read(tmp_path):
    data = read(netcdf(tmp_path), time="t", per_trial={"side": "side"})
    assert data.rate.identical(read(made(tmp_path)).rate.drop_vars([]).assign_coords(data.rate.coords))
    assert data.side.values.tolist() == ["left", "right"] * 3
    with pytest.raises(BadActivity, match=r"a.nc: found variables .*'counts'.*, wanted rates too"):
        read(netcdf(tmp_path), data="rates")


def test_for_an_invalid_window_a_valid_one_is_suggested(tmp_path):
    path = made(tmp_path)
    with pytest.raises(BadOption, match=r"the widest valid window is \[-0.4, 0.4\]"):
        read(path, window=[-0.6, 0.3], smooth=0.02)
    assert read(path, window=[-0.4, 0.4], smooth=0.02).sizes["time"] == 41


def test_for_a_misspelt_field_the_nearest_name_is_suggested(tmp_path):
    things = fields() | {"Data": {"counts": fields()["counts"], "x": np.ones((1, 1))}}
    with pytest.raises(BadActivity, match=r"Data.count: found fields counts, x, wanted 'count'. Did you mean 'counts'"):
        read(made(tmp_path, things), data="Data.count")


@pytest.mark.parametrize("kind", SAVE)
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_truncated_file_is_refused(tmp_path, kind, share):
    path = made(tmp_path, kind=kind)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(BadActivity, match=r"found no readable|wanted .* too"):
        read(path)


def test_an_activity_that_would_not_fit_into_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("rnncompare.reading.rates.LARGEST", 1000)
    with pytest.raises(BadActivity, match=r"a.mat: found 6 trials x 26 times x 3 units, which take .* GB, wanted at"):
        read(made(tmp_path))
    things = fields() | {"side": ["left", "right" * 100] * 3}
    with pytest.raises(BadActivity, match=r"side: found 6 texts x 500 characters, which take .* GB"):
        read(made(tmp_path, things), values="rates", window=[0, 0], condition="side")


def test_an_npz_with_a_pickle_or_a_too_large_decompressed_size_is_refused(tmp_path, monkeypatch):
    np.savez(tmp_path / "a.npz", **fields() | {"counts": np.array([{}])})
    with pytest.raises(BadActivity, match=r"found no readable npz file .*is stored as a pickle"):
        read(tmp_path / "a.npz")
    monkeypatch.setattr("rnncompare.reading.arrays.npz.size_limit", lambda path: 1000)
    with pytest.raises(BadActivity, match=r"found no readable npz file .*\d+ bytes in \d+"):
        read(made(tmp_path, kind="npz"))


def test_with_the_bin_of_the_file_counts_are_unchanged_and_bins_begin_at_sample_boundaries(tmp_path):
    """The example of docs/adding.md: samples from -500 ms, 10 ms each, read in bins of 10 ms."""
    data = read(made(tmp_path), bin=0.01, window=[-0.5, 0.5])
    assert np.array_equal(data.rate, fields()["counts"].swapaxes(1, 2) / 0.01)
    assert np.allclose(data.time, -0.495 + 0.01 * np.arange(SAMPLES), atol=1e-9)
    assert data.attrs["notes"] == (
        "6 trials; left out: none; bins are shifted by 0.005 s to begin at sample boundaries"
    )
    same = read(made(tmp_path), bin=0.01, window=[-0.495, 0.495])
    assert same.identical(data)
    part = read(made(tmp_path), bin=0.01, window=[-0.2, 0.1], smooth=0.02)
    assert part.time.values[[0, -1]].tolist() == [-0.195, 0.095]


@pytest.mark.parametrize(
    ("first", "step", "bin", "shift"),
    [
        (-400, 1, 0.025, 0.0005),
        (-400, 1, 0.001, 0.0005),
        (-500, 10, 0.03, 0.005),
        (-495, 10, 0.01, 0),
        (-497, 10, 0.01, -0.002),
        (-497, 10, 0.02, 0.003),
    ],
)
def test_bins_of_counts_are_shifted_by_at_most_half_a_sample_and_divide_no_sample(tmp_path, first, step, bin, shift):
    things = fields() | {"t": first + step * np.arange(SAMPLES)[None].astype(float)}
    data = read(made(tmp_path, things), time="t", bin=bin, window=[-5 * bin, -bin] if step > 1 else [-0.375, -0.325])
    assert np.allclose(data.time.values / bin - shift / bin, np.round(data.time.values / bin - shift / bin), atol=1e-6)
    begins = things["t"][0] / 1e3
    inside = (begins >= data.time.values[0] - bin / 2 - 1e-7) & (begins < data.time.values[0] + bin / 2 - 1e-7)
    assert inside.sum() == round(1e3 * bin / step)
    expected = things["counts"][:, :, inside].sum(axis=2) / bin
    assert np.allclose(data.rate[:, 0], expected, rtol=1e-12)


def test_the_valid_window_nearest_to_the_given_one_is_suggested(tmp_path):
    path = made(tmp_path)
    for asked, near, bin in (([-0.6, 0.3], "[-0.48, 0.3]", 0.02), ([-0.6, 0.3], "[-0.5, 0.3]", 0.01)):
        with pytest.raises(BadOption, match=rf"nearest to the given one: \{near[:-1]}\]"):
            read(path, window=asked, bin=bin)
        assert read(path, window=eval(near), bin=bin).sizes["trial"] == TRIALS
    with pytest.raises(BadOption, match=r"wanted increasing multiples of the bin: \[-0.3, 0.32\] is nearest"):
        read(path, window=[-0.305, 0.312], bin=0.02)
    with pytest.raises(BadOption, match=r"which contains no bin centre, as bins of 0.01 s.*such as \[0, 0.01\]"):
        read(path, window=[0, 0], bin=0.01)


@pytest.mark.parametrize("first", [-0.5, 2282.6, 1688252801.32])
def test_the_valid_window_that_is_suggested_can_be_read_on_any_clock(tmp_path, first):
    path = made(tmp_path, fields() | {"t": first + 0.01 * np.arange(SAMPLES)}, "npz")
    with pytest.raises(BadOption, match=r"the widest valid window is \[.*\]") as error:
        read(path, time="t", time_unit="s", window=[-4, 4])
    assert ("no sample is at 0" in str(error.value)) == (first > 0)
    window = eval(re.search(r"valid window is (\[.*?\])", str(error.value))[1])
    data = read(path, time="t", time_unit="s", window=window)
    assert np.array_equal(np.round(data.rate * 0.02).sum("time"), fields()["counts"][:, :, 1:-1].sum(axis=2))


def jpca(**changes) -> dict:
    """The format of jPCA: a structure for each condition, with its own copy of the times."""
    things = fields()
    each = [things["t"].T if k % 2 else things["t"] for k in range(TRIALS)]
    for k, times in changes.items():
        each[int(k[1:])] = times
    return {"Data": [{"A": r.T, "times": t} for r, t in zip(things["rates"], each, strict=True)]}


JPCA = AVERAGES | {"data": "Data.A", "dims": ["condition", "time", "unit"], "time": "Data.times"}


@pytest.mark.parametrize("kind", ["5", "7.3"])
def test_times_may_be_repeated_for_each_condition(tmp_path, kind):
    data = read(made(tmp_path, jpca(), kind), **JPCA)
    assert data.rate.identical(read(made(tmp_path), **AVERAGES).rate)
    assert data.condition.values.tolist() == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("kind", ["5", "7.3"])
def test_times_that_differ_in_one_condition_are_refused_and_the_condition_is_named(tmp_path, kind):
    late = fields()["t"] + 10
    for k in (0, 3):
        with pytest.raises(
            BadActivity, match=rf"Data.times: found different numbers in 1 of 6 \(in {k + 1}, counted from 1\)"
        ):
            read(made(tmp_path, jpca(**{f"c{k}": late}), kind), **JPCA)
    with pytest.raises(BadActivity, match=r"Data.times: found str, wanted a row or column of numbers in each"):
        read(made(tmp_path, jpca(c2="none"), kind), **JPCA)


def test_shorter_conditions_may_have_fewer_times(tmp_path):
    things = jpca()
    things["Data"][4] = {"A": things["Data"][4]["A"][:90], "times": fields()["t"][:, :90]}
    data = read(made(tmp_path, things), **JPCA)
    assert data.rate.identical(read(made(tmp_path), **AVERAGES).rate)
    things["Data"] = [{"A": one["A"], "times": one["times"].ravel()[None, :99]} for one in jpca()["Data"]]
    with pytest.raises(BadActivity, match=r"Data.times: found 99 values, wanted 100: a time for each sample"):
        read(made(tmp_path, things), **JPCA)


@pytest.mark.parametrize("kind", ["5", "7.3"])
@pytest.mark.parametrize("dtype", [float, bool])
def test_sparse_rasters_are_read_as_dense_ones(tmp_path, kind, dtype):
    full = (fields()["counts"] > 1).astype(float)
    things = fields() | {"raster": [sparse(one, dtype) for one in full]}
    expected = read(made(tmp_path, fields() | {"counts": full}), bin=0.01)
    assert read(made(tmp_path, things, kind), data="raster", bin=0.01).rate.identical(expected.rate)


@pytest.mark.parametrize("kind", ["5", "7.3"])
def test_rows_of_a_character_matrix_name_conditions(tmp_path, kind):
    things = fields() | {"side": ("left", "right", "up", "left", "right", "up")}
    data = read(made(tmp_path, things, kind), condition="side", per_unit={"area": "area"}, per_trial={"where": "side"})
    assert data.condition.values.tolist() == data["where"].values.tolist() == ["left", "right", "up"] * 2


@pytest.mark.parametrize("kind", ["5", "7.3"])
def test_an_empty_cell_is_a_trial_without_samples_and_an_empty_event_is_missing(tmp_path, kind):
    things = own_clocks()
    empty = np.zeros((0, 0))
    things["R"][0]["onset"] = things["R"][4]["raster"] = empty
    path = made(tmp_path, {"R": things["R"]}, kind)
    data = read(path, **OWN | {"behavior": None}, incomplete="leave out")
    assert data.attrs["notes"] == "4 trials; left out: 1 without the event, 1 with NaN or no samples in their window"
    assert data.condition.values.tolist() == ["90", "45.5", "0", "45.5"]
    with pytest.raises(BadActivity, match="found 2 of 6 trials incomplete"):
        read(path, **OWN | {"behavior": None})
    things["R"][1]["target"] = empty
    with pytest.raises(BadActivity, match=r"found 1 .*condition|without a condition"):
        read(made(tmp_path, {"R": things["R"]}, kind), **OWN | {"behavior": None})


@pytest.mark.parametrize("kind", ["5", "7.3"])
def test_vectors_in_cells_are_one_unit_and_one_rate_per_trial_is_one_sample(tmp_path, kind):
    things = fields()
    counts = things["counts"]
    things |= {
        "lone": [row[1:2] if k % 2 else row[1:2].T for k, row in enumerate(counts)],
        "sum": counts[:, :, 30:80].sum(axis=2),
        "rows": [s if k % 2 else s.T for k, s in enumerate(counts[:, None, :, 30:80].sum(axis=3))],
    }
    path = made(tmp_path, things, kind)
    expected = read(made(tmp_path, kind="npz")).rate
    assert np.array_equal(read(path, data="lone", dims=["trial", "time"]).rate, expected[:, :, 1:2])
    one = {"dims": ["trial", "unit"], "time": {"start": -200, "step": 500}, "bin": 0.5, "window": [0, 0.5]}
    for name in ("sum", "rows"):
        data = read(path, data=name, **one)
        assert data.time.values.tolist() == [0.05] and np.allclose(data.rate[:, 0], things["sum"] / 0.5)
    rates = read(path, data="sum", values="rates", **one)
    assert np.allclose(rates.rate[:, 0], things["sum"], rtol=1e-12)
    with pytest.raises(BadActivity, match=r"found dims \['trial'\] in the card, wanted also unit or time, or both"):
        read(path, data="sum", dims=["trial"])


BEHAVIOR = {"behavior": {"hand": ["x", "y", "z"]}, "behavior_dims": ["trial", "time", "channel"]}


def test_a_channel_that_is_nan_throughout_is_named_and_can_be_left_out_by_null(tmp_path):
    things = fields()
    things["hand"] = np.concatenate([things["hand"], np.full((TRIALS, SAMPLES, 1), np.nan)], axis=2)
    path = made(tmp_path, things)
    for incomplete in ("refuse", "leave out"):
        with pytest.raises(BadActivity, match=r"a.mat: behavior: found z NaN, .* in all of 6 trials, .*null"):
            read(path, **BEHAVIOR, incomplete=incomplete)
    data = read(path, **BEHAVIOR | {"behavior": {"hand": ["x", None, None]}})
    assert data.channel.values.tolist() == ["x"] and data.sizes["trial"] == TRIALS
    assert read(path, **BEHAVIOR | {"behavior": {"hand": [None, None, None]}}).sizes.get("channel", 0) == 0


def test_a_channel_that_is_nan_in_one_trial_leaves_that_trial_out(tmp_path):
    things = fields()
    things["hand"][2, 40:60, 1] = np.nan
    names = BEHAVIOR | {"behavior": {"hand": ["x", "y"]}, "incomplete": "leave out"}
    data = read(made(tmp_path, things), **names)
    assert data.attrs["notes"] == "5 trials; left out: 1 without behavior"
    assert read(made(tmp_path, things), **names | {"behavior": {"hand": ["x", None]}}).sizes["trial"] == TRIALS


def clock(times, **more):
    return fields() | {"t": times} | more


@pytest.mark.parametrize("double", [False, True])
def test_evenly_spaced_times_are_recovered_from_single_precision(tmp_path, double):
    """Late times: the resolution of single precision is 0.24 ms at 2282.6 s, and steps are 10 ms."""
    times = (2282.6 + 0.01 * np.arange(SAMPLES)).astype(np.float32)
    times = times.astype(float) if double else times
    path = made(tmp_path, clock(times, onset=np.full(TRIALS, times[50])), "npz")
    data = read(path, time="t", time_unit="s", align="onset")
    assert np.allclose(data.rate, read(made(tmp_path)).rate, rtol=1e-12)
    assert np.allclose(read(path, time="t", time_unit="s", align="onset", bin=0.01).sizes["time"], 50)


def test_times_in_single_precision_that_do_not_resolve_samples_are_refused_with_their_deviation(tmp_path):
    times = (1e6 + 0.01 * np.arange(SAMPLES)).astype(np.float32)
    with pytest.raises(
        BadActivity, match=r"t: found steps from 0 to 0.0625 s, up to 0.03\d* s from an even spacing.*32 b"
    ):
        read(made(tmp_path, clock(times), "npz"), time="t", time_unit="s")


@pytest.mark.parametrize("dtype", [np.int16, np.uint16, np.float32, np.int64])
def test_times_may_be_of_any_numeric_type(tmp_path, dtype):
    times = (fields()["t"] + 600).astype(dtype)
    shifted = {"time": "t", "align": "onset"}
    path = made(tmp_path, clock(times, onset=np.full(TRIALS, 600, dtype)))
    assert read(path, **shifted).rate.identical(read(made(tmp_path)).rate)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda t: t.__setitem__((0, 50), t[0, 49]),
            r"1 repeat the preceding time\): samples 51 \(-0.01 after -0.01",
        ),
        (lambda t: t.__setitem__((0, 50), -400), r"1 are earlier\): samples 51 \(-0.4 after -0.01\), counted from 1"),
        (
            lambda t: t.__setitem__((0, slice(None)), t[0, ::-1]),
            r"99 of 100 times that do not increase \(99 are earlier",
        ),
        (lambda t: t.__setitem__((0, 50), np.nan), r"2 are NaN"),
        (
            lambda t: t.__setitem__((0, slice(60, None)), t[0, 60:] + 40),
            r"up to .* from an even spacing.* that to sample 61",
        ),
    ],
)
def test_times_that_are_not_evenly_increasing_are_refused_with_their_place(tmp_path, change, message):
    things = fields()
    change(things["t"])
    with pytest.raises(BadActivity, match=rf"t: found steps from .*{message}"):
        read(made(tmp_path, things), time="t")


def test_a_pickled_column_of_an_npz_is_refused_with_how_to_convert_it(tmp_path):
    np.savez(tmp_path / "a.npz", **fields() | {"side": np.array(["left", "right"] * 3, dtype=object)})
    with pytest.raises(BadActivity, match=r"side: an array of objects, .*save side.astype\(str\) for text"):
        read(tmp_path / "a.npz", condition="side")
    assert read(tmp_path / "a.npz").sizes["trial"] == TRIALS
