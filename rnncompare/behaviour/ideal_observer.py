"""The ideal observer of a noisy input: how often a decision by its sign can be right, and the psychometric slope.

In a step of dt s, a leaky network receives u = c + sqrt(2 / a) s xi of an input with coherence c, where a = dt / tau,
s is the SD in `noise` and xi are independent standard normal numbers (`models/_noisy_drive.py`). The sum over the
n = T / dt steps of a stimulus has the mean n c and the SD sqrt(2 n / a) s. Its sign is the most probable sign of c
whatever |c| is, and it is right with the probability Phi(c sqrt(n a / 2) / s) = Phi((c / s) sqrt(T / (2 tau))), which
does not depend on dt. No network that receives this input is right more often on average; noise of its units and a
leak lower its accuracy further.
"""

from collections.abc import Sequence

import numpy as np
import xarray as xr

EVIDENCE = {"context", "answer", "stimulus_on", "stimulus_off"}  # coordinates along trial of a task with an observer


def probit_slope(duration: np.ndarray, *, noise: float, tau: float) -> np.ndarray:
    """Slope of probit(accuracy) per unit of coherence after stimuli of `duration` s; infinite without noise.

    noise: SD s of the input, as an option of the network; tau: time constant of the network, s.
    """
    with np.errstate(divide="ignore"):
        return np.sqrt(np.asarray(duration, dtype=float) / (2 * tau)) / np.float64(noise)


def accuracy(coherence: np.ndarray, duration: np.ndarray, *, noise: float, tau: float) -> np.ndarray:
    """Share of right decisions, .5 to 1, at a coherence other than 0, of either sign; arguments of `probit_slope`."""
    from scipy.special import ndtr  # slow to import

    return ndtr(np.abs(coherence) * probit_slope(duration, noise=noise, tau=tau))


def ceiling(task: xr.Dataset, trials: np.ndarray, *, noise: Sequence[float] | None, tau: float) -> float:
    """The share of right decisions of the ideal observer, 0 to 1, who knows the context of each of `trials`.

    noise: SDs of the inputs of the task (None: none). As in `training.measurement.share_correct`, the smaller share of
    the answers is returned. NaN without trials, and for a task whose contexts are not the names of inputs and of
    coordinates with their coherences.
    """
    if not set(task.coords) >= EVIDENCE or len(trials) == 0:
        return np.nan
    some = task.isel(trial=trials)
    context, answer = some.context.values, some.answer.values
    sd = dict(zip(task.input.values.tolist(), noise or [0.0] * task.sizes["input"], strict=True))
    if not {*np.unique(context).tolist()} <= sd.keys() & set(task.coords):
        return np.nan
    duration, right = some.stimulus_off.values - some.stimulus_on.values, np.empty(len(trials))
    for name in np.unique(context).tolist():
        own = context == name
        right[own] = accuracy(some[name].values[own], duration[own], noise=sd[name], tau=tau)
    return min(float(right[answer == one].mean()) for one in np.unique(answer))
