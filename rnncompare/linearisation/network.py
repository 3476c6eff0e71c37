"""A network as the analysis of its dynamics sees it: the map of a step, and the noise that a step adds."""

from typing import NamedTuple

import numpy as np

from rnncompare.fixed_points.protocol import Dynamics


class NoisyDynamics(NamedTuple):
    """The map of one time step without noise, and the SDs of the independent Gaussian noise that a step adds."""

    dynamics: Dynamics
    input_sd: np.ndarray  # (input,) of the noise of each input
    state_sd: float  # of the noise of each state variable
    dt: float  # s
