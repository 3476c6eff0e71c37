"""Maximum-likelihood fits of Weibull psychometric functions, for many resamples at once."""

import numpy as np

STEPS = 200  # largest number of iterations
BLOCK = 500  # fits that are optimised together
SLOPES, THRESHOLDS, LAPSES = 8, 61, 5  # size of the grid of starting points
TINY = 1e-150  # smallest probability of an error
CLOSE = 1e-7  # distance, relative to the range of a parameter, at which a fit counts as being on a bound
CONVERGED = 1e-10  # step, on the scale of the parameters, at which the search ends


def accuracy(level: np.ndarray, threshold: float, slope: float, lapse: float) -> np.ndarray:
    """1 - lapse - (1/2 - lapse) exp(-(level / threshold)^slope): 1/2 at level 0, 1 - lapse far above the threshold."""
    return 1 - lapse - (0.5 - lapse) * np.exp(-((np.asarray(level, dtype=float) / threshold) ** slope))


def fit(level: np.ndarray, correct: np.ndarray, trials: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, ...]:
    """(fit, 3) maximum-likelihood threshold, slope and lapse; (fit, 3) bool, on a bound; (fit,) deviance.

    level: (level,) |coherence|; correct, trials: (fit, level) counts; bounds: (3, 2) lowest and highest. The likelihood
    has several maxima if the threshold is near the lowest or the highest level. Each fit is therefore started from the
    best grid point at each of `SLOPES` slopes, and the highest maximum is returned.
    """
    from scipy.special import xlogy  # slow to import

    inside = _scaled(np.asarray(bounds, dtype=float).T).T
    parts = [slice(k, k + BLOCK) for k in range(0, len(correct), BLOCK)]
    at = np.concatenate([_highest(level, correct[part], trials[part], inside) for part in parts])
    share = correct / np.maximum(trials, 1)
    saturated = (xlogy(correct, share) + xlogy(trials - correct, 1 - share)).sum(axis=1)
    on_bound = np.abs(at[..., None] - inside).min(axis=2) <= CLOSE * np.ptp(inside, axis=1)
    return _unscaled(at), on_bound, np.maximum(2 * (saturated - _log_likelihood(level, correct, trials, at)), 0)


def _highest(level: np.ndarray, correct: np.ndarray, trials: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """(fit, 3) the highest of the maxima that are reached from all starting points."""
    starts = _starts(level, correct, trials, inside)
    k, n = (np.repeat(counts, starts.shape[1], axis=0) for counts in (correct, trials))
    tops = _climb(level, k, n, starts.reshape(-1, 3), inside)
    best = _log_likelihood(level, k, n, tops).reshape(starts.shape[:2]).argmax(axis=1)
    return tops.reshape(starts.shape)[np.arange(len(best)), best]


def _climb(
    level: np.ndarray, correct: np.ndarray, trials: np.ndarray, at: np.ndarray, inside: np.ndarray
) -> np.ndarray:
    """(fit, 3) maxima reached from `at` by damped scoring; a parameter that reaches a bound stays on it."""
    at, score, damping = at.copy(), _log_likelihood(level, correct, trials, at), np.full(len(at), 1e-3)
    here = np.arange(len(at))
    for _ in range(STEPS):
        k, n = correct[here], trials[here]
        tried = np.clip(at[here] + _step(level, k, n, at[here], inside, damping[here]), *inside.T)
        found = _log_likelihood(level, k, n, tried)
        better, moved = found >= score[here], np.abs(tried - at[here]).max(axis=1)
        at[here[better]], score[here[better]] = tried[better], found[better]
        damping[here] = np.clip(np.where(better, damping[here] / 10, damping[here] * 10), 1e-12, 1e12)
        here = here[moved > CONVERGED]
        if not len(here):
            break
    return at


def _scaled(parameters: np.ndarray) -> np.ndarray:
    """(.., 3) threshold, slope, lapse as log threshold, log slope, lapse; the likelihood is then closer to Gaussian."""
    return np.concatenate([np.log(parameters[..., :2]), parameters[..., 2:]], axis=-1)


def _unscaled(at: np.ndarray) -> np.ndarray:
    return np.concatenate([np.exp(at[..., :2]), at[..., 2:]], axis=-1)


def _curve(level: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, ...]:
    """(.., level) each: P(correct), P(error), and their terms exp(-t), t and log t."""
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
    """(fit, slope, 3) the best threshold and lapse on a grid, for each of `SLOPES` slopes."""
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
    """(fit, 3) damped ascent steps; parameters on a bound do not move beyond it."""
    right, wrong, fading, t, log_t = _curve(level, at)
    slope, half = np.exp(at[:, 1:2]), 0.5 - at[:, 2:]
    turning = np.where(t > 0, t * np.where(t > 0, log_t, 0), 0)
    by = np.stack([-half * fading * t * slope, half * fading * turning, fading - 1], axis=-1)  # (fit, level, 3)
    uphill = np.einsum("fl,flp->fp", correct / right - (trials - correct) / wrong, by)
    # Observed instead of expected counts: at lapse 0, the expected information of an error is infinite.
    information = np.einsum("fl,flp,flq->fpq", correct / right**2 + (trials - correct) / wrong**2, by, by)
    stopped = ((at <= inside[:, 0]) & (uphill < 0)) | ((at >= inside[:, 1]) & (uphill > 0))
    free = (~stopped).astype(float)
    ridge = damping[:, None] * np.maximum(np.einsum("fpp->fp", information), 1e-9) + (1 - free)
    information = information * free[:, :, None] * free[:, None, :] + ridge[:, :, None] * np.eye(3)
    return np.linalg.solve(information, (uphill * free)[..., None])[..., 0]
