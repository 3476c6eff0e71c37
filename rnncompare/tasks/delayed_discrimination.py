"""Delayed discrimination: which of two frequencies was higher, the first or the second, after a delay between them."""

from typing import Annotated

import numpy as np
import xarray as xr

from rnncompare.options.ranges import (
    Different,
    Duration,
    NotNegative,
    Number,
    PositiveSeconds,
    Seed,
    TimeStep,
    TrialCountOrNone,
)
from rnncompare.options.values import checked
from rnncompare.plugins import BadOption
from rnncompare.tasks._pool import check_fixed, check_memory, needs
from rnncompare.tasks._two_choices import check_spans, checks_levels, conditions_of, times_of, two_choices

NAME = "delayed_discrimination"
INPUTS = ["rising", "falling"]
LEAST, GAIN = 0.4, 0.8  # of an input at the end of the range of frequencies, and its change over the range
STEPS = [0, 1, 0, 1, 1]  # the fewest of fixation, first stimulus, delay, second stimulus and decision


@checked
def delayed_discrimination(
    recording: xr.Dataset | None,
    muscles: xr.Dataset | None,
    *,
    pairs: Annotated[list[tuple[NotNegative, NotNegative]], Different],
    fixation: tuple[Duration, Duration],
    stimulus: tuple[Duration, Duration],
    delay: tuple[Duration, Duration],
    decision: tuple[Duration, Duration],
    test_fixation: Duration,
    test_stimulus: PositiveSeconds,
    test_delay: Duration,
    test_decision: PositiveSeconds,
    high: Number,
    low: Number,
    dt: TimeStep,
    train_trials: TrialCountOrNone,
    test_trials: TrialCountOrNone,
    seed: Seed,
) -> xr.Dataset:
    """A pool of training trials and a test set of DelayedDiscrimination (after PsychRNN and Romo et al. 1999).

    A trial consists of U(fixation) s, a first stimulus of U(stimulus) s, U(delay) s, a second stimulus of U(stimulus) s
    and U(decision) s in which the answer is given; in the test set, of the fixed durations `test_..`. Times are rounded
    to steps of `dt` s; both stimuli and the decision have at least one step, so that every trial has an answer that can
    be given. (In PsychRNN a decision can have no step, and then counts as the first answer.) `pairs`: a higher and a
    lower frequency (Hz), shown in either order. The inputs of a frequency f are .4 + .8 (f - f0) / (f1 - f0) (rising)
    and .4 + .8 (f1 - f) / (f1 - f0) (falling), with f0 the lowest and f1 the highest frequency of all pairs, and 0
    without a stimulus. Inputs have no noise, which is part of the network.

    Targets (outputs left, right) are 0, and during the decision `high` for the answer (left: the first frequency is
    higher) and `low` for the other side. The mask is 1 in the decision and otherwise 0; trials are padded to the
    longest. The decision is the larger mean output of that period (decide `argmax`). There is no ideal observer: it
    would have to use that some frequencies occur only as the higher or the lower one of a pair.

    The test set has test_trials trials of each pair and order. The train_trials trials of the pool are in random order;
    their conditions are balanced up to one trial, and their times are random numbers of their own.

    recording, muscles: not used. Returns float32 inputs (trial, time, input), targets (trial, time, output) and mask
    (trial, time); time in s from trial start; coordinates along trial: set (`train`, `test`), condition (`34/26`: the
    frequencies in their order), first and second (Hz), answer (`left`, `right`), and in s from trial start onset (of
    the first stimulus), first_off, second_on, decision_on (the end of the second stimulus), and offset and end (of the
    decision). Raises BadOption.
    """
    orders = np.array([order for pair in pairs for order in (pair, pair[::-1])], dtype=float)
    picks = conditions_of(len(orders), train_trials, test_trials, seed)
    fixed = [(time, time) for time in (test_fixation, test_stimulus, test_delay, test_stimulus, test_decision)]
    spans = [[fixation, stimulus, delay, stimulus, decision], fixed]
    ends = np.concatenate([times_of(len(p), spans[k], STEPS, dt, [seed, k]) for k, p in enumerate(picks)])
    first, second = orders[np.concatenate(picks)].T
    on, first_off, second_on, asked, end = ends.T
    step = np.arange(end.max())
    shown = [(step >= a[:, None]) & (step < b[:, None]) for a, b in ((on, first_off), (second_on, asked))]
    inputs = sum(part[..., None] * channels(f, orders)[:, None] for part, f in zip(shown, (first, second), strict=True))
    deciding = (step >= asked[:, None]) & (step < end[:, None])
    times = {
        "onset": on,
        "first_off": first_off,
        "second_on": second_on,
        "decision_on": asked,
        "offset": end,
        "end": end,
    }
    return two_choices(
        inputs=inputs,
        names=INPUTS,
        left=first > second,
        asked=deciding,
        mask=deciding,
        levels=(high, low),
        trials=[len(part) for part in picks],
        dt=dt,
        times=times,
        more={
            "condition": ("trial", [f"{a:g}/{b:g}" for a, b in zip(first.tolist(), second.tolist(), strict=True)]),
            "first": ("trial", first),
            "second": ("trial", second),
        },
    )


def channels(frequency: np.ndarray, all_of_them: np.ndarray) -> np.ndarray:
    """(trial, 2) inputs of frequencies (trial,), which rise and fall over the range of `all_of_them`."""
    share = (frequency - all_of_them.min()) / np.ptp(all_of_them)
    return LEAST + GAIN * np.stack([share, 1 - share], axis=-1)


def check_pairs(pairs: list[tuple[float, float]]) -> None:
    """Raise BadOption for pairs whose first frequency is not the higher one, or whose names would be the same."""
    for high, low in pairs:
        if not high > low:
            raise BadOption(
                f"{NAME}: found the pair {[high, low]}, wanted the higher frequency first; both orders are shown"
            )
    if len({(f"{high:g}", f"{low:g}") for high, low in pairs}) < len(pairs) or any(
        f"{a:g}" == f"{b:g}" for a, b in pairs
    ):
        raise BadOption(
            f"{NAME}: found pairs {[list(pair) for pair in pairs]}, wanted frequencies that differ in six digits, "
            "because conditions are named by them"
        )


def check_times(
    fixation: tuple[float, float],
    stimulus: tuple[float, float],
    delay: tuple[float, float],
    decision: tuple[float, float],
    test_fixation: float,
    test_stimulus: float,
    test_delay: float,
    test_decision: float,
    dt: float,
) -> None:
    """Raise BadOption for times (s) that contradict each other or are not multiples of the step `dt`."""
    check_spans(NAME, {"fixation": fixation, "stimulus": stimulus, "delay": delay, "decision": decision})
    fixed = {
        "test_fixation": test_fixation, "test_stimulus": test_stimulus, "test_delay": test_delay,
        "test_decision": test_decision,
    }  # fmt: skip
    check_fixed(NAME, fixed, dt, some=["test_stimulus", "test_decision"])


def check_size(
    train_trials: int,
    test_trials: int,
    pairs: list[tuple[float, float]],
    fixation: tuple[float, float],
    stimulus: tuple[float, float],
    delay: tuple[float, float],
    decision: tuple[float, float],
    dt: float,
) -> None:
    """Raise BadOption if there are no trials, or more than fit into memory."""
    longest = fixation[1] + 2 * stimulus[1] + delay[1] + decision[1]
    check_memory(NAME, train_trials, test_trials, 2 * len(pairs), round(longest / dt) + len(STEPS))


delayed_discrimination.together = (check_pairs, check_times, checks_levels(NAME), check_size)
delayed_discrimination.has = ("a test set with targets",)
delayed_discrimination.needs = needs
delayed_discrimination.count_inputs = lambda **_: len(INPUTS)
