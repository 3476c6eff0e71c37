"""What the search for fixed points needs of a network: one step without noise, its derivatives, and the read-out."""

from typing import Protocol

import numpy as np


class Dynamics(Protocol):
    """The map x' = F(x, u) of one time step, in batches of states, with arrays in double precision.

    x: (state, variable) with any number of states, also none; u: (input) for all states or (state, input). A network
    provides it by a method `dynamics()` (for example `models._dynamics.LeakyDynamics`). The variables are all that the
    next step depends on: those of an LSTM are h and c. The same x and u give the same x' (no noise). Arrays that are
    returned are the caller's. Inputs or states of another width are a ValueError.
    """

    @property
    def state_size(self) -> int:
        """The number of variables of a state."""
        ...

    def step(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """x' (state, variable)."""
        ...

    def jacobian(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """d x' / d x (state, variable of x', variable of x); at a kink, the slope that training uses."""
        ...

    def input_jacobian(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """d x' / d u (state, variable of x', input)."""
        ...

    def read(self, x: np.ndarray) -> np.ndarray:
        """Outputs of the network in the states x: (state, output)."""
        ...

    def read_jacobian(self, x: np.ndarray) -> np.ndarray:
        """d outputs / d x (state, output, variable)."""
        ...
