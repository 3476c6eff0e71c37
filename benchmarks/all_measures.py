"""Similarity measures of components and of dissimilarities.

One network is compared with one recording of 27 conditions x 250 times x 150 units.

Each has 1,000 permutations of conditions. All measures together have a budget of 10 s, and each is compared with its
own time for one permutation at a time.
"""

import inspect
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from scipy.ndimage import gaussian_filter1d

from rnncompare import plugins
from rnncompare.comparison.pair import Pair, Scores
from rnncompare.comparison.permutations import condition_orders
from rnncompare.crossvalidation.cache import ENTRIES
from rnncompare.crossvalidation.folds import folds_of
from rnncompare.crossvalidation.pairings import table_of
from rnncompare.crossvalidation.projection import coordinates, projections

CONDITIONS, TIMES, UNITS, PERMUTATIONS = 27, 250, 150, 1000
BUDGET = 10.0  # s
ONE_BY_ONE = 10  # permutations that are computed one at a time
ELSEWHERE = ("dsa", "matching", "best_match")  # dynamics; single units, matched anew in every fold and permutation
OPTIONS = {
    "cca": {"components": 10, "curve": [2, 5]},
    "cca_in_sample": {"components": 10},
    "cka": {"samples": "times", "kernel": "linear", "bandwidth": None},
    "pwcca": {"variance": 0.9},
    "ridge": {"components": 10, "penalties": [1e-3, 1e-2, 1e-1, 1.0, 10.0]},
    "rsa": {
        "distance": "sqeuclidean", "compare": "cosine", "average": "dissimilarities", "trial_folds": None,
        "time_resolved": True,
    },
    "shape": {"alpha": 1.0, "components": 10},
    "svcca": {"variance": 0.9},
}  # fmt: skip


def pair_of(conditions: int, times: int, units: int, permutations: int) -> Pair:
    """Return two smooth random activities with 20 latent variables each, one of which contains part of the other."""
    rng = np.random.default_rng(0)
    size = 0.8 ** np.arange(20)
    sources = [gaussian_filter1d(rng.standard_normal((conditions, times, 20)), 5.0, axis=1) * size for _ in range(2)]
    sources[1] += sources[0]
    sides = [s @ rng.standard_normal((20, units)) for s in sources]
    sides = [side + 0.1 * side.std() * rng.standard_normal(side.shape) for side in sides]
    return Pair(*sides, condition_orders(conditions, permutations=permutations, seed=0), "removed")


def measures() -> dict[str, Callable]:
    """Return the measures with their options; a measure without options is an error."""
    names = [name for name in plugins.available("similarity") if name not in ELSEWHERE]
    missing = sorted(set(names) - set(OPTIONS))
    if missing:
        raise SystemExit(
            f"benchmarks/all_measures.py: found no options for {', '.join(missing)}, wanted options for all measures"
        )
    return {name: partial(plugins.find("similarity", name), **OPTIONS[name]) for name in names}


def run(measure: Callable, pair: Pair) -> dict[str, np.ndarray]:
    """Return the statistics for all permutations."""
    if next(iter(inspect.signature(measure).parameters)) != "pair":
        x, y = pair.centred()
        rows = [measure(x, y[order]) for order in pair.orders]
        return {name: np.array([row[name] for row in rows]) for name in rows[0]}
    found = measure(pair)
    return found.values if isinstance(found, Scores) else found


def together(measures: Iterable[Callable], pair: Pair) -> list[dict[str, np.ndarray]]:
    """Return the statistics of all measures, which share results that are removed before each round."""
    ENTRIES.clear()
    pair = pair.replaced()
    return [run(measure, pair) for measure in measures]


def one_by_one(measure: Callable, pair: Pair, count: int) -> list[dict[str, np.ndarray]]:
    """Return the statistics for the first permutations, computed one at a time."""
    ENTRIES.clear()
    pairs = [Pair(pair.x, pair.y, order[None], pair.condition_independent) for order in pair.orders[:count]]
    return [run(measure, alone) for alone in pairs]


def products_of_folds(pair: Pair) -> None:
    """Multiply the training data of all pairs of folds, on components: the least that choosing a penalty requires."""
    folds, components = folds_of(pair), OPTIONS["ridge"]["components"]
    x, y = (coordinates(side) for side in projections(pair, folds, components))
    for a, rows in zip(x, folds.training, strict=True):
        for b, others in zip(y, folds.training, strict=True):
            table_of(a[rows], b[others])


def all_measures() -> list[tuple]:
    pair, found = pair_of(CONDITIONS, TIMES, UNITS, PERMUTATIONS), measures()
    cases = [
        ("all_measures_in_10_s", lambda: together(found.values(), pair), BUDGET, {"rounds": 2}),
        (
            "ridge_peer_products_of_all_pairs_of_folds",
            lambda: together([found["ridge"]], pair),
            lambda: products_of_folds(pair),
            {"rounds": 2},
        ),
    ]
    for name, measure in found.items():
        cases.append(
            (
                f"{name}_1000_permutations_peer_one_by_one_{ONE_BY_ONE}_of_1001",
                lambda measure=measure: together([measure], pair),
                lambda measure=measure: one_by_one(measure, pair, ONE_BY_ONE),
                {"rounds": 1, "share": ONE_BY_ONE / (PERMUTATIONS + 1)},
            )
        )
    return cases
