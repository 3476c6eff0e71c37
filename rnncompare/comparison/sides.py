"""The two sides of a comparison: each source, prepared with its reference, and the pair that a measure receives."""

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Pair
from rnncompare.comparison.preparation import Prepared, prepare


def prepared_sides(sources: list[xr.Dataset], references: list[xr.Dataset], options: dict) -> list[Prepared]:
    """Each source with its reference. Equal recordings share one array, so that they are decomposed only once."""
    references = list(references) * len(sources) if len(references) == 1 else list(references)
    if len(references) != len(sources):
        raise ValueError(
            f"comparison: found {len(references)} references for {len(sources)} sources, wanted one reference or one "
            "for each source"
        )
    sides = []
    for x, y in zip(sources, references, strict=True):
        side = prepare(x, y, **options)
        same = next((s.y for s in sides if np.array_equal(s.y, side.y)), side.y)
        sides.append(side._replace(y=same))
    counts = sorted({len(side.x) for side in sides})
    if len(counts) != 1:
        raise BadActivity(
            f"comparison of {len(sides)} sources: found {' and '.join(map(str, counts))} conditions shared "
            "with their references, wanted the same number for all sources"
        )
    return sides


def pair_of(side: Prepared, orders: np.ndarray, signal: str) -> Pair:
    return Pair(side.x, side.y, orders, signal, side.groups, side.splits, side.x_trials, side.y_trials)


def sizes_of(side: Prepared, picks: list) -> dict[str, int | str]:
    """The numbers of conditions, times and units that were compared, and a note on unmatched conditions."""
    note = {"note": side.unmatched} if side.unmatched else {}
    return note | {
        "conditions": side.x.shape[0],
        "times": side.x.shape[1],
        "units_source": len(picks[0][0]),
        "units_recording": len(picks[0][1]),
    }
