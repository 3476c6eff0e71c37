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
    """Whether a network with this label was trained on units of this recording alone."""
    return set(json.loads(label)["units"].values()) <= set(_sums(condition_average(recording)))


def without_trained_units(x: xr.Dataset, y: xr.Dataset) -> xr.Dataset:
    """The recording `y` without the units on which the network of `x` was trained; unchanged if it was on none of it.

    Raises BadActivity if no unit remains.
    """
    label = label_of(x)
    if label is None:
        return y
    known = set(label["units"].values())
    kept = np.array([one not in known for one in _sums(condition_average(y))])
    if not kept.any():
        raise BadActivity(
            f"comparison with {y.attrs.get('source', 'a recording')}: found a network that was trained on all "
            f"{len(kept)} of its units, wanted units on which it was not trained"
        )
    return y if kept.all() else y.isel(unit=kept)


def _sums(average: xr.Dataset) -> list[str]:
    """A checksum of the rates of each unit in all conditions and times."""
    rate = np.ascontiguousarray(np.moveaxis(average.rate.values.astype(float), 2, 0))
    return [blake2b(one.tobytes(), digest_size=8).hexdigest() for one in rate]
