import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.readers.hatsopoulos2007_m1 import hatsopoulos2007_m1
from rnncompare.surrogates._maximum_entropy import multipliers
from rnncompare.surrogates.tensor_maximum_entropy import MODES, fit, sample, tensor_maximum_entropy

ALL = list(MODES)


def residual(data):
    """The residual after subtraction of the means of conditions, times and units in turn."""
    for axis in range(3):
        others = tuple({0, 1, 2} - {axis})
        data = data - data.mean(axis=others, keepdims=True)
    return data


def covariances(rest):
    """The covariances along conditions, times and units, summed over the other two, by definition."""
    return [np.tensordot(rest, rest, axes=(others, others)) for others in ((1, 2), (0, 2), (0, 1))]


def sampling_error(distribution, draws):
    """Root mean square distance of the mean of `draws` sampled marginal covariances from the true ones."""
    variance = distribution.spread**2
    for axis in range(3):
        table = np.moveaxis(variance, axis, 0).reshape(variance.shape[axis], -1)
        yield np.sqrt(((table.sum(axis=0) ** 2).sum() + (table**2).sum()) / draws)


def expected(distribution):
    """The three covariances of a fitted distribution, from all its variances."""
    found = []
    for axis, directions in enumerate(distribution.directions):
        variance = (distribution.spread**2).sum(axis=tuple({0, 1, 2} - {axis}))
        found.append(directions * variance @ directions.T)
    return found


def off(found, wanted):
    return np.linalg.norm(found - wanted) / np.linalg.norm(wanted)


@pytest.fixture
def m1(real_recording):
    (path,) = real_recording("hatsopoulos2007_m1").glob("*.npy")
    options = {"bin": 0.01, "smooth": 0.025, "minimum_rate": 0, "window": [-0.8, 0.4]}
    return hatsopoulos2007_m1({path.name: path}, **options).rate.values


def test_marginal_covariances_are_those_of_the_data_to_1e_6(hard):
    found, wanted = expected(fit(hard, ALL)), covariances(residual(hard))
    assert max(map(off, found, wanted)) < 1e-6


def test_marginal_covariances_of_the_real_recording_are_preserved_to_1e_6(m1):
    found, wanted = expected(fit(m1, ALL)), covariances(residual(m1))
    assert max(map(off, found, wanted)) < 1e-6


@pytest.mark.parametrize("keep", [["times"], ["units", "times"], ["conditions"], ["units", "conditions"]])
def test_modes_that_are_not_kept_have_white_covariances_and_the_others_those_of_the_data(keep, hard):
    found, wanted = expected(fit(hard, keep)), covariances(residual(hard))
    for mode, one, other in zip(MODES, found, wanted, strict=True):
        white = np.eye(len(other)) * np.trace(other) / len(other)
        assert off(one, other if mode in keep else white) < 1e-6


@pytest.mark.parametrize("keep", [ALL, ["times"]])
def test_the_distribution_has_exactly_the_marginal_means_of_the_data(keep, hard):
    mean = fit(hard, keep).mean
    for axes in ((1, 2), (0, 2), (0, 1)):
        assert mean.mean(axis=axes) == pytest.approx(hard.mean(axis=axes), rel=1e-10, abs=1e-12)


def test_drawn_surrogates_have_these_means_and_covariances_on_average(m1):
    draws, total, mean = 400, [0.0, 0.0, 0.0], 0.0
    centre, wanted = m1 - residual(m1), covariances(residual(m1))
    errors = sampling_error(fit(m1, ALL), draws)
    for draw in tensor_maximum_entropy(m1, draws=draws, seed=0, keep=ALL):
        mean = mean + draw / draws
        total = [t + c / draws for t, c in zip(total, covariances(draw - centre), strict=True)]
    assert np.linalg.norm(mean - centre) == pytest.approx(np.sqrt(np.trace(wanted[0]) / draws), rel=0.3)
    for found, true, error in zip(total, wanted, errors, strict=True):
        assert error < 0.06 * np.linalg.norm(true)
        assert np.linalg.norm(found - true) < 1.6 * error


def test_draws_are_gaussian_with_the_fitted_covariance(smooth):
    data = smooth(1, conditions=2, times=3, units=2)
    one = fit(data, ALL)
    basis = np.kron(np.kron(one.directions[0], one.directions[1]), one.directions[2])
    draws = np.array([d.ravel() for d in tensor_maximum_entropy(data, draws=20000, seed=0, keep=ALL)])
    assert off(np.cov(draws.T), basis * one.spread.ravel() ** 2 @ basis.T) < 0.03
    z = (draws - one.mean.ravel()) @ basis / one.spread.ravel()
    assert (z**4).mean(axis=0) == pytest.approx(3, abs=0.3)


def table(margins):
    a, b, c = multipliers(margins)
    return 1 / (a[:, None, None] + b[:, None] + c)


def sums(values):
    return [values.sum(axis=axes) for axes in ((1, 2), (0, 2), (0, 1))]


def random_margins(rng, sizes, spread):
    margins = [np.exp(rng.normal(0, spread, size)) for size in sizes]
    return [3.7 * margin / margin.sum() for margin in margins]


def test_the_optimum_matches_that_of_a_general_optimiser():
    margins = random_margins(np.random.default_rng(0), (3, 4, 2), 1.0)

    def misses(values):  # two of the sums follow from the others
        table = values.reshape(3, 4, 2)
        return np.concatenate([s - m for s, m in zip(sums(table), margins, strict=True)])[[0, 1, 2, 3, 4, 5, 7]]

    start = np.einsum("i,j,k", *margins).ravel() / 3.7**2
    found = minimize(
        lambda values: -np.log(values).sum(),
        start,
        jac=lambda values: -1 / values,
        bounds=[(1e-6, None)] * 24,
        constraints={"type": "eq", "fun": misses},
        options={"maxiter": 500, "ftol": 1e-13},
    )
    assert found.success
    assert table(margins).ravel() == pytest.approx(found.x, rel=1e-4)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.tuples(*[st.integers(1, 9)] * 3), st.floats(0, 5), st.integers(0, 2**20))
def test_margins_are_reached_and_no_other_table_with_them_has_higher_entropy(sizes, spread, seed):
    rng = np.random.default_rng(seed)
    margins = random_margins(rng, sizes, spread)
    best = table(margins)
    assert best.min() > 0
    for found, wanted in zip(sums(best), margins, strict=True):
        assert found == pytest.approx(wanted, rel=1e-9)
    independent = np.einsum("i,j,k", *margins) / 3.7**2  # has the same margins
    assert np.log(best).sum() >= np.log(independent).sum() - 1e-6
    other = best + 0.1 * best.min() * residual(
        rng.uniform(-1, 1, sizes)
    )  # this has them too, by definition of the residual
    assert np.log(best).sum() >= np.log(other).sum() - 1e-6


def test_margins_over_ten_orders_of_magnitude_are_reached():
    margins = [np.logspace(0, -10, n) for n in (8, 70, 140)]
    margins = [margin / margin.sum() for margin in margins]
    for found, wanted in zip(sums(table(margins)), margins, strict=True):
        assert found == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("keep", [[], ["times", "times"], ["neurons"]])
def test_unknown_modes_are_refused_before_anything_is_drawn(keep, smooth):
    with pytest.raises(BadOption, match="wanted some of conditions, times, units"):
        tensor_maximum_entropy(smooth(1), draws=1, seed=0, keep=keep)


def test_data_without_variance_beyond_marginal_means_are_refused(smooth):
    data = smooth(1) - residual(smooth(1))
    with pytest.raises(BadActivity, match="found rates that are a sum of a time course, a constant for"):
        tensor_maximum_entropy(data, draws=1, seed=0, keep=ALL)


def test_a_draw_does_not_depend_on_signs_of_eigenvectors_or_their_choice_for_equal_eigenvalues():
    """Both depend on the kernels of the processor that computes the eigenvectors."""
    found = fit(np.random.default_rng(0).standard_normal((4, 6, 5)), ALL)
    conditions, times, units = found.directions
    spread = found.spread.copy()
    spread[:, :, 1] = spread[:, :, 0]
    turned = units.copy()
    turned[:, :2] = units[:, :2] @ [[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]]
    one, other = (
        sample(found._replace(directions=directions, spread=spread), np.random.default_rng(3))
        for directions in ([conditions, times, units], [conditions, -times, turned])
    )
    assert np.abs(one - other).max() < 1e-12
