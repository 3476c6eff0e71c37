"""Delayed match to sample: whether a direction is the one that was shown before a delay."""

import numpy as np
import xarray as xr

from rnncompare.options.ranges import (
    Directions,
    Duration,
    Positive,
    PositiveSeconds,
    Seed,
    TimeStep,
    TrialCountOrNone,
)
from rnncompare.options.values import checked
from rnncompare.plugins import BadOption
from rnncompare.tasks._classes import classified
from rnncompare.tasks._directions import circle, named, tuned
from rnncompare.tasks._pool import CONDITION, balanced, check_fixed, check_memory, needs

NAME = "match_to_sample"
ANSWERS = ["match", "nonmatch"]


@checked
def match_to_sample(
    recording: xr.Dataset | None,
    muscles: xr.Dataset | None,
    *,
    directions: Directions,
    channels: Directions,
    concentration: Positive,
    height: Positive,
    fixation: Duration,
    sample: PositiveSeconds,
    delay: Duration,
    test: PositiveSeconds,
    reaction: Duration,
    dt: TimeStep,
    train_trials: TrialCountOrNone,
    test_trials: TrialCountOrNone,
    seed: Seed,
) -> xr.Dataset:
    """A pool of training trials and a test set of delayed match to sample (after Masse et al. 2019).

    A trial consists of `fixation`, `sample`, `delay` and `test`, s, all whole steps of `dt` s. A direction is shown
    during the sample and one during the test, by `channels` inputs that are tuned to it, `height` exp(`concentration`
    (cos d - 1)), and 0 otherwise. Sample and test are among `directions` at equal distances. In half of the trials they
    are the same, and the answer is match; in the others the test is any other direction, and the answer is nonmatch.
    Inputs have no noise, which is part of the network. There is no ideal observer.

    The loss is cross_entropy: `answer_class` (trial, time) is 0 (fixate) before the test, and 1 (match) or 2 (nonmatch)
    in it; errors do not count during the first `reaction` s of the test. The decision is the class with the largest
    mean output of the rest of the test (decide `argmax`); chance is one half.

    The train_trials trials of the pool are in random order; samples and answers are balanced up to one trial, and the
    other directions of the test are random. The test set has test_trials trials of each sample and answer, in which the
    other directions take turns.

    recording, muscles: not used. Returns float32 inputs (trial, time, input) and mask (trial, time), integer
    answer_class and epoch; time in s from trial start; coordinates along trial: set (`train`, `test`), condition
    (`match 045.00`), sample (a direction, `045.00`), tested (degrees), answer (`match`, `nonmatch`), and in s from
    trial start onset and sample_off (of the sample), test_on, decision_on, offset and end (of the decision). Raises
    BadOption.
    """
    sets = [_pool(directions, train_trials, seed), _every(directions, test_trials)]
    first, away = (np.concatenate(values) for values in zip(*sets, strict=True))
    steps = np.rint(np.cumsum([fixation, sample, delay, test]) / dt).astype(int)
    decided = steps[2] + round(reaction / dt)
    step, trials, angles = np.arange(steps[-1]), len(first), circle(directions)
    second = (first + away) % directions
    shown = [(step >= steps[0]) & (step < steps[1]), step >= steps[2]]
    inputs = sum(
        part[:, None] * tuned(angles[which], channels, concentration, height)[:, None]
        for part, which in zip(shown, (first, second), strict=True)
    )
    names, answer = np.array(named(angles)), np.where(away == 0, 0, 1)
    times = {"onset": steps[0], "sample_off": steps[1], "test_on": steps[2], "decision_on": decided}
    return classified(
        inputs=inputs,
        outputs=["fixate", *ANSWERS],
        answer=1 + answer,
        asked=np.tile(step >= steps[2], (trials, 1)),
        mask=np.tile((step < steps[2]) | (step >= decided), (trials, 1)),
        trials=[train_trials, trials - train_trials],
        dt=dt,
        times={name: np.full(trials, at) for name, at in (times | dict.fromkeys(("offset", "end"), steps[3])).items()},
        along_input={"input": [f"direction_{degrees:g}" for degrees in circle(channels)]},
        along_trial={
            "condition": [f"{ANSWERS[k]} {name}" for k, name in zip(answer, names[first], strict=True)],
            "sample": names[first],
            "tested": angles[second],
            "answer": np.array(ANSWERS)[answer],
        },
    )


def check_times(fixation: float, sample: float, delay: float, test: float, reaction: float, dt: float) -> None:
    """Raise BadOption for times (s) that are not multiples of the step `dt`, or leave no step to decide."""
    fixed = {"fixation": fixation, "sample": sample, "delay": delay, "test": test, "reaction": reaction}
    check_fixed(NAME, fixed, dt, some=["sample", "test"])
    if round(reaction / dt) >= round(test / dt):
        raise BadOption(
            f"{NAME}: found reaction {reaction:g} s in a test of {test:g} s, wanted at least a step of {dt:g} s less"
        )


def check_size(
    train_trials: int,
    test_trials: int,
    directions: int,
    fixation: float,
    sample: float,
    delay: float,
    test: float,
    dt: float,
) -> None:
    """Raise BadOption if there are no trials, or more than fit into memory."""
    steps = round((fixation + sample + delay + test) / dt)
    check_memory(NAME, train_trials, test_trials, len(ANSWERS) * directions, steps)


match_to_sample.together = (check_times, check_size)
match_to_sample.needs = needs
match_to_sample.count_inputs = lambda *, channels, **_: channels


def _pool(directions: int, trials: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Number of the sample, and how many directions further the test is (0: a match), (trial,) each."""
    rng = np.random.default_rng([seed, 0, CONDITION])
    picks = balanced(trials, len(ANSWERS) * directions, rng)[rng.permutation(trials)]
    other = rng.integers(1, directions, size=trials)
    return picks // len(ANSWERS), np.where(picks % len(ANSWERS), other, 0)


def _every(directions: int, trials: int) -> tuple[np.ndarray, np.ndarray]:
    """As `_pool`: `trials` trials of each sample and answer."""
    first, answer, number = (part.ravel() for part in np.indices((directions, len(ANSWERS), trials)))
    return first, np.where(answer, 1 + number % (directions - 1), 0)
