"""Go and anti: an answer in the direction of a stimulus or opposite to it, as a rule says."""

import numpy as np
import xarray as xr

from rnncompare.options.ranges import (
    Directions,
    Duration,
    Positive,
    PositiveSeconds,
    Seed,
    Share,
    TimeStep,
    TrialCountOrNone,
)
from rnncompare.options.values import checked
from rnncompare.plugins import BadOption
from rnncompare.tasks._classes import classified
from rnncompare.tasks._directions import circle, named, tuned
from rnncompare.tasks._pool import CONDITION, balanced, check_fixed, check_memory, needs

NAME = "go_anti"
RULES = ["go", "anti"]


@checked
def go_anti(
    recording: xr.Dataset | None,
    muscles: xr.Dataset | None,
    *,
    share_go: Share,
    rule_inputs: bool,
    directions: Directions,
    channels: Directions,
    concentration: Positive,
    height: Positive,
    fixation: Duration,
    stimulus: PositiveSeconds,
    delay: Duration,
    decision: PositiveSeconds,
    dt: TimeStep,
    train_trials: TrialCountOrNone,
    test_trials: TrialCountOrNone,
    seed: Seed,
) -> xr.Dataset:
    """A pool of training trials and a test set of two tasks, go and anti (after Yang et al. 2019).

    A trial consists of `fixation`, `stimulus`, `delay` and `decision`, s, all whole steps of `dt` s. Inputs: fixation,
    1 until the decision period; go and anti, of which the one of the rule is 1 throughout the trial; and `channels`
    inputs that are tuned to the direction of the stimulus, `height` exp(`concentration` (cos d - 1)) while it is shown.
    Without `rule_inputs`, go and anti are 0 in all trials, so that nothing says which rule holds: the control. Inputs
    have no noise, which is part of the network. There is no ideal observer.

    The direction is one of `directions` (an even number) at equal distances. The right answer is the same direction
    under the rule go, and the opposite one under anti. The loss is cross_entropy: `answer_class` (trial, time) is 0
    (fixate) before the decision period, and 1 + the number of the answer in it. The decision is the class with the
    largest mean output of that period (decide `argmax`); chance is 1 / directions.

    share_go: the share of the training trials with the rule go; the others have anti. The train_trials trials of the
    pool are in random order, and directions are balanced up to one trial within each rule. The test set has test_trials
    trials of each direction under both rules, whatever the share, so that what was learnt before is tested as well.

    recording, muscles: not used. Returns float32 inputs (trial, time, input) and mask (trial, time), integer
    answer_class and epoch; time in s from trial start; coordinates along trial: set (`train`, `test`), condition
    (`go 045.00`), rule, direction (degrees), answer (a direction, `225.00`), and in s from trial start onset (of the
    stimulus), stimulus_off, decision_on, offset and end (of the decision period). Raises BadOption.
    """
    rule, shown = (
        np.concatenate(values)
        for values in zip(_pool(share_go, directions, train_trials, seed), _every(directions, test_trials), strict=True)
    )
    steps = np.rint(np.cumsum([fixation, stimulus, delay, decision]) / dt).astype(int)
    step, trials, angles = np.arange(steps[-1]), len(rule), circle(directions)
    asked = step >= steps[2]
    on = (step >= steps[0]) & (step < steps[1])
    inputs = np.zeros((trials, len(step), 3 + channels), dtype=np.float32)
    inputs[..., 0] = ~asked
    for k in range(len(RULES)):
        inputs[..., 1 + k] = (rule_inputs & (rule == k))[:, None]
    inputs[..., 3:] = on[:, None] * tuned(angles[shown], channels, concentration, height)[:, None]
    answer = (shown + np.where(rule == 0, 0, directions // 2)) % directions
    names, rule_names = named(angles), np.array(RULES)[rule]
    times = {"onset": 0, "stimulus_off": 1, "decision_on": 2, "offset": 3, "end": 3}
    return classified(
        inputs=inputs,
        outputs=["fixate", *names],
        answer=1 + answer,
        asked=np.tile(asked, (trials, 1)),
        mask=np.ones((trials, len(step))),
        trials=[train_trials, trials - train_trials],
        dt=dt,
        times={name: np.full(trials, steps[k]) for name, k in times.items()},
        along_input={"input": ["fixation", *RULES, *(f"direction_{degrees:g}" for degrees in circle(channels))]},
        along_trial={
            "condition": [f"{r} {names[k]}" for r, k in zip(rule_names, shown, strict=True)],
            "rule": rule_names,
            "direction": angles[shown],
            "answer": np.array(names)[answer],
        },
    )


def check_directions(directions: int) -> None:
    """Raise BadOption for an odd number of directions, whose opposite ones are none of them."""
    if directions % 2:
        raise BadOption(f"{NAME}: found {directions} directions, wanted an even number: the opposite one is an answer")


def check_times(fixation: float, stimulus: float, delay: float, decision: float, dt: float) -> None:
    """Raise BadOption for times (s) that are not multiples of the step `dt`, or shorter than a step."""
    fixed = {"fixation": fixation, "stimulus": stimulus, "delay": delay, "decision": decision}
    check_fixed(NAME, fixed, dt, some=["stimulus", "decision"])


def check_size(
    train_trials: int,
    test_trials: int,
    directions: int,
    fixation: float,
    stimulus: float,
    delay: float,
    decision: float,
    dt: float,
) -> None:
    """Raise BadOption if there are no trials, or more than fit into memory."""
    steps = round((fixation + stimulus + delay + decision) / dt)
    check_memory(NAME, train_trials, test_trials, len(RULES) * directions, steps)


go_anti.together = (check_directions, check_times, check_size)
go_anti.needs = needs
go_anti.count_inputs = lambda *, channels, **_: 1 + len(RULES) + channels


def _pool(share_go: float, directions: int, trials: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the rule and of the direction (trial,) of the training trials, in random order."""
    rng = np.random.default_rng([seed, 0, CONDITION])
    counts = [round(share_go * trials), trials - round(share_go * trials)]
    shown = np.concatenate([balanced(count, directions, rng) for count in counts])
    order = rng.permutation(trials)
    return np.repeat(np.arange(len(RULES)), counts)[order], shown[order]


def _every(directions: int, trials: int) -> tuple[np.ndarray, np.ndarray]:
    """As `_pool`: `trials` trials of each direction under each rule."""
    rule, shown = np.divmod(np.arange(len(RULES) * directions), directions)
    return np.repeat(rule, trials), np.repeat(shown, trials)
