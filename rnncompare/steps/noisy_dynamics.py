"""The map of a step and the noise of a trained network, from its checkpoint."""

import numpy as np

from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.training import checkpoint


def noisy_dynamics(stored: dict) -> NoisyDynamics:
    """The network of a loaded checkpoint as the analyses of its dynamics need it."""
    network, made = checkpoint.network_of(stored), stored["given"]
    silent = [0.0] * made["inputs"], 0.0
    inputs, states = network.noise.of_step(network.leak) if network.noise else silent
    return NoisyDynamics(network.dynamics(), np.array(inputs), states, made["dt"])
