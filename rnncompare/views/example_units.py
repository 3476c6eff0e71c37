"""Averages of single units by choice and strength of the evidence, as a table."""

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.plugins import BadOption
from rnncompare.selection import areas
from rnncompare.views._cells import cells
from rnncompare.views._sources import activities
from rnncompare.views.psths import chosen


def example_units(
    sources: dict[str, list[xr.Dataset]],
    *,
    units: int,
    choice: str,
    strength: str,
    leave_out: list[str],
    align: str | None,
    window: tuple[float, float],
    min_trials: int,
) -> pd.DataFrame:
    """Rates of `units` units of each area of each source's first activity, averaged over trials of the same choice and
    strength.

    Columns source, seed, area ('all' where units have none), unit, choice, strength, time (s), rate. Units are
    taken as in `psths`, at evenly spaced ranks of range from the largest to the median: nothing but their own rates has
    a say, and least of all whether they tell the choice. Other options: of `cells`. Raises BadOption, BadActivity.
    """
    if units < 1:
        raise BadOption(f"example_units: found units {units}, wanted at least 1")
    options = {"choice": choice, "strength": strength, "leave_out": leave_out, "align": align}
    options |= {"window": window, "min_trials": min_trials}
    tables = []
    for name, data in activities(sources).items():
        where = f"example_units of {name}"
        found = cells(data[0], where, **options)
        for area, members in areas(found.units).items():
            rate = found.rate[:, :, members]
            picks = chosen(rate, units, f"{where}, area {area}" if area else where)
            count, times, shown = *rate.shape[:2], len(picks)
            labels = {"source": name, "seed": 0, "area": area or "all"}
            shape = {
                "unit": np.repeat(found.units.unit.values[members][picks], count * times),
                "choice": np.tile(np.repeat(found.choice, times), shown),
                "strength": np.tile(np.repeat(found.strength, times), shown),
                "time": np.tile(found.time, shown * count),
            }
            tables.append(pd.DataFrame(labels | shape | {"rate": rate[:, :, picks].transpose(2, 0, 1).ravel()}))
    return pd.concat(tables, ignore_index=True)
