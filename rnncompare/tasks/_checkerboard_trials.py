"""Labels of the trials of the checkerboard task and the times of their epochs."""

from typing import NamedTuple

import numpy as np

from rnncompare.tasks._pool import CONDITION, START, balanced


class Labels(NamedTuple):
    """The stimuli of trials."""

    coherence: np.ndarray  # (trial,) signed, positive for red; NaN without a checkerboard
    side: np.ndarray  # (trial,) 1: red target left, -1: green target left, 0: no targets
    condition: np.ndarray  # (trial,) str
    catch: np.ndarray  # (trial,) bool


class Epochs(NamedTuple):
    """The times of the epochs of trials, each (trial,) in steps from the start of the trial."""

    first: np.ndarray  # onset of the first stimulus, targets or checkerboard
    onset: np.ndarray  # onset of the second stimulus, after which a decision is possible
    offset: np.ndarray  # offset of both
    end: np.ndarray


def coherences(red_squares: list[int], squares: int) -> np.ndarray:
    """2 n / squares - 1, from -1 (all green) to 1 (all red)."""
    return 2 * np.asarray(red_squares, dtype=float) / squares - 1


def labels_to_test(red_squares: list[int], squares: int, trials: int) -> Labels:
    """Labels of `trials` trials of every condition, in the order of conditions, without catch trials."""
    count, side = _conditions(red_squares)
    return _shown(np.repeat(count, trials), np.repeat(side, trials), squares, np.zeros(len(count) * trials, dtype=bool))


def labels_to_train(
    red_squares: list[int], squares: int, trials: int, catch: float, with_first: float, targets_first: bool, seed: list
) -> Labels:
    """Labels of `trials` trials in random order: a share `catch` of catch trials, the others with balanced conditions.

    A share `with_first` of the catch trials show the first stimulus, with balanced conditions; the rest show nothing.
    """
    rng = np.random.default_rng([*seed, CONDITION])
    count, side = _conditions(red_squares)
    caught = round(catch * trials)
    showing = round(with_first * caught)
    picks = np.concatenate([balanced(n, len(count), rng) for n in (showing, caught - showing, trials - caught)])
    kind = np.repeat([0, 1, 2], [showing, caught - showing, trials - caught])
    order = rng.permutation(trials)
    picks, kind = picks[order], kind[order]
    labels = _shown(count[picks], side[picks], squares, kind < 2)
    targets, checkerboard = (kind != 1, kind == 2) if targets_first else (kind == 2, kind != 1)
    return labels._replace(
        coherence=np.where(checkerboard, labels.coherence, np.nan), side=np.where(targets, labels.side, 0)
    )


def draw_epochs(
    labels: Labels, start: dict, alone: tuple, both: float, after: float, catch_duration: float | None, dt: float, seed
) -> Epochs:
    """Random times of every trial, rounded to steps of `dt` s; catch trials may have a fixed duration."""
    rng = np.random.default_rng([*seed, START])
    trials = len(labels.catch)
    first = np.rint(np.abs(rng.normal(start["mean"], start["sd"], trials)) / dt).astype(int)
    onset = first + np.rint(rng.uniform(*alone, trials) / dt).astype(int)
    offset = onset + round(both / dt)
    if catch_duration is not None:
        offset = np.where(labels.catch, round((catch_duration - after) / dt), offset)
    return Epochs(first, onset, offset, offset + round(after / dt))


def _conditions(red_squares: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of red squares and sides of all conditions, in the order of layouts."""
    return np.tile(red_squares, 2), np.repeat([1, -1], len(red_squares))


def _shown(count: np.ndarray, side: np.ndarray, squares: int, catch: np.ndarray) -> Labels:
    digits, layout = len(str(squares)), {1: "red_left", -1: "green_left"}
    names = [f"{layout[s]}/{n:0{digits}d}" for s, n in zip(side.tolist(), count.tolist(), strict=True)]
    return Labels(coherences(count, squares), side, np.where(catch, "catch", names), catch)
