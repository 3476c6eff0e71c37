"""Condition averages of single units, as a table."""

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity import Unmeasurable, condition_average
from rnncompare.activity.rate_units import measured_in
from rnncompare.options.ranges import UnitCount
from rnncompare.plugins import BadOption
from rnncompare.views._sources import activities


def psths(sources: dict[str, list[xr.Dataset]], *, units: UnitCount) -> pd.DataFrame:
    """Condition-averaged rates of `units` units of the first activity of each source.

    Columns: source, seed, unit, condition, time (s), rate and its unit of measurement, measured_in. The selection of
    units depends only on the source: units that vary are ranked by their range over conditions and times, and selected
    at evenly spaced ranks from the largest to the median, so that neither only the most modulated nor silent units are
    shown. Raises BadOption, BadActivity.
    """
    if units < 1:
        raise BadOption(f"psths: found units {units}, wanted at least 1")
    return pd.concat([_first(name, data[0], units) for name, data in activities(sources).items()], ignore_index=True)


def _first(name: str, data: xr.Dataset, units: int) -> pd.DataFrame:
    average = condition_average(data)
    picks = chosen(average.rate.values, units, f"psths of {name}")
    rate, names = average.rate.values[:, :, picks], average.unit.values[picks]
    count, times, shown = rate.shape
    return pd.DataFrame(
        {
            "source": name,
            "seed": 0,
            "unit": np.repeat(names, count * times),
            "condition": np.tile(np.repeat(average.condition.values, times), shown),
            "time": np.tile(average.time.values, shown * count),
            "rate": rate.transpose(2, 0, 1).ravel(),
            "measured_in": measured_in(data),
        }
    )


def chosen(rate: np.ndarray, units: int, where: str) -> np.ndarray:
    """Indices of units at evenly spaced ranks of range, from the largest to the median of those that vary."""
    span = np.ptp(rate, axis=(0, 1))
    ranked = np.argsort(-span, kind="stable")[: int((span > 0).sum())]
    if not len(ranked):
        raise Unmeasurable(f"{where}: found {len(span)} units without variance, wanted some that vary")
    last = max((len(ranked) - 1) // 2, min(units, len(ranked)) - 1)
    return ranked[np.unique(np.linspace(0, last, units).round().astype(int))]
