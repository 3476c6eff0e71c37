"""Squared errors of ridge regression on what each fold leaves out, unit by unit, for all pairings."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnncompare.crossvalidation.folds import Folds
from rnncompare.crossvalidation.pairings import MANY, NEAR, add_up, lots, paired_totals, table_of, tabled, time_first
from rnncompare.crossvalidation.products import basis, totals_of_folds, turned_into_folds
from rnncompare.crossvalidation.projection import Projection, coordinates, projected

FEW = 12  # conditions up to which it is faster to multiply by zeros than to look products up

Found = Iterator[tuple[int, slice, np.ndarray]]  # fold, draws, (draw, unit) squared errors


class Errors(NamedTuple):
    """Squared errors of the target's units."""

    total: np.ndarray  # (draw, unit) over all folds
    each: np.ndarray  # (fold, unit) of the first draw


def errors_both_ways(
    x: Projection, y: Projection, folds: Folds, orders: np.ndarray, forth: np.ndarray, back: np.ndarray
) -> tuple[Errors, Errors]:
    """Of y predicted from x, and of x predicted from y.

    forth: (draw, fold) penalties, back: (draw, fold of y). orders: (draw, condition) of y.
    """
    turned, reverse = reversed_folds(folds), np.argsort(orders, axis=1)
    if x.middle is None:
        found = errors_on_trials(x, y, orders, forth), errors_on_trials(y, x, reverse, back)
    elif multiplying_is_faster(x, y, orders):
        found = errors_of_few(x, y, folds, orders, forth), errors_of_few(y, x, turned, reverse, back)
    else:
        totals = unit_totals(x, y, orders)
        found = (
            errors_on_conditions(x, y, folds, orders, forth, totals),
            errors_on_conditions(y, x, turned, reverse, back, None if totals is None else totals.transpose(2, 1, 0)),
        )
    return add_folds(found[0], y), add_folds(found[1], x)


def multiplying_is_faster(x: Projection, y: Projection, orders: np.ndarray) -> bool:
    """Whether conditions are few beside pairings, and products of all with all fit in memory."""
    conditions, components = orders.shape[1], max(x.axes.shape[2], y.axes.shape[2])
    size = conditions**2 * components * max(x.axes.shape[1], y.axes.shape[1])
    return tabled(y.training[0], orders) and conditions <= FEW and size <= MANY


def reversed_folds(folds: Folds) -> Folds:
    """The same with y's folds in the place of x's."""
    return folds._replace(partners=np.argsort(folds.partners, axis=1))


def unit_totals(x: Projection, y: Projection, orders: np.ndarray) -> np.ndarray | None:
    """(unit of x, draw, unit of y) products summed over all conditions, where both ways can be had from them at once:
    for one pairing, and where there are more components in all folds together than units. None elsewhere."""
    fewer = any(side.axes.shape[0] * side.axes.shape[2] < side.axes.shape[1] for side in (x, y))
    if (len(orders) > 1 and fewer) or len(orders) * x.power.shape[1] * y.power.shape[1] > MANY:
        return None
    return paired_totals(x.training[0] - x.middle, y.training[0], orders, about=y.middle)


def errors_on_trials(predictor: Projection, target: Projection, orders: np.ndarray, penalties: np.ndarray) -> Found:
    """Of the left-out trials of all conditions."""
    for fold, (scored, mean) in enumerate(zip(predictor.left_out, target.mean, strict=True)):
        data = projected(predictor.training[fold], predictor.mean[fold], predictor.axes[fold])
        square = np.tensordot(scored, scored, axes=((0, 1), (0, 1)))
        for lot in lots(len(orders), len(square) * mean.shape[-1], MANY):
            weights = paired_totals(data, target.training[fold], orders[lot], about=mean)
            weights /= shrinkage(predictor.variance[fold], penalties[lot, fold])
            test = paired_totals(scored, target.testing[fold], orders[lot], about=mean)
            yield fold, lot, target.power[fold] + squared(weights, square, test)


def errors_of_few(
    predictor: Projection, target: Projection, folds: Folds, orders: np.ndarray, penalties: np.ndarray
) -> Found:
    """Of the conditions left out, where there are few: products of all with all, times 1 where they are paired."""
    y, shifts = time_first(target.training[0], target.middle), mean_products(predictor, target, folds)
    paired = np.eye(len(y))[orders]  # (draw, condition, condition of the target)
    for fold, (data, scored) in enumerate(zip(coordinates(predictor), predictor.left_out, strict=True)):
        square = np.tensordot(scored, scored, axes=((0, 1), (0, 1)))
        parts = (data[folds.training[fold]], folds.training[fold]), (scored, folds.left_out[fold])
        tables = [table_of(part, y).swapaxes(0, 1).reshape(len(square), -1, y.shape[-1]) for part, _ in parts]
        chosen = [paired[:, rows].reshape(len(orders), -1) for _, rows in parts]
        for lot in lots(len(orders), len(square) * y.shape[-1], NEAR):
            partners = folds.partners[lot, fold]
            weights, test = (numbers[lot] @ table for numbers, table in zip(chosen, tables, strict=True))
            weights /= shrinkage(predictor.variance[fold], penalties[lot, fold])
            test -= np.take(shifts[fold], partners, axis=1)
            yield fold, lot, target.power[partners] + squared(weights, square, test)


def errors_on_conditions(
    predictor: Projection,
    target: Projection,
    folds: Folds,
    orders: np.ndarray,
    penalties: np.ndarray,
    totals: np.ndarray | None,
) -> Found:
    """Of the conditions left out. What is trained on is what sums over all conditions have besides.

    Predictors sum to nothing over training, so that it does not matter there which mean the target is about.
    """
    y, about = target.training[0], target.middle
    tables = [None] * len(folds.left_out)
    size = len(y) ** 2 * predictor.axes.shape[-1] * y.shape[-1]
    if tabled(y, orders):
        y, about = time_first(y, about), None
        tables = [table_of(scored, y) if size <= MANY else None for scored in predictor.left_out]
    shifts = mean_products(predictor, target, folds)
    squares = [np.tensordot(scored, scored, axes=((0, 1), (0, 1))) for scored in predictor.left_out]
    if totals is None:
        of_lots = totals_of_folds(basis(predictor), y, orders, about)
    else:
        of_lots = turned_into_folds(totals, predictor.axes)
    for lot, of_all in of_lots:
        for fold, (scored, rows) in enumerate(zip(predictor.left_out, folds.left_out, strict=True)):
            partners, order = folds.partners[lot, fold], orders[lot][:, rows]
            test = left_out_totals(tables[fold], scored, y, order, about)
            weights = of_all[fold]
            weights -= test
            weights /= shrinkage(predictor.variance[fold], penalties[lot, fold])
            test -= np.take(shifts[fold], partners, axis=1)
            yield fold, lot, target.power[partners] + squared(weights, squares[fold], test)


def add_folds(found: Found, target: Projection) -> Errors:
    """Errors of folds and lots of draws, added up over folds; kept apart for the first draw."""
    total, each = {}, np.empty(target.power.shape)
    for fold, lot, errors in found:
        total[lot.start] = total.get(lot.start, 0.0) + errors
        if lot.start == 0:
            each[fold] = errors[0]
    return Errors(np.concatenate([total[start] for start in sorted(total)]), each)


def left_out_totals(
    table: np.ndarray | None, scored: np.ndarray, y: np.ndarray, orders: np.ndarray, about: np.ndarray | None
) -> np.ndarray:
    """(component, draw, unit) products of what is left out with its partners, from a table where there is one."""
    if table is None:
        return paired_totals(scored, y, orders, about)
    total = np.zeros((scored.shape[-1], len(orders), y.shape[-1]))
    add_up(total, table, orders)
    return total


def mean_products(predictor: Projection, target: Projection, folds: Folds) -> list[np.ndarray]:
    """Of each fold (component, fold of the target, unit): what is left out times the target's means, about its middle.

    Of those folds alone that are partners in some draw; 0 elsewhere.
    """
    means, found = target.mean - target.middle, []
    for scored, partners in zip(predictor.left_out, folds.partners.T, strict=True):
        at_times = scored.sum(axis=0) if means.shape[1] > 1 else scored.sum(axis=(0, 1))[None]
        products, needed = np.zeros((scored.shape[-1], len(means), means.shape[-1])), np.unique(partners)
        products[:, needed] = (at_times.T @ means[needed]).swapaxes(0, 1)
        found.append(products)
    return found


def shrinkage(variance: np.ndarray, penalties: np.ndarray) -> np.ndarray:
    """(component, draw, 1): what products with the target are divided by to be weights."""
    return (variance[:, None] + penalties * variance.mean())[..., None]


def squared(weights: np.ndarray, square: np.ndarray, test: np.ndarray) -> np.ndarray:
    """(draw, unit) squared errors of a prediction, less the squares of what it predicts.

    weights: (component, draw, unit); test: products of the scored predictor with what it predicts, alike; square:
    (component, component) products of the scored predictor with itself.
    """
    error = (square / 2 @ weights.reshape(len(weights), -1)).reshape(weights.shape)
    error -= test
    return 2 * np.einsum("kdu,kdu->du", error, weights)
