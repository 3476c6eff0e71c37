"""What a search reports and refuses, on networks of the package."""

import numpy as np
import pytest
from fixed_points.made_up import Units, flip_flop
from support.deciding import deciding_network, small_network

from rnncompare.fixed_points.search import find_fixed_points
from rnncompare.fixed_points.starts import sample_states, trajectories

DT = 0.01


@pytest.fixture(scope="module")
def network():
    return small_network(nonlinearity="tanh", g=1.5, units=30, seed=6).dynamics()


@pytest.fixture(scope="module")
def starts(network):
    inputs = np.random.default_rng(0).standard_normal((20, 40, 3))
    return sample_states(trajectories(network, inputs), 100, jitter=0.1, seed=0)


def test_at_the_points_of_a_network_its_state_does_not_change(network, starts):
    u = np.array([0.5, -0.2, 0.1])
    result = find_fixed_points(network, u, starts, dt=DT)
    fixed = result.states[result.kinds == "fixed"]
    assert len(fixed) > 0 and np.abs(network.step(fixed, u) - fixed).max() < 1e-13
    np.testing.assert_allclose(result.outputs, network.read(result.states))
    distances = np.abs(fixed[:, None] - fixed).max(axis=2)[np.triu_indices(len(fixed), 1)]
    assert (distances > result.merge_distance).all()


def test_stable_points_attract_and_unstable_points_repel(network, starts):
    u = np.zeros(3)
    result = find_fixed_points(network, u, starts, dt=DT)
    assert result.unstable.min() == 0 < result.unstable[result.fixed].max()
    for point in result.fixed:
        near = result.states[[point]] + 1e-5 * np.random.default_rng(0).standard_normal((1, 30))
        for _ in range(2000):
            near = network.step(near, u)
        assert (np.abs(near - result.states[point]).max() < 1e-6) == (result.unstable[point] == 0)


def test_points_are_ordered_by_unstable_directions_and_then_by_starts(network, starts):
    result = find_fixed_points(network, np.zeros(3), starts, dt=DT)
    fixed = result.fixed
    ends = (result.starts_searched + result.starts_flowing)[fixed]
    keys = list(zip(result.unstable[fixed], -ends, strict=True))
    assert keys == sorted(keys) and fixed.tolist() == list(range(len(fixed)))


def test_every_start_is_counted_once_by_each_of_the_two_searches(network, starts):
    result = find_fixed_points(network, np.zeros(3), starts, dt=DT)
    rows = result.rows()
    assert rows.starts_searched.sum() == rows.starts_flowing.sum() == 100
    for start, point in enumerate(result.searched_to):
        if point >= 0 and result.kinds[point] == "fixed":
            assert np.abs(result.ends[start] - result.states[point]).max() <= result.merge_distance


def test_results_do_not_depend_on_the_order_of_starts(network, starts):
    u = np.array([0.1, 0.0, 0.0])
    first, again = (find_fixed_points(network, u, x, dt=DT) for x in (starts, starts[::-1]))
    order, other = (np.argsort(result.states[result.fixed, 0]) for result in (first, again))
    np.testing.assert_allclose(first.states[order], again.states[other], atol=1e-8)
    assert (first.starts_searched[order] == again.starts_searched[other]).all()
    assert (first.starts_flowing[order] == again.starts_flowing[other]).all()


def test_fewer_searches_leave_the_other_starts_to_the_network_alone(network, starts):
    result = find_fixed_points(network, np.zeros(3), starts, dt=DT, searches=10)
    begun = np.flatnonzero(result.searched_to != -2)
    assert len(begun) == 10 and begun[0] == 0 and begun[-1] == 99
    assert np.isnan(np.delete(result.ends, begun, axis=0)).all() and np.isfinite(result.ends[begun]).all()
    rows = result.rows()
    assert rows.starts_searched.sum() == 10 and rows.starts_flowing.sum() == 100


@pytest.mark.parametrize(("rare", "searched"), [(0, 200), (1, 400), (2, 200)])
def test_a_search_goes_on_while_a_point_was_found_only_once(rare, searched):
    """Of 400 starts at one stable point, some are at the unstable point; even starts are searched first."""
    x = np.ones((400, 1))
    x[[0, 2][:rare]] = 0
    result = find_fixed_points(Units(np.array([[2.0]]), "tanh"), np.zeros(1), x, dt=DT)
    assert (result.searched_to >= 0).sum() == searched
    assert result.unstable.tolist() == ([0, 1] if rare else [0])


def test_speeds_and_times_are_in_seconds(network, starts):
    slow, fast = (find_fixed_points(network, np.zeros(3), starts, dt=dt) for dt in (0.02, 0.01))
    np.testing.assert_allclose(slow.rows().time_constant, 2 * fast.rows().time_constant)
    np.testing.assert_allclose(slow.speeds * 2, fast.speeds)


def test_the_network_can_be_given_more_steps_to_settle():
    """A mode with a time constant of 1,000 steps."""
    dynamics, x = Units(np.array([[0.99]]), "linear"), np.ones((3, 1))
    early, late = (find_fixed_points(dynamics, np.zeros(1), x, dt=DT, steps=steps) for steps in (400, 20_000))
    assert early.starts_flowing.tolist() == [0] and late.starts_flowing.tolist() == [3]
    assert early.starts_searched.tolist() == late.starts_searched.tolist() == [3]


def test_a_network_that_diverges_flows_nowhere():
    dynamics = Units(np.array([[0.0, 3.0], [3.0, 0.0]]), "linear")
    x = np.random.default_rng(0).standard_normal((10, 2))
    result = find_fixed_points(dynamics, np.zeros(2), x, dt=DT, steps=10_000)
    assert (result.flows_to == -1).all() and result.unstable.tolist() == [1]
    assert result.starts_searched.tolist() == [10]


def test_a_network_of_areas_with_noise_is_searched_without_it():
    dynamics = deciding_network().dynamics()
    x = np.abs(np.random.default_rng(0).standard_normal((30, 20)))
    result = find_fixed_points(dynamics, np.zeros(4), x, dt=0.05)
    assert len(result.fixed) == 1 and np.abs(result.states[0]).max() < 1e-9


class Noisy(Units):
    def step(self, x, u):
        return super().step(x, u) + np.random.default_rng().standard_normal(x.shape)


X = np.zeros((5, 30))


@pytest.mark.parametrize(
    ("u", "x", "more", "message"),
    [
        (np.zeros(30), X[:0], {}, "found no starts, wanted at least 1"),
        (np.zeros(30), X[:, :29], {}, "found starts of shape (5, 29), wanted (start, 30 variables)"),
        (np.zeros(30), X[0], {}, "found starts of shape (30,), wanted (start, 30 variables)"),
        (
            np.zeros(30),
            np.where(np.arange(5)[:, None] > 2, np.nan, X),
            {},
            "2 starts that are not finite (the first is 3)",
        ),
        (np.full(2, np.nan), X, {}, "found inputs [nan, nan], wanted one finite number for each input"),
        (np.zeros((5, 30)), X, {}, "wanted one finite number for each input"),
        (np.zeros(30), X, {"dt": 0.0}, "found dt 0.0, wanted a time step above 0 s"),
        (np.zeros(30), X, {"searches": 0}, "found steps 400 and searches 0, wanted at least 1 of each"),
        (np.zeros(30), X, {"steps": 0}, "found steps 0 and searches None"),
    ],
)
def test_a_search_that_cannot_succeed_is_refused_with_a_reason(u, x, more, message):
    with pytest.raises(ValueError, match="fixed points: ") as error:
        find_fixed_points(flip_flop(), u, x, **{"dt": DT} | more)
    assert message in str(error.value)


def test_inputs_of_another_width_than_the_network_has_are_refused(network, starts):
    with pytest.raises(ValueError, match=r"found inputs of shape \(4,\), wanted \(\.\., 3 inputs\)"):
        find_fixed_points(network, np.zeros(4), starts, dt=DT)


def test_a_map_with_noise_is_refused():
    with pytest.raises(ValueError, match=r"found two results of one step .* wanted a map without noise"):
        find_fixed_points(Noisy(np.eye(30), "tanh"), np.zeros(30), X, dt=DT)


def test_weights_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="found a step to states that are not finite"):
        find_fixed_points(Units(np.full((30, 30), np.nan), "tanh"), np.zeros(30), X, dt=DT)


def test_a_map_to_states_of_another_size_is_refused():
    class Wide(Units):
        def step(self, x, u):
            return np.zeros((len(x), 31))

    with pytest.raises(ValueError, match=r"found states of shape \(5, 31\) after a step, wanted \(5, 30\)"):
        find_fixed_points(Wide(np.eye(30), "tanh"), np.zeros(30), X, dt=DT)
