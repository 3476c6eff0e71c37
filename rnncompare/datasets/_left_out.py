"""What of trials, conditions and channels is not read, in words."""

import numpy as np

from rnncompare.activity import BadActivity, natural
from rnncompare.inspection import some
from rnncompare.notes import left_out


def conditions_lost(condition: np.ndarray, complete: np.ndarray) -> str:
    """The conditions of which no trial stays. condition, complete: (trial,) names, and which trials stay."""
    there = sorted(set(condition.tolist()), key=natural)
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


def refuse_empty_channels(values: np.ndarray, names: list[str], where: str) -> None:
    """Raise BadActivity that names the channels without a number in any trial. values: (trial, time, channel)."""
    if not len(values) or not len(names):
        return
    seen = np.isfinite(values)
    empty = [name for name, some in zip(names, seen.any(axis=(0, 1)), strict=True) if not some]
    if len(empty) == len(names):
        raise BadActivity(
            f"{where}: behavior {', '.join(names)}: found no number in the windows of {len(values)} trials, wanted "
            "some: is its clock that of the events? Without `behavior` in the card the rest is read"
        )
    if empty:
        raise BadActivity(
            f"{where}: behavior {', '.join(empty)}: found NaN throughout, in all {len(values)} trials, wanted numbers; "
            "null in the place of such a name in the card leaves the column out"
        )
