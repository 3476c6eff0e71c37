"""The pipeline that is calibrated: the comparison of a study, as it stands."""

from collections.abc import Callable

import xarray as xr

from rnncompare.comparison import compare_seeds, score_seeds
from rnncompare.headlines import reverse


def scores(x: xr.Dataset, y: xr.Dataset, measure: Callable, *, comparison: dict, seed: int, tested: bool) -> list[dict]:
    """Rows of the headline statistic and its reverse: statistic, condition_independent, null, value, p.

    comparison: preparation, folds, units and nulls of a study; tested: whether against its nulls, a row each (else p
    and null are None).
    """
    frame = {name: comparison[name] for name in ("preparation", "folds", "units")}
    if tested:
        once = {"intervals": {"draws": 1, "units": 0}, "describe": False}
        rows = compare_seeds([x], [y], measure, nulls=comparison["nulls"], seed=seed, **frame, **once).nulls
    else:
        rows = score_seeds([x], [y], measure, seed=seed, **frame)
    rows = [row for row in rows if row["statistic"] in (rows[0]["statistic"], reverse(rows[0]["statistic"]))]
    columns = ("statistic", "condition_independent", "null", "value", "p")
    return [{name: row.get(name) for name in columns} for row in rows]
