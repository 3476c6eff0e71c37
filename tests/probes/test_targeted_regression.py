"""Axes of known variables, compared with statsmodels and plain loops."""

import numpy as np
import pytest
import statsmodels.api as sm
from probes.planted import decisions
from scipy.linalg import subspace_angles

from rnncompare.activity import BadActivity
from rnncompare.decoding.regression_axes import design, orthogonalised, principal_axes, regression_axes, z_scored
from rnncompare.plugins import BadOption
from rnncompare.probes.targeted_regression import targeted_regression

VARIABLES = {"direction": "choice", "coherence": "coherence", "context": "context"}
OPTIONS = {
    "seed": 0,
    "variables": VARIABLES,
    "leave_out": ["undecided"],
    "align": None,
    "window": [-0.1, 0.3],
    "components": 6,
    "permutations": 0,
}
TIMES = np.arange(-10, 31) * 0.01
UNITS = 24


def planted(seed, *, noise=0.1, mixed=0.0, **more):
    """Each variable has an axis and a peak time; the axis of coherence can be rotated towards that of direction."""
    data = decisions(seed, units=UNITS, time=TIMES, **more)
    axes = np.linalg.qr(np.random.default_rng(seed).standard_normal((UNITS, 3)))[0].T
    axes[1] = np.sqrt(1 - mixed**2) * axes[1] + mixed * axes[0]
    matrix = design(data, VARIABLES, "here")[:, 1:]
    rate = 5 + noise * data.rate.values
    for axis, column, peak in zip(axes, matrix.T, (0.2, 0.1, 0.0), strict=True):
        rate = rate + 3 * column[:, None, None] * np.exp(-0.5 * ((TIMES - peak) / 0.05) ** 2)[:, None] * axis
    return data.assign(rate=(data.rate.dims, rate)), axes


def values(data, statistic, **changes):
    rows = targeted_regression(data, **(OPTIONS | changes))
    return {r["variable"]: r["value"] for r in rows if r["statistic"] == statistic and "time" not in r}


def axes_of(rate, matrix, denoise):
    return regression_axes(rate, matrix, denoise, np.arange(len(rate))[None])[0]


def of(data, components=6):
    rate, matrix = z_scored(data.rate.values), design(data, VARIABLES, "here")
    return rate, matrix, axes_of(rate, matrix, principal_axes(rate, components))


def test_known_axes_and_times_are_recovered():
    data, axes = planted(0)
    scale = data.rate.values.std(axis=(0, 1))  # rates are z-scored, and so are axes
    found = of(data)[2]
    for raw, axis in zip(found.raw, axes, strict=True):
        expected = axis / scale
        assert abs(raw @ expected) / np.linalg.norm(expected) > 0.99
    expected = {"direction": 0.2, "coherence": 0.1, "context": 0.0}
    assert values(data, "axis_time") == pytest.approx(expected, abs=0.021)


def test_coefficients_agree_with_statsmodels_at_each_time():
    data, _ = planted(1, noise=1.0)
    rate, matrix = z_scored(data.rate.values), design(data, VARIABLES, "here")
    found = axes_of(rate, matrix, np.eye(UNITS))
    for t in (0, 20, 40):
        theirs = np.array([sm.OLS(rate[:, t, k], matrix).fit().params[1:] for k in range(UNITS)])
        np.testing.assert_allclose(found.size[:, t], np.sqrt((theirs**2).mean(axis=0)), atol=1e-10)
    t = found.time[0]
    first = np.array([sm.OLS(rate[:, t, k], matrix).fit().params[1] for k in range(UNITS)])
    np.testing.assert_allclose(found.raw[0], first / np.linalg.norm(first), atol=1e-9)


def test_axes_lie_within_the_components_and_are_orthogonal_in_order():
    data, _ = planted(2, noise=0.5, mixed=0.6)
    rate, _, found = of(data)
    inside = principal_axes(rate, 6)
    np.testing.assert_allclose(found.raw @ inside @ inside.T, found.raw, atol=1e-10)
    np.testing.assert_allclose(found.orthogonal @ found.orthogonal.T, np.eye(3), atol=1e-10)
    np.testing.assert_allclose(found.orthogonal[0], found.raw[0])
    for k in (2, 3):  # orthogonalisation does not change the span of the first k axes
        assert subspace_angles(found.raw[:k].T, found.orthogonal[:k].T).max() < 1e-6


@pytest.mark.parametrize("mixed", [0.0, 0.4, 0.8])
def test_the_angle_between_two_axes_is_the_known_one(mixed):
    data, axes = planted(3, mixed=mixed)
    one, other = axes[:2] / data.rate.values.std(axis=(0, 1))  # for z-scored units
    cosine = abs(one @ other) / np.linalg.norm(one) / np.linalg.norm(other)
    assert values(data, "axis_cosine")["direction, coherence"] == pytest.approx(cosine, abs=0.03)


def test_shares_agree_with_the_variance_of_condition_averages_along_each_axis():
    data, _ = planted(4)
    rate = z_scored(data.rate.values)
    names = sorted(set(data.condition.values.tolist()))
    averages = np.stack([rate[data.condition.values == n].mean(axis=0) for n in names])
    axes = axes_of(rate, design(data, VARIABLES, "here"), principal_axes(averages, 6))
    samples = averages.reshape(-1, UNITS) - averages.mean(axis=(0, 1))
    expected = ((samples @ axes.orthogonal.T) ** 2).sum(axis=0) / (samples**2).sum()
    found = values(data, "axis_variance")
    assert list(found.values()) == pytest.approx(expected.tolist())
    assert 0.8 < sum(found.values()) <= 1 and min(found.values()) > 0.05


def test_many_orders_at_once_equal_each_order_alone():
    data, _ = planted(4, noise=1.0)
    rate, matrix, _ = of(data)
    rng = np.random.default_rng(0)
    orders = np.stack([np.arange(len(rate)), rng.permutation(len(rate)), rng.permutation(len(rate))])
    inside = principal_axes(rate, 5)
    for order, found in zip(orders, regression_axes(rate, matrix, inside, orders), strict=True):
        alone = axes_of(rate, matrix[order], inside)
        np.testing.assert_allclose(found.orthogonal, alone.orthogonal, atol=1e-9)
        np.testing.assert_allclose(found.size, alone.size, atol=1e-12)


def test_only_a_variable_with_an_effect_is_significant():
    rng = np.random.default_rng(5)
    data = decisions(5, units=UNITS, time=TIMES, direction=1.0 * rng.standard_normal(UNITS), trials_a_condition=20)
    rows = targeted_regression(data, **(OPTIONS | {"permutations": 39}))
    p = {r["variable"]: r["p"] for r in rows if r["statistic"] == "axis_variance"}
    assert p["direction"] == 1 / 40 and p["context"] > 1 / 40


def test_a_variable_is_coded_from_minus_one_to_one():
    data = decisions(6, units=2)
    matrix = design(data, VARIABLES, "here")
    assert (matrix[:, 0] == 1).all()
    np.testing.assert_array_equal(matrix[:, 1], np.where(data.choice.values == "right", 1, -1))
    np.testing.assert_allclose(matrix[:, 2], data.coherence.values / 0.6)
    np.testing.assert_array_equal(matrix[:, 3], np.where(data.context.values == "red_left", 1, -1))


def test_a_linearly_dependent_axis_is_0():
    axes = orthogonalised(np.array([[1.0, 0, 0], [1.0, 0, 0], [0.6, 0.8, 0]]))
    np.testing.assert_allclose(axes, [[1, 0, 0], [0, 0, 0], [0, 1, 0]], atol=1e-12)


def test_silent_units_and_areas_are_handled():
    data, _ = planted(7)
    data = data.assign(rate=data.rate.where(data.unit != "unit_3", 0.1))
    data = data.assign_coords(area=("unit", np.repeat(["1", "2"], UNITS // 2)))
    rows = targeted_regression(data, **OPTIONS)
    assert {r["area"] for r in rows} == {"1", "2"} and all(np.isfinite(r["value"]) for r in rows)


@pytest.mark.parametrize(
    ("keep", "changes", "message"),
    [
        (slice(0, 40), {}, "found 1 values of choice (right), wanted two values or numbers"),
        (
            slice(None),
            {"variables": {"a": "choice", "b": "choice"}},
            "found a, b to be linearly dependent over",
        ),
        (slice(None), {"variables": {"rt": "rt"}}, "found rt missing in some trials, wanted it in all"),
        (slice(None), {"variables": {"x": "side"}}, "wanted 'side'"),
    ],
)
def test_variables_that_cannot_be_used_in_a_regression_are_refused(keep, changes, message):
    data = decisions(8, units=UNITS, time=TIMES, undecided=0.05).isel(trial=keep)
    if keep != slice(None):
        data = data.isel(trial=data.choice.values == "right")
    with pytest.raises(BadActivity) as error:
        targeted_regression(data, **(OPTIONS | changes))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"components": 2}, "found 3 variables, components 2"),
        ({"components": 30}, "found components 30, wanted at most 24, the number of units"),
        ({"variables": {}}, "found 0 variables"),
    ],
)
def test_invalid_options_are_refused(changes, message):
    with pytest.raises(BadOption) as error:
        targeted_regression(planted(9)[0], **(OPTIONS | changes))
    assert message in str(error.value)
