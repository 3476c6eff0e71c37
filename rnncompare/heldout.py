"""Held-out conditions: fit on all conditions but one, score on that one, for thousands of pairings at once.

The mean that is removed is the training conditions' own. Were it the mean of all conditions, the training
residuals would sum to minus the held-out one, and a map that fits the training conditions closely
would predict the held-out condition of an activity that has nothing to do with it.

Re-pairing conditions changes neither side's principal components, so those are found once a left-out
condition, and every pairing is then a sum of condition-by-condition products.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh

from rnncompare.activity import BadActivity
from rnncompare.pair import Pair
from rnncompare.pairings import paired_products
from rnncompare.preparation import NOTHING

RANK = 1e-10  # of the first component's variance; components with less are rounding


class Moments(NamedTuple):
    """Sums over conditions and times of products, about the training mean; leading dimensions are pairings."""

    xx: np.ndarray  # (..., component of x, component of x)
    yy: np.ndarray  # (..., component of y, component of y)
    xy: np.ndarray  # (..., component of x, component of y)


class Projection(NamedTuple):
    """One side, once for each left-out condition, on the principal components of the others, about their mean."""

    coordinates: np.ndarray  # (left out, condition, time, component); includes the condition left out
    variance: np.ndarray  # (left out, component): sums of squares in training
    captured: float  # share of the left-out conditions' variance that the components hold, 0 to 1


def away(deviation: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """Each condition about the mean of the others, from each about the mean of all.

    deviation: (condition, time, unit), zero on average over `axes`; the others' mean is then minus the
    condition's own share, divided by how many others there are.
    """
    share = deviation.mean(axis=axes[1:], keepdims=True)  # over times, or over nothing
    return deviation + share / (len(deviation) - 1)


def axes_of(scatter: np.ndarray, components: int) -> tuple[np.ndarray, np.ndarray]:
    """(component,) eigenvalues and (unit, component) eigenvectors of the largest components, largest first."""
    size = len(scatter)
    values, vectors = eigh(scatter, subset_by_index=[max(0, size - components), size - 1])
    return values[::-1], vectors[:, ::-1]


def rank_of(values: np.ndarray, floor: float) -> int:
    """How many of the components (..., component) are more than rounding wherever they were computed."""
    return int((values > np.maximum(RANK * values[..., :1], floor)).sum(axis=-1).min())


def project(data: np.ndarray, axes: tuple[int, ...], components: int, side: str) -> Projection:
    """One side on at most `components` principal components of each training set; the same number for all.

    data: (condition, time, unit). Raises BadActivity where a training set has no variance left.
    """
    deviation = data - data.mean(axis=axes, keepdims=True)
    outside = away(deviation, axes)
    flat = deviation.reshape(-1, data.shape[-1])
    floor = NOTHING * ((data - data.mean(axis=(0, 1))) ** 2).sum()
    # removing a condition removes its deviation from all, times its deviation from the others, from the sums
    scatter = flat.T @ flat - np.matmul(outside.transpose(0, 2, 1), deviation)
    values, vectors = (np.stack(part) for part in zip(*(axes_of(s, components) for s in scatter), strict=True))
    rank = rank_of(values, floor)
    if rank == 0:
        raise BadActivity(f"{side}: found a condition without which nothing varies, wanted some variance in the others")
    vectors, values = vectors[..., :rank], values[..., :rank]
    others_mean = (deviation - outside) @ vectors  # (left out, time, component)
    coordinates = np.stack([deviation @ v for v in vectors]) - others_mean[:, None]
    held = np.stack([c[fold] for fold, c in enumerate(coordinates)])
    return Projection(coordinates, values, float((held**2).sum() / (outside**2).sum()))


def training_products(x: np.ndarray, y: np.ndarray, orders: np.ndarray, fold: int) -> np.ndarray:
    """(draw, component of x, component of y) sums over the training conditions when x's condition `fold` is left out.

    x: (condition, time, component) for that fold; y: coordinates (left out, condition, time, component).
    """
    training = np.delete(np.arange(len(x)), fold)
    products = np.empty((len(orders), x.shape[-1], y.shape[-1]))
    for partner in np.unique(orders[:, fold]):  # y's condition that is left out with it
        draws = orders[:, fold] == partner
        products[draws] = paired_products(x[training], y[partner], orders[draws][:, training])
    return products


def held_out(
    pair: Pair, *, components: int, fit: Callable, sums: Callable
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Fit a map on all conditions but one, score it on that one, and pool what it scores over the conditions.

    fit: from training Moments (whose xx and yy are diagonal: principal components) to a map, whatever it is.
    sums: from that map and the left-out condition's Moments to named sums over samples, (draw, ...).
    Gives the sums added up over left-out conditions, and what the measure saw. A measure makes its statistic
    from added sums, not from a mean of ratios: a condition in which little happens has a wild ratio.
    """
    x = project(pair.x, pair.axes, components, "source")
    y = project(pair.y, pair.axes, components, "recording")
    pooled = {}
    for fold in range(len(pair.x)):
        partner = pair.orders[:, fold]
        xy = training_products(x.coordinates[fold], y.coordinates, pair.orders, fold)
        train = Moments(np.diag(x.variance[fold]), diagonal(y.variance)[partner], xy)
        out_x, out_y = x.coordinates[fold, fold], np.stack([c[k] for k, c in enumerate(y.coordinates)])
        test = Moments(out_x.T @ out_x, (out_y.transpose(0, 2, 1) @ out_y)[partner], (out_x.T @ out_y)[partner])
        for name, value in sums(fit(train), test).items():
            pooled[name] = pooled.get(name, 0.0) + value
    return pooled, seen(x, y)


def diagonal(values: np.ndarray) -> np.ndarray:
    """(..., n) to (..., n, n) diagonal matrices."""
    return values[..., None] * np.eye(values.shape[-1])


def seen(x: Projection, y: Projection) -> dict[str, float]:
    """What a fitted measure looked at: components a side, the share of the recording's left-out variance in them."""
    return {
        "components_source": x.variance.shape[-1],
        "components_recording": y.variance.shape[-1],
        "captured_recording": y.captured,
    }


def in_sample(pair: Pair, *, components: int) -> Moments:
    """Moments of all conditions on their own principal components: nothing is held out, so a fit to them flatters."""
    sides = []
    for side, data, raw in zip(("source", "recording"), pair.centred(), (pair.x, pair.y), strict=True):
        flat = data.reshape(-1, data.shape[-1])
        values, vectors = axes_of(flat.T @ flat, components)
        rank = rank_of(values, NOTHING * ((raw - raw.mean(axis=(0, 1))) ** 2).sum())
        if rank == 0:
            raise BadActivity(f"{side}: found nothing that varies, wanted at least one component")
        sides.append((data @ vectors[:, :rank], values[:rank]))
    (x, xx), (y, yy) = sides
    return Moments(np.diag(xx), np.diag(yy), paired_products(x, y, pair.orders))
