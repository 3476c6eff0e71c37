"""Cross-validated canonical correlation analysis."""

from functools import partial

import numpy as np

from rnncompare.comparison.measure_card import CORRELATION, MeasureCard
from rnncompare.comparison.pair import Pair, Scores
from rnncompare.crossvalidation.held_out import Moments, held_out
from rnncompare.options.ranges import Components
from rnncompare.plugins import BadOption

Weights = tuple[np.ndarray, np.ndarray]  # (..., component, correlation) of x, of y


def cca(pair: Pair, *, components: Components, curve: list[Components]) -> Scores:
    """Cross-validated canonical correlation analysis of the first principal components of each side.

    mean, first, variance_weighted: (draw,), -1 to 1, 0: no agreement on left-out conditions; mean_of_K for each K of
    `curve`: the mean with only K components on each side. components_source, components_recording and
    variance_explained_recording describe the input. Raises BadOption, BadActivity. (Hotelling 1936; components as in
    Sussillo et al. 2015.)
    """
    together(components, curve)
    counts = sorted({components, *curve})
    return held_out(
        pair,
        components=components,
        fit=partial(weights_of_counts, counts=counts),
        sums=sums_of_counts,
        finish=partial(statistics, components=components, curve=curve),
    )


def together(components: int, curve: list[int]) -> None:
    """Raise BadOption if the curve has numbers of components beyond `components`."""
    wrong = [k for k in curve if not 1 <= k <= components]
    if wrong:
        raise BadOption(f"cca: found {wrong} in curve, wanted numbers of components from 1 to {components}")


cca.together = together


def weights_of_counts(train: Moments, counts: list[int]) -> dict[int, Weights]:
    """Canonical weights of the first components, for each number of components."""
    return {count: canonical_weights(of_first(train, count)) for count in counts}


def of_first(moments: Moments, count: int) -> Moments:
    return Moments(*(products[..., :count, :count] for products in moments))


def canonical_weights(train: Moments) -> Weights:
    """Weights of variates with unit training variance, in decreasing correlation; train: on principal components."""
    x, y = (np.sqrt(np.diagonal(side, axis1=-2, axis2=-1))[..., None] for side in (train.xx, train.yy))
    left, _, right = np.linalg.svd(train.xy / x / np.swapaxes(y, -1, -2), full_matrices=False)
    return left / x, np.swapaxes(right, -1, -2) / y


def sums_of_counts(weights: dict[int, Weights], test: Moments) -> dict[str, np.ndarray]:
    """Products of the variates of both sides, their squares, and the variance of the recording that each explains."""
    found = {}
    for count, (x, y) in weights.items():
        part = of_first(test, count)
        loading = part.yy @ y
        yy, held = (y * loading).sum(axis=-2), (loading**2).sum(axis=-2)
        found[f"xy {count}"] = (x * (part.xy @ y)).sum(axis=-2)
        found[f"xx {count}"] = (x * (part.xx @ x)).sum(axis=-2)
        found[f"yy {count}"] = yy
        found[f"held {count}"] = np.divide(held, yy, out=np.zeros_like(yy), where=yy > 0)
    return found


def statistics(sums: dict[str, np.ndarray], components: int, curve: list[int]) -> dict[str, np.ndarray]:
    """Statistics (draw,) from sums over all left-out data."""
    correlation, weight = correlations(sums, components), sums[f"held {components}"]
    whole = weight.sum(axis=-1)
    weighted = (weight * correlation).sum(axis=-1)
    return {
        "mean": correlation.mean(axis=-1),
        "first": correlation[..., 0],
        "variance_weighted": np.divide(weighted, whole, out=np.zeros_like(whole), where=whole > 0),
    } | {f"mean_of_{count}": correlations(sums, count).mean(axis=-1) for count in curve}


def correlations(sums: dict[str, np.ndarray], count: int) -> np.ndarray:
    """(draw, correlation) correlations of variates; 0 for a variate without variance on the left-out data."""
    size = np.sqrt(np.maximum(sums[f"xx {count}"], 0.0) * np.maximum(sums[f"yy {count}"], 0.0))
    return np.divide(sums[f"xy {count}"], size, out=np.zeros_like(size), where=size > 0)


cca.card = MeasureCard(
    formula="mean over k of sum(u_k v_k) / sqrt(sum(u_k^2) sum(v_k^2)), with sums over left-out conditions and times; "
    "u_k, v_k: canonical variates of the first `components` principal components of each side, with axes, means and "
    "weights from the other conditions",
    statistics={
        "mean": "mean over all pairs of canonical variates",
        "first": "the pair with the highest training correlation",
        "variance_weighted": "mean weighted by the left-out variance of the recording that each explains",
        "mean_of_K": "the mean with only the first K components, for each K of `curve`",
    },
    bounds=dict.fromkeys(("mean", "first", "variance_weighted", "mean_of_K"), CORRELATION),
    landmarks="below 0: variates that are correlated in training are anticorrelated on left-out conditions",
    zero="variates that are correlated in training are uncorrelated on left-out conditions",
    one="the components of one side are a linear map of those of the other, the same map in every condition",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="folds x orders singular value decompositions of components x components, once for each K",
    pitfalls="Every component has the same weight in `mean`, however little its variance: see the curve and "
    "variance_weighted. The mean can decrease with the number of components. With at least as many components as "
    "units, the measure is invariant to every invertible linear map.",
    reference="Hotelling 1936; components and mean as in Sussillo, Churchland, Kaufman & Shenoy 2015",
    correlations=("mean", "first", "variance_weighted"),
)
cca.first_look = {"components": 5, "curve": []}
