"""Systems whose fixed points are known, with the names of the protocol and no network behind them."""

from dataclasses import dataclass

import numpy as np

LEAK = 0.1  # dt / tau
RATES = {
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(float)),
    "linear": (lambda x: x, np.ones_like),
}


@dataclass
class Units:
    """tau dx/dt = -x + J r(x) + u, one input for each unit; the outputs are the rates."""

    J: np.ndarray
    nonlinearity: str
    leak: float = LEAK

    @property
    def state_size(self):
        return len(self.J)

    def step(self, x, u):
        return x + self.leak * (-x + self.read(x) @ self.J.T + u)

    def jacobian(self, x, u):
        slope = RATES[self.nonlinearity][1](x)
        return (1 - self.leak) * np.eye(len(self.J)) + self.leak * self.J * slope[:, None]

    def input_jacobian(self, x, u):
        return np.repeat(self.leak * np.eye(len(self.J))[None], len(x), axis=0)

    def read(self, x):
        return RATES[self.nonlinearity][0](x)


@dataclass
class Line:
    """x' = x + f(x) in one dimension, from f and its derivative; an input is added."""

    change: object
    slope: object
    state_size: int = 1

    def step(self, x, u):
        return x + self.change(x) + u

    def jacobian(self, x, u):
        return 1 + self.slope(x)[..., None]

    def input_jacobian(self, x, u):
        return np.ones((len(x), 1, 1))

    def read(self, x):
        return x


def flip_flop():
    """Three groups of 10 units, each of which excites itself twofold: three bits."""
    return Units(np.kron(np.eye(3), np.full((10, 10), 0.2)), "tanh")


def limit_cycle():
    """Two units whose origin is an unstable spiral within a stable cycle."""
    return Units(np.array([[1.5, -1.0], [1.0, 1.5]]), "tanh")


def ring(w0, w1, units=100, shift=0.0):
    angle = 2 * np.pi * np.arange(units) / units
    return Units((w0 + w1 * np.cos(angle[:, None] - angle - shift)) / units, "relu")


def times_tau(eigenvalues, leak=LEAK):
    """Eigenvalues of tau dx/dt from those of one step, largest real part first."""
    return np.sort_complex((eigenvalues - 1) / leak)[::-1]
