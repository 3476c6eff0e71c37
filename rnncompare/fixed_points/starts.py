"""States from which fixed points are searched: those of trajectories, with jitter."""

import numpy as np

from rnncompare.fixed_points.protocol import Dynamics


def trajectories(dynamics: Dynamics, inputs: np.ndarray) -> np.ndarray:
    """States (trial, time, variable) from x = 0, without noise; inputs (trial, time, input).

    The state at a time includes the input at that time, as the rates of networks do.
    """
    inputs = np.asarray(inputs, dtype=float)
    if inputs.ndim != 3:
        raise ValueError(f"trajectories: found inputs of shape {inputs.shape}, wanted (trial, time, input)")
    states = np.empty((*inputs.shape[:2], dynamics.state_size))
    x = np.zeros((len(inputs), dynamics.state_size))
    for t in range(inputs.shape[1]):
        x = states[:, t] = dynamics.step(x, inputs[:, t])
    return states


def sample_states(states: np.ndarray, count: int, *, jitter: float, seed: int) -> np.ndarray:
    """(count, variable) states drawn from `states` (.., variable), plus Gaussian noise of `jitter` SDs of a variable.

    The SD of a variable is that over all given states. States are drawn without repetition if there are enough.
    """
    flat = np.asarray(states, dtype=float).reshape(-1, np.shape(states)[-1])
    if count < 1 or not jitter >= 0:
        raise ValueError(f"starts: found count {count} and jitter {jitter}, wanted count >= 1 and jitter >= 0")
    if not len(flat) or not np.isfinite(flat).all():
        bad = int((~np.isfinite(flat)).any(axis=1).sum())
        raise ValueError(f"starts: found {len(flat)} states of which {bad} are not finite, wanted finite states")
    rng = np.random.default_rng(seed)
    drawn = flat[rng.choice(len(flat), count, replace=count > len(flat))]
    return drawn + jitter * flat.std(axis=0) * rng.standard_normal(drawn.shape)
