"""Every kind of point, stability and continuum in systems in which all of them are known."""

import numpy as np
import pytest
from fixed_points.made_up import LEAK, Line, Units, flip_flop, limit_cycle, ring, times_tau

from rnncompare.fixed_points.search import find_fixed_points

DT = 0.01
SIZES = (10, 10, 10)


def starts(count, size, seed=0, scale=1.0):
    return scale * np.random.default_rng(seed).standard_normal((count, size))


def found(dynamics, x, **more):
    return find_fixed_points(dynamics, np.zeros(dynamics.state_size), x, dt=DT, **more)


@pytest.fixture(scope="module")
def bits():
    groups = np.random.default_rng(0).uniform(-2.5, 2.5, (500, 3))
    return found(flip_flop(), np.repeat(groups, 10, axis=1) + starts(500, 30, seed=1, scale=0.1), searches=500)


def test_three_bits_have_8_stable_points_12_and_6_saddles_and_the_origin(bits):
    assert bits.kinds.tolist() == ["fixed"] * 27 and (bits.continuum == -1).all()
    assert np.bincount(bits.unstable).tolist() == [8, 12, 6, 1]
    assert len(bits.unconverged) == 0 and bits.starts_searched.sum() == 500


def test_each_bit_is_at_one_of_three_values_and_each_combination_is_found_once(bits):
    groups = bits.states.reshape(27, 3, 10)
    np.testing.assert_allclose(groups, groups[:, :, :1] * np.ones(10), atol=1e-9)
    values = np.round(groups[:, :, 0], 6)
    assert set(np.abs(values).ravel().tolist()) == {0.0, 1.915008}
    assert len({tuple(row) for row in (values + 0.0).tolist()}) == 27
    assert ((values == 0).sum(axis=1) == bits.unstable).all()
    assert (bits.q < 1e-18).all()


def test_three_bits_decay_or_grow_at_the_known_rates(bits):
    for mu, unstable in zip(bits.eigenvalues, bits.unstable, strict=True):
        expected = [1.0] * unstable + [-0.833628] * (3 - unstable) + [-1.0] * 27
        np.testing.assert_allclose(times_tau(mu), expected, atol=1e-6)


def test_the_network_flows_to_stable_points_alone(bits):
    assert (bits.starts_flowing[:8] > 0).all() and not bits.starts_flowing[8:].any()
    same = np.sign(bits.states[bits.flows_to].reshape(500, 3, 10).mean(axis=2))
    assert (np.abs(same) == 1).all()


def test_starts_at_the_corners_find_the_stable_points_only():
    corners = 2.0 * np.array(np.meshgrid(*[(-1, 1)] * 3)).reshape(3, 8).T
    result = found(flip_flop(), np.repeat(corners, 10, axis=1))
    assert result.unstable.tolist() == [0] * 8
    assert sorted(result.searched_to.tolist()) == list(range(8))
    assert (result.searched_to == result.flows_to).all()


def test_a_line_attractor_is_one_continuum_whatever_the_number_of_starts():
    v = starts(1, 50, seed=3)[0]
    v /= np.linalg.norm(v)
    for count in (1, 20, 200):
        x = starts(count, 50, seed=4)
        result = found(Units(np.outer(v, v), "linear"), x)
        assert result.continua == 1 and len(result.fixed) == 0 and len(result.unconverged) == 0
        assert (result.continuum == 0).all()
        np.testing.assert_allclose(result.states, np.outer(result.states @ v, v), atol=1e-11)
        np.testing.assert_allclose(result.ends, np.outer(x @ v, v), atol=1e-8)
        np.testing.assert_allclose(times_tau(result.eigenvalues[0]), [0.0] + [-1.0] * 49, atol=1e-12)
        rows = result.rows()
        assert rows.kind.tolist() == ["continuum", "unconverged"]
        assert rows.starts_searched.tolist() == [count, 0]
    along = x @ v * np.abs(v).max()
    assert rows.extent[0] == pytest.approx(np.ptp(along), abs=2 * result.merge_distance)


def test_parallel_lines_are_as_many_continua():
    """One unit keeps any value; the other has two stable values and an unstable one."""

    class Lines(Units):
        def read(self, x):
            return np.column_stack([x[:, 0], np.tanh(x[:, 1])])

        def jacobian(self, x, u):
            slopes = np.column_stack([np.ones(len(x)), 2 * (1 - np.tanh(x[:, 1]) ** 2)])
            return np.eye(2) * (1 - LEAK + LEAK * slopes)[:, None]

    result = found(Lines(np.diag([1.0, 2.0]), "tanh"), starts(60, 2))
    assert result.continua == 3 and len(result.fixed) == 0
    lines = [result.continuum == number for number in range(3)]
    assert sorted(result.states[line, 1].mean().round(6) for line in lines) == [-1.915008, 0.0, 1.915008]
    assert max(np.ptp(result.states[line, 1]) for line in lines) < 1e-9
    assert sorted(result.unstable[line].mean() for line in lines) == [0, 0, 1]


def test_two_units_have_one_point_with_their_two_time_constants():
    result = found(Units(np.array([[0.0, 0.8], [0.8, 0.0]]), "linear", leak=0.25), starts(50, 2))
    assert result.kinds.tolist() == ["fixed"] and result.starts_searched.tolist() == [50]
    np.testing.assert_allclose(result.states, 0, atol=1e-12)
    np.testing.assert_allclose(times_tau(result.eigenvalues[0], leak=0.25), [-0.2, -1.8], atol=1e-12)
    np.testing.assert_allclose(result.modes(0).time_constants, -DT / np.log([0.95, 0.55]))


def test_within_a_limit_cycle_is_one_unstable_spiral_and_starts_that_are_lost_are_counted_apart():
    result = found(limit_cycle(), starts(500, 2), searches=500)
    assert len(result.fixed) == 1 and result.unstable[0] == 2
    np.testing.assert_allclose(result.states[0], 0, atol=1e-12)
    np.testing.assert_allclose(times_tau(result.eigenvalues[0]), [0.5 + 1j, 0.5 - 1j], atol=1e-12)
    assert result.modes(0).pairs.all() and result.modes(0).time_constants[0] < 0
    rows = result.rows()
    assert rows.kind.value_counts()["fixed"] == 1 and rows.kind.iloc[-1] == "unconverged"
    assert rows.starts_flowing.tolist() == [0] * (len(rows) - 1) + [500]
    assert rows.starts_searched.sum() == 500 and rows.starts_searched[0] < 400


def test_a_limit_cycle_is_slow_at_four_places_a_quarter_turn_apart():
    """The system is the same after a quarter turn."""
    result = found(limit_cycle(), starts(500, 2), searches=500)
    slow = result.states[result.slow]
    assert len(slow) == 4 and (result.q[result.slow] > 1e-3).all()
    np.testing.assert_allclose(result.q[result.slow], result.q[result.slow][0], rtol=1e-6)
    turned = np.column_stack([-slow[:, 1], slow[:, 0]])
    assert (np.abs(turned[:, None] - slow).max(axis=2).min(axis=1) < 1e-4).all()


def test_a_minimum_of_the_speed_at_a_kink_is_unconverged():
    """x' = x + (|x| + 1) / 10: nothing tells a kink from a search that stopped early."""
    kink = Line(lambda x: LEAK * (np.abs(x) + 1), lambda x: LEAK * np.sign(x))
    result = find_fixed_points(kink, np.zeros(1), np.linspace(-1, 0.5, 20)[:, None], dt=DT)
    assert len(result.states) == 0 and result.unconverged.tolist() == list(range(20))
    rows = result.rows()
    assert rows.kind.tolist() == ["unconverged"] and rows.starts_searched.tolist() == [20]
    assert rows.q[0] == pytest.approx(LEAK**2 / 2, rel=1e-3)


def bumps(count):
    """Relaxed states of the ring attractor at random directions."""
    angle = 2 * np.pi * np.arange(100) / 100
    x = 1 + np.cos(angle - np.random.default_rng(0).uniform(0, 2 * np.pi, (count, 1)))
    for _ in range(2000):
        x = ring(-3.0, 4.0).step(x, np.ones(100))
    return x


def test_a_ring_attractor_is_one_continuum_with_one_neutral_direction():
    result = find_fixed_points(ring(-3.0, 4.0), np.ones(100), bumps(40), dt=DT)
    assert result.continua == 1 and len(result.fixed) == 0
    for mu in result.eigenvalues:
        assert np.abs(times_tau(mu)[0]) < 1e-12
        assert times_tau(mu)[1] == pytest.approx(-0.66157, abs=5e-6)
    assert (result.marginal == 1).all() and (result.unstable == 0).all()


def test_cold_starts_also_find_the_uniform_point_of_a_ring_attractor():
    result = find_fixed_points(ring(-3.0, 4.0), np.ones(100), starts(40, 100, scale=0.1), dt=DT)
    uniform = [point for point in result.fixed if np.ptp(result.states[point]) < 1e-9]
    assert len(uniform) == 1 and result.unstable[uniform] == 2
    np.testing.assert_allclose(times_tau(result.eigenvalues[uniform[0]])[:2], [1, 1], atol=1e-9)


def test_a_ring_whose_bump_moves_has_no_continuum_and_one_point_that_is_left_in_a_spiral():
    """The first harmonic of the uniform state has the feedback w1 / 2 exp(i shift)."""
    moving = ring(-3.0, 4.0, shift=0.2)
    result = find_fixed_points(moving, np.ones(100), np.concatenate([bumps(8), starts(8, 100, scale=0.1)]), dt=DT)
    assert result.continua == 0 and len(result.fixed) == 1 and np.ptp(result.states[result.fixed[0]]) < 1e-9
    turning = 2 * np.exp(0.2j) - 1
    found = times_tau(result.eigenvalues[result.fixed[0]])[:2]
    np.testing.assert_allclose(found, [turning, turning.conjugate()], atol=1e-9)


def test_a_driven_ring_has_one_point():
    result = find_fixed_points(ring(0.9, 1.0), np.full(100, 0.1), starts(40, 100), dt=DT)
    assert len(result.fixed) == 1 and len(result.states) == 1 and result.continua == 0
    np.testing.assert_allclose(result.states[0], 1, atol=1e-9)
    np.testing.assert_allclose(times_tau(result.eigenvalues[0])[:4], [-0.1, -0.5, -0.5, -1], atol=1e-9)


@pytest.mark.parametrize("height", [1e-2, 1e-4, 1e-6])
def test_where_a_fixed_point_has_just_vanished_is_a_slow_point_with_its_speed(height):
    """x' = x + (x^2 + height) / 10 has no fixed point; it is slowest at 0."""
    ghost = Line(lambda x: LEAK * (x**2 + height), lambda x: LEAK * 2 * x)
    result = find_fixed_points(ghost, np.zeros(1), np.linspace(-1, 0.5, 20)[:, None], dt=DT)
    assert result.kinds.tolist() == ["slow"] and len(result.fixed) == 0
    assert result.states[0, 0] == pytest.approx(0, abs=1e-5)
    assert result.speeds[0] == pytest.approx(LEAK * height / DT, rel=1e-3)


def test_a_point_at_a_bifurcation_has_an_eigenvalue_of_1_but_is_no_continuum():
    pitchfork = Line(lambda x: -LEAK * x**3, lambda x: -LEAK * 3 * x**2)
    result = find_fixed_points(pitchfork, np.zeros(1), np.linspace(-1, 1, 21)[:, None], dt=DT)
    assert result.continua == 0 and len(result.fixed) == 1
    assert result.marginal.tolist() == [1]
    assert result.states[0, 0] == pytest.approx(0, abs=result.merge_distance)


def test_an_input_moves_a_point_by_the_inverse_of_the_linearised_map():
    dynamics, u = Units(np.array([[0.0, 0.8], [0.8, 0.0]]), "linear"), np.array([1.0, -2.0])
    result = find_fixed_points(dynamics, u, starts(5, 2), dt=DT)
    np.testing.assert_allclose(result.states[0], np.linalg.solve(np.eye(2) - dynamics.J, u), atol=1e-12)


def test_a_network_that_diverges_has_no_point_to_flow_to():
    result = found(Units(np.array([[0.0, 3.0], [3.0, 0.0]]), "linear"), starts(10, 2), steps=4000)
    assert (result.flows_to == -1).all() and result.unstable.tolist() == [1]
