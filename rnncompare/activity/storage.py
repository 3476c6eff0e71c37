"""Reading and writing of activities and other datasets as netCDF, with validation and checksums."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xarray as xr

from rnncompare.activity.contract import NAMES, BadActivity, validate
from rnncompare.files import checksums, hdf5, records
from rnncompare.files.atomic import atomic
from rnncompare.files.labels import names
from rnncompare.files.safety import size_limit

ADVICE_FOR_RESULTS = f"; if it is a truncated or damaged result, {checksums.REMEDY}"


def write(data: xr.Dataset, path: str | Path) -> None:
    """Validate an activity and write it, completely or not at all. Raises BadActivity."""
    validate(data, str(path))
    write_dataset(data, path)


def read(path: str | Path, *, from_user: bool = False) -> xr.Dataset:
    """Read and validate an activity; numeric names of conditions, units and channels are converted to labels.

    from_user: if true, the file may be a user's own without a checksum. Raises BadActivity, Damaged.
    """
    return validate(named(read_dataset(path, from_user=from_user)), str(path))


def named(data: xr.Dataset) -> xr.Dataset:
    """The dataset with the names of conditions, units and channels converted to text."""
    others = {n: data[n] for n in NAMES if n in data.coords and data[n].ndim == 1 and data[n].dtype.kind not in "OU"}
    return data.assign_coords({n: (found.dims, names(found.values)) for n, found in others.items()})


def write_dataset(data: xr.Dataset, path: str | Path) -> None:
    """Write a dataset as netCDF with its checksum, completely or not at all; repeated writes are byte-identical."""
    # The file is first built in memory, because HDF5 aborts the process if it cannot close a file on a full disk.
    record = records.line_for(path)
    data = data if record is None else data.assign_attrs({records.ATTRIBUTE: record})
    content = data.to_netcdf(engine="h5netcdf")
    with atomic(path) as temporary:
        temporary.write_bytes(checksums.with_checksum(content))


def read_dataset(path: str | Path, *, from_user: bool = False) -> xr.Dataset:
    """Read a netCDF file completely into memory; from_user: see `read`. Raises BadActivity, checksums.Damaged."""
    with _opened(path, from_user) as data:
        if data.nbytes > size_limit(path):  # the declared dimensions may exceed the stored data
            raise ValueError(f"variables of {data.nbytes} bytes in {Path(path).stat().st_size}")
        data.load().attrs.pop(records.ATTRIBUTE, None)  # of the file, not of what is computed from it
        return _as_long_as_its_dimensions(data)


def _as_long_as_its_dimensions(data: xr.Dataset) -> xr.Dataset:
    """The data; raises ValueError for a variable that is stored with another length than its dimensions declare."""
    for name, variable in data.variables.items():
        for dimension, length in zip(variable.dims, variable.values.shape, strict=True):
            if length != data.sizes[dimension]:
                raise ValueError(f"{name} has {length} values along {dimension}, which has {data.sizes[dimension]}")
    return data


def read_labels(path: str | Path) -> dict[str, str | int]:
    """The attributes of a netCDF file written by rnncompare. Raises BadActivity, checksums.Damaged."""
    with _opened(path, from_user=False) as data:
        return {name: value for name, value in data.attrs.items() if name != records.ATTRIBUTE}


@contextmanager
def _opened(path: str | Path, from_user: bool) -> Iterator[xr.Dataset]:
    open(path, "rb").close()  # for a folder or missing permission, the system's error is clearer than that of HDF5
    has_checksum = checksums.has_checksum(path)
    try:
        hdf5.refuse_unsafe(path)
        with xr.open_dataset(path, engine="h5netcdf", decode_times=False) as data:  # times must remain numbers
            if not (has_checksum or from_user):
                raise checksums.missing_checksum(path)
            yield data
    except (FileNotFoundError, checksums.Damaged):
        raise
    except Exception as error:
        raise BadActivity(
            f"{path}: found no readable netCDF file ({error}), wanted the netCDF4 format; an older file is converted "
            f"by xr.load_dataset(OLD).to_netcdf(NEW, engine='h5netcdf'){'' if from_user else ADVICE_FOR_RESULTS}"
        ) from error
