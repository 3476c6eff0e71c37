"""The ideal observer of a noisy input: how often a decision by its sign can be right, and the psychometric slope.

In a step of dt s, a leaky network receives u = c + sqrt(2 / a) s xi of an input with coherence c, where a = dt / tau,
s is the SD in `noise` and xi are independent standard normal numbers (`models/_noisy_drive.py`). The sum over the
n = T / dt steps of a stimulus has the mean n c and the SD sqrt(2 n / a) s. Its sign is the most probable sign of c
whatever |c| is, and it is right with the probability Phi(c sqrt(n a / 2) / s) = Phi((c / s) sqrt(T / (2 tau))), which
does not depend on dt. No network that receives this input is right more often on average; noise of its units and a
leak lower its accuracy further.

If the means of several inputs depend on the coherence with slopes w, such as 1/2 and -1/2, the observer sums them with
weights w / s^2, and s above is replaced by (sum of (w / s)^2)^(-1/2), which is s sqrt(2) for these slopes and equal s.
"""

from collections.abc import Sequence

import numpy as np
import xarray as xr

TIMES = {"answer", "stimulus_on", "stimulus_off"}  # coordinates along trial of a task with an observer


def probit_slope(duration: np.ndarray, *, noise: float, tau: float) -> np.ndarray:
    """Slope of probit(accuracy) per unit of coherence after stimuli of `duration` s; infinite without noise.

    noise: SD s of the input, as an option of the network; tau: time constant of the network, s.
    """
    with np.errstate(divide="ignore"):
        return np.sqrt(np.asarray(duration, dtype=float) / (2 * tau)) / np.float64(noise)


def accuracy(coherence: np.ndarray, duration: np.ndarray, *, noise: float, tau: float) -> np.ndarray:
    """Share of right decisions, .5 to 1, at coherences of either sign; .5 at 0; arguments of `probit_slope`."""
    from scipy.special import ndtr  # slow to import

    size = np.abs(coherence)
    with np.errstate(invalid="ignore"):
        return np.where(size > 0, ndtr(size * probit_slope(duration, noise=noise, tau=tau)), 0.5)


def ceiling(task: xr.Dataset, trials: np.ndarray, *, noise: Sequence[float] | None, tau: float) -> float:
    """The share of right decisions of the ideal observer, 0 to 1, who knows the context of each of `trials`.

    noise: SDs of the inputs of the task (None: none). As in `training.measurement.share_correct`, the smaller share of
    the answers is returned. NaN without trials, and for a task without an ideal observer (`in_each_trial`).
    """
    if len(trials) == 0:
        return np.nan
    right, answer = in_each_trial(task, trials, noise=noise, tau=tau), task.get("answer")
    if right is None:
        return np.nan
    some = answer.values[trials]
    return min(float(right[some == one].mean()) for one in np.unique(some))


def in_each_trial(
    task: xr.Dataset, trials: np.ndarray, *, noise: Sequence[float] | None, tau: float
) -> np.ndarray | None:
    """(trial,) probability with which the ideal observer is right in each of `trials`, .5 to 1.

    None for a task that has neither slopes `evidence` of its inputs and the coordinate `coherence`, nor contexts that
    are the names of inputs and of coordinates with their coherences.
    """
    has = set(task.coords)
    if not has >= TIMES:
        return None
    some, sd = task.isel(trial=trials), np.asarray(noise or [0.0] * task.sizes["input"], dtype=float)
    duration = some.stimulus_off.values - some.stimulus_on.values
    if has >= {"evidence", "coherence"}:
        return accuracy(some.coherence.values, duration, noise=noise_of_evidence(task.evidence.values, sd), tau=tau)
    names = task.input.values.tolist()
    context = some.context.values if "context" in has else np.array([""])
    if not {*np.unique(context).tolist()} <= set(names) & has:
        return None
    right = np.empty(len(trials))
    for name in np.unique(context).tolist():
        own = context == name
        right[own] = accuracy(some[name].values[own], duration[own], noise=sd[names.index(name)], tau=tau)
    return right


def noise_of_evidence(slopes: np.ndarray, noise: np.ndarray) -> float:
    """The SD of a single input that would inform as much about the coherence as inputs with these slopes and SDs."""
    informative = slopes != 0
    with np.errstate(divide="ignore"):
        return float(1 / np.sqrt(((slopes[informative] / noise[informative]) ** 2).sum()))
