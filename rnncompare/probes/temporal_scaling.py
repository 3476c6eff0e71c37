"""Temporal scaling: is the activity while an interval is produced a ramp, or one course that is stretched?"""

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, Unmeasurable
from rnncompare.activity.precision import varies
from rnncompare.activity.selection import coordinate
from rnncompare.comparison.measure_card import SHARE, MeasureCard
from rnncompare.options.ranges import Count, Seed
from rnncompare.plugins import BadOption
from rnncompare.populations.population import by_area, name_of


def temporal_scaling(data: xr.Dataset, *, seed: Seed, samples: Count) -> list[dict]:
    """Shares of the variance over time that are linear in time, and common to all intervals with and without scaling.

    Required: the coordinate interval along trial, the interval that is produced (s), and times from 0, its start, to
    the longest interval. Rates are averaged over the trials of each interval and interpolated at `samples` times, the
    middles of equal parts, and the mean over these times is subtracted from each unit and interval. ramp: the share of
    the sum of squares that lies on straight lines, of any slope for each unit and interval. scaling: the share of the
    mean over intervals at equal fractions of the interval, so that it is 1 if all intervals have one course that is
    stretched. absolute: the same at equal times in s, up to the shortest interval. Of n unrelated courses, scaling and
    absolute are 1/n on average. There are rows for each area. Raises BadActivity, BadOption, Unmeasurable.
    """
    name = f"temporal_scaling of {name_of(data)}"
    if samples < 3:
        raise BadOption(f"{name}: found samples {samples}, wanted at least 3: two points are always on a line")
    rows = []
    for area, part in by_area(data):
        intervals, rates = _averages(part, name)
        rows += [row | area for row in _shares(part.time.values, intervals, rates, samples, name)]
    return rows


temporal_scaling.card = MeasureCard(
    formula="sum of squares of the fitted or common courses / sum of squares of the courses of units and intervals",
    statistics={
        "ramp": "share of the variance over time that is linear in time, within each interval",
        "scaling": "share that is common to all intervals at equal fractions of them",
        "absolute": "share that is common to all intervals at equal times after their start",
    },
    bounds=dict.fromkeys(("ramp", "scaling", "absolute"), SHARE),
    landmarks="scaling and absolute: 1 / number of intervals for courses that have nothing in common",
    zero="ramp: no course has a linear trend",
    one="ramp: all rates are linear in time; scaling: one course that is stretched; absolute: one that is not",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="one interpolation of the averages for each interval",
    pitfalls="Ramps that end at the same rate are stretched as well: the shares do not exclude each other. Units with "
    "large changes of rate dominate. A share of 1 / number of intervals is that of courses with nothing in common.",
    reference="Wang, Narain, Hosseini and Jazayeri 2018, Flexible timing by temporal scaling of cortical responses, "
    "Nature Neuroscience 21",
)
temporal_scaling.first_look = {"samples": 3}


def _shares(time: np.ndarray, intervals: np.ndarray, rates: np.ndarray, samples: int, name: str) -> list[dict]:
    """The three shares for the averages of one area. Raises Unmeasurable."""
    part = (np.arange(samples) + 0.5) / samples
    scaled = _courses(time, rates, part * intervals[:, None])
    absolute = _courses(time, rates, np.tile(part * intervals.min(), (len(intervals), 1)))
    for courses in (scaled, absolute):
        if not varies(courses, (1,)):
            raise Unmeasurable(f"{name}: found rates that do not change while intervals are produced, wanted some")
    line = part - part.mean()
    fitted = np.einsum("ksu,s->ku", scaled, line) / np.sqrt(line @ line)
    values = {"ramp": (fitted**2).sum() / (scaled**2).sum(), "scaling": _common(scaled), "absolute": _common(absolute)}
    return [{"statistic": statistic, "value": float(value)} for statistic, value in values.items()]


def _averages(data: xr.Dataset, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Intervals (interval,) in s and rates (interval, time, unit) averaged over their trials. Raises BadActivity."""
    given = coordinate(data, "interval", "temporal_scaling")
    if given.dtype.kind not in "fiu" or not (np.isfinite(given) & (given > 0)).all():
        raise BadActivity(f"{name}: found interval {given[:3]}, wanted times above 0 s along trial")
    intervals, which = np.unique(given.astype(float), return_inverse=True)
    if len(intervals) < 2:
        raise BadActivity(f"{name}: found {len(intervals)} interval, wanted at least 2, which are compared")
    time = data.time.values
    if len(time) < 2 or time[0] > 0 or time[-1] < intervals[-1] - np.diff(time).max():
        raise BadActivity(
            f"{name}: found {len(time)} times from {time[0]:g} to {time[-1]:g} s, wanted 0, the start of the "
            f"intervals, to {intervals[-1]:g} s, the longest"
        )
    rates = data.rate.values.astype(float)
    return intervals, np.stack([rates[which == k].mean(axis=0) for k in range(len(intervals))])


def _courses(time: np.ndarray, rates: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Rates (interval, sample, unit) at the times `wanted` (interval, sample) without their means over samples."""
    made = np.stack(
        [
            np.stack([np.interp(times, time, course) for course in own.T], axis=1)
            for own, times in zip(rates, wanted, strict=True)
        ]
    )
    return made - made.mean(axis=1, keepdims=True)


def _common(courses: np.ndarray) -> float:
    """The share of the sum of squares of courses (interval, sample, unit) that is their mean over intervals."""
    return len(courses) * (courses.mean(axis=0) ** 2).sum() / (courses**2).sum()
