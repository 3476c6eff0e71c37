"""Progress of a training on a terminal or in a log."""

import sys
import time
from collections.abc import Callable

EVERY = 2.0  # s between two lines


def printer(label: str) -> Callable[[int, int, float], None]:
    """A `progress` for `train` that writes update, error and time left to stderr, at most every EVERY seconds.

    The latter is that to the last update allowed; a training may end before it.
    """
    started = time.monotonic()
    last = -EVERY

    def progress(step: int, steps: int, error: float) -> None:
        nonlocal last
        passed = time.monotonic() - started
        if passed - last < EVERY:
            return
        last = passed
        left = f", at most {passed / step * (steps - step):.0f} s left" if step else ""
        print(f"{label}: {step} of {steps} updates, error {error:.3f}{left}", file=sys.stderr, flush=True)

    return progress
