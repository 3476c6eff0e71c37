"""What tasks with two answers share whose targets have a high value for the answer and a low one for the other."""

from collections.abc import Callable

import numpy as np
import xarray as xr

from rnncompare.plugins import BadOption
from rnncompare.tasks._pool import CONDITION, START, balanced

SIDES = ["left", "right"]
Span = tuple[float, float]


def conditions_of(count: int, train_trials: int, test_trials: int, seed: int) -> list[np.ndarray]:
    """Indices (trial,) of `count` conditions in the pool and in the test set.

    The pool has balanced conditions in random order; the test set has test_trials of each, in their order.
    """
    rng = np.random.default_rng([seed, 0, CONDITION])
    picks = balanced(train_trials, count, rng)[rng.permutation(train_trials)]
    return [picks, np.repeat(np.arange(count), test_trials)]


def times_of(trials: int, spans: list[Span], least: list[int], dt: float, seed: list[int]) -> np.ndarray:
    """(trial, epoch) steps at which epochs end, whose durations are uniform in their spans (s) and rounded to steps.

    least: the fewest steps of each epoch, which shorter ones are given.
    """
    rng = np.random.default_rng([*seed, START])
    drawn = [np.maximum(np.rint(rng.uniform(*span, trials) / dt), k) for span, k in zip(spans, least, strict=True)]
    return np.cumsum(np.stack(drawn, axis=1).astype(int), axis=1)


def two_choices(
    *,
    inputs: np.ndarray,
    names: list[str],
    left: np.ndarray,
    asked: np.ndarray,
    mask: np.ndarray,
    levels: tuple[float, float],
    trials: list[int],
    dt: float,
    times: dict[str, np.ndarray],
    more: dict[str, tuple | np.ndarray | list],
) -> xr.Dataset:
    """The data set of a task.

    inputs (trial, time, input) with their names; left (trial,): whether the answer is left; asked, mask (trial, time):
    when the targets have the `levels` (high, low), and when errors count; trials: numbers of trials of both sets;
    times: in steps, by name; more: other coordinates.
    """
    high, low = levels
    side = np.stack([left, ~left], axis=-1)[:, None]
    targets = np.where(asked[..., None], np.where(side, high, low), 0.0)
    return xr.Dataset(
        {
            "inputs": (("trial", "time", "input"), inputs.astype(np.float32)),
            "targets": (("trial", "time", "output"), targets.astype(np.float32)),
            "mask": (("trial", "time"), mask.astype(np.float32)),
        },
        coords={
            "time": np.round(np.arange(asked.shape[1]) * dt, 9),
            "input": names,
            "output": SIDES,
            "set": ("trial", np.repeat(["train", "test"], trials)),
            "answer": ("trial", np.where(left, *SIDES)),
            **more,
            **{name: ("trial", np.round(steps * dt, 9)) for name, steps in times.items()},
        },
        attrs={"decide": "argmax", "alignment": "trial start", "output_units": "a.u."},
    )


def check_spans(task: str, spans: dict[str, Span]) -> None:
    """Raise BadOption for a shortest duration above the longest."""
    for name, span in spans.items():
        if not span[0] <= span[1]:
            raise BadOption(f"{task}: found {name} {list(span)}, wanted the shortest and the longest time in s")


def checks_levels(task: str) -> Callable[[float, float], None]:
    """The check of the options `high` and `low` of a task."""

    def check_levels(high: float, low: float) -> None:
        """Raise BadOption for targets with which the answer is not the larger output."""
        if not high > low:
            raise BadOption(
                f"{task}: found high {high:g} and low {low:g}, wanted high above low: the larger output decides"
            )

    return check_levels
