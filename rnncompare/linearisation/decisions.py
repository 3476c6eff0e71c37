"""How much each state and input changes the decision of a trial without evidence."""

import numpy as np

from rnncompare.fixed_points.protocol import Dynamics
from rnncompare.fixed_points.starts import trajectories
from rnncompare.linearisation.adjoint import sensitivity
from rnncompare.linearisation.contexts import Context


def decision_sensitivity(dynamics: Dynamics, context: Context) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """States (time, variable), and dD / dx (time, variable) and dD / du (time, input) along them.

    The states are those of a trial without evidence and without noise. D is the mean over the decision period of the
    first output minus the second.
    """
    inputs = context.without_evidence
    states = trajectories(dynamics, inputs[None])[0]
    weights = np.zeros((len(inputs), dynamics.read(states[:1]).shape[1]))
    weights[context.decision, :2] = np.array([1.0, -1.0]) / context.decision.sum()
    return states, *sensitivity(dynamics, states, inputs, weights)
