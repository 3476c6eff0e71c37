"""The label of networks that were trained on recorded activity, and the units with which they can still be compared.

A network that was trained on the activity of some units is similar to these units whatever it computes. It is compared
with the units of the recording on which it was not trained.
"""

import json
from hashlib import blake2b

import numpy as np
import xarray as xr

from rnncompare.activity.contract import BadActivity
from rnncompare.activity.matching import condition_average

TRAINED_ON = "trained_on"  # the attribute of an activity


def trained_on(recording: xr.Dataset, units: list[str], conditions: list[str]) -> str:
    """The label of a network that was trained on these units and conditions of a recording, as JSON.

    Units are recognised by a checksum of their condition averages, because recordings can share names of units.
    """
    average = condition_average(recording)
    sums = dict(zip(average.unit.values.tolist(), _sums(average), strict=True))
    found = {"recording": recording.attrs.get("source", "recording"), "conditions": list(conditions)}
    return json.dumps(found | {"units": {name: sums[name] for name in units}})


def label_of(data: xr.Dataset) -> dict | None:
    """The recording, conditions and units on which the network of an activity was trained; None if it was on none."""
    text = data.attrs.get(TRAINED_ON)
    return None if text is None else json.loads(text)


def is_trained_on(label: str, recording: xr.Dataset) -> bool:
    """Whether a network with this label was trained on units of this recording alone.

    Raises BadActivity if units of these names have other averages than in the training.
    """
    found, sums = json.loads(label), _sums(condition_average(recording))
    _refuse_changed(found, recording, sums)
    return set(found["units"].values()) <= set(sums)


def without_trained_units(x: xr.Dataset, y: xr.Dataset) -> xr.Dataset:
    """The recording `y` without the units on which the network of `x` was trained; unchanged if it was on none of it.

    Raises BadActivity if no unit remains, or if units of these names have other averages than in the training.
    """
    label = label_of(x)
    if label is None:
        return y
    known, sums = set(label["units"].values()), _sums(condition_average(y))
    _refuse_changed(label, y, sums)
    kept = np.array([one not in known for one in sums])
    if not kept.any():
        raise BadActivity(
            f"comparison with {y.attrs.get('source', 'a recording')}: found a network that was trained on all "
            f"{len(kept)} of its units, wanted units on which it was not trained"
        )
    return y if kept.all() else y.isel(unit=kept)


def refuse_trained(data: xr.Dataset, recording: xr.Dataset, where: str) -> None:
    """Raise BadActivity for an activity of a network that was trained on units of this recording, however it was read.

    Only models that are trained by the study itself are marked in its tables.
    """
    label = label_of(data)
    if label is None:
        return
    source = recording.attrs.get("source", "recording")
    if label["recording"] == source or set(label["units"].values()) & set(_sums(condition_average(recording))):
        raise BadActivity(
            f"{where}: found a network that was trained on {len(label['units'])} units of {source}, wanted one that "
            "was not: name it as a model with training.recorded in this study, which marks it in tables"
        )


def _refuse_changed(label: dict, y: xr.Dataset, sums: list[str]) -> None:
    """Raise BadActivity for trained units that cannot be recognised, because the recording was read in another way."""
    if label["recording"] != y.attrs.get("source", "recording"):
        return
    named = dict(zip(y.unit.values.tolist(), sums, strict=True))
    changed = [name for name, own in label["units"].items() if named.get(name, own) != own]
    if changed:
        raise BadActivity(
            f"comparison with {label['recording']}: found a network that was trained on units with other averages "
            f"({', '.join(changed[:3])}, ..), wanted the recording as it was read for the training, or one without "
            "these units"
        )


def _sums(average: xr.Dataset) -> list[str]:
    """A checksum of the rates of each unit in all conditions and times."""
    rate = np.ascontiguousarray(np.moveaxis(average.rate.values.astype(float), 2, 0))
    return [blake2b(one.tobytes(), digest_size=8).hexdigest() for one in rate]
