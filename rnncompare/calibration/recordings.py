"""Recordings of known networks, at the counts and rates of a real one."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from scipy.ndimage import gaussian_filter1d

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.rate_units import refuse_undrawable
from rnncompare.plugins import BadOption

Noise = Literal["poisson", "gaussian"]
REACH = 4  # SDs at which the smoothing Gaussian is cut off
TRIAL_NOISE = 1.0  # SD of a trial's Gaussian noise over its unit's SD, for averages, which cannot tell
ACTIVE = 1e-3  # of the largest SD of a network's units; a unit that varies less would not have been recorded


@dataclass(frozen=True)
class Dimensions:
    """What a simulated recording takes over from a real one. All rates in its own units."""

    condition: tuple[str, ...]
    time: np.ndarray  # (time,) s
    trials: int  # of each condition, averaged or kept
    single_trials: bool  # whether it has trials to keep
    noise: Noise
    smooth: float  # s, SD of the Gaussian that its rates were smoothed with
    mean: np.ndarray  # (unit,)
    spread: np.ndarray  # (unit,) SD of the condition averages, less what the noise of `trials` trials adds
    trial_noise: np.ndarray  # (unit,) SD of a trial's Gaussian noise; of no use to Poisson noise

    @property
    def step(self) -> float:
        """Time step, s."""
        return float(np.round(np.diff(self.time).mean(), 9))

    @property
    def margin(self) -> int:
        """Times that smoothing reads on either side."""
        return int(np.ceil(REACH * self.smooth / self.step))

    @property
    def clock(self) -> np.ndarray:
        """Times of a simulation, s: the recording's and the margins."""
        return self.time[0] + np.arange(-self.margin, len(self.time) + self.margin) * self.step


def dimensions_of(recording: xr.Dataset, *, noise: Noise, smooth: float, trials: int) -> Dimensions:
    """The counts, times and rates of an activity.

    noise: poisson for rates in spikes/s; smooth: s, as the recording was; trials: assumed of each condition where the
    recording has averages only, whose noise then counts as that of so many trials. Raises BadOption, BadActivity.
    """
    where = f"calibration at the counts of {recording.attrs.get('source', 'a recording')}"
    if noise not in ("poisson", "gaussian") or smooth < 0 or trials < 1:
        raise BadOption(
            f"{where}: found noise {noise!r}, smooth {smooth} and trials {trials}, "
            "wanted 'poisson' or 'gaussian', 0 or more, at least 1"
        )
    if noise == "poisson":
        refuse_undrawable(recording, where)
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
            f"{where}: found no unit whose averages vary more than the {noise} noise of {trials} trials explains, "
            "wanted some: were there more trials?"
        )
    return Dimensions(
        tuple(conditions), average.time.values, trials, single, noise, smooth, mean, signal, of_trial
    )  # fmt: skip


def _trial_noise(recording: xr.Dataset, average: xr.Dataset) -> np.ndarray:
    """(unit,) SD of single trials about their condition's average."""
    position = {name: k for k, name in enumerate(average.condition.values.tolist())}
    own = average.rate.values[[position[name] for name in recording.condition.values.tolist()]]
    left = recording.sizes["trial"] - len(position)
    return np.sqrt(((recording.rate.values - own) ** 2).sum(axis=(0, 1)) / (left * recording.sizes["time"]))


def _power(width: float) -> float:
    """Variance that white noise keeps under a Gaussian of SD `width` samples: the sum of its squared weights."""
    if width == 0:
        return 1.0
    weights = np.exp(-0.5 * (np.arange(-np.ceil(REACH * width), np.ceil(REACH * width) + 1) / width) ** 2)
    return float((weights**2).sum() / weights.sum() ** 2)


def signals(rates: np.ndarray, count: int, *, seed: int) -> np.ndarray:
    """(condition, time, count): standardised rates of random units that are active.

    Each once, as far as there are enough; then again, with noise of their own, as of two cells with the same tuning.
    """
    spread = rates.std(axis=(0, 1))
    active = np.flatnonzero(spread > ACTIVE * spread.max())
    chosen = np.resize(np.random.default_rng(seed).permutation(active), count)
    return (rates[..., chosen] - rates[..., chosen].mean(axis=(0, 1))) / spread[chosen]


def recorded(
    signal: np.ndarray, dimensions: Dimensions, *, seed: int, trials: float | None = None, source: str = "simulated"
) -> xr.Dataset:
    """A recording whose units have these signals and, drawn in pairs, the means and SDs of the real units.

    signal: (condition, time of the clock, unit), standardised. trials: of each condition instead of the recording's
    own number; inf for none of their noise. Poisson rates are cut at 0. Trials where the recording has them, averages
    where not.
    """
    drawn, noise = (np.random.default_rng([seed, k]) for k in range(2))
    trials = dimensions.trials if trials is None else trials
    units = np.resize(drawn.permutation(len(dimensions.mean)), signal.shape[2])
    rate = dimensions.mean[units] + dimensions.spread[units] * signal
    rate = np.maximum(rate, 0) if dimensions.noise == "poisson" else rate
    # The average of n trials is drawn at once: a sum of Poisson counts is one, and smoothing is linear.
    copies, averaged = (int(trials), 1) if dimensions.single_trials and np.isfinite(trials) else (1, trials)
    rate = np.repeat(rate, copies, axis=0)
    if np.isfinite(trials) and dimensions.noise == "poisson":
        rate = noise.poisson(rate * dimensions.step * averaged) / (dimensions.step * averaged)
    elif np.isfinite(trials):
        white = dimensions.trial_noise[units] / np.sqrt(averaged * _power(dimensions.smooth / dimensions.step))
        rate = rate + white * noise.standard_normal(rate.shape)
    return as_activity(rate, dimensions, np.repeat(dimensions.condition, copies), source)


def as_activity(rate: np.ndarray, dimensions: Dimensions, condition: list[str], source: str) -> xr.Dataset:
    """Rates (trial, time of the clock, unit), smoothed as the recording was and cut to its times."""
    if dimensions.smooth:
        rate = gaussian_filter1d(rate, dimensions.smooth / dimensions.step, axis=1, mode="nearest")
    return activity.build(
        rate[:, dimensions.margin : dimensions.margin + len(dimensions.time)],
        time=dimensions.time,
        unit=[f"unit_{k}" for k in range(rate.shape[2])],
        condition=condition,
        source=source,
    )
