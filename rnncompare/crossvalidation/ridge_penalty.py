"""The penalty of ridge regression that predicts best when each training condition, or group of them, is left out.

Let a and b be predictor and target of N training conditions about their training means, n of them in a group. Then
q = sum of a_i' b_i over the group and p = s_a' s_b, s being the sum over the group of that part of a or b that a mean
is made of (all of it, or its mean over times). About the mean of the other N - n, with c = 1 / (N - n), products
without the group are k = m - q - c p, m being those of all, and the group itself is scored by z = q + (2 c + n c^2) p.

Along the axes that make the predictor without the group uncorrelated, weights are d k, d = 1 / (eigenvalue + penalty),
and the group's squared error is a constant + <d d' X, k k'> - 2 <d, diagonal of z k'>, X being the group's own
scatter: what depends on the penalty and what depends on the pairing meet in one product. Other axes would do, but lose
digits where the penalty is small.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from rnncompare.crossvalidation.folds import Folds
from rnncompare.crossvalidation.pairings import blocks, lots
from rnncompare.crossvalidation.products import by_partner
from rnncompare.crossvalidation.projection import RANK, Projection, coordinates, found_of

LOT = 2**15  # numbers that are looked at together
TABLE = 2**23  # numbers of condition-by-condition products


class Inner(NamedTuple):
    """One side as a fold trains on it: conditions of a group stand together."""

    rows: np.ndarray  # (training condition,) their positions among all
    starts: np.ndarray  # (group,) the first of each group among them
    data: np.ndarray  # (training condition, time, component)
    part: np.ndarray | None  # (group, time or 1, component) s, so scaled that p = s_a' s_b; None where p is q


class Forms(NamedTuple):
    """What turns products with a predictor into squared errors; a row or a column a penalty."""

    axes: np.ndarray  # (group, axis, component) in which the predictor without each group is uncorrelated
    kept: np.ndarray  # (group, 1, 1) c, what p counts in the products without the group
    scored: np.ndarray  # (group, 1, 1) 2 c + n c^2, what it counts in those of the group itself
    quadratic: np.ndarray  # (group x axis x axis, penalty)
    linear: np.ndarray  # (group x axis, penalty)


def best_penalties(
    x: Projection, y: Projection, folds: Folds, orders: np.ndarray, penalties: list[float]
) -> tuple[np.ndarray, np.ndarray]:
    """(draw, fold) the penalty that predicts y from x best, and (draw, fold of y) the one that predicts x from y best.

    Penalties are relative to the mean eigenvalue of the predictor's training scatter; scored by the target's
    components, each training group left out in turn, means found anew each time.
    """
    (x_inner, x_forms), (y_inner, y_forms) = (
        found_of(side, ("inner", *penalties), partial(inner_folds, side, folds, penalties)) for side in (x, y)
    )
    chosen = np.empty(folds.partners.shape, dtype=int), np.empty(folds.partners.shape, dtype=int)
    for fold, a in enumerate(x_inner):
        for partner, draws in by_partner(folds, fold):
            for lot, forth, back in products_of_groups(a, y_inner[partner], orders[draws]):
                chosen[0][draws[lot], fold] = squared_errors(*forth, x_forms[fold]).argmin(axis=1)
                chosen[1][draws[lot], partner] = squared_errors(*back, y_forms[partner]).argmin(axis=1)
    return np.take(penalties, chosen[0]), np.take(penalties, chosen[1])


def inner_folds(side: Projection, folds: Folds, penalties: list[float]) -> tuple[list[Inner], list[Forms]]:
    """Of each fold, its training conditions, group by group, and what it gives as a predictor."""
    alone = len(np.unique(folds.group)) == len(folds.group)
    found = []
    for rows, data in zip(folds.training, coordinates(side), strict=True):
        rows = rows[np.argsort(folds.group[rows], kind="stable")]
        starts = np.unique(folds.group[rows], return_index=True)[1]
        data, part = np.ascontiguousarray(data[rows]), None
        if side.mean.shape[1] == 1:  # means are over times as well
            part = np.add.reduceat(data.sum(axis=1, keepdims=True), starts) / np.sqrt(data.shape[1])
        elif not alone:
            part = np.add.reduceat(data, starts)
        found.append(Inner(rows, starts, data, part))
    return found, [inner_forms(a, variance, penalties) for a, variance in zip(found, side.variance, strict=True)]


def inner_forms(a: Inner, variance: np.ndarray, penalties: list[float]) -> Forms:
    """Of one predictor; variance: (component,) of all its training conditions."""
    n = np.diff(a.starts, append=len(a.data))[:, None, None]
    c = 1 / (len(a.data) - n)
    q = np.add.reduceat(a.data.swapaxes(1, 2) @ a.data, a.starts)
    p = q if a.part is None else a.part.swapaxes(1, 2) @ a.part
    scored = 2 * c + n * c**2
    values, axes = np.linalg.eigh(np.diag(variance) - q - c * p)
    mean = values.mean(axis=1)[:, None, None]
    varies = mean > RANK * variance.mean()  # where nothing varies, nothing is predicted
    total = np.maximum(values, 0.0)[:, None] + np.where(varies, mean, 1.0) * np.array(penalties)[:, None]
    shrunk = varies / total  # (group, penalty, axis)
    squares = axes.swapaxes(1, 2) @ (q + scored * p) @ axes
    quadratic = squares[:, None] * shrunk[..., None] * shrunk[..., None, :]
    return Forms(axes.swapaxes(1, 2), c, scored, by_penalty(quadratic), by_penalty(shrunk))


def by_penalty(form: np.ndarray) -> np.ndarray:
    """(group, penalty, ...) to (group x the rest, penalty)."""
    return np.moveaxis(form, 1, -1).reshape(-1, form.shape[1])


def products_of_groups(a: Inner, b: Inner, orders: np.ndarray) -> Iterator[tuple[slice, list, list]]:
    """A few draws at a time: which, and q and p (draw, group, component, component) with x and with y as predictor.

    Groups are x's where x is, and y's where y is.
    """
    position, group = np.empty(orders.shape[1], dtype=int), np.empty(orders.shape[1], dtype=int)
    position[b.rows] = np.arange(len(b.rows))
    group[b.rows] = np.repeat(np.arange(len(b.starts)), np.diff(b.starts, append=len(b.rows)))
    each = each_products(a.data, b.data, len(orders))
    parts = None if a.part is None else each_products(a.part, b.part, len(orders))
    for lot in lots(len(orders), len(a.data) * a.data.shape[-1] * b.data.shape[-1], LOT):
        partners = orders[lot][:, a.rows]
        groups = group[partners[:, a.starts]]
        q = each(position[partners])
        if len(a.starts) < len(a.rows):
            q = np.add.reduceat(q, a.starts, axis=1)
        found = [q] if parts is None else [q, parts(groups)]
        back = np.argsort(groups, axis=1) + np.arange(len(groups))[:, None] * groups.shape[1]
        turned = [np.take(f.swapaxes(-1, -2).reshape(-1, *f.shape[:1:-1]), back, axis=0) for f in found]
        yield lot, [found[0], found[-1]], [turned[0], turned[-1]]  # p is q where there is no other


def each_products(a: np.ndarray, b: np.ndarray, draws: int):
    """A function of orders (draw, i) that gives a[i]' b[order[i]], (draw, i, component of a, component of b)."""
    if draws <= len(a) // 4 or len(a) * len(b) * a.shape[-1] * b.shape[-1] > TABLE:
        across = a.swapaxes(1, 2)
        return lambda orders: np.stack([across @ b[order] for order in orders])
    table = blocks(a, b).reshape(-1, a.shape[-1], b.shape[-1])
    return lambda orders: np.take(table, np.arange(len(a)) * len(b) + orders, axis=0)


def squared_errors(q: np.ndarray, p: np.ndarray, forms: Forms) -> np.ndarray:
    """(draw, penalty) over all groups left out, but for what does not depend on the penalty."""
    kept = q.sum(axis=1, keepdims=True) - q
    kept -= forms.kept * p
    kept, scored = forms.axes @ kept, forms.axes @ (q + forms.scored * p)
    squares = kept @ kept.swapaxes(-1, -2).copy()  # a copy: many small symmetric products are slower than plain ones
    kept *= scored
    linear = np.repeat(forms.linear, q.shape[-1], axis=0)  # sums over the target's components as well
    return squares.reshape(len(q), -1) @ forms.quadratic - 2 * kept.reshape(len(q), -1) @ linear
