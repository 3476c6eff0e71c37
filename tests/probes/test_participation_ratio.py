"""Participation ratio, compared with eigenvalues and known dimensionality."""

import numpy as np
import pytest
from probes.planted import trials

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.probes.participation_ratio import participation_ratio


def ratios(data, units=None, repeats=1):
    return {
        r["condition_independent"]: r["value"] for r in participation_ratio(data, seed=0, units=units, repeats=repeats)
    }


def spanning(dimensions, units=30, conditions=12, times=50):
    """Rates with equal variance in `dimensions` directions, and a time course that all conditions share."""
    rng = np.random.default_rng(0)
    samples = rng.standard_normal((conditions, times, dimensions))
    samples -= samples.mean(axis=0)
    flat = np.linalg.qr(samples.reshape(-1, dimensions))[0]
    rate = (flat @ np.linalg.qr(rng.standard_normal((units, dimensions)))[0].T).reshape(conditions, times, units)
    return trials(rate, condition=[str(k) for k in range(conditions)])


@pytest.mark.parametrize("dimensions", [1, 3, 10])
def test_with_equal_variances_the_ratio_is_the_number_of_dimensions(dimensions):
    found = ratios(spanning(dimensions))
    assert found["removed"] == pytest.approx(dimensions) and found["kept"] == pytest.approx(dimensions)


def test_the_ratio_agrees_with_its_definition_by_eigenvalues(made_up):
    rate = made_up(1).rate.values
    for signal, axes in (("removed", 0), ("kept", (0, 1))):
        samples = (rate - rate.mean(axis=axes, keepdims=True)).reshape(-1, 20)
        l = np.linalg.eigvalsh(np.cov(samples.T, ddof=0) if signal == "kept" else samples.T @ samples)  # noqa: E741
        assert ratios(made_up(1))[signal] == pytest.approx(l.sum() ** 2 / (l**2).sum())


def test_the_condition_independent_signal_counts_only_if_it_is_kept():
    data = spanning(4)
    shared = data.assign(rate=data.rate + 100 * np.sin(np.arange(50) / 5)[None, :, None])
    found = ratios(shared)
    assert found["removed"] == pytest.approx(4) and found["kept"] < 1.01


def test_the_ratio_is_invariant_to_rotations_of_units(made_up):
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((20, 20)))[0]
    data = made_up(1)
    assert ratios(data.assign(rate=(data.rate.dims, data.rate.values @ turn))) == pytest.approx(ratios(data))


def test_the_ratio_is_that_of_averages_over_trials(made_up):
    data = made_up(1)
    twice = data.isel(trial=np.repeat(np.arange(8), 2))
    assert ratios(twice) == pytest.approx(ratios(data))


def test_populations_are_compared_at_equal_units(made_up):
    """For 20 and 80 units of the same process, the ratio differs, but not at equal numbers of units."""
    few, many = made_up(1, conditions=20, units=20), made_up(2, conditions=20, units=80)
    assert ratios(many)["removed"] > 2 * ratios(few)["removed"]
    equal = ratios(many, units=20, repeats=50)["removed"]
    assert equal == pytest.approx(ratios(few)["removed"], rel=0.1)
    assert 1 <= equal <= 20


def test_invalid_activities_and_options_are_refused(made_up):
    data = made_up(1)
    with pytest.raises(BadOption, match="participation_ratio of made up: found units 21, wanted 1 to 20"):
        ratios(data, units=21)
    with pytest.raises(BadOption, match="found repeats 0, wanted at least 1"):
        ratios(data, repeats=0)
    with pytest.raises(BadActivity, match="found 20 units without variance"):
        ratios(data.assign(rate=data.rate * 0 + 3.3))
