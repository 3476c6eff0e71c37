"""When a training ends."""


def reached(error: float, stop_at: float | None, correct: float, stop_correct: float | None) -> bool:
    """Whether the task is done as well as was asked, if anything was."""
    asked = []
    if stop_at is not None:
        asked.append(error <= stop_at)
    if stop_correct is not None:
        asked.append(correct >= stop_correct)
    return bool(asked) and all(asked)


def why(step: int, steps: int, done: bool, patience: int | None, best: int | None) -> str | None:
    """Why training ends at this update, if it does; best: the update at which the validation error was smallest."""
    if done:
        return "reached"
    if patience is not None and step - best >= patience:
        return "patience"
    return "steps" if step >= steps else None
