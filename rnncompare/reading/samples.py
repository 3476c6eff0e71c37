"""Rates or counts that a file holds in samples of its own, in bins of a study's."""

from typing import NamedTuple

import numpy as np

from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.plugins import BadOption
from rnncompare.reading.rates import clock, margin
from rnncompare.reading.series import MEND, falling


class Samples:
    """Where the samples of a file lie, and which of them a study's bins are made of.

    first: s, when the first begins; step: s; number: how many there are; slack: s, how far they may be from there, and
    nothing is made of it. Bins lie around multiples of the bin; where `whole`, and a file of one sample always, bins
    begin where samples do: if those around multiples would split some, all bins are moved by `shift` (s), at most half
    a sample, and the window is of the bins whose centres lie in it. Raises BadOption where samples do not hold the
    window, half a bin on each side, and what smoothing reads beyond it; where `whole`, also where the bin is no
    multiple of the step.
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
        slack: float = RESOLUTION,
    ):
        known = isinstance(bin, int | float) and np.isfinite(bin) and bin > 0
        follow = known and (whole or number == 1)
        self.shift = _shift(first, step, bin, slack, where) if follow else 0.0
        self.time, extra = _moved(window, bin, self.shift, where), margin(smooth, bin, where)
        edges = self.time[0] + (np.arange(len(self.time) + 2 * extra + 1) - extra - 0.5) * bin
        at = (edges - first) / step
        at = np.where(np.abs(at - np.round(at)) * step < slack, np.round(at), at)
        if at[0] < 0 or at[-1] > number:
            fits = _fitting(window, first, first + number * step, (extra + 0.5) * bin - slack, bin, self.shift)
            raise BadOption(
                f"{where}: found {number} samples, {first:g} to {first + number * step:g} s, wanted {edges[0]:g} to "
                f"{edges[-1]:g} s (the window, half a bin on each side, and what smoothing reads beyond it){fits}"
            )
        if whole and (at != np.round(at)).any():
            raise _split(step, first, bin, where)
        self.low, self.high = int(np.floor(at[0])), int(np.ceil(at[-1]))
        self._at, self._middle = at - self.low, (self.time - first) / step - 0.5

    @property
    def note(self) -> str:
        """What a reader says of bins that follow the samples."""
        return f"bins begin where samples do, {self.shift:.6g} s off multiples of the bin" if self.shift else ""

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


def _shift(first: float, step: float, bin: float, slack: float, where: str) -> float:
    """By how much (s) bins around multiples of the bin are moved to begin where samples do. Raises BadOption."""
    samples = round(bin / step)
    if samples < 1 or abs(samples * step - bin) > slack:
        raise _split(step, first, bin, where)
    off = (first + bin / 2) / step
    off = (off - round(off)) * step
    return 0.0 if abs(off) < slack else off if off > slack - step / 2 else -off


def _split(step: float, first: float, bin: float, where: str) -> BadOption:
    near = dict.fromkeys(max(1, n) for n in (int(bin // step), int(bin // step) + 1))
    fits = " or ".join(f"{n * step:.6g}" for n in near)
    return BadOption(
        f"{where}: found counts in samples of {step:.6g} s, the first from {first:g} s, which bins of {bin:g} s would "
        f"split; wanted a bin of whole samples: {fits} fits, with a window of its multiples"
    )


def _moved(window: list[float], bin: float, shift: float, where: str) -> np.ndarray:
    """(time,) s, centres of bins that are `shift` (s) off multiples of the bin. Raises BadOption."""
    try:
        around = clock(window, bin, where)
    except BadOption:
        if not shift:
            raise
        return clock([edge - shift for edge in window], bin, where) + shift
    if not shift:
        return around
    centres = around + shift
    inside = centres[(centres >= window[0] - RESOLUTION) & (centres <= window[1] + RESOLUTION)]
    if not len(inside):
        raise BadOption(
            f"{where}: found window {window}, in which no bin of {bin:g} s has its centre, as bins begin where samples "
            f"do; wanted one such as [{window[0]:g}, {window[0] + bin:g}]"
        )
    return inside


def _fitting(window: list[float], begin: float, end: float, reach: float, bin: float, shift: float) -> str:
    """The widest window (s) that samples from `begin` to `end` hold, and the nearest to what was asked, in words."""
    low, high = (int(np.ceil((begin + reach - shift) / bin)), int(np.floor((end - reach - shift) / bin)))
    if low > high:
        return ""
    # Of bins that are moved, multiples of the bin on either side of their centres.
    low, high = (np.array([low - (shift < 0), high + (shift > 0)]) * bin + 0.0).tolist()
    nearest = [min(max(window[0], low), high), min(max(window[1], low), high)]
    other = nearest[0] < nearest[1] and nearest != [low, high]
    more = f"; nearest to what was asked: [{nearest[0]:.6g}, {nearest[1]:.6g}]" if other else ""
    return f"; window: [{low:.6g}, {high:.6g}] fits{more}"


def steps_of(times: np.ndarray, name: str, where: str) -> float:
    """The step (s) of evenly spaced, rising times. Raises BadActivity."""
    return even(times, name, where).step


class Even(NamedTuple):
    """Times that are evenly spaced, s: the first, the step, and how far off any may be."""

    first: float
    step: float
    slack: float


def even(times: np.ndarray, name: str, where: str, rounding: float = 0.0) -> Even:
    """What evenly spaced, rising times (sample,) are, s.

    rounding: s, how far off the numbers of 32 bits may be that the file has them in: times are then the even ones that
    are nearest to them together. Raises BadActivity that says how far from even they are.
    """
    steps, wanted = np.diff(times), "wanted evenly spaced, rising times"
    if len(steps) == 0:
        raise BadActivity(f"{where}: {name}: found {len(times)} times, {wanted}")
    found = f"steps from {steps.min():g} to {steps.max():g} s"
    odd = falling(times)
    if not odd and np.ptp(steps) <= RESOLUTION:
        return Even(float(times[0]), float(steps.mean()), RESOLUTION)
    at = np.arange(len(times)) - (len(times) - 1) / 2
    step = float(at @ (times - times.mean()) / (at @ at))
    away = float(np.abs(times - times.mean() - at * step).max())
    rounded = step > 0 and away <= 2 * rounding
    if not (rounded and away <= step / 4):
        uneven = f"{found}, up to {away:.3g} s from an even clock"
        if rounded:
            found, why = uneven, f": 32 bits hold them to {2 * rounding:.3g} s; save them in 64, or from an event"
        elif odd:
            found, why = f"{found}, {odd}", MEND
        else:
            one = int(np.argmax(np.abs(steps - np.median(steps)))) + 2
            why = f": the oddest step is that to sample {one}, counted from 1; NaN fills the places of lost samples"
            found = uneven
        raise BadActivity(f"{where}: {name}: found {found}, {wanted}{why}")
    return Even(float(times.mean() - step * (len(times) - 1) / 2), step, float(max(RESOLUTION, away)))
