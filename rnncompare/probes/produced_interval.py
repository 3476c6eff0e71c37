"""Produced intervals: how long after the start signal an output reaches its threshold, beside the wanted interval."""

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.activity.selection import coordinate
from rnncompare.comparison.measure_card import INVARIANCES, NOT_NEGATIVE, SHARE, MeasureCard
from rnncompare.options.ranges import Seed
from rnncompare.statistics.bounds import ANY

NAMES = ("interval", "produced")


def produced_interval(data: xr.Dataset, *, seed: Seed) -> list[dict]:
    """Produced times by the wanted interval, and the number of trials without one.

    Required coordinates along trial: interval, the wanted time (s), and produced, the time after the start signal at
    which the threshold is reached (s), NaN if it is not. There are rows by strength (the interval, s): count, all
    trials; undefined, those without a produced time; and, with at least one produced time, mean_produced (s),
    sd_produced (s, n - 1; from two on) and mean_absolute_error (s). Without strength: fraction_undefined of all trials,
    mean_absolute_error over all produced times, and slope, the least-squares slope of produced times by interval, for
    two intervals or more. Trials without a produced time are not part of means, which therefore have to be read with
    their number. Raises BadActivity.
    """
    wanted, made = (_seconds(data, name) for name in NAMES)
    there = np.isfinite(made)
    rows = []
    for interval in np.unique(wanted).tolist():
        own = wanted == interval
        counts = {"count": own.sum(), "undefined": (own & ~there).sum()}
        rows += [{"statistic": n, "strength": interval, "value": float(v)} for n, v in counts.items()]
        described = _described(made[own & there], interval)
        rows += [{"statistic": n, "strength": interval, "value": v} for n, v in described.items()]
    rows.append({"statistic": "fraction_undefined", "value": float((~there).mean())})
    if there.any():
        error = np.abs(made - wanted)[there].mean()
        rows.append({"statistic": "mean_absolute_error", "value": float(error)})
    if len(np.unique(wanted[there])) > 1:
        centred = wanted[there] - wanted[there].mean()
        rows.append({"statistic": "slope", "value": float(centred @ made[there] / (centred @ centred))})
    return rows


produced_interval.card = MeasureCard(
    formula="time from the start signal to the first time at which the output is at or above its threshold",
    statistics={
        "count": "number of trials with this interval",
        "undefined": "number of these in which the threshold was not reached",
        "mean_produced": "mean of the produced times, s",
        "sd_produced": "SD of the produced times over trials (n - 1), s",
        "mean_absolute_error": "mean of |produced - wanted|, s",
        "fraction_undefined": "share of all trials without a produced time",
        "slope": "s of produced time per s of wanted interval",
    },
    bounds=dict.fromkeys(("count", "undefined", "mean_produced", "sd_produced", "mean_absolute_error"), NOT_NEGATIVE)
    | {"fraction_undefined": SHARE, "slope": ANY},
    zero="slope: the same time is produced for all intervals; mean_absolute_error: all produced times are right",
    one="slope: produced times increase as the intervals do",
    invariant_to=tuple(INVARIANCES),
    cost="trials",
    pitfalls="Means leave out trials in which the threshold was not reached, so that a subject that misses the long "
    "intervals can appear accurate: consider fraction_undefined. Times are multiples of the time step of the task, by "
    "which alone a mean error can differ from 0.",
    reference="Wang, Narain, Hosseini and Jazayeri 2018",
)


def _seconds(data: xr.Dataset, name: str) -> np.ndarray:
    """(trial,) a coordinate in s. Raises BadActivity."""
    found = coordinate(data, name, "produced_interval")
    if found.dtype.kind not in "fiu":
        raise BadActivity(f"produced_interval: found {name} of type {found.dtype}, wanted numbers (s) along trial")
    values = found.astype(float)
    good = np.isfinite(values) & (values > 0) if name == "interval" else np.isnan(values) | (values >= 0)
    if not (good & ~np.isinf(values)).all():
        wanted = "times above 0 s" if name == "interval" else "times of at least 0 s, or NaN for a trial without one"
        raise BadActivity(
            f"produced_interval: found {name} of {values[~good | np.isinf(values)][0]:g}, wanted {wanted}"
        )
    return values


def _described(made: np.ndarray, interval: float) -> dict[str, float]:
    """Mean, SD and mean absolute error of produced times (s), as far as their number allows."""
    if not len(made):
        return {}
    spread = {"sd_produced": float(made.std(ddof=1))} if len(made) > 1 else {}
    return {"mean_produced": float(made.mean()), **spread, "mean_absolute_error": float(np.abs(made - interval).mean())}
