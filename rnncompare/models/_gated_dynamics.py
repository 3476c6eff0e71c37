"""One step of the gated networks as a function of arrays, with its derivatives, for the analysis of their dynamics."""

from dataclasses import dataclass

import numpy as np

from rnncompare.models import _gated_slopes as slopes_of
from rnncompare.models._dynamics import inputs_of, states_of


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), without overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


@dataclass(frozen=True, eq=False)
class GatedDynamics:
    """A network without noise, in double precision: weights of all gates, one below the other, and the read-out.

    J (gate x unit to, unit from), B (gate x unit, input), W (output, unit), b (gate x unit), c (output); the order of
    gates is that of the subclass. States x are (state, variable), inputs u are (input) for all states or (state,
    input). The subclasses have the names of `fixed_points.protocol.Dynamics`.
    """

    J: np.ndarray
    B: np.ndarray
    W: np.ndarray
    b: np.ndarray
    c: np.ndarray

    @property
    def units(self) -> int:
        """The number of units."""
        return self.J.shape[1]

    @property
    def state_size(self) -> int:
        """The number of variables of a state: one for each unit, here."""
        return self.units

    def rates(self, x: np.ndarray) -> np.ndarray:
        """The rates h (state, unit)."""
        return self._states(x)[:, : self.units]

    def read(self, x: np.ndarray) -> np.ndarray:
        """Outputs z = W h + c (state, output)."""
        return self.rates(x) @ self.W.T + self.c

    def read_jacobian(self, x: np.ndarray) -> np.ndarray:
        """d z / d x (state, output, variable)."""
        of_rates = np.repeat(self.W[None], len(self._states(x)), axis=0)
        return np.concatenate([of_rates, np.zeros((*of_rates.shape[:2], self.state_size - self.units))], axis=2)

    def reachable(self, x: np.ndarray) -> np.ndarray:
        """Whether |h| <= 1 for all units (state,), as in every state that is reached from 0, and at every fixed point.

        At larger |h| a gate can be so close to 1 that the state is kept up to rounding errors, though not for ever: a
        search for states that a step does not change finds such states as well.
        """
        return (np.abs(self.rates(x)) <= 1).all(axis=1)

    def _inputs_of_gates(self, h: np.ndarray, u: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """B u + b and J h of each gate, each (state, unit) or, for the former, (unit)."""
        gates = len(self.b) // self.units
        return np.split(self._inputs(u) @ self.B.T + self.b, gates, axis=-1), np.split(h @ self.J.T, gates, axis=-1)

    def _weighted(self, slopes: tuple[np.ndarray, ...], weights: np.ndarray, first: int = 0) -> np.ndarray:
        """Sum over gates, from `first` on, of diag(slope) weights: (state, unit, column)."""
        matrices = weights.reshape(-1, self.units, weights.shape[1])[first:]
        return sum(slope[:, :, None] * matrix for slope, matrix in zip(slopes, matrices, strict=False))

    def _states(self, x: np.ndarray) -> np.ndarray:
        return states_of(x, self.state_size)

    def _inputs(self, u: np.ndarray) -> np.ndarray:
        return inputs_of(u, self.B.shape[1])


class GruDynamics(GatedDynamics):
    """h' = (1 - z) n + z h of `models.gru`; gates: r, z, n."""

    def step(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The states (state, unit) one time step after x, with the inputs u of that step."""
        _, z, n, _ = self._gates(x, u)
        return n + z * (self._states(x) - n)

    def jacobian(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """d x' / d x (state, unit to, unit from)."""
        r, z, n, inner = self._gates(x, u)
        by_reset, by_update, by_candidate = slopes_of.gru(r, z, n, self._states(x), inner)
        return _plus_diagonal(self._weighted((by_reset, by_update, by_candidate * r), self.J), z)

    def input_jacobian(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """d x' / d u (state, unit, input)."""
        r, z, n, inner = self._gates(x, u)
        return self._weighted(slopes_of.gru(r, z, n, self._states(x), inner), self.B)

    def _gates(self, x: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, ...]:
        """r, z and n, and J h of n."""
        driven, recurrent = self._inputs_of_gates(self._states(x), u)
        r, z = (sigmoid(driven[k] + recurrent[k]) for k in range(2))
        return r, z, np.tanh(driven[2] + r * recurrent[2]), recurrent[2]


class UgrnnDynamics(GatedDynamics):
    """h' = (1 - g) c + g h of `models.ugrnn`; gates: g, c."""

    def step(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The states (state, unit) one time step after x, with the inputs u of that step."""
        g, c = self._gates(x, u)
        return c + g * (self._states(x) - c)

    def jacobian(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """d x' / d x (state, unit to, unit from)."""
        g, c = self._gates(x, u)
        return _plus_diagonal(self._weighted(slopes_of.ugrnn(g, c, self._states(x)), self.J), g)

    def input_jacobian(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """d x' / d u (state, unit, input)."""
        g, c = self._gates(x, u)
        return self._weighted(slopes_of.ugrnn(g, c, self._states(x)), self.B)

    def _gates(self, x: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        driven, recurrent = self._inputs_of_gates(self._states(x), u)
        return sigmoid(driven[0] + recurrent[0]), np.tanh(driven[1] + recurrent[1])


class LstmDynamics(GatedDynamics):
    """c' = f c + i g, h' = o tanh(c') of `models.lstm`; gates: o, f, i, g. A state is (h, c): 2 variables a unit."""

    @property
    def state_size(self) -> int:
        """The number of variables of a state: h and c of each unit."""
        return 2 * self.units

    def step(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The states (state, h and c) one time step after x, with the inputs u of that step."""
        (o, *_), _, after = self._gates(x, u)
        return np.concatenate([o * np.tanh(after), after], axis=1)

    def jacobian(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """d x' / d x (state, variable of x', variable of x), variables h and c."""
        by_h = self._derivative(x, u, self.J)
        gates, before, after = self._gates(x, u)
        cell = _plus_diagonal(np.zeros_like(by_h[:, : self.units]), gates[1])
        *_, reads = slopes_of.lstm(*gates, before, np.tanh(after))
        return np.concatenate([by_h, np.concatenate([reads[:, :, None] * cell, cell], axis=1)], axis=2)

    def input_jacobian(self, x: np.ndarray, u: np.ndarray) -> np.ndarray:
        """d x' / d u (state, variable of x', input)."""
        return self._derivative(x, u, self.B)

    def _derivative(self, x: np.ndarray, u: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """d x' (state, h and c) by what enters all gates by `weights`."""
        gates, before, after = self._gates(x, u)
        by_output, *by_others, reads = slopes_of.lstm(*gates, before, np.tanh(after))
        cell = self._weighted(by_others, weights, first=1)
        return np.concatenate([self._weighted((by_output,), weights) + reads[:, :, None] * cell, cell], axis=1)

    def _gates(self, x: np.ndarray, u: np.ndarray) -> tuple[tuple[np.ndarray, ...], np.ndarray, np.ndarray]:
        """The gates o, f, i, g, and c before and after the step."""
        h, before = np.split(self._states(x), 2, axis=1)
        driven, recurrent = self._inputs_of_gates(h, u)
        o, f, i = (sigmoid(driven[k] + recurrent[k]) for k in range(3))
        g = np.tanh(driven[3] + recurrent[3])
        return (o, f, i, g), before, f * before + i * g


def _plus_diagonal(matrices: np.ndarray, diagonals: np.ndarray) -> np.ndarray:
    """The matrices (state, unit, unit), to which diagonals (state, unit) are added in place."""
    units = np.arange(matrices.shape[1])
    matrices[:, units, units] += diagonals
    return matrices
