"""Moments of reaction times, from which means, SDs and slopes of resamples are computed."""

import numpy as np

from rnncompare.behaviour.subjects import sessions_drawn

BLOCK = 2**22  # reaction times that are drawn together


def moments_of(rt: np.ndarray, *cells: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(*shape, 3) count, sum and sum of squares of rt (trial,) in each cell; cells: indices of cells, (trial,) each."""
    moments = np.zeros((*shape, 3))
    for power in range(3):
        np.add.at(moments[..., power], cells, rt**power)
    return moments


def with_resamples(
    moments: np.ndarray, rt: np.ndarray, outcome: np.ndarray, level: np.ndarray, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """(1 + draw, outcome, level, 3) moments of all trials, followed by those of resamples.

    moments: (session, outcome, level, 3). With several sessions, whole sessions are resampled; with one session, the
    trials of each outcome and level. rt, outcome, level: (trial,) each.
    """
    total = moments.sum(axis=0, keepdims=True)
    if len(moments) > 1:
        return np.concatenate([total, np.tensordot(sessions_drawn(len(moments), draws, rng), moments, axes=1)])
    drawn = np.repeat(total, draws, axis=0)
    for cell in np.argwhere(total[0, ..., 0] > 0):
        values = rt[(outcome == cell[0]) & (level == cell[1])]
        step = max(1, BLOCK // len(values))
        for start in range(0, draws, step):
            block = drawn[start : start + step, cell[0], cell[1]]
            picked = values[rng.integers(len(values), size=(len(block), len(values)))]
            block[:, 1], block[:, 2] = picked.sum(axis=1), (picked**2).sum(axis=1)
    return np.concatenate([total, drawn])


def means(moments: np.ndarray) -> np.ndarray:
    """(draw, level) means from moments (draw, level, 3); NaN without trials."""
    count = moments[..., 0]
    return np.divide(moments[..., 1], count, out=np.full(count.shape, np.nan), where=count > 0)


def deviations(moments: np.ndarray) -> np.ndarray:
    """(draw, level) SDs with n - 1 degrees of freedom; NaN for fewer than two trials."""
    count, about = moments[..., 0], moments[..., 2] - moments[..., 1] * np.nan_to_num(means(moments))
    return np.sqrt(np.divide(np.maximum(about, 0), count - 1, out=np.full(count.shape, np.nan), where=count > 1))


def slopes(x: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """(draw,) slopes of the regression of single trials on x (level,); NaN if all trials are of one level."""
    count, total = moments[..., 0], moments[..., 1]
    about = x - (count @ x / np.maximum(count.sum(axis=1), 1))[:, None]
    spread, several = (count * about**2).sum(axis=1), (count > 0).sum(axis=1) > 1
    return np.divide((about * total).sum(axis=1), spread, out=np.full(len(spread), np.nan), where=several)
