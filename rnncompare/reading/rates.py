"""What readers of spikes share: the clock, smoothing, and how large an activity may be."""

import math
from collections.abc import Iterable

import numpy as np

from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.activity.rate_units import SPIKES, RateUnits
from rnncompare.plugins import BadOption
from rnncompare.reading.kept import Kept, fast_enough

REACH = 4  # SDs at which the Gaussian is cut off
LARGEST = 16_000_000_000  # bytes that an array may take of which a file and the options decide the size together


def refuse_large(where: str, **numbers: int) -> None:
    """Raise BadActivity where an array of floats of this shape, by what is counted, would take more than `LARGEST`."""
    wanted = 8 * math.prod(int(n) for n in numbers.values())
    if wanted > LARGEST:
        found = " x ".join(f"{n} {what.replace('_', ' ')}" for what, n in numbers.items())
        raise BadActivity(
            f"{where}: found {found}, which take {wanted / 1e9:.3g} GB, wanted at most {LARGEST / 1e9:g} GB: "
            "a shorter window, a wider bin, or fewer trials"
        )


def clock(window: list[float], bin: float, where: str) -> np.ndarray:
    """Bin centres from window[0] to window[1] (s, both included), multiples of `bin` so that recordings share times."""
    numbers = [*window, bin] if isinstance(window, list | tuple) else [None]
    if len(numbers) != 3 or not all(isinstance(n, int | float) and np.isfinite(n) for n in numbers) or bin <= 0:
        raise BadOption(f"{where}: found window {window} and bin {bin}, wanted [start, stop] and a positive bin, in s")
    first, last = (round(edge / bin) for edge in window)
    if first > last or max(abs(first * bin - window[0]), abs(last * bin - window[1])) > RESOLUTION:
        near = f": [{first * bin:.6g}, {last * bin:.6g}] is nearest" if first <= last else ""
        raise BadOption(f"{where}: found window {window} with bin {bin} s, wanted rising multiples of the bin{near}")
    refuse_large(where, times=last - first + 1)
    return np.arange(first, last + 1) * bin


def within(times: np.ndarray, window: list[float], bin: float, where: str) -> np.ndarray:
    """Indices into `times` (s) of the clock that a window asks for. Raises BadOption where the file lacks some."""
    wanted = clock(window, bin, where)
    distance = np.abs(times[:, None] - wanted[None, :])
    if distance.min(axis=0).max() > RESOLUTION:
        raise BadOption(
            f"{where}: found times from {times[0]:g} to {times[-1]:g} s in steps of {times[1] - times[0]:g} s, "
            f"wanted {wanted[0]:g} to {wanted[-1]:g} s in steps of {bin:g} s"
        )
    return distance.argmin(axis=0)


def margin(smooth: float, bin: float, where: str) -> int:
    """Bins that smoothing reads on either side of the window, so that its edges are as smooth as its middle."""
    if not isinstance(smooth, int | float) or not np.isfinite(smooth) or smooth < 0:
        raise BadOption(f"{where}: found smooth {smooth}, wanted the SD of a Gaussian in s, 0 for none")
    return int(np.ceil(REACH * smooth / bin))


def to_rates(counts: np.ndarray, smooth: float, bin: float, where: str) -> np.ndarray:
    """Spikes/s from counts (..., times + 2 margins): divided by the bin, smoothed by a Gaussian of SD `smooth` (s)."""
    extra = margin(smooth, bin, where)
    if extra == 0:
        return counts / bin
    kernel = np.exp(-0.5 * (np.arange(-extra, extra + 1) * bin / smooth) ** 2)
    kernel /= kernel.sum() * bin
    times = counts.shape[-1] - 2 * extra
    refuse_large(where, bins=counts.shape[-1], times=times)
    band = np.zeros((counts.shape[-1], times))
    for k in range(times):
        band[k : k + 2 * extra + 1, k] = kernel
    return counts @ band


def rates_of_counts(
    counts: Iterable[np.ndarray],
    shape: tuple[int, int, int],
    *,
    bin: float,
    smooth: float,
    minimum_rate: float | None,
    where: str,
    measured: RateUnits | None = SPIKES,
    absent: np.ndarray | None = None,
) -> tuple[np.ndarray, Kept]:
    """Rates (trial, time, unit) of the units that are fast enough, and which they are.

    counts: (trial, times + 2 margins) of each unit in turn; shape: of all units' rates; measured: the unit of rates, or
    None where nobody says, see `fast_enough`; absent: (unit,) which of them hold no value and are left out. Raises
    BadActivity where no unit is fast enough, or all take too much memory.
    """
    trials, times, units = shape
    refuse_large(where, trials=trials, times=times, units=units)
    rate, mean = np.empty(shape), np.empty(units)  # as it is written: a session may be large
    for unit, own in enumerate(counts):
        own = to_rates(own, smooth, bin, where)
        rate[:, :, unit], mean[unit] = own, own.mean()
    low_high = (rate.min(initial=0), rate.max(initial=0))
    kept = fast_enough(mean, minimum_rate, where, measured=measured, low_high=low_high, absent=absent)
    return rate if len(kept.index) == units else rate[:, :, kept.index], kept


def shaped(value: object, shape: tuple[int, ...], field: str, where: str) -> np.ndarray:
    """`value` as floats if it has `shape`. Raises BadActivity that names file, field, found and wanted."""
    value = np.asarray(value)
    if value.shape != shape or value.dtype.kind not in "fiu":
        found = f"shape {value.shape} of {value.dtype}"
        raise BadActivity(f"{where}: {field}: found {found}, wanted numbers of shape {shape}")
    return value.astype(float)
