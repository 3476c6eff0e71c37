"""Cosine tuning: how well a direction that was left out is predicted from the others by the cosine of each unit."""

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, Unmeasurable, condition_average
from rnncompare.activity.precision import varies
from rnncompare.activity.selection import directions
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.comparison.permutations import against_null, condition_orders
from rnncompare.comparison.soft_normalisation import soft_normalised
from rnncompare.options.ranges import DrawsOrNone, NotNegative, Seed, Window
from rnncompare.populations.population import by_area, name_of
from rnncompare.populations.trials import cropped

PROBE = "cosine_tuning"
FEWEST = 4  # directions: one is left out, and three determine a mean, a cosine and a sine


def cosine_tuning(
    data: xr.Dataset, *, seed: Seed, window: Window, soft_normalise: NotNegative | None, permutations: DrawsOrNone
) -> list[dict]:
    """Cross-validated R2 of the cosine tuning a(t) + b(t) cos d + c(t) sin d of each unit to the direction d.

    d: the coordinate `angle` (deg) of each condition. a, b and c are fitted by least squares, separately for each unit
    and time, to the soft-normalised condition averages in `window` (s) of all directions but one, whose conditions are
    predicted; this is repeated for each direction. r2 = 1 - squared errors / squares about the mean of the other
    directions at that time, each summed over conditions, times and units, as in `similarity.ridge` with the signal that
    conditions share removed. It is 1 if tuning is a cosine, and negative if the prediction is worse than that mean. The
    null distribution permutes directions over conditions. There is a row for each area. Raises BadActivity, BadOption,
    Unmeasurable. (Georgopoulos et al. 1982.)
    """
    where = f"{PROBE} of {name_of(data)}"
    average = cropped(condition_average(data), window, 1, PROBE)
    angle = directions(average, where)
    group = np.unique(np.round(angle, 6) % 360, return_inverse=True)[1]
    if group.max() + 1 < FEWEST:
        raise BadActivity(f"{where}: found {group.max() + 1} directions, wanted at least {FEWEST}: one is left out")
    orders = condition_orders(len(angle), permutations=permutations, seed=seed, groups=group)
    rows = []
    for area, part in by_area(average):
        rate = part.rate.values.astype(float)
        if not varies(rate, (0,)):
            raise Unmeasurable(f"{where}: found equal rates in all {len(angle)} conditions, wanted some that differ")
        r2 = explained(soft_normalised(rate, soft_normalise), angle, group, orders)
        row = {"statistic": "r2", **against_null(r2, lower=False), "condition_independent": "removed"}
        rows.append(row | area | {"units": rate.shape[2], "folds": "direction"})
    return rows


def explained(rate: np.ndarray, angle: np.ndarray, group: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) R2 for each order of the conditions of rate (condition, time, unit); angle: (condition,) degrees.

    Predictions are linear in the rates, so that every sum of squares follows from the products of pairs of conditions.
    """
    about = (rate - rate.mean(axis=0)).reshape(len(rate), -1)  # a constant at each time changes no error
    products = about @ about.T
    cosine = np.stack([np.ones_like(angle), np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))], axis=1)
    error, power = (
        sums_of_squares(np.eye(len(angle)) - held_out_map(tuning, group), products, orders)
        for tuning in (cosine, cosine[:, :1])
    )
    return 1 - error / power


def held_out_map(tuning: np.ndarray, group: np.ndarray) -> np.ndarray:
    """(condition, condition) matrix that maps rates to predictions of each condition from those of other groups.

    tuning: (condition, regressor), fitted by least squares; group: (condition,) conditions that are left out together.
    """
    found = np.zeros((len(group), len(group)))
    for left_out in np.unique(group):
        test = group == left_out
        found[np.ix_(test, ~test)] = tuning[test] @ np.linalg.pinv(tuning[~test])
    return found


def sums_of_squares(matrix: np.ndarray, products: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) sums of squares of matrix @ rates with the conditions of the rates in each order."""
    weights = matrix.T @ matrix
    return np.array([np.vdot(weights, products[np.ix_(order, order)]) for order in orders])


cosine_tuning.card = MeasureCard(
    formula="1 - sum((y - a - b cos d - c sin d)^2) / sum((y - m)^2) over left-out conditions, times and units; a, b, "
    "c (for each unit and time) and m (mean) from the conditions of the other directions",
    statistics={"r2": "R2 on directions left out, with units weighted by their variance"},
    bounds={"r2": (None, 1)},
    landmarks="below 0: worse than the mean of the other directions",
    zero="as good as the mean of the other directions at each time",
    one="the tuning of every unit is a cosine at all times",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="one product of all pairs of conditions, and directions^2 for each permutation",
    pitfalls="It is the r2_source_to_recording of ridge without a penalty, at the same window and soft_normalise, of "
    "a source with the cosine and the sine of the direction at each time in units of their own. Ridge with few "
    "components has one map for all times and shrinks it, so that a source with cosine tuning and smooth time courses "
    "(control ring) can score higher there. Noise lowers the R2, because three numbers are fitted for each unit and "
    "time: with n evenly spaced directions, it is -2 / (n - 3) for noise alone, and -(4 n - 8) / (n - 3)^2 for rates "
    "that follow only harmonics 2 to n / 2 of the direction. Turning or reflecting all directions changes nothing: 2 "
    "n of the n! pairings give the same value, so that p is at least 1/3 for 4 directions.",
    reference="Georgopoulos, Kalaska, Caminiti & Massey 1982",
)
cosine_tuning.first_look = {"soft_normalise": 0.2, "permutations": 0}
