"""Known networks have the properties that their names state."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncompare.calibration.known_networks import KINDS, _recurrent, inputs, known_network

TIME = np.arange(-40, 31) * 0.01


def drive(own: int, common: int, conditions: int = 8, ring: bool = False, time: np.ndarray = TIME) -> np.ndarray:
    return inputs(time, conditions, *(np.random.default_rng(s) for s in (own, common)), ring=ring)


@pytest.mark.parametrize("kind", KINDS)
def test_rates_are_finite_non_negative_and_differ_between_conditions(kind):
    rates = known_network(kind, drive(0, 1), seed=2, step=0.01)
    assert rates.shape == (8, len(TIME), KINDS[kind].units)
    assert np.isfinite(rates).all() and rates.min() >= 0
    assert rates.var(axis=0).sum() > 0.1 * rates.var(axis=(0, 1)).sum() * len(TIME)


@given(order=st.permutations(range(6)), kind=st.sampled_from(list(KINDS)))
@settings(deadline=None, max_examples=8, derandomize=True)
def test_conditions_are_exchangeable(order, kind):
    given = drive(0, 1, 6)
    rates, other = (known_network(kind, u, seed=2, step=0.01) for u in (given, given[list(order)]))
    np.testing.assert_allclose(other, rates[list(order)], atol=1e-12)


def test_weights_depend_on_the_seed_and_not_on_the_inputs():
    one, other = (known_network("weak", drive(0, 1), seed=s, step=0.01) for s in (2, 3))
    assert np.abs(one - other).max() > 0.1
    np.testing.assert_array_equal(one, known_network("weak", drive(0, 1), seed=2, step=0.01))


@pytest.mark.parametrize(("kind", "gain"), [("weak", 0.5), ("reference", 1.5), ("strong", 4.0)])
def test_a_dense_network_has_its_nominal_gain(kind, gain):
    weights = _recurrent(KINDS[kind], np.random.default_rng(0))
    assert np.abs(np.linalg.eigvals(weights)).max() == pytest.approx(gain, rel=0.15)


def test_architectures_have_the_properties_of_their_names():
    rng = np.random.default_rng(0)
    dale = _recurrent(KINDS["dale"], rng)
    assert (np.abs(np.sign(dale).sum(axis=0)) == len(dale)).all()
    assert (dale > 0).all(axis=0).sum() == 120
    assert np.linalg.matrix_rank(_recurrent(KINDS["low_rank"], rng)) == 2
    forward = _recurrent(KINDS["feedforward"], rng)
    assert not np.triu(forward).any()
    assert not np.linalg.matrix_power(forward, 3).any()
    assert (forward @ forward).any()


def test_steps_longer_than_the_integration_step_are_divided():
    """With a constant input, only the integration differs."""
    constant = np.repeat(drive(0, 1)[:, :1], 40, axis=1)
    fine, coarse = (
        known_network("weak", constant, seed=0, step=0.01),
        known_network("weak", constant[:, ::5], seed=0, step=0.05),
    )
    np.testing.assert_allclose(coarse[:, 1:], fine[:, 4::5][:, : coarse.shape[1] - 1], atol=0.02)
    assert np.abs(fine[:, -1] - fine[:, 0]).max() < 0.02  # after the burn-in


def test_inputs_share_the_part_with_the_same_generator():
    one, other, third = drive(0, 1), drive(2, 1), drive(0, 3)
    np.testing.assert_array_equal(one[..., 4:], other[..., 4:])
    np.testing.assert_array_equal(one[..., :4], third[..., :4])
    assert np.abs(one[..., :4] - other[..., :4]).max() > 0.5
    assert np.ptp(one[..., 4:], axis=0).max() == 0  # equal in all conditions


def test_inputs_on_a_circle_are_similar_between_neighbouring_conditions():
    ring = drive(0, 1, ring=True)[..., :4].reshape(8, -1)
    np.testing.assert_allclose(ring[:4], -ring[4:], atol=1e-12)
    near, far = (np.mean([np.linalg.norm(ring[k] - ring[(k + d) % 8]) for k in range(8)]) for d in (1, 3))
    assert near < far / 2


def test_inputs_have_unit_variance_while_they_vary():
    many = drive(0, 1, 400)
    moving = (TIME > 0.1) & (TIME < 0.28)
    assert many[:, TIME < -0.2, :4].std() == pytest.approx(1, rel=0.1)
    assert many[:, moving, :4].std() == pytest.approx(1, rel=0.1)


def test_without_an_event_at_0_the_event_is_in_the_middle():
    late = TIME + 5
    np.testing.assert_allclose(drive(0, 1, time=late), drive(0, 1, time=late - late.mean()), atol=1e-12)
