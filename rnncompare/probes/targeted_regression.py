"""Axes along which a population follows the task's variables, found by regression."""

from itertools import combinations

import numpy as np
import xarray as xr

from rnncompare.activity import Unmeasurable
from rnncompare.activity.copies import refuse_copies
from rnncompare.comparison.measure_card import ANY, NOT_NEGATIVE, SHARE, MeasureCard
from rnncompare.comparison.permutations import against_null
from rnncompare.decoding.regression_axes import Axes, design, principal_axes, regression_axes, z_scored
from rnncompare.decoding.splits import orders
from rnncompare.options.ranges import Components, DrawsOrNone, Seed, Window
from rnncompare.plugins import BadOption
from rnncompare.populations.population import by_area, name_of
from rnncompare.populations.trials import selected

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

    variables: name in the rows -> coordinate along trial, either numbers, taken over their largest size, or two names,
    -1 and 1 in natural order. Each unit's z-scored rate is regressed on all of them at each time in `window` over
    single trials; coefficients are kept within the first `components` principal components of the condition averages;
    a variable's axis is where they are longest, made orthogonal to those of the variables before it (Mante et al.
    2013). leave_out, align: as for decoding.

    Rows an area and variable: axis_variance, share of the averages' variance about units' means, 0 to 1; its null
    shuffles trials among the variables' values; axis_time, when the coefficients were longest (s); with time,
    coefficient, their root mean square over units, in SDs of rates; and for each two variables axis_cosine, of the
    angle between their axes before they were made orthogonal, 0 to 1. Raises BadActivity, BadOption.
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
    """Raise BadOption for fewer components than variables, or no variable."""
    if components < len(variables) or not variables or permutations < 0:
        raise BadOption(
            f"{PROBE}: found {len(variables)} variables, components {components}, permutations {permutations}, wanted "
            "at least one, as many components as variables, and at least 0"
        )


targeted_regression.together = together
targeted_regression.card = MeasureCard(
    formula="norm(X q)^2 / norm(X)^2, X z-scored condition averages about units' means, q the unit axis of a variable: "
    "regression coefficients over single trials, within the principal components of X, at the time at which they are "
    "longest, orthogonal to the axes of the variables named before",
    statistics={
        "axis_variance": "share of the variance along the variable's axis",
        "axis_time": "when the coefficients were longest, s",
        "coefficient": "root mean square over units of the coefficients, SDs of rates for half the variable's range",
        "axis_cosine": "of the angle between two variables' axes before they were made orthogonal, its size",
    },
    bounds={"axis_variance": SHARE, "axis_time": ANY, "coefficient": NOT_NEGATIVE, "axis_cosine": SHARE},
    zero="nothing varies along the axis",
    one="nothing varies elsewhere",
    invariant_to=("permutation", "translation", "scale", "unit scale"),
    cost="a product of variables x trials x times x units for each permutation",
    pitfalls="An axis is a direction within the first principal components, in which there is variance whatever the "
    "variable: read the share beside its null. What varies along an axis need not be the variable (time, for one). The "
    "order of the variables decides who keeps what two share. Variables that go together in the trials are told apart "
    "by the few in which they do not. Only what is linear in a variable is seen: choice, colour and context are each "
    "the product of the other two.",
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
            f"{where}: found components {components}, wanted at most {rate.shape[2]}, its number of units, and "
            f"{averages.shape[0] * averages.shape[1]}, of averages"
        )
    samples = averages.reshape(-1, rate.shape[2])
    samples = samples - samples.mean(axis=0)
    if not (samples**2).sum() > 0:
        raise Unmeasurable(f"{where}: found {rate.shape[2]} units that do not vary, wanted some that do")
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
    """(variable,) share of the samples' squares along each axis."""
    return ((samples @ axes.orthogonal.T) ** 2).sum(axis=0) / (samples**2).sum()


def _details(axes: Axes, names: list[str], times: np.ndarray) -> list[dict]:
    """Rows of when and how much, and of how far the axes were from orthogonal."""
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
