"""Control: half of the recording's trials, which gives with the other half a ceiling for the noise of few trials."""

from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, conditions, validate
from rnncompare.activity.copies import refuse_copies
from rnncompare.options.ranges import Seed
from rnncompare.plugins import BadOption


def trials(
    recording: xr.Dataset, task: xr.Dataset | None, *, seed: Seed, half: Literal["first", "second"]
) -> xr.Dataset:
    """One half of the trials of each condition in a random split; both halves of a seed together are all trials.

    Trials keep their order, behavior and coordinates. If the number of trials is odd, the second half has one more.
    Both halves have the same units and slow drifts, which another animal or a network does not share. Their agreement,
    extrapolated to all trials by the Spearman-Brown formula (`statistics.spearman_brown`), is therefore a ceiling for
    a perfect model, and not for another animal. Raises BadOption, BadActivity.
    """
    if half not in ("first", "second"):
        raise BadOption(f"control trials: found half '{half}', wanted 'first' or 'second'")
    source, labels = recording.attrs.get("source", "recording"), recording.condition.values
    refuse_copies(recording, f"control trials of {source}")
    rng = np.random.default_rng(seed)
    chosen, single = [], []
    for condition in conditions(recording):
        order = rng.permutation(np.flatnonzero(labels == condition))
        middle = len(order) // 2
        chosen.append(order[:middle] if half == "first" else order[middle:])
        single += [condition] if middle == 0 else []
    if single:
        raise BadActivity(
            f"control trials of {source}: found only 1 trial in {len(single)} conditions ({', '.join(single[:3])}"
            f"{', ...' if len(single) > 3 else ''}), wanted at least 2 of each condition; "
            "condition averages cannot be split into halves of trials"
        )
    part = recording.isel(trial=np.sort(np.concatenate(chosen))).assign_attrs(
        source=f"{half} half of the trials of {source}"
    )
    return validate(part, f"control trials of {source}")


trials.first_look = {"half": "first"}
