"""Linear prediction of conditions that were left out, both ways."""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.heldout import Projection, away, project, seen
from rnncompare.pair import Pair
from rnncompare.pairings import blocks, paired_products
from rnncompare.plugins import BadOption


def ridge(pair: Pair, *, components: int, penalties: list[float]) -> dict[str, np.ndarray]:
    """Share of left-out conditions' variance that ridge regression predicts, from source to recording and back.

    1: all of it; 0: no better than the training conditions' mean (at each time, where the condition-independent
    signal is removed); below 0: worse than that mean. r2_*: all units of the target, weighted by their
    variance; unit_r2_median: median over the recording's units of each one's own.
    Predictors are the first principal components of the training conditions. The penalty, relative to the mean
    eigenvalue of the predictors' training covariance, is the one of `penalties` that predicts the target's
    first principal components best when each training condition is left out in turn, means found anew each time.
    Not symmetric; invariant to rotation, translation and scale of either side (unit_r2_median: not to a
    rotation of the recording). (Hoerl and Kennard 1970.)
    """
    if not penalties or min(penalties) <= 0:
        raise BadOption(f"ridge: found penalties {list(penalties)}, wanted at least one, all above 0")
    if len(pair.x) < 4:
        raise BadActivity(
            f"ridge: found {len(pair.x)} conditions, wanted at least 4: "
            "one to score, one to choose the penalty by, two to fit"
        )
    x = project(pair.x, pair.axes, components, "source")
    y = project(pair.y, pair.axes, components, "recording")
    back = np.argsort(pair.orders, axis=1)
    chosen = best_penalties(x, y, pair.orders, pair.axes, penalties)
    forward, power = errors(x, pair.y, pair.orders, pair.axes, chosen)
    chosen = best_penalties(y, x, back, pair.axes, penalties)
    backward, source_power = errors(y, pair.x, back, pair.axes, chosen)
    active = power > 0
    return {
        "r2_source_to_recording": 1 - forward.sum(axis=1) / power.sum(),
        "r2_recording_to_source": 1 - backward.sum(axis=1) / source_power.sum(),
        "unit_r2_median": np.median(1 - forward[:, active] / power[active], axis=1),
    } | seen(x, y)


def errors(
    predictor: Projection, target: np.ndarray, orders: np.ndarray, axes: tuple, penalties: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(draw, unit) squared errors over all left-out conditions, and (unit,) those of the training mean.

    target: (condition, time, unit); orders: (draw, condition) of the target; penalties: (draw, left out).
    """
    deviation = target - target.mean(axis=axes, keepdims=True)
    outside = away(deviation, axes)
    power = (outside**2).sum(axis=1)  # (condition, unit)
    error = np.zeros((len(orders), target.shape[-1]))
    for fold, (coordinates, variance) in enumerate(zip(predictor.coordinates, predictor.variance, strict=True)):
        training, partner = np.arange(len(target)) != fold, orders[:, fold]
        # training predictors sum to zero, so that the target's mean drops out of the products
        products = paired_products(coordinates[training], deviation, orders[:, training])
        weights = products / (variance + penalties[:, fold, None] * variance.mean())[..., None]
        scored = coordinates[fold]
        test = blocks(scored[None], outside)[0][partner]
        error += power[partner] + (weights * (scored.T @ scored @ weights - 2 * test)).sum(axis=1)
    return error, power.sum(axis=0)


def best_penalties(
    predictor: Projection, target: Projection, orders: np.ndarray, axes: tuple, penalties: list[float]
) -> np.ndarray:
    """(draw, left out) the penalty that predicts the training conditions best, each left out in turn.

    Let a and b be predictors and target about their training means, one pair left out and N pairs in training;
    q = a_h' b_h are the products of training pair h, m their sum, and p those of the part of a_h and b_h that
    the mean is made of (q itself, or q of their means over time). About the mean of the other N - 1, a_h
    becomes a_h + (its part of the mean) / (N - 1). So without h the products are m - q - p / (N - 1), and h itself
    is scored by q + p (2 / (N - 1) + 1 / (N - 1)^2).
    """
    chosen = np.empty(orders.shape)
    for fold in range(orders.shape[1]):
        training = np.arange(orders.shape[1]) != fold
        a = predictor.coordinates[fold][training]
        axes_without, quadratic, linear = inner_forms(a, np.diag(predictor.variance[fold]), axes, penalties)
        others = len(a) - 1
        for partner in np.unique(orders[:, fold]):
            draws = np.flatnonzero(orders[:, fold] == partner)
            pairs = np.arange(len(a)), orders[draws][:, training]
            b = target.coordinates[partner]
            q = blocks(a, b)[pairs]  # (draw, pair, component of a, component of b)
            p = blocks(a.mean(axis=1, keepdims=True), b.sum(axis=1, keepdims=True))[pairs] if len(axes) > 1 else q
            kept = axes_without @ (q.sum(axis=1, keepdims=True) - q - p / others)
            scored = axes_without @ (q + p * (2 / others + 1 / others**2))
            squares = kept @ kept.swapaxes(-1, -2)
            score = flat(squares) @ quadratic - 2 * flat((scored * kept).sum(axis=-1)) @ linear
            chosen[draws, fold] = np.array(penalties)[score.argmin(axis=1)]
    return chosen


def inner_forms(
    a: np.ndarray, xx: np.ndarray, axes: tuple, penalties: list[float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What turns products into squared errors.

    Eigenvectors (pair, axis, component) of the training set without each pair, and two matrices,
    (pair x axis x axis, penalty) and (pair x axis, penalty). Along those axes the weights are d m,
    d = 1 / (eigenvalue + penalty), and a left-out pair's error is const + <d d' x'x, m m'> - 2 <d, diagonal of
    (x'y) m'>: what depends on the penalty and what depends on the pairing meet in one product. Other axes would
    do, but lose digits where the penalty is small.
    """
    outside = away(a, axes)
    values, vectors = np.linalg.eigh(xx - outside.swapaxes(1, 2) @ a)
    size = values.mean(axis=1)[:, None, None] * np.array(penalties)[:, None]
    total = np.maximum(values, 0.0)[:, None] + size  # (pair, penalty, axis)
    shrunk = np.divide(
        1.0, total, out=np.zeros_like(total), where=total > 0
    )  # where nothing varies, nothing is predicted
    turned = outside @ vectors
    squares = turned.swapaxes(1, 2) @ turned
    quadratic = squares[:, None] * shrunk[..., None] * shrunk[..., None, :]
    return vectors.swapaxes(1, 2), *(flat(np.moveaxis(form, 1, 0)).T for form in (quadratic, shrunk))


def flat(matrices: np.ndarray) -> np.ndarray:
    """(first, ...) to (first, all the rest)."""
    return matrices.reshape(len(matrices), -1)
