"""A perceptual decision: which of two noisy inputs is larger on average, answered by class after a go signal."""

from typing import Annotated

import numpy as np
import xarray as xr

from rnncompare.options.ranges import Different, Duration, PositiveSeconds, Seed, Share, TimeStep, TrialCountOrNone
from rnncompare.options.values import checked
from rnncompare.plugins import BadOption
from rnncompare.tasks._classes import classified
from rnncompare.tasks._pool import CONDITION, balanced, check_fixed, check_memory, needs

NAME = "perceptual_decision"
INPUTS = ["fixation", "evidence_left", "evidence_right"]
EVIDENCE = [0.0, 0.5, -0.5]  # change of each input by coherence
OUTPUTS = ["fixate", "left", "right"]


@checked
def perceptual_decision(
    recording: xr.Dataset | None,
    muscles: xr.Dataset | None,
    *,
    coherences: Annotated[list[Share], Different],
    fixation: Duration,
    stimulus: PositiveSeconds,
    delay: Duration,
    decision: PositiveSeconds,
    dt: TimeStep,
    train_trials: TrialCountOrNone,
    test_trials: TrialCountOrNone,
    seed: Seed,
) -> xr.Dataset:
    """A pool of training trials and a test set of a two-alternative decision (after neurogym; Britten et al. 1992).

    A trial consists of `fixation`, `stimulus`, `delay` and `decision`, s, all whole steps of `dt` s. Inputs: fixation,
    1 until the decision period; evidence_left and evidence_right, (1 + c) / 2 and (1 - c) / 2 during the stimulus and
    otherwise 0, with c the coherence of the trial: one of `coherences` (0 to 1), positive for left. Inputs have no
    noise, which is part of the network: an SD s of both gives the evidence of a step an SD of 2 s sqrt(tau / dt), and
    all trials, also those with the same coherence, have their own noise.

    The loss is cross_entropy, and the task has no targets: `answer_class` (trial, time) is 0 (fixate) before the
    decision period, and 1 (left) or 2 (right) in it; `epoch` (trial, time) is 0 before the decision period and 1 in it.
    If errors are averaged over times, a network that fixates and then guesses has almost no error, because the decision
    period is short; balanced over epochs, its normalised error is 1. The decision is the class with the largest mean
    output in the decision period (decide `argmax`), so that there are no reaction times. At coherence 0, half of the
    trials have the answer left, which no network can know.

    The test set has test_trials trials of each coherence and answer. The train_trials trials of the pool are in random
    order; their coherences and answers are balanced up to one trial. Both have random numbers of their own.

    recording, muscles: not used. Returns float32 inputs (trial, time, input) and mask (trial, time), integer
    answer_class and epoch; time in s from trial start; coordinates along trial: set (`train`, `test`), condition
    (signed coherence, `+0.064`; `0.000` has both answers), coherence (signed), answer (`left`, `right`), and in s from
    trial start onset and stimulus_on (of the stimulus), stimulus_off, decision_on, offset and end (of the decision
    period); along input: evidence, the slope of the stimulus by coherence. Raises BadOption.
    """
    sets = [draw(coherences, train_trials, [seed, 0]), every(coherences, test_trials)]
    signed, left = (np.concatenate(values) for values in zip(*sets, strict=True))
    steps = np.rint(np.cumsum([fixation, stimulus, delay, decision]) / dt).astype(int)
    step, trials = np.arange(steps[-1]), len(signed)
    asked = step >= steps[2]
    shown = (step >= steps[0]) & (step < steps[1])
    inputs = np.zeros((trials, len(step), len(INPUTS)), dtype=np.float32)
    inputs[..., 0] = ~asked
    for k, slope in enumerate(EVIDENCE[1:], start=1):
        inputs[..., k] = np.where(shown, 0.5 + slope * signed[:, None], 0)
    times = {"onset": 0, "stimulus_on": 0, "stimulus_off": 1, "decision_on": 2, "offset": 3, "end": 3}
    return classified(
        inputs=inputs,
        outputs=OUTPUTS,
        answer=np.where(left, 1, 2),
        asked=np.tile(asked, (trials, 1)),
        mask=np.ones((trials, len(step))),
        trials=[len(part[0]) for part in sets],
        dt=dt,
        times={name: np.full(trials, steps[k]) for name, k in times.items()},
        along_input={"input": INPUTS, "evidence": ("input", EVIDENCE)},
        along_trial={
            "condition": [f"{c:+.3f}" if c else "0.000" for c in signed.tolist()],
            "coherence": signed,
            "answer": np.where(left, "left", "right"),
        },
    )


def check_coherences(coherences: list[float]) -> None:
    """Raise BadOption for coherences that have the same three decimals, which are in the names of conditions."""
    if len({round(value, 3) for value in coherences}) < len(coherences) or any(0 < c < 5e-4 for c in coherences):
        raise BadOption(
            f"{NAME}: found coherences {coherences}, wanted 0 or numbers that differ in their first three decimals, "
            "because conditions are named by them"
        )


def check_times(fixation: float, stimulus: float, delay: float, decision: float, dt: float) -> None:
    """Raise BadOption for times (s) that are not multiples of the step `dt`, or shorter than a step."""
    fixed = {"fixation": fixation, "stimulus": stimulus, "delay": delay, "decision": decision}
    check_fixed(NAME, fixed, dt, some=["stimulus", "decision"])


def check_size(
    train_trials: int,
    test_trials: int,
    coherences: list[float],
    fixation: float,
    stimulus: float,
    delay: float,
    decision: float,
    dt: float,
) -> None:
    """Raise BadOption if there are no trials, or more than fit into memory."""
    steps = round((fixation + stimulus + delay + decision) / dt)
    check_memory(NAME, train_trials, test_trials, 2 * len(coherences), steps)


perceptual_decision.together = (check_coherences, check_times, check_size)


perceptual_decision.needs = needs
perceptual_decision.count_inputs = lambda **_: len(INPUTS)


def every(coherences: list[float], trials: int) -> tuple[np.ndarray, np.ndarray]:
    """Signed coherences and whether the answer is left, (trial,) each: `trials` of each coherence and answer."""
    value, left = np.meshgrid(np.asarray(coherences, dtype=float), [True, False], indexing="ij")
    value, left = (np.repeat(part.ravel(), trials) for part in (value, left))
    return np.where(left, value, 0 - value), left


def draw(coherences: list[float], trials: int, seed: list) -> tuple[np.ndarray, np.ndarray]:
    """As `every`, for `trials` trials in random order, with balanced coherences and answers."""
    rng, (signed, left) = np.random.default_rng([*seed, CONDITION]), every(coherences, 1)
    picks = balanced(trials, len(signed), rng)[rng.permutation(trials)]
    return signed[picks], left[picks]
