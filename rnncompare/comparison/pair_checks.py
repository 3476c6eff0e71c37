"""Checks of two activities before they are compared: incomplete or transposed arrays would give wrong values."""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption

SIGNALS = ("removed", "kept")
RANGE = (1e-30, 1e30)  # of the largest absolute value: products of eight such values are finite in double precision


def checked(pair) -> dict[str, np.ndarray]:
    """The sides and orders of a `Pair`; integers and half precision are converted to double precision.

    Raises BadActivity if the sides are not (condition, time, unit) with the same conditions and times, contain NaN or
    infinite values, or have trials or folds of another shape, or if an order is not a permutation; BadOption for an
    unknown condition_independent.
    """
    x, y = (numbers(side, f"pair: {name}") for side, name in ((pair.x, "source"), (pair.y, "recording")))
    if x.shape[:2] != y.shape[:2]:
        found = " and ".join(f"{side.shape[0]} conditions x {side.shape[1]} times" for side in (x, y))
        raise BadActivity(
            f"pair: found a source and a recording of {found}, wanted the same conditions and times on both sides, in "
            "the same order"
        )
    if pair.condition_independent not in SIGNALS:
        found = f"{pair.condition_independent!r}, wanted {' or '.join(SIGNALS)}"
        raise BadOption(f"pair: found condition_independent {found}")
    if np.shape(pair.groups) != (len(x),):
        raise BadActivity(f"pair: found groups of shape {np.shape(pair.groups)}, wanted one for each of {len(x)}")
    for trials, side, name in ((pair.x_trials, x, "source"), (pair.y_trials, y, "recording")):
        if trials is not None:
            check_trials(trials, side.shape, name)
    if pair.splits is not None:
        check_splits(pair.splits, x.shape, y.shape)
    return {"x": x, "y": y, "orders": permutations(pair.orders, len(x))}


def numbers(data: np.ndarray, where: str, dimensions: int = 3) -> np.ndarray:
    """(condition, time, unit) as floating point, without a copy if it already is. Raises BadActivity.

    Masked values count as missing. Single precision is kept, for data that would not fit into memory otherwise.
    """
    if isinstance(data, np.ma.MaskedArray):
        data = np.ma.filled(data.astype(float), np.nan)
    data = np.asarray(data)
    if data.dtype.kind not in "fiub":
        raise BadActivity(f"{where}: found values of type {data.dtype}, wanted real numbers")
    if data.dtype not in (np.float32, np.float64):
        data = data.astype(float)
    if data.ndim != dimensions or 0 in data.shape:
        raise BadActivity(
            f"{where}: found shape {data.shape}, wanted ({'fold, ' * (dimensions - 3)}condition, time, unit) with at "
            "least one of each"
        )
    check_values(data, where)
    return data


def numbers_like(data: np.ndarray, other: np.ndarray, side: str) -> np.ndarray:
    """A replacement for one side of a pair, as `numbers`. Raises BadActivity if its shape differs from that side's."""
    if np.shape(data) != other.shape:
        raise BadActivity(
            f"pair: found a replacement of the {side} of shape {np.shape(data)}, wanted the same shape, {other.shape}"
        )
    return numbers(data, f"pair: {side}")


def check_values(data: np.ndarray, where: str) -> None:
    """Raise BadActivity if values are NaN or infinite, with their number and the first position, or out of `RANGE`."""
    largest = max(-float(data.min()), float(data.max()))  # NaN if any value is NaN
    if largest == 0 or RANGE[0] <= largest <= RANGE[1]:
        return
    bad = np.argwhere(~np.isfinite(data))
    if len(bad):
        raise BadActivity(
            f"{where}: found {len(bad)} of {data.size} values NaN or infinite, the first at "
            f"({', '.join(map(str, bad[0]))}), wanted none"
        )
    raise BadActivity(
        f"{where}: found values up to {largest:.1e}, wanted the largest between {RANGE[0]:g} and {RANGE[1]:g}: use "
        "other units"
    )


def permutations(orders: np.ndarray, conditions: int) -> np.ndarray:
    """(draw, condition) int orders. Raises BadActivity unless each of them contains every condition once."""
    orders = np.asarray(orders)
    if orders.ndim != 2 or orders.shape[1] != conditions or not len(orders):
        raise BadActivity(
            f"pair: found orders of shape {orders.shape}, wanted (draw, {conditions}) with all conditions"
        )
    if orders.dtype.kind not in "iu":
        raise BadActivity(f"pair: found orders of type {orders.dtype}, wanted integers: positions of conditions")
    inside = ((orders >= 0) & (orders < conditions)).all(axis=1)
    named = np.zeros(orders.shape, dtype=bool)
    np.put_along_axis(named, np.where(inside[:, None], orders, 0), True, axis=1)
    wrong = np.flatnonzero(~(inside & named.all(axis=1)))
    if len(wrong):
        raise BadActivity(
            f"pair: found {len(wrong)} of {len(orders)} orders that do not contain each of {conditions} conditions "
            f"once, the first at draw {wrong[0]} ({orders[wrong[0]].tolist()}), wanted permutations"
        )
    return orders


def check_trials(trials, shape: tuple[int, ...], side: str) -> None:
    """Raise BadActivity unless trials have the times, units and conditions of averages of this shape."""
    rate, condition = np.asarray(trials.rate), np.asarray(trials.condition)
    if rate.ndim != 3 or rate.shape[1:] != shape[1:] or condition.shape != rate.shape[:1]:
        raise BadActivity(
            f"pair: found trials of the {side} of shape {rate.shape} with {condition.size} condition labels, wanted "
            f"(trial, {shape[1]}, {shape[2]}), as of its averages, and one label for each trial"
        )
    if condition.dtype.kind not in "iu" or not ((condition >= 0) & (condition < shape[0])).all():
        raise BadActivity(
            f"pair: found trials of the {side} with conditions {np.unique(condition)[:8].tolist()}, wanted positions "
            f"from 0 to {shape[0] - 1}"
        )
    numbers(rate, f"pair: trials of the {side}")


def check_splits(splits, x: tuple[int, ...], y: tuple[int, ...]) -> None:
    """Raise BadActivity unless averages of training and left-out trials have the shapes (fold, ...) of both sides."""
    folds = {np.shape(part)[0] if np.ndim(part) else 0 for part in splits}
    for name, part, shape in zip(splits._fields, splits, (x, x, y, y), strict=True):
        if np.ndim(part) != 4 or np.shape(part)[1:] != shape or len(folds) != 1:
            raise BadActivity(
                f"pair: found {name} of splits of shape {np.shape(part)}, wanted (fold, {', '.join(map(str, shape))}) "
                "with the same number of folds in each"
            )
        numbers(part, f"pair: {name} of splits", dimensions=4)
