"""Progress messages of a training for a terminal or a log."""

import sys
import time
from collections.abc import Callable

EVERY = 2.0  # s between two lines


def printer(label: str) -> Callable[[int, int, float], None]:
    """A `progress` function for `train`, which writes update, error and remaining time to stderr every EVERY seconds.

    The remaining time is an upper limit, for the maximal number of updates.
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
