"""An activity as a data set of rsatoolbox."""

from pathlib import Path

import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.exports._trials import along, provenance
from rnncompare.files.atomic import atomic


def rsatoolbox(data: xr.Dataset, out: Path, *, about: dict) -> None:
    """Write a TemporalDataset (trial, unit, time) as rsatoolbox's HDF5: conditions and labels are descriptors.

    rsatoolbox has no place for behavior, which stays behind, and its files none for letters beyond ASCII. Raises
    BadActivity.
    """
    with atomic(out) as temporary:
        try:
            temporal_dataset(data, about=about).save(str(temporary), file_type="hdf5", overwrite=True)
        except UnicodeEncodeError as error:
            found = f"'{error.object[error.start : error.end]}' in a label"
            raise BadActivity(f"{out}: found {found}, wanted ASCII: rsatoolbox's files hold nothing else") from error


def temporal_dataset(data: xr.Dataset, *, about: dict):
    """The same as an object: rsatoolbox.data.TemporalDataset."""
    from rsatoolbox.data import TemporalDataset

    return TemporalDataset(
        data.rate.values.transpose(0, 2, 1),
        descriptors={name: str(value) for name, value in provenance(data, about).items()},
        obs_descriptors={name: values.tolist() for name, values in along(data, "trial").items()},
        channel_descriptors={n: v.tolist() for n, v in {"unit": data.unit.values, **along(data, "unit")}.items()},
        time_descriptors={"time": data.time.values.tolist()},
    )
