"""The reader of activities in netCDF."""

import numpy as np
import pytest
from conftest import make_activity

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.activity_file import activity_file

OPTIONS = {"bin": 0.01, "minimum_rate": 0, "window": [-0.1, 0.1]}


@pytest.fixture
def path(made_up, tmp_path):
    data = made_up(0, trials=3)
    activity.write(data.assign(rate=data.rate + 10 * (data.unit != "unit_3")), tmp_path / "a.nc")
    return tmp_path / "a.nc"


def read(path, **options):
    return activity_file({path.name: path}, **(OPTIONS | options))


def seeds(folder):
    """The initial file of the fuzzer, without a checksum, because a checksum alone would refuse all damage."""
    make_activity(0, units=4, trials=2).to_netcdf(folder / "a.nc", engine="h5netcdf")
    yield folder / "a.nc", read


def test_the_activity_is_that_of_the_file_at_the_times_of_the_window(path):
    data, whole = read(path), activity.read(path)
    kept = whole.isel(unit=whole.rate.sel(time=data.time).mean(("trial", "time")).values >= 0)
    assert data.identical(kept.sel(time=data.time))
    assert data.time.values.tolist() == pytest.approx((np.arange(21) - 10) / 100)


def test_units_below_the_minimum_rate_are_left_out(path):
    assert "unit_3" not in read(path, minimum_rate=5).unit.values


def test_another_step_or_window_is_refused(path):
    with pytest.raises(BadOption, match=r"a.nc: found bin 0.02 s, wanted 0.01, the time step of the file"):
        read(path, bin=0.02)
    with pytest.raises(BadOption, match=r"found times from -0.2 to 0.19 s in steps of 0.01 s, wanted -0.3 to 0 s"):
        read(path, window=[-0.3, 0])


def test_a_file_of_another_format_is_refused(tmp_path):
    (tmp_path / "a.nc").write_bytes(b"no netCDF")
    with pytest.raises(BadActivity, match=r"a.nc: found no readable netCDF file"):
        read(tmp_path / "a.nc")
