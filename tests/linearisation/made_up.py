"""Small systems with known sensitivities."""

import numpy as np


class Gate:
    """A decision variable that sums up the input of which the context says that it counts: x' = x + g . u.

    Inputs: motion, colour, and their contexts. The weight of an input is its context, plus `leaking` without it.
    """

    state_size = 1

    def __init__(self, leaking: float = 0.0):
        self.leaking = leaking

    def _weights(self, u):
        return np.maximum(u[..., 2:4], self.leaking)

    def step(self, x, u):
        u = np.broadcast_to(u, (len(x), 4))
        return x + (self._weights(u) * u[..., :2]).sum(axis=1, keepdims=True)

    def jacobian(self, x, u):
        return np.ones((len(x), 1, 1))

    def input_jacobian(self, x, u):
        u = np.broadcast_to(u, (len(x), 4))
        found = np.zeros((len(x), 1, 4))
        found[:, 0, :2] = self._weights(u)
        return found

    def read(self, x):
        return np.concatenate([x, -x], axis=1)

    def read_jacobian(self, x):
        return np.tile([[[1.0], [-1.0]]], (len(x), 1, 1))


class Valley:
    """x' = x + rate (tanh(gain x) - x), read as x and -x: two stable points and a saddle at 0 if gain > 1."""

    state_size = 1

    def __init__(self, gain: float, rate: float = 0.5):
        self.gain, self.rate = gain, rate

    def step(self, x, u):
        return x + self.rate * (np.tanh(self.gain * x) - x)

    def jacobian(self, x, u):
        return (1 - self.rate + self.rate * self.gain * (1 - np.tanh(self.gain * x) ** 2))[:, :, None]

    def input_jacobian(self, x, u):
        return np.zeros((len(x), 1, np.shape(u)[-1]))

    def read(self, x):
        return np.concatenate([x, -x], axis=1)

    def read_jacobian(self, x):
        return np.tile([[[1.0], [-1.0]]], (len(x), 1, 1))
