"""Perceptual discrimination: which of two inputs is larger while both are on, at random times, answered after them."""

from typing import Annotated

import numpy as np
import xarray as xr

from rnncompare.options.ranges import (
    Different,
    Duration,
    Number,
    PositiveSeconds,
    PositiveShare,
    Seed,
    TimeStep,
    TrialCountOrNone,
)
from rnncompare.options.values import checked
from rnncompare.plugins import BadOption
from rnncompare.tasks._pool import check_fixed, check_memory, needs
from rnncompare.tasks._two_choices import check_spans, checks_levels, conditions_of, times_of, two_choices

NAME = "perceptual_discrimination"
INPUTS = ["evidence_left", "evidence_right"]
EVIDENCE = [0.5, -0.5]  # of each input by coherence, about the mean of both answers


@checked
def perceptual_discrimination(
    recording: xr.Dataset | None,
    muscles: xr.Dataset | None,
    *,
    coherences: Annotated[list[PositiveShare], Different],
    onset: tuple[Duration, Duration],
    stimulus: tuple[Duration, Duration],
    reaction: Duration,
    duration: PositiveSeconds,
    test_onset: Duration,
    test_stimulus: PositiveSeconds,
    high: Number,
    low: Number,
    dt: TimeStep,
    train_trials: TrialCountOrNone,
    test_trials: TrialCountOrNone,
    seed: Seed,
) -> xr.Dataset:
    """A pool of training trials and a test set of the task PerceptualDiscrimination (after PsychRNN; Ehrlich 2021).

    A trial of `duration` s has a stimulus from U(onset) s for U(stimulus) s, rounded to steps of `dt` s and of at least
    one step; in the test set, from `test_onset` for `test_stimulus`. Inputs evidence_left and evidence_right are 0, and
    during the stimulus 1, of which the one of the answer is larger by the coherence, one of `coherences`. Inputs have
    no noise, which is part of the network: an SD s of both gives them an SD of s sqrt(2 tau / dt) in a step, so that
    how difficult the task is does not depend on dt. (In PsychRNN, the variance of a step grows with sqrt(dt), so that
    it does.) An ideal observer sums the difference of the inputs over the stimulus (`behaviour.ideal_observer`).

    Targets (outputs left, right) are 0, and from `reaction` s after the stimulus `high` for the answer and `low` for
    the other side. The mask is 1 from the end of the stimulus. The decision is the larger mean output since then
    (decide `argmax`), which every trial has time for.

    The test set has test_trials trials of each coherence and answer. The train_trials trials of the pool are in random
    order; their conditions are balanced up to one trial, and their times are random numbers of their own.

    recording, muscles: not used. Returns float32 inputs (trial, time, input), targets (trial, time, output) and mask
    (trial, time); time in s from trial start; coordinates along trial: set (`train`, `test`), condition (signed
    coherence, `+0.100`), coherence (signed, positive for left), answer (`left`, `right`), and in s from trial start
    onset and stimulus_on, stimulus_off, decision_on, and offset and end (of the trial); along input: evidence, half the
    difference between answers by coherence. Raises BadOption.
    """
    signed = np.sort(np.concatenate([np.negative(coherences), coherences]))
    picks = conditions_of(len(signed), train_trials, test_trials, seed)
    spans = [[onset, stimulus], [(test_onset, test_onset), (test_stimulus, test_stimulus)]]
    ends = np.concatenate([times_of(len(p), spans[k], [0, 1], dt, [seed, k]) for k, p in enumerate(picks)])
    coherence = signed[np.concatenate(picks)]
    on, off = ends.T
    asked_from, end = off + round(reaction / dt), np.full(len(off), round(duration / dt))
    step = np.arange(end[0])
    shown = (step >= on[:, None]) & (step < off[:, None])
    larger = np.stack([np.maximum(coherence, 0), np.maximum(-coherence, 0)], axis=-1)
    times = {"onset": on, "stimulus_on": on, "stimulus_off": off, "decision_on": asked_from, "offset": end, "end": end}
    return two_choices(
        inputs=shown[..., None] * (1 + larger[:, None]),
        names=INPUTS,
        left=coherence > 0,
        asked=step >= asked_from[:, None],
        mask=step >= off[:, None],
        levels=(high, low),
        trials=[len(part) for part in picks],
        dt=dt,
        times=times,
        more={
            "condition": ("trial", [f"{c:+.3f}" for c in coherence.tolist()]),
            "coherence": ("trial", coherence),
            "evidence": ("input", EVIDENCE),
        },
    )


def check_coherences(coherences: list[float]) -> None:
    """Raise BadOption for coherences that have the same three decimals, which are in the names of conditions."""
    if len({0.0, *(round(value, 3) for value in coherences)}) <= len(coherences):
        raise BadOption(
            f"{NAME}: found coherences {coherences}, wanted numbers above 0 that differ in their first three decimals, "
            "because conditions are named by them"
        )


def check_times(
    onset: tuple[float, float],
    stimulus: tuple[float, float],
    reaction: float,
    duration: float,
    test_onset: float,
    test_stimulus: float,
    dt: float,
) -> None:
    """Raise BadOption for times (s) that contradict each other, or that leave no step for the decision."""
    check_spans(NAME, {"onset": onset, "stimulus": stimulus})
    fixed = {"reaction": reaction, "duration": duration, "test_onset": test_onset, "test_stimulus": test_stimulus}
    check_fixed(NAME, fixed, dt, some=["duration", "test_stimulus"])
    for about, times in {"": (onset[1], stimulus[1]), "test_": (test_onset, test_stimulus)}.items():
        last = round(times[0] / dt) + max(round(times[1] / dt), 1) + round(reaction / dt)
        if last >= round(duration / dt):
            raise BadOption(
                f"{NAME}: found a duration of {duration:g} s with {about}onset up to {times[0]:g} s, {about}stimulus "
                f"up to {times[1]:g} s and reaction {reaction:g} s, wanted at least {(last + 1) * dt:g} s, so that "
                "every trial has a step for the decision"
            )


def check_size(train_trials: int, test_trials: int, coherences: list[float], duration: float, dt: float) -> None:
    """Raise BadOption if there are no trials, or more than fit into memory."""
    check_memory(NAME, train_trials, test_trials, 2 * len(coherences), round(duration / dt))


perceptual_discrimination.together = (check_coherences, check_times, checks_levels(NAME), check_size)
perceptual_discrimination.has = ("a test set with targets",)
perceptual_discrimination.needs = needs
perceptual_discrimination.count_inputs = lambda **_: len(INPUTS)
