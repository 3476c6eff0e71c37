"""How much each state and each input along a trajectory changes an output later on, by the adjoint of the map.

For x_t = F(x_(t-1), u_t) and D = sum over t of w_t . read(x_t), the sensitivity s_t = dD / dx_t follows backwards from
s_t = w_t . d read / dx + s_(t+1) dF(x_t, u_(t+1)) / dx, which is what backpropagation through time computes. The kernel
of the inputs is k_t = dD / du_t = s_t dF(x_(t-1), u_t) / du. Unlike the left eigenvectors of a linearisation at one
point, they need no slow mode, no real eigenvalue and no fixed point.
"""

import numpy as np

from rnncompare.fixed_points.protocol import Dynamics


def sensitivity(
    dynamics: Dynamics, states: np.ndarray, inputs: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """s (time, variable) and k (time, input) of D = sum over t of weights[t] . read(x_t).

    states (time, variable): the trajectory from x = 0; inputs (time, input): those that lead to it, the first to the
    first state; weights (time, output). Raises ValueError.
    """
    times = len(states)
    if len(inputs) != times or len(weights) != times:
        raise ValueError(
            f"sensitivity: found {times} states, {len(inputs)} inputs and {len(weights)} weights, wanted equal numbers"
        )
    before = np.concatenate([np.zeros((1, states.shape[1])), states[:-1]])
    found = np.einsum("to,tos->ts", weights, dynamics.read_jacobian(states))
    steps = dynamics.jacobian(before, inputs)
    for t in range(times - 1, 0, -1):
        found[t - 1] += found[t] @ steps[t]
    return found, np.einsum("ts,tsi->ti", found, dynamics.input_jacobian(before, inputs))


def noise_sd(found: np.ndarray, kernel: np.ndarray, input_sd: np.ndarray, state_sd: float) -> float:
    """SD of D to first order, from the independent noise of every step: that of the inputs and that of the states."""
    return float(np.sqrt(((kernel * input_sd) ** 2).sum() + state_sd**2 * (found**2).sum()))


def cosines(vectors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Cosines between vectors (.., variable) and others (.., variable); 0 if either is 0, NaN if either is NaN."""
    sizes = np.linalg.norm(vectors, axis=-1) * np.linalg.norm(others, axis=-1)
    return np.divide((vectors * others).sum(axis=-1), sizes, out=np.zeros_like(sizes), where=sizes != 0)
