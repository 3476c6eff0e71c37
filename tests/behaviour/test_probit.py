"""Probit regression is the maximum of the likelihood, and says when there is none."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from rnncompare.behaviour.probit import probit_regression


def choices(seed: int, trials: int = 4000):
    rng = np.random.default_rng(seed)
    evidence = rng.choice([-0.15, -0.05, 0.05, 0.15], (trials, 2))
    return evidence, rng.uniform(size=trials) < norm.cdf(0.2 + evidence @ [9.0, -1.5])


def test_coefficients_maximise_the_likelihood_and_errors_are_those_of_its_curvature():
    evidence, choice = choices(0)

    def loss(beta):
        return -norm.logcdf(np.where(choice, 1, -1) * (beta[0] + evidence @ beta[1:])).sum()

    expected = minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-8})
    found = probit_regression(evidence, choice)
    assert [found.intercept, *found.coefficients] == pytest.approx(expected.x, abs=1e-4)
    h = 1e-3 * np.eye(3)
    curvature = [
        [sum(s * t * loss(expected.x + s * a + t * b) for s in (1, -1) for t in (1, -1)) / 4e-6 for a in h] for b in h
    ]
    assert found.errors == pytest.approx(np.sqrt(np.diag(np.linalg.inv(curvature)))[1:], rel=0.05)
    assert not found.separated


def test_errors_cover_the_true_coefficients():
    found = [probit_regression(*choices(seed, 800)) for seed in range(100)]
    z = np.array([(one.coefficients - [9.0, -1.5]) / one.errors for one in found])
    assert np.abs(z.mean(axis=0)).max() < 0.35
    assert z.std(axis=0) == pytest.approx(1, abs=0.25)


def test_a_predictor_without_variation_has_no_effect_on_the_others():
    evidence, choice = choices(1)
    alone = probit_regression(evidence, choice)
    more = probit_regression(np.column_stack([evidence, np.zeros(len(choice))]), choice)
    assert more.coefficients == pytest.approx([*alone.coefficients, 0])


@pytest.mark.parametrize("choice", [[True] * 4, [False] * 4, [False, False, True, True]], ids=["one", "other", "apart"])
def test_choices_that_are_separated_have_no_slope(choice):
    found = probit_regression(np.array([[-0.2], [-0.1], [0.1], [0.2]]), np.array(choice))
    assert found.separated
    assert np.isnan(found.coefficients).all()


def test_no_trials_are_refused():
    with pytest.raises(ValueError, match="found no trials"):
        probit_regression(np.zeros((0, 1)), np.zeros(0, dtype=bool))
