"""The trials that a probe uses, the event to which they are aligned, and their variables."""

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
    """Trials aligned to the coordinate `align` (s), at the times of `window` and `windows`; unchanged if it is None.

    Trials without that coordinate, or without all of these times, are excluded. Raises BadActivity, BadOption.
    """
    if align is None:
        return data
    if windows is not None and not {"start", "stop"} <= windows.keys():
        raise BadOption(
            f"{probe}: found windows {windows} on trials aligned to {align}, wanted also a start and a stop (s), which "
            "determine the trials that are long enough"
        )
    ends = [*window, *(windows[end] for end in ("start", "stop") if windows is not None)]
    return realigned(data, align, (min(ends), max(ends)))


def named(variable: str | dict[str, str]) -> dict[str, str]:
    """Name in rows -> coordinate along trial, from an option that is either one coordinate or such a mapping."""
    return {variable: variable} if isinstance(variable, str) else variable


def combined(data: xr.Dataset, names: list[str], where: str) -> np.ndarray:
    """(trial,) str: the combined values of several coordinates; '' without names."""
    columns = [labels.names(coordinate(data, name, where)) for name in names]
    if len(columns) == 1:
        return columns[0]
    return np.array([", ".join(values) for values in zip(*columns, strict=True)] or [""] * data.sizes["trial"])


def without(
    data: xr.Dataset, names: list[str], leave_out: list[str], where: str, *, numbers: bool = True
) -> xr.Dataset:
    """The trials that have a value of each coordinate in `names`, none of which is in `leave_out`.

    numbers: whether trials with a missing number are excluded, or only those with a missing label. Raises Unmeasurable
    if no trial is left.
    """
    keep, lacking = np.ones(data.sizes["trial"], dtype=bool), np.zeros(data.sizes["trial"], dtype=bool)
    for name in names:
        values = coordinate(data, name, where)
        keep &= ~np.isin(labels.names(values), leave_out)
        if numbers or not np.issubdtype(values.dtype, np.number):
            lacking |= labels.names(values) == ""
    if not (keep & ~lacking).any():
        none = f" or missing ({lacking.sum()})" if lacking.any() else ""
        raise Unmeasurable(
            f"{where}: found all {len(keep)} trials with a {' or '.join(names)} in {leave_out}{none}, wanted some with "
            "other values"
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
    """Trials of one session, aligned to `align`, in `window` (s), without those whose `by` is in `leave_out`.

    Raises BadActivity, BadOption, Unmeasurable.
    """
    one_session(data, probe)
    where = f"{probe} of {name_of(data)}"
    data = without(aligned(data, align, window, None, probe), by, leave_out, where, numbers=numbers)
    return cropped(data, window, 1, probe)


def cropped(data: xr.Dataset, window: tuple[float, float], least: int, probe: str) -> xr.Dataset:
    """The times from window[0] to window[1], s, both included. Raises BadOption if there are fewer than `least`."""
    times, inside = data.time.values, within(data, window)
    if inside.sum() < least:
        raise BadOption(
            f"{probe} of {name_of(data)}: found {inside.sum()} times in window {window[0]:g} to {window[1]:g} s, "
            f"wanted at least {least} of the times from {times[0]:g} to {times[-1]:g} s"
        )
    return data.isel(time=inside)
