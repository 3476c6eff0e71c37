"""Three ways to a fixed point of x' = F(x, u), each for many starts at once: iteration, Levenberg-Marquardt, Newton.

All reduce q = |F(x, u) - x|^2 / 2 (squared distance per step). The starts do not affect each other.
"""

from collections.abc import Callable

import numpy as np

from rnncompare.fixed_points.protocol import Dynamics

SETTLED = 1e-14  # q below which the iteration of the map has arrived: the rest is left to Newton's method
CONVERGED = 1e-20  # q below which a search has arrived
EXACT = 1e-28  # q of rounding errors, for states of order 1
STATIONARY = 1e-6  # |gradient of q| / |F - x| below which q has a local minimum
ITERATIONS = 60
HOPELESS = 1e6  # damping at which no step reduces q
BLOCK = 20  # steps between two looks at which states have settled
NUMBERS = 2**18  # Jacobian entries of a batch, which stay in the cache of the processor
NEWTON_STEPS, HALVINGS = 12, 6
FLAT = 1e-14  # squared slope of a direction in which there is nothing to solve


def residual(dynamics: Dynamics, u: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """G = F(x, u) - x (state, variable) and q = |G|^2 / 2 (state)."""
    change = dynamics.step(x, u) - x
    return change, np.einsum("sv,sv->s", change, change) / 2


def slope(dynamics: Dynamics, u: np.ndarray, x: np.ndarray) -> np.ndarray:
    """A = dG / dx = dF / dx - I (state, variable, variable)."""
    found, variables = dynamics.jacobian(x, u), np.arange(x.shape[1])
    found[:, variables, variables] -= 1
    return found


def is_stationary(dynamics: Dynamics, u: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Whether q has a local minimum at each state: the gradient A' G is small beside G."""
    change, q = residual(dynamics, u, x)
    gradient = np.matvec(slope(dynamics, u, x).mT, change)
    return np.linalg.norm(gradient, axis=1) < STATIONARY * np.sqrt(2 * q)


@np.errstate(over="ignore", invalid="ignore")  # unstable networks with relu units diverge
def relaxed(dynamics: Dynamics, u: np.ndarray, starts: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """States (start, variable) after at most `steps` steps, and their q; those that have settled stop earlier."""
    x, q = starts.copy(), np.full(len(starts), np.inf)
    moving = np.arange(len(starts))
    for done in range(0, steps, BLOCK):
        y = x[moving]
        for _ in range(min(BLOCK, steps - done)):
            y = dynamics.step(y, u)
        x[moving], q[moving] = y, residual(dynamics, u, y)[1]
        moving = moving[(q[moving] > SETTLED) & np.isfinite(q[moving])]
        if not len(moving):
            break
    return x, q


def levenberg_marquardt(
    dynamics: Dynamics, u: np.ndarray, starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The ends (start, variable) of a descent of q from each start, their q, and whether q is stationary there.

    A start stops at q < 1e-20, at a local minimum of q, if no step reduces q, or after 60 iterations.
    """
    return _in_batches(_descend, dynamics, u, starts)


def newton(dynamics: Dynamics, u: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fixed points (start, variable) to rounding error, and their q, from states near them.

    The shortest step that solves the linearised equations, so that a state moves towards a line of fixed points and not
    along it, is halved up to six times until it reduces q; a state stops where none does.
    """
    return _in_batches(_polish, dynamics, u, starts)


def _in_batches(solver: Callable, dynamics: Dynamics, u: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, ...]:
    """What the solver returns for all starts, computed for as many at once as fit into the processor's cache."""
    size = max(1, NUMBERS // starts.shape[1] ** 2)
    batches = [starts[first : first + size] for first in range(0, max(1, len(starts)), size)]
    with np.errstate(over="ignore", invalid="ignore"):
        return tuple(map(np.concatenate, zip(*(solver(dynamics, u, batch) for batch in batches), strict=True)))


class Damping:
    """The damping of Levenberg-Marquardt for each start (Nielsen 1999): little where the linearised map predicts q."""

    def __init__(self, starts: int):
        self.value, self.growth = np.full(starts, 1e-3), np.full(starts, 2.0)

    def adapt(self, active: np.ndarray, better: np.ndarray, kept: np.ndarray) -> None:
        """Less after a step that kept what the linearised map promised (kept = 1), and ever more after failures."""
        up, down = active[~better], active[better]
        self.value[down] *= np.where(kept[better] > 0.5, 0.1, 1 - (2 * kept[better] - 1) ** 3)
        self.growth[down] = 2
        self.value[up] *= self.growth[up]
        self.growth[up] *= 2


def _descend(dynamics: Dynamics, u: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, (change, q) = starts.copy(), residual(dynamics, u, starts)
    damping, stationary = Damping(len(x)), np.zeros(len(x), dtype=bool)
    active, variables = np.arange(len(x)), np.arange(x.shape[1])
    for _ in range(ITERATIONS):
        a = slope(dynamics, u, x[active])
        gradient = np.matvec(a.mT, change[active])
        stationary[active] = np.linalg.norm(gradient, axis=1) < STATIONARY * np.sqrt(2 * q[active])
        going = (q[active] >= CONVERGED) & ~stationary[active] & (damping.value[active] < HOPELESS)
        if not going.all():
            active, a, gradient = active[going], a[going], gradient[going]
        if not len(active):
            break
        normal = a.mT @ a
        normal[:, variables, variables] += damping.value[active, None]
        step = -np.linalg.solve(normal, gradient[..., None])[..., 0]
        trial = x[active] + step
        trial_change, trial_q = residual(dynamics, u, trial)
        promised = np.vecdot(step, damping.value[active, None] * step - gradient) / 2
        better = trial_q < q[active]
        damping.adapt(active, better, (q[active] - trial_q) / promised)
        x[active[better]], change[active[better]], q[active[better]] = (
            part[better] for part in (trial, trial_change, trial_q)
        )
    return x, q, stationary


def _polish(dynamics: Dynamics, u: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, (change, q) = starts.copy(), residual(dynamics, u, starts)
    active = np.arange(len(x))
    for _ in range(NEWTON_STEPS):
        active = active[q[active] > EXACT]
        step, waiting = _newton_step(slope(dynamics, u, x[active]), change[active]), np.arange(len(active))
        for halving in range(HALVINGS + 1):
            trial = x[active[waiting]] + step[waiting] / 2**halving
            trial_change, trial_q = residual(dynamics, u, trial)
            better = trial_q < q[active[waiting]]
            to = active[waiting[better]]
            x[to], change[to], q[to] = trial[better], trial_change[better], trial_q[better]
            waiting = waiting[~better]
        active = np.delete(active, waiting)
    return x, q


def _newton_step(a: np.ndarray, change: np.ndarray) -> np.ndarray:
    """The shortest d with A d = -G, by normal equations whose damping keeps directions without slope at d = 0."""
    normal = a.mT @ a + FLAT * np.eye(a.shape[-1])
    return -np.linalg.solve(normal, np.matvec(a.mT, change)[..., None])[..., 0]
