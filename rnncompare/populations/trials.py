"""Which trials a probe reads, from when they are counted, and what each of them was."""

import numpy as np
import xarray as xr

from rnncompare.activity import Unmeasurable
from rnncompare.activity.selection import coordinate, realigned, within
from rnncompare.files import labels
from rnncompare.plugins import BadOption
from rnncompare.populations.population import name_of, one_session


def aligned(
    data: xr.Dataset, align: str | None, window: tuple[float, float], windows: dict[str, float] | None, probe: str
) -> xr.Dataset:
    """Trials with time 0 at the coordinate `align` (s), as far as window and windows go; as they come where it is None.

    Trials without that coordinate, or that do not hold those times, are left out. Raises BadActivity, BadOption.
    """
    if align is None:
        return data
    if windows is not None and not {"start", "stop"} <= windows.keys():
        raise BadOption(
            f"{probe}: found windows {windows} on trials aligned to {align}, wanted a start and a stop too, s: they "
            "decide which trials are long enough"
        )
    ends = [*window, *(windows[end] for end in ("start", "stop") if windows is not None)]
    return realigned(data, align, (min(ends), max(ends)))


def named(variable: str | dict[str, str]) -> dict[str, str]:
    """Name in rows -> coordinate along trial, of an option that gives either one coordinate or such a mapping."""
    return {variable: variable} if isinstance(variable, str) else variable


def combined(data: xr.Dataset, names: list[str], where: str) -> np.ndarray:
    """(trial,) str: the values of several coordinates together; '' where there are no names."""
    columns = [labels.names(coordinate(data, name, where)) for name in names]
    if len(columns) == 1:
        return columns[0]
    return np.array([", ".join(values) for values in zip(*columns, strict=True)] or [""] * data.sizes["trial"])


def without(
    data: xr.Dataset, names: list[str], leave_out: list[str], where: str, *, numbers: bool = True
) -> xr.Dataset:
    """The trials that have all coordinates `names`, none of them among the values `leave_out`.

    numbers: whether those without a number go too, or only those without a word. Raises Unmeasurable if none is left.
    """
    keep, lacking = np.ones(data.sizes["trial"], dtype=bool), np.zeros(data.sizes["trial"], dtype=bool)
    for name in names:
        values = coordinate(data, name, where)
        keep &= ~np.isin(labels.names(values), leave_out)
        if numbers or not np.issubdtype(values.dtype, np.number):
            lacking |= labels.names(values) == ""
    if not (keep & ~lacking).any():
        none = f" or with none ({lacking.sum()})" if lacking.any() else ""
        raise Unmeasurable(
            f"{where}: found all {len(keep)} trials with a {' or '.join(names)} among {leave_out}{none}, wanted some "
            "without"
        )
    keep &= ~lacking
    return data if keep.all() else data.isel(trial=keep)


def selected(
    data: xr.Dataset,
    by: list[str],
    *,
    leave_out: list[str],
    align: str | None,
    window: tuple[float, float],
    probe: str,
    numbers: bool = True,
) -> xr.Dataset:
    """Trials of one session about `align` in `window` (s) that `without` leaves, by their coordinates `by`.

    Raises BadActivity, BadOption.
    """
    one_session(data, probe)
    where = f"{probe} of {name_of(data)}"
    data = without(aligned(data, align, window, None, probe), by, leave_out, where, numbers=numbers)
    return cropped(data, window, 1, probe)


def cropped(data: xr.Dataset, window: tuple[float, float], least: int, probe: str) -> xr.Dataset:
    """The times from window[0] to window[1], s, both included. Raises BadOption where there are fewer than `least`."""
    times, inside = data.time.values, within(data, window)
    if inside.sum() < least:
        raise BadOption(
            f"{probe} of {name_of(data)}: found {inside.sum()} times in window {window[0]:g} to {window[1]:g} s, "
            f"wanted at least {least} of those from {times[0]:g} to {times[-1]:g} s"
        )
    return data.isel(time=inside)
