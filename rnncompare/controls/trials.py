"""Half of the recording's own trials: with the other half, the ceiling of what few trials leave to be found."""

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
    """One half of each condition's trials, split at random: the two halves of one seed share none and miss none.

    Trials keep their order, their behavior and all else that is known of them. An odd trial goes to the second half.
    Both halves have the same units and slow drifts, which no other animal or network shares: their agreement, stepped
    up to all trials (`statistics.spearman_brown`), is a ceiling that a perfect model could reach, not one that
    another animal would. Raises BadOption, BadActivity.
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
            f"{', ...' if len(single) > 3 else ''}), wanted at least 2 of each to split; "
            "a recording of condition averages has no trials to split"
        )
    part = recording.isel(trial=np.sort(np.concatenate(chosen))).assign_attrs(
        source=f"{half} half of the trials of {source}"
    )
    return validate(part, f"control trials of {source}")


trials.first_look = {"half": "first"}
