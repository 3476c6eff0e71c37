"""Preparation: what is done to both sides of a comparison alike before any measure sees them."""

from typing import NamedTuple

import numpy as np
import xarray as xr
from scipy.ndimage import gaussian_filter1d

from rnncompare.activity import COPY, RESOLUTION, BadActivity, conditions, interval, match, unmatched
from rnncompare.activity.copies import refuse_copies
from rnncompare.activity.precision import NEGLIGIBLE, rounding_error, sum_of_squares
from rnncompare.activity.selection import along_trials, within
from rnncompare.comparison.pair import Splits, Trials
from rnncompare.files.labels import names as names_of
from rnncompare.plugins import BadOption


class Prepared(NamedTuple):
    """Both sides at shared conditions and times, and what can be left out."""

    x: np.ndarray  # (condition, time, unit)
    y: np.ndarray
    labels: list[str]  # (condition,) names
    groups: np.ndarray  # (condition,) int, what is left out together
    crossed: bool  # whether every group holds the same conditions, so that relabelling them means all groups at once
    splits: Splits | None  # where trials are left out
    x_trials: Trials | None
    y_trials: Trials | None
    sessions: np.ndarray | None  # (unit of y,) where they are known
    unmatched: str  # conditions that one side alone has, in words


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

    In this order: smooth (s, SD of a further Gaussian; 0 none), lag (s: the source at a time is compared with the
    recording that much later), bin (s, averages of that width; None as they come), match, window, soft_normalise.
    by, groups: what is left out, see `left_out` and `trial_splits`. Raises BadActivity where too little is shared, or
    where conditions make no difference to one side; BadOption.
    """
    coordinate = None if by in ("condition", "trial") else by
    # The source is late before it is binned: bins are then the same on both sides, whatever the lag.
    x = x.assign_coords(time=np.round(x.time.values + lag, 9)) if lag else x
    sides = [_resampled(side, bin, smooth) for side in (x, y)]
    if coordinate is not None:
        sides = [_crossed(side, coordinate) for side in sides]
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
        _refuse_copies(side, labels, None if by == "trial" else left[0], f"folds by {by} of the {role}")
    splits = trial_splits(*prepared, *trials, groups) if by == "trial" else None
    sessions = names_of(averages[1].session.values) if "session" in averages[1].coords else None
    return Prepared(*prepared, labels, *left, splits, *trials, sessions, unmatched(*sides))


def soft_normalised(rate: np.ndarray, constant: float | None) -> np.ndarray:
    """Each unit's rate (condition, time, unit), about its mean, over `soft_scale`; None leaves rates as they are."""
    mean, scale = soft_scale(rate, constant)
    return rate if constant is None else (rate - mean) / scale


def soft_scale(rate: np.ndarray, constant: float | None) -> tuple[np.ndarray | float, np.ndarray | float]:
    """(unit,) means, and ranges + constant x the population's median range; 0 and 1 for None.

    The constant is relative, so that spikes/s and arbitrary units are treated alike and a scaled copy of an
    activity becomes the same activity (Churchland 2012 adds 5 spikes/s). Units that never change stay at zero.
    """
    if constant is None:
        return 0.0, 1.0
    span = np.ptp(rate, axis=(0, 1))
    scale = span + constant * np.median(span)
    return rate.mean(axis=(0, 1)), np.where(scale > 0, scale, 1.0)


def varied(average: xr.Dataset, soft_normalise: float | None, role: str) -> np.ndarray:
    """(condition, time, unit) normalised rates, or BadActivity where they are the same in all conditions."""
    rate = soft_normalised(np.array(average.rate.values, dtype=_precision(average.rate.dtype)), soft_normalise)
    between, total = (
        sum(((c - mean) ** 2).sum() for c in rate) for mean in (rate.mean(axis=0), rate.mean(axis=(0, 1)))
    )
    if between <= max(NEGLIGIBLE * total, rounding_error(sum_of_squares(rate), rate)):
        raise BadActivity(
            f"{average.attrs.get('source', role)}: found rates that are the same in all {len(rate)} conditions, "
            f"wanted a {role} that differs between some"
        )
    return np.ascontiguousarray(rate)  # every measure reads it sample by sample


def left_out(
    labels: list[str], coordinate: str | None, average: xr.Dataset, groups: int | None
) -> tuple[np.ndarray, bool]:
    """(condition,) int groups that are left out together, and whether they are crossed with the conditions.

    One condition each; `groups` sets of neighbours in natural order, as even as can be; or, with a coordinate, all
    conditions at one of its values. Raises BadOption, BadActivity.
    """
    count = len(labels)
    if coordinate is not None:
        values, index = np.unique(names_of(average[coordinate].values), return_inverse=True)
        inside = [
            [name.removesuffix(f" {value}") for name, k in zip(labels, index, strict=True) if k == at]
            for at, value in enumerate(values)
        ]
        if len(values) < 2 or any(names != inside[0] for names in inside):
            found = " and ".join(f"{names} at {value}" for names, value in zip(inside, values, strict=True))
            raise BadActivity(
                f"folds by {coordinate}: found {found}, wanted at least 2 values, each with the same conditions"
            )
        return index, True
    if groups is None:
        return np.arange(count), False
    if not 2 <= groups <= count:
        raise BadOption(f"folds: found {groups} groups of {count} conditions, wanted 2 to {count}")
    return np.arange(count) * groups // count, False


def trial_splits(
    x: np.ndarray, y: np.ndarray, x_trials: Trials | None, y_trials: Trials | None, folds: int | None
) -> Splits:
    """Averages over all trials but every `folds`-th of each condition, and over those; a side without trials stays.

    Raises BadActivity where neither side has trials, or a condition fewer than folds.
    """
    if x_trials is None and y_trials is None:
        raise BadActivity("folds by trial: found one trial a condition on both sides, wanted single trials on one")
    if folds is None or folds < 2:
        raise BadOption(f"folds by trial: found groups {folds}, wanted at least 2")
    parts = [
        [np.repeat(side[None], folds, axis=0)] * 2 if trials is None else _averages(trials, len(side), folds)
        for side, trials in ((x, x_trials), (y, y_trials))
    ]
    return Splits(*parts[0], *parts[1])


def _averages(trials: Trials, count: int, folds: int) -> list[np.ndarray]:
    """(fold, condition, time, unit) averages outside and inside each fold."""
    rank = np.empty(len(trials.condition), dtype=int)  # of a trial within its condition
    for c in range(count):
        here = np.flatnonzero(trials.condition == c)
        if len(here) < folds:
            raise BadActivity(f"folds by trial: found {len(here)} trials of a condition, wanted at least {folds}")
        rank[here] = np.arange(len(here))
    inside = [
        np.stack(
            [[trials.rate[chosen & (trials.condition == c)].mean(axis=0) for c in range(count)] for chosen in sets]
        )
        for sets in ([rank % folds != k for k in range(folds)], [rank % folds == k for k in range(folds)])
    ]
    return inside


def _resampled(data: xr.Dataset, bin: float | None, smooth: float) -> xr.Dataset:
    """The same trials, smoothed and averaged in bins whose centres are multiples of `bin` (s)."""
    step = interval(data) if data.sizes["time"] > 1 else np.inf
    if smooth > 0:
        rate = gaussian_filter1d(data.rate.values, smooth / step, axis=1, mode="nearest")
        data = data.assign(rate=(data.rate.dims, rate))
    if bin is None or abs(bin - step) < RESOLUTION:
        return data
    ratio = bin / step
    if ratio < 1 or abs(ratio - round(ratio)) * step > RESOLUTION:
        raise BadOption(
            f"bin {bin:g} s: found {data.attrs.get('source', 'an activity')} in steps of {step:g} s, "
            "wanted a multiple of them"
        )
    times = data.time.values
    centres = np.arange(np.ceil(times[0] / bin - RESOLUTION), np.floor(times[-1] / bin + RESOLUTION) + 1) * bin
    away = np.abs(times[:, None] - centres)
    # a time on the border of two bins belongs to both by half
    weight = np.where(away < bin / 2 - RESOLUTION, 1.0, np.where(away < bin / 2 + RESOLUTION, 0.5, 0.0))
    whole = weight.sum(axis=0) > ratio - RESOLUTION
    if not whole.any():
        raise BadActivity(
            f"bin {bin:g} s: found {data.attrs.get('source', 'an activity')} from {times[0]:g} to {times[-1]:g} s, "
            "wanted at least one whole bin"
        )
    weight = (weight[:, whole] / weight[:, whole].sum(axis=0)).astype(data.rate.dtype)
    rate = weight.T @ data.rate.values
    binned = data[["rate"]].isel(time=np.zeros(weight.shape[1], dtype=int))
    return binned.assign(rate=(data.rate.dims, rate)).assign_coords(time=np.round(centres[whole], 9))


def _crossed(data: xr.Dataset, coordinate: str) -> xr.Dataset:
    """Conditions told apart by a coordinate of the trials as well."""
    if coordinate not in along_trials(data):
        raise BadActivity(
            f"{data.attrs.get('source', 'activity')}: found coordinates {sorted(data.coords)}, "
            f"wanted '{coordinate}' of each trial, by which conditions are left out"
        )
    values = names_of(data[coordinate].values)
    if lacking := int((values == "").sum()):
        found = f"found {lacking} of {len(values)} trials that have none"
        raise BadActivity(f"folds by {coordinate}: {found}, wanted one of each")
    names = [f"{c} {v}" for c, v in zip(data.condition.values, values, strict=True)]
    return data.assign_coords(condition=("trial", np.array(names, dtype=str)))


def _within(data: xr.Dataset, window: tuple[float, float]) -> xr.Dataset:
    start, stop = window
    times, inside = data.time.values, within(data, window)
    if inside.sum() < 2:
        raise BadActivity(
            f"window {start:g} to {stop:g} s: found {inside.sum()} of the shared times in it "
            f"({times[0]:g} to {times[-1]:g} s), wanted at least 2"
        )
    return data.isel(time=inside)


def _refuse_copies(side: xr.Dataset, labels: list[str], groups: np.ndarray | None, where: str) -> None:
    """Raise BadActivity where a trial and its copy would be on both sides of a fold. groups: (label,), None: trials."""
    at = {label: k for k, label in enumerate(labels)}
    side = side.isel(trial=np.flatnonzero([c in at for c in side.condition.values.tolist()])) if COPY in side else side
    apart = None if groups is None else np.array([groups[at[c]] for c in side.condition.values.tolist() if c in at])
    refuse_copies(side, where, apart)


def _trials(whole: xr.Dataset, average: xr.Dataset, labels: list[str], soft_normalise: float | None) -> Trials | None:
    """Single trials at the averages' conditions and times, normalised as they were; None where there is one each."""
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
    """Single precision stays, for what would not fit in memory otherwise."""
    return np.dtype(np.float32) if kind == np.float32 else np.dtype(np.float64)
