"""Reading and writing of activities and other datasets as netCDF, with validation and checksums."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

import xarray as xr

from rnncompare.activity.contract import NAMES, BadActivity, validate
from rnncompare.files import bundles, checksums, hdf5, records
from rnncompare.files.atomic import atomic
from rnncompare.files.labels import names
from rnncompare.files.members import File, for_hdf5, opened, size_of
from rnncompare.files.safety import size_limit

ADVICE_FOR_RESULTS = f"; if it is a truncated or damaged result, {checksums.REMEDY}"


def write(data: xr.Dataset, path: str | Path) -> None:
    """Validate an activity and write it, completely or not at all. Raises BadActivity."""
    validate(data, str(path))
    write_dataset(data, path)


def write_all(networks: Iterable[tuple[int, xr.Dataset]], out: list[Path]) -> None:
    """Write activities, given with their seeds, to a file each or, if `out` is a bundle, all to one.

    Each is written before the next is asked for. Raises BadActivity, with the seed.
    """
    if len(out) == 1 and bundles.is_bundle(out[0]):
        bundles.write((_member(data, seed, out[0]) for seed, data in networks), out[0])
        return
    left = iter(networks)
    for path in out:
        with records.apart():  # each activity is recorded with what it was made from
            _, data = next(left)
            write(data, path)
    if next(left, None) is not None:
        raise ValueError(f"found more activities than files, wanted {len(out)} of each")


def _member(data: xr.Dataset, seed: int, bundle: Path) -> tuple[str, bytes]:
    name = f"{seed}.nc"
    return name, _content(validate(data, f"{bundle}, {name}"))


def read_all(paths: Iterable[str | Path]) -> Iterator[xr.Dataset]:
    """The activities in files of one or of several networks, in their order, each read when it is asked for.

    Raises BadActivity, bundles.BadBundle, Damaged.
    """
    for path in paths:
        yield from map(read, bundles.read(path)) if bundles.is_bundle(path) else [read(path)]


def count(paths: Iterable[str | Path]) -> int:
    """The number of activities or checkpoints in files of one or of several networks."""
    return sum(bundles.count(path) if bundles.is_bundle(path) else 1 for path in paths)


def read_beside(sources: list[Path], others: list[Path]) -> Iterator[tuple[xr.Dataset, xr.Dataset]]:
    """Each activity of `sources` with its own of `others`, or with the only one of `others`, which is read once."""
    shared = repeat(next(read_all(others))) if count(others) == 1 else None
    return zip(read_all(sources), shared or read_all(others), strict=shared is None)


def read(path: File, *, from_user: bool = False) -> xr.Dataset:
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
    record = records.line_for(path)
    content = _content(data if record is None else data.assign_attrs({records.ATTRIBUTE: record}))
    with atomic(path) as temporary:
        temporary.write_bytes(content)


def _content(data: xr.Dataset) -> bytes:
    """A dataset as netCDF with its checksum.

    It is built in memory, because HDF5 aborts the process if it cannot close a file on a full disk.
    """
    return checksums.with_checksum(data.to_netcdf(engine="h5netcdf"))


def read_dataset(path: File, *, from_user: bool = False) -> xr.Dataset:
    """Read a netCDF file completely into memory; from_user: see `read`. Raises BadActivity, checksums.Damaged."""
    with _opened(path, from_user) as data:
        if data.nbytes > size_limit(path):  # the declared dimensions may exceed the stored data
            raise ValueError(f"variables of {data.nbytes} bytes in {size_of(path)}")
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
def _opened(path: File, from_user: bool) -> Iterator[xr.Dataset]:
    opened(path).close()  # for a folder or missing permission, the system's error is clearer than that of HDF5
    has_checksum = checksums.has_checksum(path)
    try:
        hdf5.refuse_unsafe(path)
        file = for_hdf5(path)
        with xr.open_dataset(file, engine="h5netcdf", decode_times=False) as data:  # times must remain numbers
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
