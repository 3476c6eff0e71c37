"""Correlations of matched units, which are matched on training data and correlated on left-out data."""

from collections.abc import Callable

import numpy as np

from rnncompare.comparison.pair import Pair, Scores
from rnncompare.crossvalidation.folds import folds_of
from rnncompare.crossvalidation.held_out import scores
from rnncompare.crossvalidation.pairings import paired_products
from rnncompare.crossvalidation.unit_products import rounding_errors, unit_products, varying_units
from rnncompare.geometry.transport import Match

# Statistic -> how the units of each fold are matched by their correlations (fold, unit of x, unit of y).
Ways = dict[str, Callable[[np.ndarray], Match]]


def held_out_correlations(pair: Pair, ways: Ways) -> Scores:
    """(draw,) correlation of the matched units on left-out data, for each way of matching them on training data.

    Units are scaled to a sum of squares of 1 over all left-out data, so that each has the same weight. The correlation
    is sum(w x_i y_j) / sqrt(sum(w x_i^2) sum(w y_j^2)) over folds, left-out samples and matched pairs (i, j) with
    weights w. Units that do not vary on the training data of a fold are left out of it, because all of their matches
    would be as good and would depend on the order of units. Raises BadActivity.
    """
    folds = folds_of(pair)
    x, y = varying_units(pair, folds)
    x_scale, y_scale = (inverse_root(side.training_squares) for side in (x, y))
    x_unit, y_unit = (inverse_root(side.left_out_squares.sum(axis=0)) for side in (x, y))
    x_power, y_power = x.left_out_squares * x_unit**2, y.left_out_squares * y_unit**2
    sums = {name: np.empty((len(folds.training), len(pair.orders), 3)) for name in ways}
    for draw, part, products in unit_products(pair, folds, x, y):
        fold, partner = part[:, None], folds.partners[draw, part][:, None]
        correlations = products.training * x_scale[part, :, None]
        correlations *= y_scale[partner]
        for name, find in ways.items():
            i, j, weight = find(correlations)
            weight = weight * ((x_scale[fold, i] > 0) & (y_scale[partner, j] > 0))
            both = weight * x_unit[i] * y_unit[j] * products.left_out(i, j)
            parts = both, weight * x_power[fold, i], weight * y_power[partner, j]
            sums[name][part, draw] = np.stack([values.sum(axis=1) for values in parts], axis=1)
    total = {name: found.sum(axis=0) for name, found in sums.items()}
    each = {name: found[:, 0] for name, found in sums.items()}
    return scores(total, each, lambda found: {name: cosines(s) for name, s in found.items()}, {})


def cosines(sums: np.ndarray) -> np.ndarray:
    """(...,) cosines from (..., 3) products and sums of squares of both sides; 0 without squares."""
    size = np.sqrt(sums[..., 1] * sums[..., 2])
    return np.divide(sums[..., 0], size, out=np.zeros_like(size), where=size > 0)


def inverse_root(squares: np.ndarray) -> np.ndarray:
    return np.divide(1.0, np.sqrt(squares), out=np.zeros_like(squares), where=squares > 0)


def in_sample_correlations(pair: Pair, find: Callable[[np.ndarray], Match]) -> np.ndarray:
    """(draw,) mean correlation of units that are matched by the same correlations, over all conditions and times."""
    x, y = (unit_vectors(side, pair.axes) for side in (pair.x, pair.y))

    def means(correlations: np.ndarray) -> np.ndarray:
        matches = [find(values) for values in correlations]
        return np.array([m.weights @ c[m.rows, m.columns] for m, c in zip(matches, correlations, strict=True)])

    return paired_products(x, y, pair.orders, then=means)


def unit_vectors(data: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """(condition, time, unit) deviations from the mean, scaled to a sum of squares of 1; units that vary."""
    about = data - data.mean(axis=axes, keepdims=True, dtype=float)
    squares = (about**2).sum(axis=(0, 1))
    kept = squares > rounding_errors(data)
    return about[..., kept] / np.sqrt(squares[kept])
