"""One step of the leaky network as a function of arrays, with its derivatives, for the analysis of its dynamics."""

from dataclasses import dataclass

import numpy as np


def _relu_slope(x: np.ndarray) -> np.ndarray:
    return (x > 0).astype(float)  # 0 at 0, as in `training.backpropagation`


RATES = {  # nonlinearity: rates r(x), and slopes r'(x) from states and rates
    "tanh": (np.tanh, lambda x, rates: 1 - rates**2),
    "rectified_tanh": (lambda x: np.tanh(np.maximum(x, 0)), lambda x, rates: _relu_slope(x) - rates**2),
    "relu": (lambda x: np.maximum(x, 0), lambda x, rates: _relu_slope(x)),
    "softplus": (lambda x: np.logaddexp(0, x), lambda x, rates: -np.expm1(-rates)),
}


@dataclass(frozen=True, eq=False)
class LeakyDynamics:
    """x' = (1 - leak) x + leak (J r(x) + B u + b) and z = W r(x) + c, without noise, in double precision.

    Weights after constraints: J (unit to, unit from), B (unit, input), W (output, unit); biases b (unit), c (output);
    leak = dt / tau. States x are (state, unit), inputs u are (input) for all states or (state, input). The class
    has the names of `fixed_points.protocol.Dynamics`, on which the analysis of dynamics relies.
    """

    J: np.ndarray
    B: np.ndarray
    W: np.ndarray
    b: np.ndarray
    c: np.ndarray
    leak: float
    nonlinearity: str

    @property
    def state_size(self) -> int:
        """The number of units."""
        return len(self.b)

    def rates(self, x: np.ndarray) -> np.ndarray:
        """r(x), with the shape of x."""
        return RATES[self.nonlinearity][0](self._states(x))

    def step(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The states (state, unit) one time step after x, with the inputs u of that step."""
        x, u = self._states(x), self._inputs(u)
        return (1 - self.leak) * x + self.leak * (self.rates(x) @ self.J.T + (u @ self.B.T + self.b))

    def jacobian(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """d x' / d x (state, unit to, unit from) = (1 - leak) I + leak J diag r'(x); r'(0) = 0 for rectified rates."""
        x, _ = self._states(x), self._inputs(u)  # inputs are additive
        rate, slope = RATES[self.nonlinearity]
        found = (self.leak * self.J) * slope(x, rate(x))[:, None, :]
        units = np.arange(self.state_size)
        found[:, units, units] += 1 - self.leak
        return found

    def input_jacobian(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """d x' / d u (state, unit, input) = leak B, the same for all states."""
        x, _ = self._states(x), self._inputs(u)
        return np.repeat(self.leak * self.B[None], len(x), axis=0)

    def read(self, x: np.ndarray) -> np.ndarray:
        """Outputs z (state, output)."""
        return self.rates(x) @ self.W.T + self.c

    def read_jacobian(self, x: np.ndarray) -> np.ndarray:
        """d z / d x (state, output, unit) = W diag r'(x)."""
        rate, slope = RATES[self.nonlinearity]
        x = self._states(x)
        return self.W * slope(x, rate(x))[:, None, :]

    def _states(self, x: np.ndarray) -> np.ndarray:
        return states_of(x, self.state_size)

    def _inputs(self, u: np.ndarray) -> np.ndarray:
        return inputs_of(u, self.B.shape[1])


def states_of(x: np.ndarray, variables: int) -> np.ndarray:
    """States (state, variable) in double precision. Raises ValueError for another shape."""
    x = np.asarray(x, dtype=float)
    if x.ndim != 2 or x.shape[1] != variables:
        raise ValueError(f"dynamics: found states of shape {x.shape}, wanted (state, {variables} variables)")
    return x


def inputs_of(u: np.ndarray, inputs: int) -> np.ndarray:
    """Inputs (input) or (state, input) in double precision. Raises ValueError for another shape."""
    u = np.asarray(u, dtype=float)
    if u.ndim not in (1, 2) or u.shape[-1] != inputs:
        raise ValueError(f"dynamics: found inputs of shape {u.shape}, wanted (.., {inputs} inputs)")
    return u
