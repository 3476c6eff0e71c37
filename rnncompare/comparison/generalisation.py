"""Generalisation: similarity to the recording in conditions on which networks were not trained, and in the others.

A network can be similar to a recording in the conditions of its training because it was fitted to their targets. In
conditions that it has never seen, its activity follows from what it learned of the task.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.comparison.evaluation import Subset, observed, subsets
from rnncompare.comparison.pair import Pair
from rnncompare.comparison.preparation import Prepared, prepare
from rnncompare.comparison.primary_statistics import primary_values
from rnncompare.comparison.within import named
from rnncompare.plugins import BadOption

TRAINED, HELD_OUT = "trained", "held_out"  # the conditions of a row
LEAST = 3  # trained conditions: one to leave out, two that differ to fit a map


def generalisation(
    networks: list[xr.Dataset],
    recording: xr.Dataset,
    measures: dict[str, Callable],
    *,
    held_out: list[list[str]],
    preparation: dict,
    units: dict,
    seed: int,
) -> dict[str, list[dict]]:
    """Measure -> rows of its primary statistics for the trained and for the held-out conditions of each network.

    held_out: for each network, the conditions that are left out together; every other condition is left out alone. The
    statistic of the held-out conditions is that of their fold: the map, or the matches of units, are fitted to the
    trained conditions only. The statistic of the trained conditions is that of the sums over their folds, as in the
    comparison of a study; the maps of these folds are fitted to all other conditions, with the held-out ones.
    preparation, units: see `compare.compare_measures`. Every network is prepared once, and the condition-independent
    signal is removed.

    The columns of a row are: seed (the position of the network), conditions (trained or held_out), condition_count,
    statistic, value and lower_is_better. Raises BadOption for a measure that is not cross-validated, and BadActivity,
    with the measure and the network.
    """
    found = {name: [] for name in measures}
    for k, (network, names) in enumerate(zip(networks, held_out, strict=True)):
        with named(f"generalisation, network {k}"):
            pair = apart(prepare(network, recording, **preparation), names)
        picks = subsets(pair.x.shape[-1], pair.y.shape[-1], **units, seed=seed)
        for name, measure in measures.items():
            with named(f"generalisation, {name} of network {k}"):
                rows = _rows(measure, pair, picks)
            found[name] += [{"seed": k} | row for row in rows]
    return found


def apart(side: Prepared, held_out: list[str]) -> Pair:
    """The true pairing with the held-out conditions as the first group, and each other one as a group of its own.

    Raises BadActivity unless all held-out conditions are compared, and `LEAST` others.
    """
    held = np.isin(side.labels, held_out)
    lacking = [name for name in held_out if name not in side.labels]
    if lacking or not held_out or len(held) - held.sum() < LEAST:
        raise BadActivity(
            f"found conditions {', '.join(held_out) or 'none'} held out and conditions {', '.join(side.labels)} "
            f"compared with the recording, wanted the former among the latter, and at least {LEAST} others"
        )
    groups = np.where(held, 0, 1 + np.arange(len(held)))
    return Pair(
        side.x, side.y, np.arange(len(held))[None], "removed", groups, x_trials=side.x_trials, y_trials=side.y_trials
    )


def _rows(measure: Callable, pair: Pair, picks: list[Subset]) -> list[dict]:
    """Rows of the primary statistics of one network; the held-out conditions are the first fold."""
    found = observed(measure, pair, picks, errors=True, jackknife=False)
    if not found.alone:
        raise BadOption("found no scores of single folds, wanted a measure that is cross-validated over conditions")
    held = int((pair.groups == 0).sum())
    rows = []
    for conditions, count, by_fold in ((TRAINED, len(pair.x) - held, found.jackknifed), (HELD_OUT, held, found.alone)):
        values = {name: float(by_fold[name][0]) if name in by_fold else np.nan for name in found.values}
        for row in primary_values(measure, values):
            if not np.isfinite(row["value"]):
                raise BadActivity(f"found no {row['statistic']} of the {conditions} conditions, wanted a finite number")
            rows.append({"conditions": conditions, "condition_count": count} | row)
    return rows
