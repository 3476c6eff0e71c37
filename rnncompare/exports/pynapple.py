"""An activity as objects of pynapple."""

from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare.exports._trials import along, as_text, one_after_another, provenance, together
from rnncompare.files.atomic import atomic


def pynapple(data: xr.Dataset, out: Path, *, about: dict) -> None:
    """Write the folder `out`: rate.npz and behavior.npz (TsdFrame), trials.npz (IntervalSet), provenance.json.

    Columns are units, with their labels as metadata; an interval is a trial, with its condition, the event at the
    activity's time 0 and its other coordinates as metadata. Time runs through all trials, one after another.
    """
    for name, thing in objects(data).items():
        with atomic(Path(out) / f"{name}.npz") as temporary:
            thing.save(str(temporary))
    with atomic(Path(out) / "provenance.json") as temporary:
        temporary.write_text(as_text(provenance(data, about)) + "\n", encoding="utf-8")


def objects(data: xr.Dataset) -> dict:
    """The same as objects: rate, behavior where there is some, and trials."""
    import pynapple as nap

    clock = one_after_another(data)
    trials = nap.IntervalSet(clock.start, clock.stop, metadata={"event": clock.event, **along(data, "trial")})
    made = {"trials": trials}
    for name, column in {"rate": "unit", "behavior": "channel"}.items():
        if name in data:
            frame = {
                "t": clock.times.ravel(),
                "d": together(data, name),
                "time_support": nap.IntervalSet(trials.values),
            }
            labels = {key: np.asarray(values) for key, values in along(data, column).items()}
            made[name] = nap.TsdFrame(**frame, columns=data[column].values, metadata=labels)
    return made
