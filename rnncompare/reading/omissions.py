"""Notes on conditions, units and channels that are not read or are incomplete."""

import numpy as np

from rnncompare.activity.notes import caution, left_out
from rnncompare.files.text import abbreviated, natural


def omitted_conditions(condition: np.ndarray, complete: np.ndarray) -> str:
    """A note on the conditions without complete trials.

    condition: (trial,) names, '' for a missing one; complete: (trial,) of bool: which trials are read.
    """
    names = sorted(set(condition.tolist()) - {""}, key=natural)
    omitted = sorted(set(names) - set(condition[complete].tolist()), key=natural)
    return left_out("conditions", omitted, len(names), "without a complete trial")


def mostly_left_out(condition: np.ndarray, complete: np.ndarray) -> str:
    """A caution if fewer than half of the trials are read, with the number of the rarest condition; otherwise ''.

    condition: (trial,) names, or angles; complete: (trial,) of bool: which trials are read.
    """
    if 2 * complete.sum() >= len(complete):
        return ""
    names, counts = np.unique(condition[complete], return_counts=True)
    rarest = f"{counts.min()} of condition {names[counts.argmin()]}"
    return caution(
        f"only {complete.sum()} of {len(complete)} trials are read ({rarest}): a shorter window, or less smoothing, "
        "which extends the window, leaves out fewer"
    )


def incomplete_units(known: np.ndarray, unit: np.ndarray) -> str:
    """A note on units without values in trials in which other units have values; '' if there are none.

    known: (trial, unit) of bool: whether all values that are read exist; unit: (unit,) indices of the units.
    """
    partly = known.any(axis=1) & ~known.all(axis=1)
    lacking = (~known[partly]).sum(axis=0)
    most = [f"unit_{unit[k]} in {lacking[k]}" for k in np.argsort(-lacking, kind="stable") if lacking[k]]
    return f"trials in which only some units have values: {partly.sum()} ({abbreviated(most)})" if most else ""


def unused_channels(behavior: dict[str, list[str | None]] | None) -> str:
    """A note on the columns of behavior that have no name in the card."""
    columns = {f"{path}[{k}]": name for path, names in (behavior or {}).items() for k, name in enumerate(names)}
    unused = [column for column, name in columns.items() if name is None]
    return left_out("channels", unused, len(columns), "that are null in the card")
