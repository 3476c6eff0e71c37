"""Null distributions of similarity: scores of other pairings of conditions, and of surrogates of the recording."""

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

from rnncompare import plugins
from rnncompare.comparison.evaluation import (
    Observed,
    Subset,
    observed,
    true_values,
    with_recording,
)
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.pair import Pair
from rnncompare.comparison.permutations import PAIRINGS, RING, condition_orders
from rnncompare.comparison.preparation import Prepared
from rnncompare.comparison.ring_orders import orders_of_directions

Measures = dict[str, Callable]  # by name


def null_orders(nulls: dict[str, dict], sides: list[Prepared], seed: int) -> dict[str, list[np.ndarray]]:
    """Null -> (1 + draws, condition) orders of each source, the true order first; nulls of other pairings only.

    Draw d is the same permutation, or the same turn, for all sources.
    """
    first, found = sides[0], {}
    for name, null in nulls.items():
        if null["use"] == RING:
            found[name] = [orders_of_directions(side, null["draws"]) for side in sides]
        elif null["use"] in PAIRINGS:
            about = {"permutations": null["draws"], "groups": first.groups, "crossed": first.crossed}
            found[name] = [condition_orders(len(first.x), seed=seed, **about)] * len(sides)
    return found


def null_draws(
    measures: Measures,
    pairs: list[Pair],
    found: dict[str, list[Observed]],
    chosen: list[list[Subset]],
    nulls: dict[str, dict],
    orders: dict[str, list[np.ndarray]],
    seed: int,
) -> dict[str, dict]:
    """Measure -> null -> statistic -> (source, 1 + draws), the value first; statistics that a null tests.

    pairs: of each source, with the orders of the first of `orders`; found: what these pairs gave.
    """
    result = {name: {} for name in measures}
    true = [pair.true_pairing() for pair in pairs]
    for null_name, null in nulls.items():
        tested = {name: m for name, m in measures.items() if name in (null.get("measures") or measures)}
        if null_name in orders:
            again = null_name != next(iter(orders))
            reordered = [p.replaced(orders=o) for p, o in zip(pairs, orders[null_name], strict=True)] if again else None
            drawn = {name: _of_pairings(m, found[name], reordered, chosen) for name, m in tested.items()}
        else:
            drawn = _of_surrogates(tested, true, found, chosen, null, seed) if tested else {}
        for name, values in drawn.items():
            result[name][null_name] = values
    return result


def _of_pairings(
    measure: Callable, found: list[Observed], pairs: list[Pair] | None, chosen: list[list[Subset]]
) -> dict[str, np.ndarray]:
    """Statistic -> (source, 1 + draws) of the pairings of `pairs`; None: of those that `found` was computed for."""
    paired = [statistic for statistic, values in found[0].values.items() if values.ndim]
    if pairs is not None and paired:
        found = [observed(measure, *each, errors=False, jackknife=False) for each in zip(pairs, chosen, strict=True)]
    return {statistic: np.stack([scores.values[statistic] for scores in found]) for statistic in paired}


def _of_surrogates(
    measures: Measures,
    true: list[Pair],
    found: dict[str, list[Observed]],
    chosen: list[list[Subset]],
    null: dict,
    seed: int,
) -> dict[str, dict[str, np.ndarray]]:
    """Measure -> statistic -> (source, 1 + draws) of surrogates of the recording."""
    make = partial(plugins.find("surrogates", null["use"]), **null.get("options", {}))
    values = {
        name: {s: np.empty((len(true), 1 + null["draws"])) for s in testable(measure, found[name][0])}
        for name, measure in measures.items()
    }
    for name, statistic, k in places_of(values, range(len(true))):
        values[name][statistic][k, 0] = np.ravel(found[name][k].values[statistic])[0]
    # Sources with the same recording are compared with the same surrogates of it.
    for places in same_recording(true):
        surrogates = make(true[places[0]].y, draws=null["draws"], seed=seed)
        for d, drawn in enumerate(surrogates, start=1):
            pairs = {k: with_recording(true[k], drawn) for k in places}
            scores = {(n, k): true_values(m, pairs[k], chosen[k]) for n, m in measures.items() for k in places}
            for name, statistic, k in places_of(values, places):
                values[name][statistic][k, d] = scores[name, k][statistic]
    return values


def places_of(values: dict[str, Iterable[str]], sources: Iterable[int]) -> list[tuple[str, str, int]]:
    """All combinations (measure, statistic, source)."""
    return [(name, statistic, k) for name, statistics in values.items() for statistic in statistics for k in sources]


def testable(measure: Callable, scores: Observed) -> list[str]:
    """The statistics that can be tested: those that depend on the pairing of conditions, and the condition-blind ones.

    The others only describe the input, such as the number of components.
    """
    blind = card_of(measure).condition_blind
    return [name for name, values in scores.values.items() if values.ndim or name in blind]


def same_recording(pairs: list[Pair]) -> list[list[int]]:
    """Positions of the pairs, grouped by their recording (equal recordings are the same array)."""
    together = {}
    for k, pair in enumerate(pairs):
        together.setdefault(id(pair.y), []).append(k)
    return list(together.values())
