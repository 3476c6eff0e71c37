"""Averages of single units by choice and strength of the evidence, as a table."""

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity.rate_units import measured_in
from rnncompare.options.ranges import TrialCount, UnitCount, Window
from rnncompare.plugins import BadOption
from rnncompare.views._cells import Cells, of_first
from rnncompare.views.psths import chosen


def example_units(
    sources: dict[str, list[xr.Dataset]],
    *,
    units: UnitCount,
    choice: str,
    strength: str,
    leave_out: list[str],
    align: str | None,
    window: Window,
    min_trials: TrialCount,
) -> pd.DataFrame:
    """Rates of `units` units of each area, averaged over trials of the same choice and strength.

    Columns: source, seed, area ('all' if units have no area), unit, choice, strength, time (s), rate and its unit of
    measurement, measured_in. Only the first activity of each source is used. Units are selected as in `psths`, at
    evenly spaced ranks of their range from the largest to the median; the selection depends only on the rates of the
    unit, not on its choice selectivity. A network that cannot be shown has a row with a `note`, and the next one is
    used. The other options are those of `cells`. Raises BadOption, BadActivity.
    """
    if units < 1:
        raise BadOption(f"example_units: found units {units}, wanted at least 1")
    options = {"choice": choice, "strength": strength, "leave_out": leave_out, "align": align}
    options |= {"window": window, "min_trials": min_trials}

    def rates(found: Cells, where: str) -> pd.DataFrame:
        picks = chosen(found.rate, units, where)
        rate = found.rate[:, :, picks].transpose(2, 0, 1)
        unit = {"unit": np.repeat(found.units.unit.values[picks], rate[0].size)}
        more = {"rate": rate.ravel(), "measured_in": measured_in(found.units)}
        return pd.DataFrame(unit | found.columns(len(picks)) | more)

    return of_first(sources, "example_units", rates, **options)
