"""What two activities have to be before they are measured: half-empty or swapped ones give numbers too, wrong ones."""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption

SIGNALS = ("removed", "kept")
RANGE = (1e-30, 1e30)  # of the largest value: products of eight of them are still numbers in double precision


def checked(pair) -> dict[str, np.ndarray]:
    """The sides and orders of a `Pair`, whole numbers and halves made floating point.

    Raises BadActivity for sides that are not (condition, time, unit) of the same conditions and times, hold NaN or
    infinite values, or whose trials or folds are of another form; for orders that are no permutations; BadOption for an
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
    """(condition, time, unit) floating point, as it is where it is that already. Raises BadActivity.

    What a masked array hides is missing; single precision stays, for what would not fit in memory otherwise.
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
            f"{where}: found shape {data.shape}, wanted ({'fold, ' * (dimensions - 3)}condition, time, unit), at least "
            "one of each"
        )
    check_values(data, where)
    return data


def numbers_like(data: np.ndarray, other: np.ndarray, side: str) -> np.ndarray:
    """What stands for a side of a pair, as `numbers`, or BadActivity where it is of another form than that side."""
    if np.shape(data) != other.shape:
        raise BadActivity(f"pair: found {np.shape(data)} in the place of the {side}, wanted {other.shape}, as it is")
    return numbers(data, f"pair: {side}")


def check_values(data: np.ndarray, where: str) -> None:
    """Raise BadActivity where values are NaN or infinite, naming how many and the first, or out of `RANGE`."""
    largest = max(-float(data.min()), float(data.max()))  # not a number where one is not
    if largest == 0 or RANGE[0] <= largest <= RANGE[1]:
        return
    bad = np.argwhere(~np.isfinite(data))
    if len(bad):
        raise BadActivity(
            f"{where}: found {len(bad)} of {data.size} values NaN or infinite, the first at "
            f"({', '.join(map(str, bad[0]))}), wanted none"
        )
    raise BadActivity(
        f"{where}: found values up to {largest:.1e}, wanted their largest between {RANGE[0]:g} and {RANGE[1]:g}: give "
        "them in other units"
    )


def permutations(orders: np.ndarray, conditions: int) -> np.ndarray:
    """(draw, condition) int orders. Raises BadActivity unless each names every condition once."""
    orders = np.asarray(orders)
    if orders.ndim != 2 or orders.shape[1] != conditions or not len(orders):
        raise BadActivity(f"pair: found orders of shape {orders.shape}, wanted (draw, {conditions}): all conditions")
    if orders.dtype.kind not in "iu":
        raise BadActivity(f"pair: found orders of type {orders.dtype}, wanted whole numbers, positions of conditions")
    inside = ((orders >= 0) & (orders < conditions)).all(axis=1)
    named = np.zeros(orders.shape, dtype=bool)
    np.put_along_axis(named, np.where(inside[:, None], orders, 0), True, axis=1)
    wrong = np.flatnonzero(~(inside & named.all(axis=1)))
    if len(wrong):
        raise BadActivity(
            f"pair: found {len(wrong)} of {len(orders)} orders that do not name each of {conditions} conditions once, "
            f"the first at draw {wrong[0]} ({orders[wrong[0]].tolist()}), wanted none"
        )
    return orders


def check_trials(trials, shape: tuple[int, ...], side: str) -> None:
    """Raise BadActivity unless trials are of the times and units of averages of this shape, and of their conditions."""
    rate, condition = np.asarray(trials.rate), np.asarray(trials.condition)
    if rate.ndim != 3 or rate.shape[1:] != shape[1:] or condition.shape != rate.shape[:1]:
        raise BadActivity(
            f"pair: found trials of the {side} of shape {rate.shape} with {condition.size} conditions, wanted "
            f"(trial, {shape[1]}, {shape[2]}) and the condition of each, as its averages have"
        )
    if condition.dtype.kind not in "iu" or not ((condition >= 0) & (condition < shape[0])).all():
        raise BadActivity(
            f"pair: found trials of the {side} of conditions {np.unique(condition)[:8].tolist()}, wanted positions, "
            f"0 to {shape[0] - 1}"
        )
    numbers(rate, f"pair: trials of the {side}")


def check_splits(splits, x: tuple[int, ...], y: tuple[int, ...]) -> None:
    """Raise BadActivity unless averages of training and left-out trials are (fold, ...) of these shapes."""
    folds = {np.shape(part)[0] if np.ndim(part) else 0 for part in splits}
    for name, part, shape in zip(splits._fields, splits, (x, x, y, y), strict=True):
        if np.ndim(part) != 4 or np.shape(part)[1:] != shape or len(folds) != 1:
            raise BadActivity(
                f"pair: found {name} of splits of shape {np.shape(part)}, wanted (fold, {', '.join(map(str, shape))}), "
                "as many folds in each"
            )
        numbers(part, f"pair: {name} of splits", dimensions=4)
