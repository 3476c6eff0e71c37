"""The penalty of ridge regression, chosen by leaving out each training condition or group of conditions in turn.

Let a and b be the predictor and the target for N training conditions about their training means, n of which form a
group. Let q = sum of a_i' b_i over the group, and p = s_a' s_b, where s is the sum over the group of the part of a or b
that enters the mean (all of it, or its mean over times). About the mean of the other N - n conditions, with
c = 1 / (N - n), the products without the group are k = m - q - c p, where m are the products of all conditions, and the
products within the group are z = q + (2 c + n c^2) p.

On the axes on which the predictor without the group is uncorrelated, the weights are d k with
d = 1 / (eigenvalue + penalty), and the squared error of the group is a constant + <d d' X, k k'> - 2 <d, diag(z k')>,
where X is the scatter of the group. One product thus combines the factors that depend on the penalty with those that
depend on the pairing. Other axes are possible but lose precision if the penalty is small.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from rnncompare.crossvalidation.fold_products import by_partner
from rnncompare.crossvalidation.folds import Folds
from rnncompare.crossvalidation.pairings import batches, table_of
from rnncompare.crossvalidation.projection import RANK, Projection, coordinates, found_of

BATCH = 2**17  # numbers that are processed together
TABLE = 2**23  # largest table of condition-by-condition products, in numbers

EachProduct = Callable[[np.ndarray], np.ndarray]  # of orders (draw, i)


class Inner(NamedTuple):
    """The training conditions of one side in one fold, sorted by group."""

    rows: np.ndarray  # (training condition,) positions among all conditions
    starts: np.ndarray  # (group,) position of the first condition of each group among the training conditions
    group: np.ndarray  # (training condition,) the group of each
    data: np.ndarray  # (training condition, time, component)
    part: np.ndarray | None  # (group, time or 1, component) s, scaled such that p = s_a' s_b; None if p equals q


class Forms(NamedTuple):
    """The factors that turn products with a predictor into squared errors, for each penalty.

    On the axes, q has the weight 1 + c if p equals q, so that it is what the group contributes to k.
    """

    axes: np.ndarray  # (group, axis, component) on which the predictor without each group is uncorrelated
    weight: np.ndarray  # (group, 1, 1) of q on these axes
    kept: np.ndarray  # (group, 1, 1) c, the weight of p in the products without the group
    scored: np.ndarray  # (group, 1, 1) 2 c + n c^2, its weight in the products within the group
    quadratic: np.ndarray  # (group x axis x axis, penalty)
    linear: np.ndarray  # (group x axis, penalty)


def best_penalties(
    x: Projection, y: Projection, folds: Folds, orders: np.ndarray, penalties: list[float]
) -> tuple[np.ndarray, np.ndarray]:
    """The best penalties for predicting y from x, (draw, fold), and for predicting x from y, (draw, fold of y).

    Penalties are relative to the mean eigenvalue of the predictor's training scatter. They are chosen by the squared
    error of the target's components when each training group is left out in turn, with means computed without it.
    """
    (x_inner, x_forms), (y_inner, y_forms) = (
        found_of(side, ("inner", *penalties), partial(inner_folds, side, folds, penalties)) for side in (x, y)
    )
    chosen = np.empty(folds.partners.shape, dtype=int), np.empty(folds.partners.shape, dtype=int)
    for fold, a in enumerate(x_inner):
        for partner, draws in by_partner(folds, fold):
            sides = (a, x_forms[fold]), (y_inner[partner], y_forms[partner])
            for batch, forth, back in products_of_groups(*sides, orders[draws]):
                chosen[0][draws[batch], fold] = squared_errors(*forth, x_forms[fold]).argmin(axis=1)
                chosen[1][draws[batch], partner] = squared_errors(*back, y_forms[partner]).argmin(axis=1)
    return np.take(penalties, chosen[0]), np.take(penalties, chosen[1])


def inner_folds(side: Projection, folds: Folds, penalties: list[float]) -> tuple[list[Inner], list[Forms]]:
    """For each fold, the training conditions sorted by group, and their `Forms` as a predictor."""
    alone = len(np.unique(folds.group)) == len(folds.group)
    found = []
    for rows, data in zip(folds.training, coordinates(side), strict=True):
        rows = rows[np.argsort(folds.group[rows], kind="stable")]
        starts, group = np.unique(folds.group[rows], return_index=True, return_inverse=True)[1:]
        data, part = np.ascontiguousarray(data[rows]), None
        if side.mean.shape[1] == 1:  # the mean is over times as well
            part = np.add.reduceat(data.sum(axis=1, keepdims=True), starts) / np.sqrt(data.shape[1])
        elif not alone:
            part = np.add.reduceat(data, starts)
        found.append(Inner(rows, starts, group, data, part))
    return found, [inner_forms(a, variance, penalties) for a, variance in zip(found, side.variance, strict=True)]


def inner_forms(a: Inner, variance: np.ndarray, penalties: list[float]) -> Forms:
    """`Forms` of one predictor; variance: (component,) of all of its training conditions."""
    n = np.diff(a.starts, append=len(a.data))[:, None, None]
    c = 1 / (len(a.data) - n)
    q = np.add.reduceat(a.data.swapaxes(1, 2) @ a.data, a.starts)
    p = q if a.part is None else a.part.swapaxes(1, 2) @ a.part
    scored = 2 * c + n * c**2
    values, axes = np.linalg.eigh(np.diag(variance) - q - c * p)
    mean = values.mean(axis=1)[:, None, None]
    varies = mean > RANK * variance.mean()  # a predictor without variance predicts nothing
    total = np.maximum(values, 0.0)[:, None] + np.where(varies, mean, 1.0) * np.array(penalties)[:, None]
    shrunk = varies / total  # (group, penalty, axis)
    squares = axes.swapaxes(1, 2) @ (q + scored * p) @ axes
    quadratic = squares[:, None] * shrunk[..., None] * shrunk[..., None, :]
    weight, linear = np.ones_like(c), 2 * shrunk
    if a.part is None:
        weight, linear = 1 + c, linear * (1 + scored) / (1 + c)
    return Forms(axes.swapaxes(1, 2), weight, c, scored, by_penalty(quadratic), by_penalty(linear))


def by_penalty(form: np.ndarray) -> np.ndarray:
    """(group, penalty, ...) reshaped to (group x ..., penalty)."""
    return np.moveaxis(form, 1, -1).reshape(-1, form.shape[1])


def products_of_groups(
    x: tuple[Inner, Forms], y: tuple[Inner, Forms], orders: np.ndarray
) -> Iterator[tuple[slice, tuple[np.ndarray, ...], tuple[np.ndarray, ...]]]:
    """For each batch of draws: the draws, and m, q and p with x and with y as the predictor.

    m: (draw, component, component); q, p: (draw, group, axis, component), p is None if it equals q. Groups, axes and
    the first components are those of the predictor.
    """
    (a, forms), (b, _) = x, y
    position, group = np.empty(orders.shape[1], dtype=int), np.empty(orders.shape[1], dtype=int)
    position[b.rows] = np.arange(len(b.rows))
    group[b.rows] = b.group
    axes = [f.weight * f.axes for _, f in (x, y)]
    each = both_ways(a.data, b.data, axes[0][a.group], axes[1][b.group], len(orders))
    parts = None if a.part is None else both_ways(a.part, b.part, *axes, len(orders))
    whole = (forms.axes / forms.weight).reshape(-1, a.data.shape[-1]).T  # (component, group x axis)
    for batch in batches(len(orders), len(a.data) * a.data.shape[-1] * b.data.shape[-1], BATCH):
        partners = orders[batch][:, a.rows]
        there = position[partners]
        q = [products(order) for products, order in zip(each, (there, np.argsort(there, axis=1)), strict=True)]
        if len(a.starts) < len(a.rows):
            q = [np.add.reduceat(one, side.starts, axis=1) for one, side in zip(q, (a, b), strict=True)]
        p = None, None
        if parts is not None:
            there = group[partners[:, a.starts]]
            p = [products(order) for products, order in zip(parts, (there, np.argsort(there, axis=1)), strict=True)]
        m = whole @ q[0].reshape(len(partners), -1, b.data.shape[-1])
        yield batch, (m, q[0], p[0]), (m.swapaxes(1, 2), q[1], p[1])


def both_ways(
    a: np.ndarray, b: np.ndarray, a_axes: np.ndarray, b_axes: np.ndarray, draws: int
) -> tuple[EachProduct, EachProduct]:
    """A function of orders that returns axes[i] a[i]' b[order[i]], (draw, i, axis of a, component of b).

    And the same function with a and b exchanged. a, b: (i, time, component); axes: (i, axis, component).
    """
    if draws <= len(a) // 4 or len(a) * len(b) * a.shape[-1] * b.shape[-1] > TABLE:
        return tuple(
            partial(multiplied, axes @ one.swapaxes(1, 2), other)
            for axes, one, other in ((a_axes, a, b), (b_axes, b, a))
        )
    table, found = table_of(a, b), []
    for axes, one in ((a_axes, table), (b_axes, table.transpose(2, 3, 0, 1))):
        on_axes = (axes @ one.reshape(*one.shape[:2], -1)).reshape(one.shape)
        found.append(partial(looked_up, np.ascontiguousarray(on_axes.swapaxes(1, 2))))
    return tuple(found)


def multiplied(across: np.ndarray, b: np.ndarray, orders: np.ndarray) -> np.ndarray:
    return np.stack([across @ b[order] for order in orders])


def looked_up(table: np.ndarray, orders: np.ndarray) -> np.ndarray:
    flat = table.reshape(-1, *table.shape[2:])
    return np.take(flat, np.arange(len(table)) * table.shape[1] + orders, axis=0)


def squared_errors(m: np.ndarray, q: np.ndarray, p: np.ndarray | None, forms: Forms) -> np.ndarray:
    """(draw, penalty) squared errors summed over left-out groups, up to a constant independent of the penalty."""
    kept = (forms.axes.reshape(-1, m.shape[1]) @ m).reshape(q.shape)
    kept -= q
    if p is not None:
        kept -= forms.kept * p
        q = q + forms.scored * p
    squares = kept @ kept.swapaxes(-1, -2).copy()  # the copy avoids slow symmetric products
    linear = np.einsum("dgkm,dgkm->dgk", q, kept)
    return squares.reshape(len(q), -1) @ forms.quadratic - linear.reshape(len(q), -1) @ forms.linear
