"""Distances between networks within and between models: how much of their activity is shared by all of them.

Networks of one task are compared with each other directly; `within.py` compares those of one model as they are compared
with a recording, at its conditions and times.
"""

from collections.abc import Callable, Iterator
from itertools import combinations, product

import xarray as xr

from rnncompare.activity import condition_average
from rnncompare.activity.dynamical import refuse_for
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.preparation import Prepared
from rnncompare.comparison.within import alone, check_alike, named, primary_rows
from rnncompare.plugins import BadOption

ALL_UNITS = {"count": None, "repeats": 1}
Network = tuple[str, int]  # model, and position among its networks


def network_distances(
    networks: dict[str, list[xr.Dataset]], measures: dict[str, Callable], *, preparation: dict, folds: dict, seed: int
) -> dict[str, list[dict]]:
    """Measure -> rows of the distances of the networks of the first model to each other and to those of all others.

    networks: model -> activities, which are averaged over the trials of each condition. preparation, folds: see
    `compare.compare_measures`. The condition-independent signal is removed, and each measure is computed once for each
    pair, for all units.

    The columns of a row are: seed, other_model and other_seed (positions of the networks of both models), statistic
    (the primary one) and value, which is a distance (`as_distance`). Raises BadActivity or BadOption, with the measure
    and the networks; BadOption for a measure that is not symmetric or gives no distance.
    """
    for name, measure in measures.items():
        check_distance(measure, name)
    refuse_for(measures, [data for own in networks.values() for data in own])
    sides = {
        (model, k): alone(average, average, preparation | folds)
        for model, own in networks.items()
        for k, average in enumerate(map(condition_average, own))
    }
    check_alike(list(sides.values()), "distances between networks")
    return {
        name: [_row(name, measure, sides, *pair, folds, seed) for pair in _pairs(networks)]
        for name, measure in measures.items()
    }


def _pairs(networks: dict[str, list]) -> Iterator[tuple[Network, Network]]:
    """The pairs of networks of the first model, and those of a network of the first and one of a later model."""
    first, *others = ([(model, k) for k in range(len(own))] for model, own in networks.items())
    yield from combinations(first, 2)
    for other in others:
        yield from product(first, other)


def _row(
    name: str, measure: Callable, sides: dict[Network, Prepared], one: Network, two: Network, folds: dict, seed: int
) -> dict:
    """The distance of two networks by the primary statistic of one measure."""
    with named(f"{name} between network {one[1]} of {one[0]} and network {two[1]} of {two[0]}"):
        found = primary_rows(measure, sides[one], sides[two].x, None, folds=folds, units=ALL_UNITS, seed=seed)[0]
    about = {"seed": one[1], "other_model": two[0], "other_seed": two[1], "statistic": found["statistic"]}
    return about | {"value": as_distance(measure, found)}


def as_distance(measure: Callable, row: dict) -> float:
    """The value of a row of `primary_rows`, or the maximum of its statistic minus it if larger is more similar."""
    return row["value"] if row["lower_is_better"] else card_of(measure).bounds_of(row["statistic"])[1] - row["value"]


def check_distance(measure: Callable, where: str) -> None:
    """Raise BadOption unless a measure is symmetric, and a distance or a similarity with a maximum.

    They are the claims of its card for its first statistic.
    """
    card = card_of(measure)
    first = next(iter(card.statistics or {}), "")
    if not card.symmetric:
        raise BadOption(f"{where}: found a measure that is not symmetric, wanted one that is, for a distance")
    if first not in card.lower_is_better and card.bounds_of(first)[1] is None:
        raise BadOption(f"{where}: found a similarity '{first}' without a maximum, wanted a distance or a maximum")
