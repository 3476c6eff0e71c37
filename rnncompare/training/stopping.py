"""Criteria for the end of a training."""

from collections.abc import Sequence


def reached(
    checks: Sequence[tuple[float, float]], stop_at: float | None, stop_correct: float | None, stop_over: int
) -> bool:
    """Whether the means over the last `stop_over` checks satisfy all given criteria; false without any.

    checks: error and share of correct decisions at each check so far.
    """
    if len(checks) < stop_over:
        return False
    error, correct = (sum(values) / stop_over for values in zip(*checks[-stop_over:], strict=True))
    satisfied = []
    if stop_at is not None:
        satisfied.append(error <= stop_at)
    if stop_correct is not None:
        satisfied.append(correct >= stop_correct)
    return bool(satisfied) and all(satisfied)


def why(step: int, steps: int, done: bool, patience: int | None, best: int | None) -> str | None:
    """The reason why training ends at this update, or None; best: the update with the smallest validation error."""
    if done:
        return "reached"
    if patience is not None and step - best >= patience:
        return "patience"
    return "steps" if step >= steps else None
