"""Targeted dimensionality reduction: axes of task variables in the state space of a population, by regression."""

from itertools import combinations

import numpy as np
import xarray as xr

from rnncompare.activity import Unmeasurable
from rnncompare.activity.copies import refuse_copies
from rnncompare.comparison.measure_card import NOT_NEGATIVE, SHARE, MeasureCard
from rnncompare.comparison.permutations import against_null
from rnncompare.decoding.regression_axes import Axes, design, principal_axes, regression_axes, z_scored
from rnncompare.decoding.splits import orders
from rnncompare.options.ranges import Components, DrawsOrNone, Seed, Window
from rnncompare.plugins import BadOption
from rnncompare.populations.population import by_area, name_of
from rnncompare.populations.trials import selected
from rnncompare.statistics.bounds import ANY

PROBE = "targeted_regression"


def targeted_regression(
    data: xr.Dataset,
    *,
    seed: Seed,
    variables: dict[str, str],
    leave_out: list[str],
    align: str | None,
    window: Window,
    components: Components,
    permutations: DrawsOrNone,
) -> list[dict]:
    """Share of the variance of condition averages along the axis of each variable, by targeted regression.

    variables: name in the rows -> coordinate along trial, either numbers, which are divided by their largest absolute
    value, or two categories, -1 and 1 in natural order. The z-scored rate of each unit is regressed on all variables
    over single trials, at each time in `window`. The coefficients are projected onto the first `components` principal
    components of the condition averages; the axis of a variable is their direction at the time of their largest norm,
    orthogonalised to the axes of the variables before it (Mante et al. 2013). leave_out, align: as for decoding.

    There are rows for each area and variable: axis_variance, the share of the variance of the averages about the means
    of units, 0 to 1, whose null distribution permutes the trials relative to the variables; axis_time, the time of the
    largest norm (s); with time, coefficient, the root mean square of the coefficients over units, in SDs of rates. For
    each pair of variables, axis_cosine is the absolute cosine between their axes before orthogonalisation, 0 to 1.
    left_out: number of excluded trials. Raises BadActivity, BadOption, Unmeasurable.
    """
    together(variables, components, permutations)
    where, trials = f"{PROBE} of {name_of(data)}", data.sizes["trial"]
    options = {"leave_out": leave_out, "align": align, "window": window}
    data = selected(data, list(variables.values()), probe=PROBE, numbers=False, **options)
    matrix, rows = design(data, variables, where), []
    if permutations:
        refuse_copies(data, where)
    for area, part in by_area(data):
        found = _of_area(part, matrix, list(variables), components, permutations, seed, where)
        more = area | {"units": part.sizes["unit"], "left_out": trials - len(matrix)}
        rows += [row | more for row in found]
    return rows


def together(variables: dict[str, str], components: int, permutations: int) -> None:
    """Raise BadOption for fewer components than variables, or for no variable."""
    if components < len(variables) or not variables or permutations < 0:
        raise BadOption(
            f"{PROBE}: found {len(variables)} variables, components {components}, permutations {permutations}, wanted "
            "at least one variable, at least as many components as variables, and at least 0 permutations"
        )


targeted_regression.together = together
targeted_regression.card = MeasureCard(
    formula="norm(X q)^2 / norm(X)^2; X: z-scored condition averages about the means of units, q: the unit axis of a "
    "variable, its regression coefficients over single trials, projected onto the principal components of X, at the "
    "time of their largest norm, orthogonalised to preceding axes",
    statistics={
        "axis_variance": "share of the variance along the axis of the variable",
        "axis_time": "time of the largest norm of the coefficients, s",
        "coefficient": "root mean square of the coefficients over units, in SDs of rates for half the range of the "
        "variable",
        "axis_cosine": "absolute cosine between the axes of two variables before orthogonalisation",
    },
    bounds={"axis_variance": SHARE, "axis_time": ANY, "coefficient": NOT_NEGATIVE, "axis_cosine": SHARE},
    zero="there is no variance along the axis",
    one="all of the variance is along the axis",
    invariant_to=("permutation", "translation", "scale", "unit scale"),
    cost="a product of variables x trials x times x units for each permutation",
    pitfalls="An axis is a direction within the first principal components, which have variance whatever the "
    "variable: interpret the share relative to its null distribution. The variance along it need not be due to the "
    "variable but, for example, to time. Variance that two variables share is attributed to the first. Variables that "
    "are correlated over trials are separated by the few trials in which they differ. The regression is linear, "
    "whereas choice, colour and context are each the product of the other two.",
    reference="Mante, Sussillo, Shenoy & Newsome 2013",
)
targeted_regression.first_look = {
    "variables": {"choice": "choice"},
    "leave_out": ["undecided"],
    "align": None,
    "components": 4,
    "permutations": 0,
}


def _of_area(
    part: xr.Dataset, matrix: np.ndarray, names: list[str], components: int, permutations: int, seed: int, where: str
) -> list[dict]:
    rate, conditions = (
        z_scored(part.rate.values.astype(float)),
        np.unique(part.condition.values, return_inverse=True)[1],
    )
    member = np.eye(conditions.max() + 1)[conditions]
    averages = (member / member.sum(axis=0)).T @ rate.reshape(len(rate), -1)
    averages = averages.reshape(-1, *rate.shape[1:])
    if components > min(rate.shape[2], averages.shape[0] * averages.shape[1]):
        raise BadOption(
            f"{where}: found components {components}, wanted at most {rate.shape[2]}, the number of units, and at most "
            f"{averages.shape[0] * averages.shape[1]}, the number of conditions x times"
        )
    samples = averages.reshape(-1, rate.shape[2])
    samples = samples - samples.mean(axis=0)
    if not (samples**2).sum() > 0:
        raise Unmeasurable(f"{where}: found {rate.shape[2]} units without variance, wanted some that vary")
    denoise = principal_axes(averages, components)
    order = orders(len(rate), permutations, np.random.default_rng(seed))
    found = regression_axes(rate, matrix, denoise, order)
    shares = np.array([_shares(samples, one) for one in found])
    rows = [
        {"statistic": "axis_variance", "variable": name, **against_null(values, lower=False)}
        for name, values in zip(names, shares.T, strict=True)
    ]
    return rows + _details(found[0], names, part.time.values)


def _shares(samples: np.ndarray, axes: Axes) -> np.ndarray:
    """(variable,) share of the sum of squares of the samples along each axis."""
    return ((samples @ axes.orthogonal.T) ** 2).sum(axis=0) / (samples**2).sum()


def _details(axes: Axes, names: list[str], times: np.ndarray) -> list[dict]:
    """Rows of axis_time, axis_cosine and coefficient."""
    rows = [
        {"statistic": "axis_time", "variable": name, "value": float(times[k])}
        for name, k in zip(names, axes.time, strict=True)
    ]
    for (i, one), (j, other) in combinations(enumerate(names), 2):
        cosine = float(np.clip(np.abs(axes.raw[i] @ axes.raw[j]), 0.0, 1.0))
        rows.append({"statistic": "axis_cosine", "variable": f"{one}, {other}", "value": cosine})
    for name, course in zip(names, axes.size, strict=True):
        rows += [
            {"statistic": "coefficient", "variable": name, "value": float(v), "time": round(float(t), 9)}
            for t, v in zip(times, course, strict=True)
        ]
    return rows
