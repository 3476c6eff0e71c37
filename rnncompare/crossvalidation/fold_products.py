"""Sums of products of two activities over the training conditions of each fold, for all pairings."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnncompare.crossvalidation.folds import Folds
from rnncompare.crossvalidation.pairings import MANY, batches, paired_products, paired_totals
from rnncompare.crossvalidation.projection import Projection, coordinates, projected

GATHERED = 10  # cost of adding a number from a table, relative to a multiplication and addition

BATCH = 2**20  # numbers that are processed together


class Basis(NamedTuple):
    """One side in the smallest space that contains the components of all folds, with uncorrelated dimensions."""

    coordinates: np.ndarray  # (condition, time, dimension) about the mean of all conditions
    rotation: np.ndarray  # (fold, dimension, component): the components of each fold in this space


def training_products(x: Projection, y: Projection, folds: Folds, orders: np.ndarray) -> np.ndarray:
    """(fold, draw, component of x, component of y) sums of products over the training conditions."""
    way = through_totals if totals_are_cheaper(x, y, len(orders)) else directly
    return way(x, y, folds, orders)


def totals_are_cheaper(x: Projection, y: Projection, draws: int) -> bool:
    """Whether `through_totals` needs fewer operations.

    If conditions are left out one by one, those of `directly` grow with the fourth power of their number.
    """
    if x.grand_mean is None:
        return False
    (folds, units, k), (_, others, m) = x.axes.shape, y.axes.shape
    conditions, times, _ = x.training[0].shape
    partners = min(folds, draws)
    direct = folds * conditions * k * m * (min(draws, partners * conditions) * times + GATHERED * draws)
    size = min(units, folds * k) * min(others, folds * m)
    total = size * (conditions * (min(draws, conditions) * times + GATHERED * draws) + draws * folds * k)
    return total < direct


def directly(x: Projection, y: Projection, folds: Folds, orders: np.ndarray) -> np.ndarray:
    """`training_products` from the coordinates of each fold."""
    products = np.empty((len(folds.training), len(orders), x.axes.shape[-1], y.axes.shape[-1]))
    first, y_coordinates = orders.shape[1] * folds.partners, np.concatenate(coordinates(y))
    for fold, (data, rows) in enumerate(zip(coordinates(x), folds.training, strict=True)):
        products[fold] = paired_products(data[rows], y_coordinates, first[:, [fold]] + orders[:, rows])
    return products


def through_totals(x: Projection, y: Projection, folds: Folds, orders: np.ndarray) -> np.ndarray:
    """`training_products` from sums over all conditions, rotated to each fold's components, minus the left-out part.

    x about the training mean sums to zero over the training conditions, so the mean of y that is subtracted there does
    not matter; y about the mean of all conditions sums to zero over all, so that of x does not matter there.
    """
    about_all = [left + (m - y.grand_mean) @ a for left, m, a in zip(y.left_out, y.mean, y.axes, strict=True)]
    products = -left_out_products(x.left_out, about_all, folds, orders)
    y_basis = basis(y)
    for batch, of_folds in totals_of_folds(basis(x), y_basis.coordinates, orders):
        for fold, half in enumerate(of_folds.swapaxes(0, 1)):
            products[fold, batch] += half @ y_basis.rotation[folds.partners[batch, fold]]
    return products


def totals_of_folds(
    x: Basis, y: np.ndarray, orders: np.ndarray, about: np.ndarray | None = None
) -> Iterator[tuple[slice, np.ndarray]]:
    """For each batch of draws: the draws, and the products of x with (y - about), (draw, fold, component, unit).

    The products are sums over all conditions.
    """
    for many in batches(len(orders), x.rotation.shape[1] * y.shape[-1], MANY):
        totals = paired_totals(x.coordinates, y, orders[many], about)
        for few, rotated in totals_by_fold(totals, x.rotation):
            yield slice(many.start + few.start, many.start + few.stop), rotated


def totals_by_fold(totals: np.ndarray, rotation: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """As `totals_of_folds`, from totals (dimension, draw, unit) and the rotation (fold, dimension, component)."""
    folds, dimensions, components = rotation.shape
    rotation, totals = rotation.swapaxes(1, 2).reshape(-1, dimensions), totals.swapaxes(0, 1)
    for draws in batches(len(totals), len(rotation) * totals.shape[-1], BATCH):
        rotated = rotation @ totals[draws]
        yield draws, rotated.reshape(len(rotated), folds, components, -1)


def basis(side: Projection) -> Basis:
    """The basis of one side. Uncorrelated dimensions keep the precision of components with little variance."""
    span = np.hstack(side.axes)
    span = np.linalg.qr(span)[0] if span.shape[1] < len(span) else np.eye(len(span))
    found = projected(side.training[0], side.grand_mean, span)
    _, rotation = np.linalg.eigh(np.tensordot(found, found, axes=((0, 1), (0, 1))))
    return Basis(found @ rotation, rotation.T @ (span.T @ side.axes))


def left_out_products(x: list[np.ndarray], y: list[np.ndarray], folds: Folds, orders: np.ndarray) -> np.ndarray:
    """(fold, draw, component of x, component of y) sums of products over the left-out data; x, y: as in Projection."""
    products = np.empty((len(folds.left_out), len(orders), x[0].shape[-1], y[0].shape[-1]))
    position = np.empty(orders.shape[1], dtype=int)  # of each condition of y within its fold
    for rows in folds.left_out:
        position[rows] = np.arange(len(rows))
    first = np.cumsum([0, *map(len, folds.left_out)])[folds.partners]  # position of a fold of y among the left-out data
    y = np.concatenate(y)
    for fold, (data, rows) in enumerate(zip(x, folds.left_out, strict=True)):
        products[fold] = paired_products(data, y, first[:, [fold]] + position[orders[:, rows]])
    return products


def by_partner(folds: Folds, fold: int) -> list[tuple[int, np.ndarray]]:
    """Each fold of y that is left out together with the given fold of x, and the draws in which it is."""
    partners = folds.partners[:, fold]
    order = np.argsort(partners, kind="stable")
    found, starts = np.unique(partners[order], return_index=True)
    return list(zip(found, np.split(order, starts[1:]), strict=True))
