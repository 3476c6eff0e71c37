"""Linear systems dx/dt = L x that are fitted to trajectories: their modes, and how far they predict a course."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.dynamics.trajectories import principal_axes

STEEPEST = 30.0  # a mode that changes by more than a factor of e^30 in one step is one that appears or vanishes in it
LOWEST = -1e6  # least R2 of a prediction: one that grows exponentially can overflow


class HeldOut(NamedTuple):
    """A condition that was left out, and the system that was fitted to the others."""

    course: np.ndarray  # (time, component): deviation from the mean over the other conditions, on their components
    matrix: np.ndarray  # (component, component) `best_map` of the other conditions
    power: np.ndarray  # (2,) sums of squares over all units of dx/dt and of the states after the first


def midpoints_and_slopes(course: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    """(sample, component) states halfway between neighbouring times, and the differences there / `step`.

    course: (condition, time, component).
    """
    state = ((course[:, 1:] + course[:, :-1]) / 2).reshape(-1, course.shape[-1])
    return state, (np.diff(course, axis=1) / step).reshape(state.shape)


def best_map(state: np.ndarray, motion: np.ndarray) -> np.ndarray:
    """(component, component) M that minimises |motion - state M'|^2; state, motion: (sample, component)."""
    return np.linalg.lstsq(state, motion, rcond=None)[0].T


def modes(matrix: np.ndarray, step: float, where: str) -> np.ndarray:
    """(component,) complex eigenvalues (1/s) of the system whose exact solutions `matrix` describes at midpoints.

    An exact solution of dx/dt = L x has (x_(k+1) - x_k) / step = M (x_(k+1) + x_k) / 2 with M = 2 / step x
    tanh(L step / 2), so that the eigenvalues of L are 2 / step x artanh(m step / 2). Raises BadActivity.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        values = 2 / step * np.arctanh(np.linalg.eigvals(matrix).astype(complex) * step / 2)
    if not (np.abs(values.real) * step < STEEPEST).all():
        raise BadActivity(
            f"{where}: found states that appear or vanish within one time step, wanted a course over several"
        )
    return values


def fastest(values: np.ndarray) -> complex:
    """The mode with the highest frequency; of several real ones, the one that decays most slowly."""
    return max(values, key=lambda mode: (abs(mode.imag), mode.real))


def slowest(values: np.ndarray) -> complex:
    """The mode that decays most slowly or grows fastest."""
    return max(values, key=lambda mode: mode.real)


def hertz(mode: complex) -> float:
    """Frequency of a mode, Hz."""
    return float(abs(mode.imag) / (2 * np.pi))


def predicted(matrix: np.ndarray, start: np.ndarray, *, times: int, step: float, where: str) -> np.ndarray:
    """(time, component) exact solution from `start` (component,) at the next `times` times. Raises BadActivity."""
    modes(matrix, step, where)  # a state that appears within a step has no map to the next
    half = matrix * step / 2
    forward = np.linalg.solve(np.eye(len(half)) - half, np.eye(len(half)) + half)
    found = np.empty((times, len(start)))
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(times):
            start = found[k] = forward @ start
    return found


def held_out(rate: np.ndarray, *, components: int, step: float) -> Iterator[HeldOut]:
    """Each condition of (condition, time, unit) left out in turn: mean, components and M are those of the others."""
    for k, course in enumerate(rate):
        others = np.delete(rate, k, axis=0)
        mean = others.mean(axis=0)
        axes = principal_axes(others, others - mean, components)
        matrix = best_map(*midpoints_and_slopes((others - mean) @ axes, step))
        deviation = course - mean
        power = [((np.diff(deviation, axis=0) / step) ** 2).sum(), (deviation[1:] ** 2).sum()]
        yield HeldOut(deviation @ axes, matrix, np.array(power))


def slope_errors(fold: HeldOut, step: float) -> np.ndarray:
    """(2,) sums of squares of dx/dt of the condition left out: of the errors of M x, and of dx/dt."""
    state, motion = midpoints_and_slopes(fold.course[None], step)
    return np.array([((motion - state @ fold.matrix.T) ** 2).sum(), (motion**2).sum()])


def course_errors(fold: HeldOut, step: float, where: str) -> np.ndarray:
    """(3, time) squares at all times after the first: of two predictions' errors, and of x. Raises BadActivity.

    Both start from the state at the first time: the solution of the linear system, and no change.
    """
    true = fold.course[1:]
    found = predicted(fold.matrix, fold.course[0], times=len(true), step=step, where=where)
    with np.errstate(over="ignore", invalid="ignore"):
        errors = ((true - found) ** 2).sum(axis=1)
    errors[~np.isfinite(errors)] = np.inf
    return np.stack([errors, ((true - fold.course[0]) ** 2).sum(axis=1), (true**2).sum(axis=1)])


def share_predicted(errors: np.ndarray, squares: np.ndarray) -> float:
    """1 - sum of the errors / sum of squares, at least LOWEST; 0 if there is nothing to predict."""
    total = squares.sum()
    return max(float(1 - errors.sum() / total), LOWEST) if total > 0 else 0.0


def share(part: float, whole: float) -> float:
    """part / whole without rounding error above 1; 0 of nothing."""
    return min(1.0, float(part / whole)) if whole > 0 else 0.0


def time_to_failure(errors: np.ndarray, squares: np.ndarray, step: float) -> tuple[float, bool]:
    """The first time after the start, s, at which the error exceeds the mean of `squares` over time, and whether any.

    errors, squares: (time,). If none does, the time is that of the last one, a lower bound.
    """
    beyond = np.flatnonzero(errors > squares.mean())
    return float(step * (1 + (beyond[0] if len(beyond) else len(errors) - 1))), bool(len(beyond))
