"""Functions shared by readers of spikes: times of bins, smoothing, and limits of the size of an activity."""

import math
from collections.abc import Iterable

import numpy as np

from rnncompare.activity import RESOLUTION, BadActivity
from rnncompare.activity.rate_units import SPIKES, RateUnits
from rnncompare.plugins import BadOption
from rnncompare.reading.unit_selection import SelectedUnits, select_units

REACH = 4  # SDs at which the Gaussian is truncated
LARGEST = 16_000_000_000  # bytes; limit of an array whose size depends on a file and options


def refuse_large(where: str, **numbers: int) -> None:
    """Raise BadActivity if an array of floats with these dimensions ({name}={size}) would exceed `LARGEST` bytes."""
    wanted = 8 * math.prod(int(n) for n in numbers.values())
    if wanted > LARGEST:
        found = " x ".join(f"{n} {what.replace('_', ' ')}" for what, n in numbers.items())
        raise BadActivity(
            f"{where}: found {found}, which take {wanted / 1e9:.3g} GB, wanted at most {LARGEST / 1e9:g} GB: "
            "use a shorter window, a wider bin, or fewer trials"
        )


def time_text(time: float) -> str:
    """A time (s) as text, to the millisecond also on a clock that began long ago, such as Unix time."""
    return f"{time:g}" if abs(time) < 1e3 else f"{np.round(time, 3):.15g}"


def clock(window: list[float], bin: float, where: str) -> np.ndarray:
    """Bin centres from window[0] to window[1] (s, both included), multiples of `bin` so that recordings share times.

    Raises BadOption, BadActivity.
    """
    numbers = [*window, bin] if isinstance(window, list | tuple) else [None]
    if len(numbers) != 3 or not all(isinstance(n, int | float) and np.isfinite(n) for n in numbers) or bin <= 0:
        raise BadOption(f"{where}: found window {window} and bin {bin}, wanted [start, stop] and a positive bin, in s")
    first, last = (round(edge / bin) for edge in window)
    if first > last or max(abs(first * bin - window[0]), abs(last * bin - window[1])) > RESOLUTION:
        near = f": [{first * bin:.6g}, {last * bin:.6g}] is nearest" if first <= last else ""
        raise BadOption(
            f"{where}: found window {window} with bin {bin} s, wanted increasing multiples of the bin{near}"
        )
    refuse_large(where, times=last - first + 1)
    return np.arange(first, last + 1) * bin


def within(times: np.ndarray, window: list[float], bin: float, where: str) -> np.ndarray:
    """Indices into `times` (s) of the bin centres in a window. Raises BadOption if `times` does not contain all."""
    wanted = clock(window, bin, where)
    distance = np.abs(times[:, None] - wanted[None, :])
    if distance.min(axis=0).max() > RESOLUTION:
        raise BadOption(
            f"{where}: found times from {times[0]:g} to {times[-1]:g} s in steps of {times[1] - times[0]:g} s, "
            f"wanted {wanted[0]:g} to {wanted[-1]:g} s in steps of {bin:g} s"
        )
    return distance.argmin(axis=0)


def margin(smooth: float, bin: float, where: str) -> int:
    """Number of additional bins on each side of the window that smoothing needs. Raises BadOption."""
    if not isinstance(smooth, int | float) or not np.isfinite(smooth) or smooth < 0:
        raise BadOption(f"{where}: found smooth {smooth}, wanted the SD of a Gaussian in s, 0 for none")
    return int(np.ceil(REACH * smooth / bin))


def to_rates(counts: np.ndarray, smooth: float, bin: float, where: str) -> np.ndarray:
    """Rates in spikes/s from counts (..., times + 2 margins), smoothed by a Gaussian of SD `smooth` (s)."""
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
) -> tuple[np.ndarray, SelectedUnits]:
    """Rates (trial, time, unit) of the selected units, and the selection.

    counts: (trial, times + 2 margins) for each unit; shape: of the rates of all units; measured: the unit of rates, or
    None if it is unknown, see `select_units`; absent: (unit,) of bool: units without any value, which are left out.
    Raises BadActivity if no unit is selected, or if the rates would take too much memory.
    """
    trials, times, units = shape
    refuse_large(where, trials=trials, times=times, units=units)
    rate, mean = np.empty(shape), np.empty(units)  # filled unit by unit, to limit the use of memory
    for unit, own in enumerate(counts):
        own = to_rates(own, smooth, bin, where)
        rate[:, :, unit], mean[unit] = own, own.mean()
    low_high = (rate.min(initial=0), rate.max(initial=0))
    kept = select_units(mean, minimum_rate, where, measured=measured, low_high=low_high, absent=absent)
    return rate if len(kept.index) == units else rate[:, :, kept.index], kept


def numbers_of_shape(value: object, shape: tuple[int, ...], field: str, where: str) -> np.ndarray:
    """`value` as floats if it consists of numbers and has `shape`. Raises BadActivity."""
    value = np.asarray(value)
    if value.shape != shape or value.dtype.kind not in "fiu":
        found = f"shape {value.shape} of {value.dtype}"
        raise BadActivity(f"{where}: {field}: found {found}, wanted numbers of shape {shape}")
    return value.astype(float)
