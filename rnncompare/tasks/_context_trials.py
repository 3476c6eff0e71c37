"""Conditions of the trials of context integration, the times of their epochs, and checks of its options."""

from typing import NamedTuple

import numpy as np

from rnncompare.plugins import BadOption
from rnncompare.tasks._pool import CONDITION, START, balanced, check_memory, check_whole_steps

CONTEXTS = ("motion", "colour")
NAME = "context_integration"


class Labels(NamedTuple):
    """The stimuli of trials, (trial,) each."""

    context: np.ndarray  # index in CONTEXTS of the relevant input
    motion: np.ndarray  # signed coherence, positive for left; also colour
    colour: np.ndarray

    @property
    def relevant(self) -> np.ndarray:
        """The signed coherence of the relevant input."""
        return np.where(self.context == 0, self.motion, self.colour)

    @property
    def condition(self) -> list[str]:
        """Names such as `motion/+0.050/-0.150`: context, coherence of motion, coherence of colour."""
        each = zip(self.context.tolist(), self.motion.tolist(), self.colour.tolist(), strict=True)
        return [f"{CONTEXTS[context]}/{motion:+.3f}/{colour:+.3f}" for context, motion, colour in each]


class Epochs(NamedTuple):
    """The times of the epochs of trials, each (trial,) in steps from the start of the trial."""

    stimulus_on: np.ndarray
    stimulus_off: np.ndarray
    onset: np.ndarray  # of the decision period
    end: np.ndarray


def conditions(coherences: list[float]) -> Labels:
    """Every combination of context, motion and colour, each coherence with either sign."""
    signed = np.sort(np.concatenate([np.negative(coherences), coherences]))
    context, motion, colour = np.meshgrid(np.arange(len(CONTEXTS)), signed, signed, indexing="ij")
    return Labels(context.ravel(), motion.ravel(), colour.ravel())


def labels_to_train(coherences: list[float], trials: int, seed: list) -> Labels:
    """Labels of `trials` trials in random order, with balanced conditions."""
    rng, every = np.random.default_rng([*seed, CONDITION]), conditions(coherences)
    picks = balanced(trials, len(every.context), rng)[rng.permutation(trials)]
    return Labels(*(values[picks] for values in every))


def labels_to_test(coherences: list[float], trials: int) -> Labels:
    """Labels of `trials` trials of every condition, in the order of conditions."""
    return Labels(*(np.repeat(values, trials) for values in conditions(coherences)))


def draw_epochs(trials: int, cue: float, stimulus: tuple, delay: tuple, decision: float, dt: float, seed) -> Epochs:
    """Times of every trial with uniform durations of stimulus and delay, rounded to steps of `dt` s."""
    rng = np.random.default_rng([*seed, START])
    shown, waited = (np.rint(rng.uniform(*span, trials) / dt).astype(int) for span in (stimulus, delay))
    on = np.full(trials, round(cue / dt))
    onset = on + shown + waited
    return Epochs(on, on + shown, onset, onset + round(decision / dt))


def check_coherences(coherences: list[float]) -> None:
    """Raise BadOption for coherences that have the same three decimals, which are in the names of conditions."""
    rounded = [round(value, 3) for value in coherences]
    if len({0.0, *rounded}) <= len(rounded):
        raise BadOption(
            f"{NAME}: found coherences {coherences}, wanted numbers above 0 that differ in their first three decimals, "
            "because conditions are named by them"
        )


def check_times(
    cue: float,
    stimulus: tuple[float, float],
    delay: tuple[float, float],
    decision: float,
    test_stimulus: float,
    test_delay: float,
    dt: float,
) -> None:
    """Raise BadOption for times (s) that contradict each other or are not multiples of the step `dt`."""
    for name, span in {"stimulus": stimulus, "delay": delay}.items():
        if not span[0] <= span[1]:
            raise BadOption(f"{NAME}: found {name} {list(span)}, wanted the shortest and the longest time in s")
    if stimulus[0] < dt:
        raise BadOption(f"{NAME}: found a stimulus of {stimulus[0]:g} s, wanted at least a step of {dt:g} s")
    fixed = {"cue": cue, "decision": decision, "test_stimulus": test_stimulus, "test_delay": test_delay}
    check_whole_steps(NAME, fixed, dt)
    for name in ("decision", "test_stimulus"):
        if round(fixed[name] / dt) < 1:
            raise BadOption(f"{NAME}: found {name} {fixed[name]:g} s, wanted at least a step of {dt:g} s")


def check_target(target: str, hold: bool, threshold: float) -> None:
    """Raise BadOption for a threshold that the target cannot reach or is above without a decision, or for a `hold`."""
    if target == "integral" and not hold:
        raise BadOption(
            f"{NAME}: found hold false for the target 'integral', wanted true: the integral is asked for at all times"
        )
    if target == "integral" and threshold < 0:
        raise BadOption(f"{NAME}: found threshold {threshold:g}, wanted at least 0 for the target 'integral'")
    if target == "choice" and not 0 < threshold < 1:
        raise BadOption(f"{NAME}: found threshold {threshold:g}, wanted above 0 and below 1 for the target 'choice'")


def check_size(
    train_trials: int,
    test_trials: int,
    coherences: list[float],
    cue: float,
    stimulus: tuple[float, float],
    delay: tuple[float, float],
    decision: float,
    test_stimulus: float,
    test_delay: float,
    dt: float,
) -> None:
    """Raise BadOption if there are no trials, or more than fit into memory."""
    longest = cue + max(stimulus[1], test_stimulus) + max(delay[1], test_delay) + decision
    count = len(CONTEXTS) * (2 * len(coherences)) ** 2
    check_memory(NAME, train_trials, test_trials, count, round(longest / dt))
