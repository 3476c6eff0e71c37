"""The data contract of an activity: valid datasets are written and read, and all others are refused."""

from functools import partial

import h5py
import numpy as np
import pytest
from conftest import make_activity

from rnncompare import activity
from rnncompare.activity import BadActivity


def seeds(folder):
    """The initial file of the fuzzer, without a checksum, because a checksum alone would refuse all damage."""
    make_activity(0).to_netcdf(folder / "a.nc", engine="h5netcdf")
    yield folder / "a.nc", partial(activity.read, from_user=True)


def test_what_is_written_is_read_again(made_up, tmp_path):
    data = made_up(0)
    activity.write(data, tmp_path / "a.nc")
    assert activity.read(tmp_path / "a.nc").identical(data)


def test_writing_twice_gives_the_same_bytes(made_up, tmp_path):
    for name in ("a.nc", "b.nc"):
        activity.write(made_up(0), tmp_path / name)
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()


def test_nan_is_refused_with_a_count_and_no_file_is_written(made_up, tmp_path):
    data = made_up(0).copy(deep=True)
    data.rate[0, :3, 0] = np.nan
    with pytest.raises(BadActivity, match=r"a\.nc: found 3 of 6400 values of rate NaN or infinite, wanted none"):
        activity.write(data, tmp_path / "a.nc")
    assert list(tmp_path.iterdir()) == []


def corrupted(data, how):
    return {
        "no rate": lambda d: d.drop_vars("rate"),
        "wrong dimensions": lambda d: d.transpose("time", "trial", "unit"),
        "no condition": lambda d: d.drop_vars("condition"),
        "uneven times": lambda d: d.assign_coords(time=np.r_[d.time.values[:-1], d.time.values[-1] + 0.005]),
        "times as text": lambda d: d.assign_coords(time=[f"{t:g}" for t in d.time.values]),
        "an infinite time": lambda d: d.isel(time=[0]).assign_coords(time=[np.inf]),
        "repeated unit": lambda d: d.assign_coords(unit=["unit_0", *d.unit.values[:-1]]),
        "integers": lambda d: d.assign(rate=d.rate.astype(int)),
        "unknown attribute": lambda d: d.assign_attrs(colour="red"),
        "no trials": lambda d: d.isel(trial=slice(0)),
    }[how](data)


@pytest.mark.parametrize(
    "how",
    [
        "no rate",
        "wrong dimensions",
        "no condition",
        "uneven times",
        "times as text",
        "an infinite time",
        "repeated unit",
        "integers",
        "unknown attribute",
        "no trials",
    ],
)
def test_a_dataset_that_breaks_the_contract_is_refused_with_found_and_wanted(made_up, how):
    with pytest.raises(BadActivity, match=r"^here: found .*, wanted .*"):
        activity.validate(corrupted(made_up(0), how), "here")


def test_a_file_that_is_not_netcdf_is_refused_by_name(tmp_path):
    (tmp_path / "a.nc").write_bytes(b"CDF? no")
    with pytest.raises(BadActivity, match=r"a\.nc: found no readable netCDF file"):
        activity.read(tmp_path / "a.nc")


def test_a_file_whose_declared_dimension_exceeds_its_stored_data_is_refused(made_up, tmp_path):
    activity.write(made_up(0), tmp_path / "a.nc")
    with h5py.File(tmp_path / "a.nc", "r+") as file:
        kept = {name: value for name, value in file["unit"].attrs.items() if name != "REFERENCE_LIST"}
        del file["unit"]
        file.create_dataset("unit", (10**7,), float, chunks=(1000,), compression="gzip").attrs.update(kept)
    with pytest.raises(BadActivity, match=r"a.nc: found no readable netCDF file \(variables of \d+ bytes in \d+\)"):
        activity.read(tmp_path / "a.nc", from_user=True)


def test_a_variable_that_is_shorter_than_its_dimension_is_refused_by_name(made_up, tmp_path):
    activity.write(made_up(0), tmp_path / "a.nc")
    with h5py.File(tmp_path / "a.nc", "a") as file:
        about = {name: value for name, value in file["unit"].attrs.items() if name != "REFERENCE_LIST"}
        del file["unit"]
        file.create_dataset("unit", data=["one"], dtype=h5py.string_dtype()).attrs.update(about)
    with pytest.raises(
        BadActivity, match=r"a\.nc: found no readable netCDF file \((unit|rate) has \d+ values along unit"
    ):
        activity.read(tmp_path / "a.nc", from_user=True)


def test_the_average_is_the_mean_over_trials_in_natural_order(made_up):
    data = made_up(0, trials=5).isel(trial=np.random.default_rng(0).permutation(40))
    average = activity.condition_average(data)
    assert average.condition.values.tolist() == ["0", "45", "90", "135", "180", "225", "270", "315"]
    np.testing.assert_allclose(average.rate[3], data.rate[data.condition.values == "135"].mean("trial"))
    assert average.angle.values.tolist() == [0, 45, 90, 135, 180, 225, 270, 315]


def test_a_coordinate_that_differs_between_trials_of_a_condition_has_no_average(made_up):
    data = made_up(0, trials=2).assign_coords(choice=("trial", ["left", "right"] * 8))
    assert "choice" not in activity.condition_average(data).coords


def test_activities_are_matched_by_the_values_of_condition_and_time_in_any_order(made_up):
    x, y = made_up(0), made_up(1)
    x2, y2 = activity.match(x, y.isel(trial=slice(None, None, -1), time=slice(5, 30)).isel(trial=slice(2, 8)))
    assert x2.condition.values.tolist() == y2.condition.values.tolist() == ["0", "45", "90", "135", "180", "225"]
    np.testing.assert_array_equal(x2.rate, x.rate[:6, 5:30])
    np.testing.assert_array_equal(y2.rate, y.rate[:6, 5:30])


def test_activities_with_different_time_steps_are_matched_at_their_common_times(made_up):
    x = made_up(0)
    coarse = x.isel(time=slice(None, None, 5))
    assert activity.match(x, coarse)[0].time.values.tolist() == coarse.time.values.tolist()


def test_no_conditions_in_common_is_an_error_that_names_both(made_up):
    y = made_up(1)
    y = y.assign_coords(condition=("trial", [f"c{k}" for k in range(8)]))
    with pytest.raises(BadActivity, match=r"found 0 conditions in common .*'45'.*'c1'.*wanted at least 3"):
        activity.match(made_up(0), y)


def test_no_times_in_common_is_an_error_that_gives_both_ranges(made_up):
    y = made_up(1)
    with pytest.raises(BadActivity, match=r"found 0 times in common.*-0.2 to 0.19 s and from 9.8 to 10.19 s"):
        activity.match(made_up(0), y.assign_coords(time=y.time + 10.0))


def test_on_a_full_disk_the_old_file_is_kept_and_no_incomplete_file_is_left(made_up, tmp_path, monkeypatch):
    path = tmp_path / "a.nc"
    activity.write(made_up(0), path)
    before = path.read_bytes()

    def full(target, content):
        target.write_text("half")
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="No space left on device"):
        activity.write(made_up(1), path)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["a.nc"]


# Recordings that contain only behaviour


def test_a_recording_of_only_behaviour_is_a_valid_activity_that_comparisons_refuse(made_up, tmp_path):
    data = made_up(0).isel(unit=slice(0), time=slice(0, 1)).assign_coords(rt=("trial", [0.3, np.nan] + [0.5] * 6))
    activity.write(data, tmp_path / "a.nc")
    assert activity.read(tmp_path / "a.nc").identical(data)
    with pytest.raises(BadActivity, match="found 20 and 0 units, wanted rates on both sides"):
        activity.match(made_up(1), data)


NAMES = {"0": {"condition": "right", "angle": 5.0}, "45": {"condition": "up", "angle": 80.0}}


def test_conditions_get_the_names_and_coordinates_of_the_activity_to_be_matched(made_up):
    data = made_up(0, conditions=8, trials=2)
    four = data.isel(trial=np.isin(data.condition, ["0", "45"]))
    named = activity.translated(four, NAMES, 0.0)
    assert named.condition.values.tolist() == ["right", "right", "up", "up"]
    assert named.angle.values.tolist() == [5, 5, 80, 80]
    assert np.array_equal(named.rate, four.rate) and "notes" not in named.attrs


def test_conditions_without_a_new_name_keep_theirs_and_unused_new_names_are_listed(made_up):
    names = {"0": {"condition": "right"}, "17": {"condition": "up"}}
    named = activity.translated(made_up(0, conditions=4, notes="4 trials"), names, 0.0)
    assert activity.conditions(named) == ["90", "180", "270", "right"]
    unchanged = "conditions that keep their names: 90, 180, 270"
    assert named.attrs["notes"] == f"4 trials; {unchanged}; new names for conditions that do not exist: 17"


def test_several_conditions_can_be_merged_into_one(made_up):
    both = {label: {"condition": "same"} for label in ("0", "90", "180", "270")}
    assert set(activity.translated(made_up(0, conditions=4), both, 0.0).condition.values.tolist()) == {"same"}


@pytest.mark.parametrize(
    ("names", "offset", "message"),
    [
        (
            {"7": {"condition": "a"}},
            0.0,
            r"found none of \['7'\] in the file, wanted some of \['0', '90', '180', '270'",
        ),
        (NAMES, 0.0, r"found no angle of \['90', '180', '270'\], wanted one for each condition"),
        ({}, 0.004, r"found offset 0.004 s, wanted a multiple of the time step, 0.01 s"),
    ],
)
def test_invalid_names_and_offsets_are_refused(made_up, names, offset, message):
    with pytest.raises(BadActivity, match=message):
        activity.translated(made_up(0, conditions=4), names, offset)


def test_an_offset_is_added_to_the_times(made_up):
    data = made_up(0)
    moved = activity.translated(data, {}, -0.05)
    assert np.allclose(moved.time, data.time - 0.05) and np.array_equal(moved.rate, data.rate)


def test_conditions_without_a_counterpart_are_listed(made_up):
    data = made_up(0, conditions=4)
    assert activity.unmatched(data, data) == ""
    one = data.isel(trial=[0, 1, 2])
    assert activity.unmatched(one, data) == "conditions only of the recording: 270"
    other = activity.translated(one, {"0": {"condition": "up"}}, 0.0)
    assert activity.unmatched(other, one) == "conditions only of the source: up; conditions only of the recording: 0"
