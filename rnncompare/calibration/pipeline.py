"""The pipeline that is calibrated, which is the comparison of a study."""

from collections.abc import Callable

import xarray as xr

from rnncompare.comparison.compare import compare_measures, score_seeds
from rnncompare.comparison.primary_statistics import reverse


def tested(x: xr.Dataset, y: xr.Dataset, measures: dict[str, Callable], *, comparison: dict, seed: int) -> list[dict]:
    """Rows of the primary statistic of each measure, and of its reverse direction, for each null of a study.

    Keys: measure, statistic, condition_independent, null, value, p.
    """
    once = {"intervals": {"draws": 1, "units": 0}, "describe": False, "nulls": comparison["nulls"]}
    found = compare_measures([x], [y], measures, seed=seed, **_frame(comparison), **once)
    return [row for name, each in found.items() for row in _primary_rows(name, each.nulls)]


def scored(x: xr.Dataset, y: xr.Dataset, name: str, measure: Callable, *, comparison: dict, seed: int) -> list[dict]:
    """The same rows for one measure without a test; null and p are None."""
    return _primary_rows(name, score_seeds([x], [y], measure, seed=seed, **_frame(comparison)))


def _frame(comparison: dict) -> dict:
    return {name: comparison[name] for name in ("preparation", "folds", "units")}


def _primary_rows(measure: str, rows: list[dict]) -> list[dict]:
    first = {row["statistic"] for row in rows[:1]}  # empty for a measure without null distributions
    rows = [row for row in rows if row["statistic"] in first | {reverse(s) for s in first}]
    columns = ("statistic", "condition_independent", "null", "value", "p")
    return [{"measure": measure} | {name: row.get(name) for name in columns} for row in rows]
