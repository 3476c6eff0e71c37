"""Spread within a model: how similar the networks of one model are to each other.

Networks that solve the same task equally well can differ from each other as much as from the animal. Their similarity
to each other, computed as that to the recording, is the reference.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations, permutations, zip_longest

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.comparison.compare import score
from rnncompare.comparison.left_out import trial_splits
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.pair import Trials
from rnncompare.comparison.preparation import Prepared, prepare
from rnncompare.comparison.primary_statistics import primary_values
from rnncompare.plugins import BadOption

NetworkPair = tuple[int, int]  # positions of two networks


def within_model(
    networks: list[xr.Dataset],
    recording: xr.Dataset,
    measures: dict[str, Callable],
    *,
    preparation: dict,
    folds: dict,
    units: dict,
    pairs: int,
    seed: int,
    input_sets: list[int] | None = None,
) -> dict[str, list[dict]]:
    """Measure -> rows of its primary statistics for pairs of networks of one model.

    Every network is prepared once, as the source of a comparison with the recording, and then compared with other
    networks at the same conditions and times, with the same folds and numbers of units, and with the
    condition-independent signal removed. preparation, folds, units: see `compare.compare_measures`; pairs, input_sets:
    see `balanced_pairs`. A measure that is symmetric according to its card is computed once for each pair, any other
    with either network as the source.

    The columns of a row are: seed and other_seed (the positions of the networks that are the source and the
    recording), statistic, value, lower_is_better, minimum and maximum (the bounds of the statistic). Raises BadActivity
    or BadOption, with the measure and the networks.
    """
    sides = [alone(x, recording, preparation | folds) for x in networks]
    check_alike(sides, "within a model")
    chosen = balanced_pairs(len(networks), pairs, input_sets)
    return {
        name: [
            {"seed": i, "other_seed": j} | row
            for i, j in _directions(measure, chosen)
            for row in _rows(name, measure, sides, (i, j), folds, units, seed)
        ]
        for name, measure in measures.items()
    }


def alone(network: xr.Dataset, recording: xr.Dataset, options: dict) -> Prepared:
    """A network as it is compared with the recording, which is not kept: both sides are the network."""
    side = prepare(network, recording, **options)
    return side._replace(y=side.x, y_trials=side.x_trials, splits=None, sessions=None)


def check_alike(sides: list[Prepared], where: str) -> None:
    """Raise BadActivity unless all networks share the same conditions and times with the recording."""
    for k, side in enumerate(sides):
        if side.labels != sides[0].labels or side.x.shape[1] != sides[0].x.shape[1]:
            found = " and ".join(
                f"conditions {', '.join(s.labels)} at {s.x.shape[1]} times of network {n}"
                for n, s in ((0, sides[0]), (k, side))
            )
            raise BadActivity(f"{where}: found {found}, wanted the same conditions and times of all networks")


def _directions(measure: Callable, pairs: list[NetworkPair]) -> list[NetworkPair]:
    """The pairs (source, recording) for which a measure is computed."""
    return pairs if card_of(measure).symmetric else [order for pair in pairs for order in permutations(pair)]


def _rows(
    name: str, measure: Callable, sides: list[Prepared], pair: NetworkPair, folds: dict, units: dict, seed: int
) -> list[dict]:
    """Rows of the primary statistics of one measure for a network as the source and one as the recording."""
    source, other = (sides[k] for k in pair)
    with named(f"{name} within a model, networks {pair[0]} and {pair[1]} as source and recording"):
        found = primary_rows(measure, source, other.x, other.x_trials, folds=folds, units=units, seed=seed)
    bounds = card_of(measure).bounds_of
    return [row | dict(zip(("minimum", "maximum"), bounds(row["statistic"]), strict=True)) for row in found]


def primary_rows(
    measure: Callable, source: Prepared, y: np.ndarray, y_trials: Trials | None, *, folds: dict, units: dict, seed: int
) -> list[dict]:
    """The primary statistics of a prepared source and a prepared recording, see `primary_statistics.primary_values`.

    y, y_trials: of the recording, at the conditions and times of the source. The condition-independent signal is
    removed.
    """
    side = source._replace(y=y, y_trials=y_trials)
    if folds["by"] == "trial":
        side = side._replace(splits=trial_splits(side.x, side.y, side.x_trials, side.y_trials, folds["groups"]))
    return primary_values(measure, score(side, measure, units=units, signal="removed", seed=seed))


@contextmanager
def named(where: str) -> Iterator[None]:
    """Errors are raised again with `where`, the measure and the networks, at the beginning of the message."""
    try:
        yield
    except (BadActivity, BadOption) as error:
        raise type(error)(f"{where}: {error}") from error


def fewest_pairs(networks: int) -> int:
    """The smallest number of pairs that may be demanded for this number of networks: all, or two for each network."""
    return min(networks * (networks - 1) // 2, 2 * networks)


def balanced_pairs(networks: int, most: int, input_sets: list[int] | None = None) -> list[NetworkPair]:
    """Pairs of networks in ascending order: all, or at most `most` in which every network occurs equally often.

    The networks are placed on a circle in their order, and all pairs at some distances on it are taken (a circulant
    design). input_sets: the set of random inputs of each network, or None. If not all pairs are taken, distances
    alternate between those of networks with the same and with different inputs, because few pairs have the same.
    Raises BadOption for fewer pairs than `fewest_pairs`.
    """
    everything = list(combinations(range(networks), 2))
    if most < fewest_pairs(networks):
        raise BadOption(
            f"within a model: found {most} pairs for {networks} networks, wanted at least {fewest_pairs(networks)}"
        )
    if len(everything) <= most:
        return everything
    chosen = set()
    for distance in _distances(networks, input_sets):
        added = {tuple(sorted((k, (k + distance) % networks))) for k in range(networks)}
        chosen |= added if len(chosen) + len(added) <= most else set()
    return sorted(chosen)


def _distances(networks: int, input_sets: list[int] | None) -> list[int]:
    """All distances on the circle of networks; if inputs are random, those of the same and of different sets in turn.

    Network k has set k modulo the number of sets, so that all pairs at a distance have the same set or none has.
    """
    every = range(1, networks // 2 + 1)
    if input_sets is None:
        return list(every)
    same = [d for d in every if input_sets[d] == input_sets[0]]
    both = zip_longest(same, [d for d in every if d not in same])
    return [d for in_turn in both for d in in_turn if d is not None]
