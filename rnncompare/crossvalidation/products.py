"""Products of two activities over the conditions that each fold trains on, for all pairings."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnncompare.crossvalidation.folds import Folds
from rnncompare.crossvalidation.pairings import MANY, lots, paired_products, paired_totals
from rnncompare.crossvalidation.projection import Projection, coordinates, projected

GATHERED = 10  # how much longer than to multiply and add a number it takes to find it in a table and add it

LOT = 2**20  # numbers that are looked at together


class Basis(NamedTuple):
    """One side in as few dimensions as hold the components of all folds, uncorrelated over conditions and times."""

    coordinates: np.ndarray  # (condition, time, dimension) about the mean of all conditions
    turn: np.ndarray  # (fold, dimension, component): each fold's components in it


def training_products(x: Projection, y: Projection, folds: Folds, orders: np.ndarray) -> np.ndarray:
    """(fold, draw, component of x, component of y) sums over the conditions that are trained on."""
    way = through_totals if totals_are_cheaper(x, y, len(orders)) else directly
    return way(x, y, folds, orders)


def totals_are_cheaper(x: Projection, y: Projection, draws: int) -> bool:
    """Where conditions are left out one by one, their number goes into the steps of `directly` to the fourth power."""
    if x.middle is None:
        return False
    (folds, units, k), (_, others, m) = x.axes.shape, y.axes.shape
    conditions, times, _ = x.training[0].shape
    partners = min(folds, draws)
    direct = folds * conditions * k * m * (min(draws, partners * conditions) * times + GATHERED * draws)
    size = min(units, folds * k) * min(others, folds * m)
    total = size * (conditions * (min(draws, conditions) * times + GATHERED * draws) + draws * folds * k)
    return total < direct


def directly(x: Projection, y: Projection, folds: Folds, orders: np.ndarray) -> np.ndarray:
    """From each fold's own coordinates."""
    products = np.empty((len(folds.training), len(orders), x.axes.shape[-1], y.axes.shape[-1]))
    x_coordinates, y_coordinates = coordinates(x), coordinates(y)
    for fold, rows in enumerate(folds.training):
        a = np.ascontiguousarray(x_coordinates[fold][rows])
        for partner, draws in by_partner(folds, fold):
            products[fold, draws] = paired_products(a, y_coordinates[partner], orders[np.ix_(draws, rows)])
    return products


def through_totals(x: Projection, y: Projection, folds: Folds, orders: np.ndarray) -> np.ndarray:
    """From sums over all conditions, turned into each fold's components, less the conditions that are left out.

    x about the training mean sums to nothing over training, so that it does not matter what y is about there; about
    its mean of all conditions, y sums to nothing over all, so that it does not matter what x is about there.
    """
    about_all = [left + (m - y.middle) @ a for left, m, a in zip(y.left_out, y.mean, y.axes, strict=True)]
    products = -left_out_products(x.left_out, about_all, folds, orders)
    y_basis = basis(y)
    for lot, of_folds in totals_of_folds(basis(x), y_basis.coordinates, orders):
        for fold, half in enumerate(of_folds):
            products[fold, lot] += half.swapaxes(0, 1) @ y_basis.turn[folds.partners[lot, fold]]
    return products


def totals_of_folds(
    x: Basis, y: np.ndarray, orders: np.ndarray, about: np.ndarray | None = None
) -> Iterator[tuple[slice, np.ndarray]]:
    """A lot of draws, and (fold, component, draw, unit) products of x with (y - about) summed over all conditions."""
    for many in lots(len(orders), x.turn.shape[1] * y.shape[-1], MANY):
        totals = paired_totals(x.coordinates, y, orders[many], about)
        for few, turned in turned_into_folds(totals, x.turn):
            yield slice(many.start + few.start, many.start + few.stop), turned


def turned_into_folds(totals: np.ndarray, turn: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """The same from totals (dimension, draw, unit) and turn (fold, dimension, component)."""
    folds, dimensions, components = turn.shape
    turn, units = turn.swapaxes(1, 2).reshape(-1, dimensions), totals.shape[-1]
    for draws in lots(totals.shape[1], len(turn) * units, LOT):
        turned = turn @ totals[:, draws].reshape(dimensions, -1)
        yield draws, turned.reshape(folds, components, -1, units)


def basis(side: Projection) -> Basis:
    """Uncorrelated dimensions lose no digits of small components where those are turned out of large ones."""
    span = np.hstack(side.axes)
    span = np.linalg.qr(span)[0] if span.shape[1] < len(span) else np.eye(len(span))
    found = projected(side.training[0], side.middle, span)
    _, turn = np.linalg.eigh(np.tensordot(found, found, axes=((0, 1), (0, 1))))
    return Basis(found @ turn, turn.T @ (span.T @ side.axes))


def left_out_products(x: list[np.ndarray], y: list[np.ndarray], folds: Folds, orders: np.ndarray) -> np.ndarray:
    """(fold, draw, component of x, component of y) sums over what is left out; x, y: as in Projection."""
    products = np.empty((len(folds.left_out), len(orders), x[0].shape[-1], y[0].shape[-1]))
    position = np.empty(orders.shape[1], dtype=int)  # of y's conditions in their fold
    for rows in folds.left_out:
        position[rows] = np.arange(len(rows))
    for fold, rows in enumerate(folds.left_out):
        for partner, draws in by_partner(folds, fold):
            products[fold, draws] = paired_products(x[fold], y[partner], position[orders[np.ix_(draws, rows)]])
    return products


def by_partner(folds: Folds, fold: int) -> list[tuple[int, np.ndarray]]:
    """Each fold of y that is left out with x's `fold` in some draws, and those draws."""
    partners = folds.partners[:, fold]
    order = np.argsort(partners, kind="stable")
    found, starts = np.unique(partners[order], return_index=True)
    return list(zip(found, np.split(order, starts[1:]), strict=True))
