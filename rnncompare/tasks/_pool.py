"""What tasks with a pool of training trials and a test set share: balanced conditions, checks of times and sizes."""

import numpy as np

from rnncompare.plugins import BadOption
from rnncompare.recordings.needs import Needs

START, CONDITION = 0, 1  # streams of random numbers, so that times do not depend on labels
LARGEST = 16_000_000_000  # bytes of all trials
EACH = 4 * (4 + 2 + 1)  # bytes of one trial at one time: inputs, targets and mask


def balanced(trials: int, conditions: int, rng: np.random.Generator) -> np.ndarray:
    """(trials,) condition indices whose frequencies differ by at most one; which are more frequent is random."""
    return rng.permutation(conditions)[np.arange(trials) % conditions]


def check_whole_steps(task: str, durations: dict[str, float | None], dt: float) -> None:
    """Raise BadOption for a duration (s) that is not a multiple of the step `dt`; None is not checked."""
    for name, value in durations.items():
        if value is not None and abs(value / dt - round(value / dt)) > 1e-6:
            raise BadOption(f"{task}: found {name} {value:g} s, wanted a whole number of steps of {dt:g} s")


def check_fixed(task: str, durations: dict[str, float], dt: float, *, some: list[str]) -> None:
    """Raise BadOption for durations (s) that are not whole steps, or have none if they are among `some`."""
    check_whole_steps(task, durations, dt)
    for name in some:
        if round(durations[name] / dt) < 1:
            raise BadOption(f"{task}: found {name} {durations[name]:g} s, wanted at least a step of {dt:g} s")


def check_memory(task: str, train_trials: int, test_trials: int, conditions: int, steps: int) -> None:
    """Raise BadOption if there are no trials, or more than fit into memory.

    test_trials: of each condition; steps: of the longest trial.
    """
    if train_trials == test_trials == 0:
        raise BadOption(f"{task}: found 0 train_trials and 0 test_trials, wanted at least one")
    trials = train_trials + test_trials * conditions
    if trials * steps * EACH > LARGEST:
        raise BadOption(
            f"{task}: found {trials:,} trials of about {steps:,} steps, {trials * steps * EACH / 1e9:.3g} GB, "
            f"wanted at most {LARGEST / 1e9:g} GB: use fewer trials or a longer dt"
        )


def needs(**_) -> Needs:
    """Networks are simulated on the test set, whose trials do not have the times of a recording."""
    return Needs(simulation=True)
