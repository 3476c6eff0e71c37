"""Squared errors of ridge regression on the left-out data of each fold, for each unit and all pairings."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnncompare.crossvalidation.fold_products import basis, totals_by_fold, totals_of_folds
from rnncompare.crossvalidation.folds import Folds
from rnncompare.crossvalidation.pairings import (
    MANY,
    NEAR,
    batches,
    blocks,
    indicator,
    paired_totals,
    tabled,
    time_first,
)
from rnncompare.crossvalidation.projection import Projection, coordinates, projected

FEW = 12  # number of conditions up to which a product with an indicator matrix is faster than a look-up

Found = Iterator[tuple[int, slice, np.ndarray]]  # fold, draws, (draw, unit) squared errors


class Errors(NamedTuple):
    """Squared errors of the units of the target."""

    total: np.ndarray  # (draw, unit) summed over folds
    each: np.ndarray  # (fold, unit) for the first draw


def errors_both_ways(
    x: Projection, y: Projection, folds: Folds, orders: np.ndarray, forth: np.ndarray, back: np.ndarray
) -> tuple[Errors, Errors]:
    """Errors of y predicted from x, and of x predicted from y.

    forth: (draw, fold) penalties for the first, back: (draw, fold of y) for the second. orders: (draw, condition) of y.
    """
    turned, reverse = reversed_folds(folds), np.argsort(orders, axis=1)
    if x.grand_mean is None:
        found = errors_on_trials(x, y, orders, forth), errors_on_trials(y, x, reverse, back)
    elif multiplying_is_faster(x, y, orders):
        found = errors_of_few(x, y, folds, orders, forth), errors_of_few(y, x, turned, reverse, back)
    else:
        totals = unit_totals(x, y, orders)
        found = (
            errors_on_conditions(x, y, folds, orders, forth, totals),
            errors_on_conditions(y, x, turned, reverse, back, None if totals is None else totals.swapaxes(0, 2)),
        )
    return add_folds(found[0], y), add_folds(found[1], x)


def multiplying_is_faster(x: Projection, y: Projection, orders: np.ndarray) -> bool:
    """Whether there are few conditions and many pairings, and products of all pairs of conditions fit into memory."""
    conditions, components = orders.shape[1], max(x.axes.shape[2], y.axes.shape[2])
    size = conditions**2 * components * max(x.axes.shape[1], y.axes.shape[1])
    return tabled(y.training[0], orders) and conditions <= FEW and size <= MANY


def reversed_folds(folds: Folds) -> Folds:
    """The folds with x and y exchanged."""
    return folds._replace(partners=np.argsort(folds.partners, axis=1))


def unit_totals(x: Projection, y: Projection, orders: np.ndarray) -> np.ndarray | None:
    """(unit of x, draw, unit of y) products summed over all conditions, from which both directions can be computed.

    None if that is not faster (many pairings, and fewer components in all folds together than units) or if the products
    do not fit into memory.
    """
    fewer = any(side.axes.shape[0] * side.axes.shape[2] < side.axes.shape[1] for side in (x, y))
    if (len(orders) > 1 and fewer) or len(orders) * x.power.shape[1] * y.power.shape[1] > MANY:
        return None
    return paired_totals(x.training[0] - x.grand_mean, y.training[0], orders, about=y.grand_mean)


def errors_on_trials(predictor: Projection, target: Projection, orders: np.ndarray, penalties: np.ndarray) -> Found:
    """Errors on the left-out trials of all conditions."""
    for fold, (scored, mean) in enumerate(zip(predictor.left_out, target.mean, strict=True)):
        data = projected(predictor.training[fold], predictor.mean[fold], predictor.axes[fold])
        square = np.tensordot(scored, scored, axes=((0, 1), (0, 1)))
        for batch in batches(len(orders), len(square) * mean.shape[-1], MANY):
            weights = paired_totals(data, target.training[fold], orders[batch], about=mean).swapaxes(0, 1)
            weights /= shrinkage(predictor.variance[fold], penalties[batch, fold])
            test = paired_totals(scored, target.testing[fold], orders[batch], about=mean).swapaxes(0, 1)
            yield fold, batch, target.power[fold] + squared(weights, square, test)


def errors_of_few(
    predictor: Projection, target: Projection, folds: Folds, orders: np.ndarray, penalties: np.ndarray
) -> Found:
    """Errors on few left-out conditions, by a product of the table of all pairs with an indicator of the pairing."""
    y, shifts = time_first(target.training[0], target.grand_mean), mean_products(predictor, target, folds)
    paired = np.eye(len(y))[orders]  # (draw, condition, condition of the target)
    for fold, (data, scored) in enumerate(zip(coordinates(predictor), predictor.left_out, strict=True)):
        square = np.tensordot(scored, scored, axes=((0, 1), (0, 1)))
        parts = (data[folds.training[fold]], folds.training[fold]), (scored, folds.left_out[fold])
        tables = [blocks(part, y).reshape(-1, len(square) * y.shape[-1]) for part, _ in parts]
        chosen = [paired[:, rows].reshape(len(orders), -1) for _, rows in parts]
        for batch in batches(len(orders), len(square) * y.shape[-1], NEAR):
            partners = folds.partners[batch, fold]
            found = [numbers[batch] @ table for numbers, table in zip(chosen, tables, strict=True)]
            weights, test = (one.reshape(len(partners), len(square), -1) for one in found)
            weights /= shrinkage(predictor.variance[fold], penalties[batch, fold])
            test -= shifts[fold][partners]
            yield fold, batch, target.power[partners] + squared(weights, square, test)


def errors_on_conditions(
    predictor: Projection,
    target: Projection,
    folds: Folds,
    orders: np.ndarray,
    penalties: np.ndarray,
    totals: np.ndarray | None,
) -> Found:
    """Errors on left-out conditions. Training products are those over all conditions minus the left-out ones.

    Predictors sum to zero over the training conditions, so the mean of the target that is subtracted there does not
    matter.
    """
    y, about = target.training[0], target.grand_mean
    tables = [None] * len(folds.left_out)
    size = len(y) ** 2 * predictor.axes.shape[-1] * y.shape[-1]
    if tabled(y, orders):
        y, about = time_first(y, about), None
        tables = [blocks(scored, y) if size <= MANY else None for scored in predictor.left_out]
    shifts = mean_products(predictor, target, folds)
    squares = [np.tensordot(scored, scored, axes=((0, 1), (0, 1))) for scored in predictor.left_out]
    if totals is None:
        of_batches = totals_of_folds(basis(predictor), y, orders, about)
    else:
        of_batches = totals_by_fold(totals, predictor.axes)
    for batch, of_all in of_batches:
        for fold, (scored, rows) in enumerate(zip(predictor.left_out, folds.left_out, strict=True)):
            partners, order = folds.partners[batch, fold], orders[batch][:, rows]
            test = left_out_totals(tables[fold], scored, y, order, about)
            weights = of_all[:, fold]
            weights -= test
            weights /= shrinkage(predictor.variance[fold], penalties[batch, fold])
            test -= shifts[fold][partners]
            yield fold, batch, target.power[partners] + squared(weights, squares[fold], test)


def add_folds(found: Found, target: Projection) -> Errors:
    """Errors summed over folds for every draw, and the errors of each fold for the first draw."""
    total, each = {}, np.empty(target.power.shape)
    for fold, batch, errors in found:
        total[batch.start] = total.get(batch.start, 0.0) + errors
        if batch.start == 0:
            each[fold] = errors[0]
    return Errors(np.concatenate([total[start] for start in sorted(total)]), each)


def left_out_totals(
    table: np.ndarray | None, scored: np.ndarray, y: np.ndarray, orders: np.ndarray, about: np.ndarray | None
) -> np.ndarray:
    """(draw, component, unit) products of the left-out data with their partners, from a table if there is one."""
    if table is None:
        return paired_totals(scored, y, orders, about).swapaxes(0, 1)
    if len(table) == 1:
        return table[0][orders[:, 0]]
    found = indicator(orders, len(y)) @ table.reshape(-1, table[0, 0].size)
    return found.reshape(len(orders), *table.shape[2:])


def mean_products(predictor: Projection, target: Projection, folds: Folds) -> list[np.ndarray]:
    """For each fold (fold of the target, component, unit): products of left-out data with the target's training means.

    The means are about the grand mean. Folds that are not partners in any draw have 0.
    """
    means, found = target.mean - target.grand_mean, []
    for scored, partners in zip(predictor.left_out, folds.partners.T, strict=True):
        at_times = scored.sum(axis=0) if means.shape[1] > 1 else scored.sum(axis=(0, 1))[None]
        products, needed = np.zeros((len(means), scored.shape[-1], means.shape[-1])), np.unique(partners)
        products[needed] = at_times.T @ means[needed]
        found.append(products)
    return found


def shrinkage(variance: np.ndarray, penalties: np.ndarray) -> np.ndarray:
    """(draw, component, 1) divisors that turn products with the target into regression weights."""
    return (variance + penalties[:, None] * variance.mean())[..., None]


def squared(weights: np.ndarray, square: np.ndarray, test: np.ndarray) -> np.ndarray:
    """(draw, unit) squared errors of a prediction minus the sum of squares of the target.

    weights: (draw, component, unit); test: (draw, component, unit) products of the left-out predictor with the target;
    square: (component, component) products of the left-out predictor with itself.
    """
    error = square / 2 @ weights
    error -= test
    return 2 * np.einsum("dku,dku->du", error, weights)
