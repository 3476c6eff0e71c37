"""Simulated recordings of known networks with the numbers of units and trials and the rates of a real recording."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from scipy.ndimage import gaussian_filter1d

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.rate_units import refuse_not_drawable
from rnncompare.plugins import BadOption

Noise = Literal["poisson", "gaussian"]
REACH = 4  # SDs at which the smoothing Gaussian is truncated
TRIAL_NOISE = 1.0  # SD of trial noise relative to the SD of the unit; assumed for recordings of averages
ACTIVE = 1e-3  # relative to the largest SD of a network's units; units that vary less are not recorded


@dataclass(frozen=True)
class Dimensions:
    """The properties of a real recording that simulated recordings have too. Rates are in its units."""

    condition: tuple[str, ...]
    time: np.ndarray  # (time,) s
    trials: int  # number for each condition, averaged or single
    single_trials: bool  # whether the recording has single trials
    noise: Noise
    smooth: float  # s, SD of the Gaussian that smoothed the rates
    mean: np.ndarray  # (unit,)
    spread: np.ndarray  # (unit,) SD of the condition averages, corrected for the noise of `trials` trials
    trial_noise: np.ndarray  # (unit,) SD of the Gaussian noise of a trial; not used for Poisson noise

    @property
    def step(self) -> float:
        """Time step, s."""
        return float(np.round(np.diff(self.time).mean(), 9))

    @property
    def margin(self) -> int:
        """Number of additional times on each side for smoothing."""
        return int(np.ceil(REACH * self.smooth / self.step))

    @property
    def clock(self) -> np.ndarray:
        """Times of a simulation in s: those of the recording and the margins."""
        return self.time[0] + np.arange(-self.margin, len(self.time) + self.margin) * self.step


def dimensions_of(recording: xr.Dataset, *, noise: Noise, smooth: float, trials: int) -> Dimensions:
    """The dimensions of a recording.

    noise: poisson for rates in spikes/s; smooth: SD in s of the smoothing of the recording; trials: number of trials
    that is assumed for each condition if the recording has only averages. Raises BadOption, BadActivity.
    """
    where = f"calibration with the numbers of units and trials of {recording.attrs.get('source', 'a recording')}"
    if noise not in ("poisson", "gaussian") or smooth < 0 or trials < 1:
        raise BadOption(
            f"{where}: found noise {noise!r}, smooth {smooth} and trials {trials}, wanted noise 'poisson' or "
            "'gaussian', smooth of at least 0 s and trials of at least 1"
        )
    if noise == "poisson":
        refuse_not_drawable(recording, where)
    average = activity.condition_average(recording)
    rate, conditions = average.rate.values.astype(float), average.condition.values.tolist()
    if len(conditions) < 3 or average.sizes["time"] < 2:
        raise BadActivity(
            f"{where}: found {len(conditions)} conditions and {average.sizes['time']} times, wanted at least 3 and 2"
        )
    if noise == "poisson" and rate.min() < 0:
        raise BadActivity(f"{where}: found rates down to {rate.min():.3g}, wanted none below 0 for Poisson spikes")
    single = recording.sizes["trial"] > len(conditions)
    trials = round(recording.sizes["trial"] / len(conditions)) if single else trials
    mean, spread = rate.mean(axis=(0, 1)), rate.std(axis=(0, 1))
    of_trial = _trial_noise(recording, average) if single else TRIAL_NOISE * spread
    step = activity.interval(average)
    added = mean * _power(smooth / step) / step if noise == "poisson" else of_trial**2
    signal = np.sqrt(np.maximum(spread**2 - added / trials, 0))
    if not signal.any():
        raise BadActivity(
            f"{where}: found no unit whose averages vary more than by the {noise} noise of {trials} trials, wanted "
            "some: the number of trials may be too small"
        )
    return Dimensions(
        tuple(conditions), average.time.values, trials, single, noise, smooth, mean, signal, of_trial
    )  # fmt: skip


def _trial_noise(recording: xr.Dataset, average: xr.Dataset) -> np.ndarray:
    """(unit,) SD of single trials about the average of their condition."""
    position = {name: k for k, name in enumerate(average.condition.values.tolist())}
    own = average.rate.values[[position[name] for name in recording.condition.values.tolist()]]
    left = recording.sizes["trial"] - len(position)
    return np.sqrt(((recording.rate.values - own) ** 2).sum(axis=(0, 1)) / (left * recording.sizes["time"]))


def _power(width: float) -> float:
    """Variance of unit white noise after smoothing by a Gaussian of SD `width` samples: the sum of squared weights."""
    if width == 0:
        return 1.0
    weights = np.exp(-0.5 * (np.arange(-np.ceil(REACH * width), np.ceil(REACH * width) + 1) / width) ** 2)
    return float((weights**2).sum() / weights.sum() ** 2)


def signals(rates: np.ndarray, count: int, *, seed: int) -> np.ndarray:
    """(condition, time, count): standardised rates of randomly selected active units.

    If there are fewer active units than `count`, units are repeated; their noise is independent, as of two cells with
    the same tuning.
    """
    spread = rates.std(axis=(0, 1))
    active = np.flatnonzero(spread > ACTIVE * spread.max())
    chosen = np.resize(np.random.default_rng(seed).permutation(active), count)
    return (rates[..., chosen] - rates[..., chosen].mean(axis=(0, 1))) / spread[chosen]


def recorded(
    signal: np.ndarray, dimensions: Dimensions, *, seed: int, trials: float | None = None, source: str = "simulated"
) -> xr.Dataset:
    """A simulated recording whose units have these signals and the mean and SD of randomly assigned real units.

    signal: (condition, time of the clock, unit), standardised. trials: number for each condition, by default that of
    the recording; inf for no trial noise. Poisson rates are truncated at 0. The result has single trials if the
    recording has, and otherwise averages.
    """
    drawn, noise = (np.random.default_rng([seed, k]) for k in range(2))
    trials = dimensions.trials if trials is None else trials
    units = np.resize(drawn.permutation(len(dimensions.mean)), signal.shape[2])
    rate = dimensions.mean[units] + dimensions.spread[units] * signal
    rate = np.maximum(rate, 0) if dimensions.noise == "poisson" else rate
    # The average of n trials is drawn directly: a sum of Poisson counts is Poisson, and smoothing is linear.
    copies, averaged = (int(trials), 1) if dimensions.single_trials and np.isfinite(trials) else (1, trials)
    rate = np.repeat(rate, copies, axis=0)
    if np.isfinite(trials) and dimensions.noise == "poisson":
        rate = noise.poisson(rate * dimensions.step * averaged) / (dimensions.step * averaged)
    elif np.isfinite(trials):
        white = dimensions.trial_noise[units] / np.sqrt(averaged * _power(dimensions.smooth / dimensions.step))
        rate = rate + white * noise.standard_normal(rate.shape)
    return as_activity(rate, dimensions, np.repeat(dimensions.condition, copies), source)


def as_activity(rate: np.ndarray, dimensions: Dimensions, condition: list[str], source: str) -> xr.Dataset:
    """Rates (trial, time of the clock, unit) as an activity, smoothed like the recording and cut to its times."""
    if dimensions.smooth:
        rate = gaussian_filter1d(rate, dimensions.smooth / dimensions.step, axis=1, mode="nearest")
    return activity.build(
        rate[:, dimensions.margin : dimensions.margin + len(dimensions.time)],
        time=dimensions.time,
        unit=[f"unit_{k}" for k in range(rate.shape[2])],
        condition=condition,
        source=source,
    )
