"""The plane of a decision: the read-out of the two answers, and the direction in which states vary most beside it."""

from typing import NamedTuple

import numpy as np

from rnncompare.fixed_points.protocol import Dynamics


class Plane(NamedTuple):
    """Two orthonormal axes and an origin. The first axis is that of the choice: positive for the first answer."""

    origin: np.ndarray  # (variable,)
    axes: np.ndarray  # (2, variable)

    def coordinates(self, states: np.ndarray) -> np.ndarray:
        """Coordinates (.., 2) of states (.., variable) projected onto the plane."""
        return (states - self.origin) @ self.axes.T

    def states(self, coordinates: np.ndarray) -> np.ndarray:
        """The states (.., variable) in the plane with these coordinates (.., 2)."""
        return self.origin + coordinates @ self.axes


def decision_plane(dynamics: Dynamics, states: np.ndarray) -> Plane:
    """The plane through the mean of `states` (.., variable), which are those of the trials of a context.

    First axis: the gradient of the first output minus the second, at the mean. Second axis: the first principal
    component of the states without their part along the first axis. Its sign is that of its largest loading. Raises
    ValueError if the outputs do not depend on the state, or the states vary along one line alone.
    """
    flat = states.reshape(-1, states.shape[-1])
    mean = flat.mean(axis=0)
    gradient = np.array([1.0, -1.0]) @ dynamics.read_jacobian(mean[None])[0][:2]
    length = np.linalg.norm(gradient)
    if not length > 0:
        raise ValueError("decision_plane: found outputs that do not depend on the state, wanted some that do")
    choice = gradient / length
    rest = flat - mean
    rest = rest - np.outer(rest @ choice, choice)
    values, vectors = np.linalg.eigh(rest.T @ rest)
    if not values[-1] > 1e-20 * max(1.0, (flat**2).sum()):
        raise ValueError("decision_plane: found states along one line, wanted states that vary in a plane")
    second = vectors[:, -1] - (vectors[:, -1] @ choice) * choice
    second /= np.linalg.norm(second)
    return Plane(mean, np.stack([choice, second * np.sign(second[np.abs(second).argmax()])]))


def flow(
    dynamics: Dynamics, plane: Plane, points: np.ndarray, u: np.ndarray, dt: float
) -> tuple[np.ndarray, np.ndarray]:
    """Velocity (point, 2), 1 / s, at points (point, 2) of a plane with inputs u, and the share of the speed in it.

    The share is |projected velocity| / |velocity|: where it is small, the network leaves the plane, and arrows say
    little. It is 1 where the network does not move.
    """
    x = plane.states(points)
    velocity = (dynamics.step(x, u) - x) / dt
    within, speed = velocity @ plane.axes.T, np.linalg.norm(velocity, axis=1)
    share = np.divide(np.linalg.norm(within, axis=1), speed, out=np.ones_like(speed), where=speed > 0)
    return within, share
