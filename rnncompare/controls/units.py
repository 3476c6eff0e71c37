"""Control: half of the recording's units, which gives with the other half a ceiling for the sampling of units."""

from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, validate
from rnncompare.options.ranges import Seed
from rnncompare.plugins import BadOption


def units(
    recording: xr.Dataset, task: xr.Dataset | None, *, seed: Seed, half: Literal["first", "second"]
) -> xr.Dataset:
    """One half of the units in a random split; both halves of a seed together are all units.

    Trials, behavior and coordinates are unchanged. If the number of units is odd, the second half has one more. Raises
    BadOption, BadActivity.
    """
    if half not in ("first", "second"):
        raise BadOption(f"control units: found half '{half}', wanted 'first' or 'second'")
    count, source = recording.sizes["unit"], recording.attrs.get("source", "recording")
    if count < 2:
        raise BadActivity(f"control units of {source}: found {count} unit, wanted at least 2 to split")
    order = np.random.default_rng(seed).permutation(count)
    chosen = np.sort(order[: count // 2] if half == "first" else order[count // 2 :])
    part = recording.isel(unit=chosen).assign_attrs(source=f"{half} half of the units of {source}")
    return validate(part, f"control units of {source}")


units.first_look = {"half": "first"}
