"""The two sides of a comparison: each source, prepared with its reference, and the pair that a measure receives."""

from collections.abc import Iterable

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Pair
from rnncompare.comparison.preparation import Prepared, prepare


def prepared_sides(sources: Iterable[xr.Dataset], references: list[xr.Dataset], options: dict) -> list[Prepared]:
    """Each source with its reference. Equal recordings share one array, so that they are decomposed only once.

    Sources can be an iterator; they are prepared one after another, and not kept.
    """
    references, sides = list(references), []
    for count, x in enumerate(sources):
        side = prepare(x, references[min(count, len(references) - 1)], **options)
        same = next((s.y for s in sides if np.array_equal(s.y, side.y)), side.y)
        sides.append(side._replace(y=same))
    if len(references) not in (1, len(sides)):
        raise ValueError(
            f"comparison: found {len(references)} references for {len(sides)} sources, wanted one reference or one "
            "for each source"
        )
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
