"""Export of an activity as pynapple objects."""

from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare.exports._trials import as_text, concatenated_clock, coordinates_along, flattened, provenance
from rnncompare.files.atomic import atomic


def pynapple(data: xr.Dataset, out: Path, *, about: dict) -> None:
    """Write the folder `out` with rate.npz and behavior.npz (TsdFrame), trials.npz (IntervalSet) and provenance.json.

    Columns are units, with their coordinates as metadata. Each interval is a trial, with its condition, the event at
    time 0 of the activity and other coordinates as metadata. Trials follow each other on one clock.
    """
    for name, thing in objects(data).items():
        with atomic(Path(out) / f"{name}.npz") as temporary:
            thing.save(str(temporary))
    with atomic(Path(out) / "provenance.json") as temporary:
        temporary.write_text(as_text(provenance(data, about)) + "\n", encoding="utf-8")


def objects(data: xr.Dataset) -> dict:
    """The pynapple objects: rate, behavior if there is any, and trials."""
    import pynapple as nap

    clock = concatenated_clock(data)
    trials = nap.IntervalSet(
        clock.start, clock.stop, metadata={"event": clock.event, **coordinates_along(data, "trial")}
    )
    made = {"trials": trials}
    for name, column in {"rate": "unit", "behavior": "channel"}.items():
        if name in data:
            frame = {
                "t": clock.times.ravel(),
                "d": flattened(data, name),
                "time_support": nap.IntervalSet(trials.values),
            }
            labels = {key: np.asarray(values) for key, values in coordinates_along(data, column).items()}
            made[name] = nap.TsdFrame(**frame, columns=data[column].values, metadata=labels)
    return made
