"""Weibull psychometric functions fitted by maximum likelihood, a thousand resamples at once."""

import numpy as np
from scipy.special import xlogy

STEPS = 200
BLOCK = 500  # fits that are climbed at once
SLOPES, THRESHOLDS, LAPSES = 8, 61, 5  # of the grid of starts
TINY = 1e-150
CLOSE = 1e-7  # of a bound's own range
BRIEF = 1e-10  # a step this short, in the parameters' own scale, ends the search


def accuracy(level: np.ndarray, threshold: float, slope: float, lapse: float) -> np.ndarray:
    """1 - lapse - (1/2 - lapse) exp(-(level / threshold)^slope): 1/2 at level 0, 1 - lapse far above threshold."""
    return 1 - lapse - (0.5 - lapse) * np.exp(-((np.asarray(level, dtype=float) / threshold) ** slope))


def fit(level: np.ndarray, correct: np.ndarray, trials: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, ...]:
    """(fit, 3) threshold, slope and lapse of maximum likelihood; (fit, 3) bool, on a bound; (fit,) deviance.

    level: (level,) |coherence|; correct, trials: (fit, level) counts; bounds: (3, 2) lowest and highest. The likelihood
    has several maxima where thresholds are near the lowest or the highest level, so each fit is climbed from the best
    points of a grid at `SLOPES` slopes, and the highest top counts.
    """
    inside = _scaled(np.asarray(bounds, dtype=float).T).T
    parts = [slice(k, k + BLOCK) for k in range(0, len(correct), BLOCK)]
    at = np.concatenate([_highest(level, correct[part], trials[part], inside) for part in parts])
    share = correct / np.maximum(trials, 1)
    saturated = (xlogy(correct, share) + xlogy(trials - correct, 1 - share)).sum(axis=1)
    on_bound = np.abs(at[..., None] - inside).min(axis=2) <= CLOSE * np.ptp(inside, axis=1)
    return _unscaled(at), on_bound, np.maximum(2 * (saturated - _log_likelihood(level, correct, trials, at)), 0)


def _highest(level: np.ndarray, correct: np.ndarray, trials: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """(fit, 3) the highest of the tops that are reached from all starts."""
    starts = _starts(level, correct, trials, inside)
    k, n = (np.repeat(counts, starts.shape[1], axis=0) for counts in (correct, trials))
    tops = _climb(level, k, n, starts.reshape(-1, 3), inside)
    best = _log_likelihood(level, k, n, tops).reshape(starts.shape[:2]).argmax(axis=1)
    return tops.reshape(starts.shape)[np.arange(len(best)), best]


def _climb(
    level: np.ndarray, correct: np.ndarray, trials: np.ndarray, at: np.ndarray, inside: np.ndarray
) -> np.ndarray:
    """(fit, 3) tops reached from `at` by damped scoring; what a bound stops stays on it."""
    at, score, damping = at.copy(), _log_likelihood(level, correct, trials, at), np.full(len(at), 1e-3)
    here = np.arange(len(at))
    for _ in range(STEPS):
        k, n = correct[here], trials[here]
        tried = np.clip(at[here] + _step(level, k, n, at[here], inside, damping[here]), *inside.T)
        found = _log_likelihood(level, k, n, tried)
        better, moved = found >= score[here], np.abs(tried - at[here]).max(axis=1)
        at[here[better]], score[here[better]] = tried[better], found[better]
        damping[here] = np.clip(np.where(better, damping[here] / 10, damping[here] * 10), 1e-12, 1e12)
        here = here[moved > BRIEF]
        if not len(here):
            break
    return at


def _scaled(parameters: np.ndarray) -> np.ndarray:
    """(.., 3) threshold, slope, lapse as log threshold, log slope, lapse: there the likelihood is closest to round."""
    return np.concatenate([np.log(parameters[..., :2]), parameters[..., 2:]], axis=-1)


def _unscaled(at: np.ndarray) -> np.ndarray:
    return np.concatenate([np.exp(at[..., :2]), at[..., 2:]], axis=-1)


def _curve(level: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, ...]:
    """(.., level): P(correct), P(error), and what both are made of: exp(-t), t and log t."""
    with np.errstate(divide="ignore"):
        log_t = np.exp(at[..., 1:2]) * (np.log(level) - at[..., :1])
    t = np.exp(np.minimum(log_t, 7.0))  # exp(-exp(7)) is 0
    fading = np.exp(-t)
    error = np.maximum(at[..., 2:] + (0.5 - at[..., 2:]) * fading, TINY)
    return 1 - error, error, fading, t, log_t


def _log_likelihood(level: np.ndarray, correct: np.ndarray, trials: np.ndarray, at: np.ndarray) -> np.ndarray:
    right, wrong = _curve(level, at)[:2]
    return (correct * np.log(right) + (trials - correct) * np.log(wrong)).sum(axis=-1)


def _starts(level: np.ndarray, correct: np.ndarray, trials: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """(fit, slope, 3) the best threshold and lapse of a grid at each of `SLOPES` slopes."""
    slope, threshold, lapse = (
        np.linspace(*inside[k], count) for k, count in ((1, SLOPES), (0, THRESHOLDS), (2, LAPSES))
    )
    grid = np.stack(np.meshgrid(slope, threshold, lapse, indexing="ij"), axis=-1)[..., [1, 0, 2]].reshape(SLOPES, -1, 3)
    right, wrong = (np.log(values).reshape(-1, len(level)) for values in _curve(level, grid)[:2])
    scores = (correct @ right.T + (trials - correct) @ wrong.T).reshape(len(correct), SLOPES, -1)
    return grid[np.arange(SLOPES), scores.argmax(axis=2)]


def _step(
    level: np.ndarray, correct: np.ndarray, trials: np.ndarray, at: np.ndarray, inside: np.ndarray, damping: np.ndarray
) -> np.ndarray:
    """(fit, 3) a damped step uphill, along the bounds for what they stop."""
    right, wrong, fading, t, log_t = _curve(level, at)
    slope, half = np.exp(at[:, 1:2]), 0.5 - at[:, 2:]
    turning = np.where(t > 0, t * np.where(t > 0, log_t, 0), 0)
    by = np.stack([-half * fading * t * slope, half * fading * turning, fading - 1], axis=-1)  # (fit, level, 3)
    uphill = np.einsum("fl,flp->fp", correct / right - (trials - correct) / wrong, by)
    # By the counts that were found, not those expected: at lapse 0 these expect an error to say infinitely much.
    information = np.einsum("fl,flp,flq->fpq", correct / right**2 + (trials - correct) / wrong**2, by, by)
    stopped = ((at <= inside[:, 0]) & (uphill < 0)) | ((at >= inside[:, 1]) & (uphill > 0))
    free = (~stopped).astype(float)
    ridge = damping[:, None] * np.maximum(np.einsum("fpp->fp", information), 1e-9) + (1 - free)
    information = information * free[:, :, None] * free[:, None, :] + ridge[:, :, None] * np.eye(3)
    return np.linalg.solve(information, (uphill * free)[..., None])[..., 0]
