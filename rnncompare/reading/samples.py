"""Conversion of rates or counts from the samples of a file to the bins of a study."""

from typing import NamedTuple

import numpy as np

from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.plugins import BadOption
from rnncompare.reading.rates import clock, margin, time_text
from rnncompare.reading.series import ADVICE, not_increasing

NO_EVENT = (
    "; no sample is at 0, the time of the event: if times are on the clock of a session, `align` in the card names the "
    "variable with the time of the event in each trial"
)


class Samples:
    """The samples of a file that contribute to each bin of a study.

    first: start of the first sample in s; step: s; number: number of samples; slack: tolerated deviation in s of sample
    times from an even spacing. Bins are centred on multiples of the bin width. If `whole` is set, or the file has only
    one sample, bins must begin at sample boundaries: if they do not, all bins are shifted by `shift` (s), at most half
    a sample, and the window contains the bins whose centres are in it. Raises BadOption if the samples do not cover the
    window, half a bin on each side and the margins for smoothing, or, with `whole`, if the bin width is not a multiple
    of the step.
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
            end = first + number * step
            fits = _fitting(window, first, end, (extra + 0.5) * bin - slack, bin, self.shift)
            more = "" if first < slack and end > -slack else NO_EVENT
            raise BadOption(
                f"{where}: found {number} samples, {time_text(first)} to {time_text(end)} s, wanted {edges[0]:g} to "
                f"{edges[-1]:g} s (the window, half a bin on each side, and the margins for smoothing){fits}{more}"
            )
        if whole and (at != np.round(at)).any():
            raise _split(step, first, bin, where)
        self.low, self.high = int(np.floor(at[0])), int(np.ceil(at[-1]))
        self._at, self._middle = at - self.low, (self.time - first) / step - 0.5

    @property
    def note(self) -> str:
        """A note on the shift of bins to sample boundaries; '' if there is none."""
        return f"bins are shifted by {self.shift:.6g} s to begin at sample boundaries" if self.shift else ""

    def sums(self, samples: np.ndarray) -> np.ndarray:
        """(trial, bin) sums of (trial, sample) from `low` to `high`; a sample within two bins is divided."""
        total = np.concatenate([np.zeros((len(samples), 1)), np.cumsum(samples, axis=1, dtype=float)], axis=1)
        whole = np.minimum(self._at.astype(int), samples.shape[1] - 1)
        parts = total[:, whole] + (self._at - whole) * samples[:, whole]
        return np.diff(parts, axis=1)

    def values_at_bins(self, samples: np.ndarray) -> np.ndarray:
        """(trial, time, channel) values at the bin centres, interpolated from (trial, sample, channel) of the file."""
        middle = np.clip(self._middle, 0, samples.shape[1] - 1)
        middle = np.where(np.abs(middle - np.round(middle)) < RESOLUTION, np.round(middle), middle)
        before = np.minimum(middle.astype(int), max(samples.shape[1] - 2, 0))
        after = np.minimum(before + 1, samples.shape[1] - 1)
        share = (middle - before)[:, None]
        # Without interpolation, the next sample is not used, because it may be NaN.
        between = (1 - share) * samples[:, before] + share * samples[:, after]
        return np.where(share == 0, samples[:, before], between)


def _shift(first: float, step: float, bin: float, slack: float, where: str) -> float:
    """The shift (s) of bins from multiples of their width to sample boundaries. Raises BadOption."""
    samples = round(bin / step)
    if samples < 1 or abs(samples * step - bin) > slack:
        raise _split(step, first, bin, where)
    # Relative to the nearest bin: an error of the step would add up over the samples of a clock that began long ago.
    off = first + bin / 2 - round(first / bin + 0.5) * bin
    off -= round(off / step) * step
    return 0.0 if abs(off) < slack else off if off > slack - step / 2 else -off


def _split(step: float, first: float, bin: float, where: str) -> BadOption:
    near = dict.fromkeys(max(1, n) for n in (int(bin // step), int(bin // step) + 1))
    fits = " or ".join(f"{n * step:.6g}" for n in near)
    return BadOption(
        f"{where}: found counts in samples of {step:.6g} s, starting at {time_text(first)} s, which bins of {bin:g} s "
        f"would divide; wanted a bin of whole samples, such as {fits}, and a window of its multiples"
    )


def _moved(window: list[float], bin: float, shift: float, where: str) -> np.ndarray:
    """(time,) bin centres (s), which are shifted by `shift` (s) from multiples of the bin. Raises BadOption."""
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
            f"{where}: found window {window}, which contains no bin centre, as bins of {bin:g} s begin at sample "
            f"boundaries; wanted one such as [{window[0]:g}, {window[0] + bin:g}]"
        )
    return inside


def _fitting(window: list[float], begin: float, end: float, reach: float, bin: float, shift: float) -> str:
    """A note on the widest window (s) that samples from `begin` to `end` cover, and on the one nearest to `window`."""
    low, high = (int(np.ceil((begin + reach - shift) / bin)), int(np.floor((end - reach - shift) / bin)))
    if low > high:
        return ""
    # For shifted bins, the window is extended to multiples of the bin.
    low, high = (np.array([low - (shift < 0), high + (shift > 0)]) * bin + 0.0).tolist()
    nearest = [min(max(window[0], low), high), min(max(window[1], low), high)]
    other = nearest[0] < nearest[1] and nearest != [low, high]
    more = f"; nearest to the given one: [{nearest[0]:.12g}, {nearest[1]:.12g}]" if other else ""
    return f"; the widest valid window is [{low:.12g}, {high:.12g}]{more}"


def steps_of(times: np.ndarray, name: str, where: str) -> float:
    """The step (s) of evenly spaced, increasing times. Raises BadActivity."""
    return fit_even_times(times, name, where).step


class EvenTimes(NamedTuple):
    """Evenly spaced times in s: the first time, the step, and the largest deviation of the original times."""

    first: float
    step: float
    slack: float


def fit_even_times(times: np.ndarray, name: str, where: str, rounding: float = 0.0) -> EvenTimes:
    """Fit evenly spaced times to increasing times (sample,) in s.

    rounding: rounding error in s of times in single precision, for which the least-squares fit is used. Raises
    BadActivity if the times deviate from an even spacing by more, and gives the deviation.
    """
    steps, wanted = np.diff(times), "wanted evenly spaced, increasing times"
    if len(steps) == 0:
        raise BadActivity(f"{where}: {name}: found {len(times)} times, {wanted}")
    found = f"steps from {steps.min():g} to {steps.max():g} s"
    odd = not_increasing(times)
    if not odd and np.ptp(steps) <= RESOLUTION:
        return EvenTimes(float(times[0]), float(steps.mean()), RESOLUTION)
    at = np.arange(len(times)) - (len(times) - 1) / 2
    step = float(at @ (times - times.mean()) / (at @ at))
    away = float(np.abs(times - times.mean() - at * step).max())
    rounded = step > 0 and away <= 2 * rounding
    if not (rounded and away <= step / 4):
        uneven = f"{found}, up to {away:.3g} s from an even spacing"
        if rounded:
            found = uneven
            why = f": 32 bits resolve only {2 * rounding:.3g} s; save them in 64 bits, or relative to an event"
        elif odd:
            found, why = f"{found}, {odd}", ADVICE
        else:
            one = int(np.argmax(np.abs(steps - np.median(steps)))) + 2
            why = f": the most deviant step is that to sample {one}, counted from 1; replace lost samples by NaN"
            found = uneven
        raise BadActivity(f"{where}: {name}: found {found}, {wanted}{why}")
    return EvenTimes(float(times.mean() - step * (len(times) - 1) / 2), step, float(max(RESOLUTION, away)))
