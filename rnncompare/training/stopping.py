"""Criteria for the end of a training."""


def reached(error: float, stop_at: float | None, correct: float, stop_correct: float | None) -> bool:
    """Whether all given criteria are satisfied; false without any."""
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
