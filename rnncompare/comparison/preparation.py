"""Preparation: the same preprocessing of both sides of a comparison, before any measure is applied."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import COPY, RESOLUTION, BadActivity, conditions, match, unmatched
from rnncompare.activity.precision import NEGLIGIBLE, rounding_error, sum_of_squares
from rnncompare.activity.selection import within
from rnncompare.activity.trained_on import without_trained_units
from rnncompare.comparison.binning import binned_rates
from rnncompare.comparison.left_out import crossed, left_out, refuse_copies_across, trial_splits
from rnncompare.comparison.pair import Splits, Trials
from rnncompare.comparison.soft_normalisation import soft_normalised, soft_scale
from rnncompare.files.labels import names as names_of


class Prepared(NamedTuple):
    """Both sides at shared conditions and times, and the folds of cross-validation."""

    x: np.ndarray  # (condition, time, unit)
    y: np.ndarray
    labels: list[str]  # (condition,) names
    groups: np.ndarray  # (condition,) int; conditions with the same number are left out together
    crossed: bool  # whether all groups have the same conditions, which are then relabelled in all groups at once
    splits: Splits | None  # given if trials are left out
    x_trials: Trials | None
    y_trials: Trials | None
    sessions: np.ndarray | None  # (unit of y,) if they are known
    unmatched: str  # a note on conditions that only one side has
    described: xr.Dataset  # coordinates of the recording's averages, such as the direction of each condition


def prepare(
    x: xr.Dataset,
    y: xr.Dataset,
    *,
    window: tuple[float, float] | None,
    soft_normalise: float | None,
    bin: float | None = None,
    smooth: float = 0.0,
    lag: float = 0.0,
    by: str = "condition",
    groups: int | None = None,
) -> Prepared:
    """Both as arrays (condition, time, unit) at shared conditions and times inside `window` (s, both ends included).

    The steps are, in this order: smooth (s, SD of an additional Gaussian; 0: none), lag (s by which the recording is
    later than the source that it is compared with), bin (s, width of bins; None: no bins), matching of conditions and
    times, window, soft_normalise. Units of the recording on which the network of the source was trained are left out
    before (`activity.trained_on`). by, groups: the data that are left out, see `left_out` and `trial_splits`. Raises
    BadActivity if too few conditions or times are shared or a side does not differ between conditions; BadOption.
    """
    coordinate = None if by in ("condition", "trial") else by
    y = without_trained_units(x, y)
    # The source is shifted before it is binned, so that bins are the same on both sides for any lag.
    x = x.assign_coords(time=np.round(x.time.values + lag, 9)) if lag else x
    sides = [binned_rates(side, bin, smooth) for side in (x, y)]
    if coordinate is not None:
        sides = [crossed(side, coordinate) for side in sides]
    averages = match(*sides)
    if window is not None:
        averages = [_within(side, window) for side in averages]
    labels = averages[1].condition.values.tolist()
    prepared, trials = [], []
    for role, average, whole in zip(("source", "recording"), averages, sides, strict=True):
        prepared.append(varied(average, soft_normalise, role))
        trials.append(_trials(whole, average, labels, soft_normalise))
    left = left_out(labels, coordinate, averages[1], groups if by != "trial" else None)
    for side, role in zip(sides, ("source", "recording"), strict=True):
        refuse_copies_across(side, labels, None if by == "trial" else left[0], f"folds by {by} of the {role}")
    splits = trial_splits(*prepared, *trials, groups) if by == "trial" else None
    sessions = names_of(averages[1].session.values) if "session" in averages[1].coords else None
    described = averages[1].drop_vars(list(averages[1].data_vars))
    return Prepared(*prepared, labels, *left, splits, *trials, sessions, unmatched(*sides), described)


def varied(average: xr.Dataset, soft_normalise: float | None, role: str) -> np.ndarray:
    """(condition, time, unit) normalised rates. Raises BadActivity if they are the same in all conditions."""
    rate = soft_normalised(np.array(average.rate.values, dtype=_precision(average.rate.dtype)), soft_normalise)
    between, total = (
        sum(((c - mean) ** 2).sum() for c in rate) for mean in (rate.mean(axis=0), rate.mean(axis=(0, 1)))
    )
    if between <= max(NEGLIGIBLE * total, rounding_error(sum_of_squares(rate), rate)):
        raise BadActivity(
            f"{average.attrs.get('source', role)}: found rates that are the same in all {len(rate)} conditions, "
            f"wanted a {role} that differs between some"
        )
    return np.ascontiguousarray(rate)  # measures read it sample by sample


def _within(data: xr.Dataset, window: tuple[float, float]) -> xr.Dataset:
    start, stop = window
    times, inside = data.time.values, within(data, window)
    if inside.sum() < 2:
        raise BadActivity(
            f"window {start:g} to {stop:g} s: found {inside.sum()} of the shared times in it "
            f"({times[0]:g} to {times[-1]:g} s), wanted at least 2"
        )
    return data.isel(time=inside)


def _trials(whole: xr.Dataset, average: xr.Dataset, labels: list[str], soft_normalise: float | None) -> Trials | None:
    """Single trials at the conditions and times of the averages, normalised alike; None for one trial per condition."""
    if whole.sizes["trial"] == len(conditions(whole)):
        return None
    position = {label: k for k, label in enumerate(labels)}
    kept = [k for k, c in enumerate(whole.condition.values.tolist()) if c in position]
    ticks = np.round(whole.time.values / RESOLUTION).astype(int)
    times = np.isin(ticks, np.round(average.time.values / RESOLUTION).astype(int))
    rate = np.array(whole.rate.values[kept][:, times], dtype=_precision(whole.rate.dtype))
    condition = np.array([position[c] for c in whole.condition.values[kept].tolist()])
    if soft_normalise is not None:
        mean, scale = soft_scale(average.rate.values, soft_normalise)
        rate = (rate - mean) / scale
    copies = len(kept) - len(np.unique(whole[COPY].values[kept])) if COPY in whole.coords else 0
    return Trials(rate, condition, copies)


def _precision(kind: np.dtype) -> np.dtype:
    """Single precision is kept, for data that would not fit into memory otherwise."""
    return np.dtype(np.float32) if kind == np.float32 else np.dtype(np.float64)
