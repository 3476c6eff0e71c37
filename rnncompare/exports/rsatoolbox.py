"""Export of an activity as a data set of rsatoolbox."""

from pathlib import Path

import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.exports._trials import coordinates_along, provenance
from rnncompare.files.atomic import atomic


def rsatoolbox(data: xr.Dataset, out: Path, *, about: dict) -> None:
    """Write a TemporalDataset (trial, unit, time) in rsatoolbox's HDF5 format, with coordinates as descriptors.

    Behavior is omitted, because rsatoolbox has no place for it. Raises BadActivity for labels with characters beyond
    ASCII, which rsatoolbox's files cannot store.
    """
    with atomic(out) as temporary:
        try:
            temporal_dataset(data, about=about).save(str(temporary), file_type="hdf5", overwrite=True)
        except UnicodeEncodeError as error:
            found = f"'{error.object[error.start : error.end]}' in a label"
            raise BadActivity(
                f"{out}: found {found}, wanted ASCII, as rsatoolbox's files store no other text"
            ) from error


def temporal_dataset(data: xr.Dataset, *, about: dict):
    """The activity as an rsatoolbox.data.TemporalDataset."""
    from rsatoolbox.data import TemporalDataset

    return TemporalDataset(
        data.rate.values.transpose(0, 2, 1),
        descriptors={name: str(value) for name, value in provenance(data, about).items()},
        obs_descriptors={name: values.tolist() for name, values in coordinates_along(data, "trial").items()},
        channel_descriptors={
            n: v.tolist() for n, v in {"unit": data.unit.values, **coordinates_along(data, "unit")}.items()
        },
        time_descriptors={"time": data.time.values.tolist()},
    )
