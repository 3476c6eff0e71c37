"""Activities and tables of many dimensions on disk: netCDF, whole, checked when written and when read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xarray as xr

from rnncompare.activity.contract import NAMES, BadActivity, validate
from rnncompare.files import checksums, hdf5
from rnncompare.files.atomic import atomic
from rnncompare.files.labels import names
from rnncompare.files.safety import size_limit

OR_AGAIN = f"; where it is a result that was cut or damaged, {checksums.REMEDY}"


def write(data: xr.Dataset, path: str | Path) -> None:
    """Validate and write, whole or not at all."""
    validate(data, str(path))
    write_dataset(data, path)


def read(path: str | Path, *, from_user: bool = False) -> xr.Dataset:
    """Read and validate; conditions, units and channels that another program wrote as numbers become their labels.

    from_user: by a user, so that it may lack our checksum. Raises BadActivity, Damaged.
    """
    return validate(named(read_dataset(path, from_user=from_user)), str(path))


def named(data: xr.Dataset) -> xr.Dataset:
    """The same with text for the names of conditions, units and channels."""
    others = {n: data[n] for n in NAMES if n in data.coords and data[n].ndim == 1 and data[n].dtype.kind not in "OU"}
    return data.assign_coords({n: (found.dims, names(found.values)) for n, found in others.items()})


def write_dataset(data: xr.Dataset, path: str | Path) -> None:
    """Write any dataset as netCDF with its checksum, whole or not at all; rewrites are byte-identical."""
    # In memory first: HDF5 cannot close a file on a full disk, and ends the process instead.
    content = data.to_netcdf(engine="h5netcdf")
    with atomic(path) as temporary:
        temporary.write_bytes(checksums.with_checksum(content))


def read_dataset(path: str | Path, *, from_user: bool = False) -> xr.Dataset:
    """Read a whole netCDF file into memory; from_user: as `read` has it. Raises BadActivity, checksums.Damaged."""
    with _opened(path, from_user) as data:
        if data.nbytes > size_limit(path):  # a dimension may be longer than what is stored along it
            raise ValueError(f"variables of {data.nbytes} bytes in {Path(path).stat().st_size}")
        return data.load()


def read_labels(path: str | Path) -> dict[str, str | int]:
    """The attributes of a netCDF file of ours. Raises BadActivity, checksums.Damaged."""
    with _opened(path, from_user=False) as data:
        return dict(data.attrs)


@contextmanager
def _opened(path: str | Path, from_user: bool) -> Iterator[xr.Dataset]:
    open(path, "rb").close()  # a folder, or no permission: the system's words say more than HDF5's
    sealed = checksums.has_checksum(path)
    try:
        hdf5.refuse_unsafe(path)
        with xr.open_dataset(path, engine="h5netcdf", decode_times=False) as data:  # times are numbers, whatever unit
            if not (sealed or from_user):
                raise checksums.missing_checksum(path)
            yield data
    except (FileNotFoundError, checksums.Damaged):
        raise
    except Exception as error:
        raise BadActivity(
            f"{path}: found no readable netCDF file ({error}), wanted one of netCDF4; xarray makes it of an older "
            f"one: xr.load_dataset(OLD).to_netcdf(NEW, engine='h5netcdf'){'' if from_user else OR_AGAIN}"
        ) from error
