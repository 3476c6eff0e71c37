"""What of trials, conditions and channels is not read, in words."""

import numpy as np

from rnncompare.activity.notes import left_out
from rnncompare.files.labels import natural
from rnncompare.recordings.inspection import some


def conditions_lost(condition: np.ndarray, complete: np.ndarray) -> str:
    """The conditions of which no trial stays. condition: (trial,) names, '' for none; complete: which trials stay."""
    there = sorted(set(condition.tolist()) - {""}, key=natural)
    lost = sorted(set(there) - set(condition[complete].tolist()), key=natural)
    return left_out("conditions", lost, len(there), "of which no trial is whole")


def units_lacking(there: np.ndarray, unit: np.ndarray) -> str:
    """Which units have no value in trials that others have one in; nothing where no trial lacks some alone.

    there: (trial, unit) whether all that is read of it has a value; unit: (unit,) their numbers.
    """
    partly = there.any(axis=1) & ~there.all(axis=1)
    lacking = (~there[partly]).sum(axis=0)
    most = [f"unit_{unit[k]} in {lacking[k]}" for k in np.argsort(-lacking, kind="stable") if lacking[k]]
    return f"trials without a value of some units alone: {partly.sum()} ({some(most)})" if most else ""


def channels_unread(behavior: dict[str, list[str | None]] | None) -> str:
    """The columns of behavior that the card gives no name."""
    columns = {f"{path}[{k}]": name for path, names in (behavior or {}).items() for k, name in enumerate(names)}
    unread = [column for column, name in columns.items() if name is None]
    return left_out("channels", unread, len(columns), "that are null in the card")
