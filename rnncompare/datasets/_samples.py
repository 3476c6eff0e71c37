"""Rates or counts that a file holds in samples of its own, in bins of a study's."""

import numpy as np

from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.datasets._rates import clock, margin
from rnncompare.plugins import BadOption


class Samples:
    """Where the samples of a file lie, and which of them a study's bins are made of.

    first: s, when the first begins; step: s; number: how many there are. Raises BadOption where they do not hold the
    window, half a bin on each side, and what smoothing reads beyond it; where `whole`, also where a bin splits one.
    """

    def __init__(
        self,
        first: float,
        step: float,
        number: int,
        *,
        bin: float,
        smooth: float,
        window: list[float],
        whole: bool,
        where: str,
    ):
        self.time, extra = clock(window, bin, where), margin(smooth, bin, where)
        edges = self.time[0] + (np.arange(len(self.time) + 2 * extra + 1) - extra - 0.5) * bin
        at = (edges - first) / step
        at = np.where(np.abs(at - np.round(at)) * step < RESOLUTION, np.round(at), at)
        if at[0] < 0 or at[-1] > number:
            reach = (extra + 0.5) * bin - RESOLUTION
            low, high = np.ceil((first + reach) / bin) * bin, np.floor((first + number * step - reach) / bin) * bin
            widest = f"; window: [{low:.6g}, {high:.6g}] fits" if low <= high else ""
            raise BadOption(
                f"{where}: found {number} samples, {first:g} to {first + number * step:g} s, wanted {edges[0]:g} to "
                f"{edges[-1]:g} s (the window, half a bin on each side, and what smoothing reads beyond it){widest}"
            )
        if whole and (at != np.round(at)).any():
            raise BadOption(
                f"{where}: found counts in samples of {step:g} s, the first from {first:g} s, which bins of {bin:g} s "
                "around multiples of the bin would split; wanted a bin that begins and ends where samples do"
            )
        self.low, self.high = int(np.floor(at[0])), int(np.ceil(at[-1]))
        self._at, self._middle = at - self.low, (self.time - first) / step - 0.5

    def sums(self, samples: np.ndarray) -> np.ndarray:
        """(trial, bin) of (trial, sample), those from `low` to `high`; a sample that two bins share is split."""
        total = np.concatenate([np.zeros((len(samples), 1)), np.cumsum(samples, axis=1, dtype=float)], axis=1)
        whole = np.minimum(self._at.astype(int), samples.shape[1] - 1)
        parts = total[:, whole] + (self._at - whole) * samples[:, whole]
        return np.diff(parts, axis=1)

    def values_at_bins(self, samples: np.ndarray) -> np.ndarray:
        """(trial, time, channel) of (trial, sample, channel), all of a file's: interpolated at the bins' centres."""
        middle = np.clip(self._middle, 0, samples.shape[1] - 1)
        middle = np.where(np.abs(middle - np.round(middle)) < RESOLUTION, np.round(middle), middle)
        before = np.minimum(middle.astype(int), max(samples.shape[1] - 2, 0))
        after = np.minimum(before + 1, samples.shape[1] - 1)
        share = (middle - before)[:, None]
        # Not 0 times the next sample: that may be missing.
        between = (1 - share) * samples[:, before] + share * samples[:, after]
        return np.where(share == 0, samples[:, before], between)


def steps_of(times: np.ndarray, name: str, where: str) -> float:
    """The step (s) of evenly spaced, rising times. Raises BadActivity."""
    steps = np.diff(times)
    if len(steps) == 0 or not (steps > 0).all() or np.ptp(steps) > RESOLUTION:
        found = f"steps from {steps.min():g} to {steps.max():g} s" if len(steps) else f"{len(times)} times"
        raise BadActivity(f"{where}: {name}: found {found}, wanted evenly spaced, rising times")
    return float(steps.mean())
