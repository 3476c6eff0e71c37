"""The plane of a decision, and the flow in it, of a system whose axes are known."""

import numpy as np
import pytest

from rnncompare.linearisation.decision_plane import decision_plane, flow

DT = 0.05


class Basins:
    """Two stable points and a saddle along the first variable; the second and third decay; read as a and -a."""

    state_size = 3
    left = np.array([1.0, 0.0, 0.0])

    def step(self, x, u):
        gain = np.array([2.0, 0.0, 0.0])
        kept = np.array([0.5, 0.8, 0.6])
        pushed = np.zeros((len(x), 3))
        u = np.broadcast_to(u, (len(x), 4))
        pushed[:, 0] = (u[:, :2] * u[:, 2:4]).sum(axis=1)
        pushed[:, 1] = u[:, 0] - u[:, 1]
        return kept * x + 0.5 * np.tanh(gain * x) + pushed

    def jacobian(self, x, u):
        slopes = np.zeros((len(x), 3))
        slopes[:, 0] = 1 - np.tanh(2 * x[:, 0]) ** 2
        return (np.array([0.5, 0.8, 0.6]) + slopes)[:, :, None] * np.eye(3)

    def read(self, x):
        return np.stack([x @ self.left, -x @ self.left], axis=1)

    def read_jacobian(self, x):
        return np.repeat(np.stack([self.left, -self.left])[None], len(x), axis=0)


def test_the_first_axis_is_the_read_out_and_the_second_the_largest_variance_beside_it():
    rng = np.random.default_rng(0)
    states = rng.standard_normal((200, 3)) * [5, 2, 0.1] + [1, 2, 3]
    plane = decision_plane(Basins(), states)
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2), abs=1e-12)
    assert plane.axes[0] == pytest.approx([1, 0, 0]) and abs(plane.axes[1, 1]) > 0.99
    assert plane.coordinates(plane.states(states[:, :2])) == pytest.approx(states[:, :2])
    assert plane.coordinates(states.mean(axis=0)) == pytest.approx([0, 0], abs=1e-12)


def test_the_flow_is_that_of_the_map_and_its_share_is_smaller_where_it_leaves_the_plane():
    plane = decision_plane(Basins(), np.diag([3.0, 2.0, 0.0]) - [1.0, 0.7, 0.0])
    velocity, share = flow(Basins(), plane, np.array([[0.0, 0.0], [1.0, 0.5]]), np.zeros(4), DT)
    state = plane.states(np.array([[1.0, 0.5]]))
    moved = (Basins().step(state, np.zeros(4)) - state)[0] / DT
    assert velocity[1] == pytest.approx(plane.axes @ moved)
    assert share[1] == pytest.approx(np.linalg.norm(velocity[1]) / np.linalg.norm(moved))
    tilted = plane._replace(origin=plane.origin + np.array([0, 0, 2.0]))  # the third variable decays, out of the plane
    assert flow(Basins(), tilted, np.zeros((1, 2)), np.zeros(4), DT)[1][0] < 0.7


def test_states_along_a_line_and_outputs_without_states_have_no_plane():
    with pytest.raises(ValueError, match="found states along one line"):
        decision_plane(Basins(), np.outer(np.arange(5.0), [1, 0, 0]))
    silent = Basins()
    silent.left = np.zeros(3)
    with pytest.raises(ValueError, match="found outputs that do not depend on the state"):
        decision_plane(silent, np.random.default_rng(0).standard_normal((9, 3)))
