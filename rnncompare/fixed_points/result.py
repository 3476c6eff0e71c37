"""What a search for fixed points found, by kind: kinds are never added up."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnncompare.fixed_points.kinds import NOWHERE
from rnncompare.fixed_points.modes import MARGINAL, Modes, unstable

NOT_SEARCHED = -2  # instead of the number of a point


@dataclass(frozen=True, eq=False)
class FixedPoints:
    """Points of a map with the inputs u (input), and where each start went.

    states (point, variable); kinds (point): `fixed` (q < 1e-18: the map moves the state by rounding errors alone) or
    `slow` (a local minimum of q above that, where the network lingers but does not stay); q (point) = |F(x, u) - x|^2 /
    2; outputs (point, output); eigenvalues (point, variable) of the Jacobian, the largest modulus first; continuum
    (point): the line, ring or plane of fixed points to which it belongs, or -1. Fixed points come first.
    flows_to (start): the point to which the network itself goes from each start, or -1. searched_to (start): the point
    at which the search for all points, stable or not, ended, -1 for none (`unconverged`), -2 if it was not begun;
    ends (start, variable) and end_q (start): where that was.
    """

    states: np.ndarray
    kinds: np.ndarray
    q: np.ndarray
    outputs: np.ndarray
    eigenvalues: np.ndarray
    continuum: np.ndarray
    flows_to: np.ndarray
    searched_to: np.ndarray
    ends: np.ndarray
    end_q: np.ndarray
    u: np.ndarray
    dt: float
    merge_distance: float

    @property
    def speeds(self) -> np.ndarray:
        """|F(x, u) - x| / dt (point), per s."""
        return np.sqrt(2 * self.q) / self.dt

    @property
    def unstable(self) -> np.ndarray:
        """The number of directions in which each point is left: |mu| > 1."""
        return unstable(self.eigenvalues)

    @property
    def marginal(self) -> np.ndarray:
        """The number of directions (point) that neither grow nor decay: |mu| = 1."""
        return (np.abs(np.abs(self.eigenvalues) - 1) <= MARGINAL).sum(axis=1)

    @property
    def starts_flowing(self) -> np.ndarray:
        """From how many starts the network goes to each point: its share of the states."""
        return self._count(self.flows_to)

    @property
    def starts_searched(self) -> np.ndarray:
        """From how many starts the search ended at each point. Points found once mean that there are more."""
        return self._count(self.searched_to)

    @property
    def fixed(self) -> np.ndarray:
        """Indices of single fixed points: without those of continua, whose number is that of the starts."""
        return np.flatnonzero((self.kinds == "fixed") & (self.continuum < 0))

    @property
    def slow(self) -> np.ndarray:
        """Indices of slow points."""
        return np.flatnonzero(self.kinds == "slow")

    @property
    def continua(self) -> int:
        """The number of continua of fixed points."""
        return int(self.continuum.max(initial=-1)) + 1

    @property
    def share_unconverged(self) -> float:
        """The fraction of the searches that were begun and ended at no point."""
        return len(self.unconverged) / (self.searched_to != NOT_SEARCHED).sum()

    @property
    def unconverged(self) -> np.ndarray:
        """Indices of the starts from which the search ended at no point."""
        return np.flatnonzero(self.searched_to == NOWHERE)

    def modes(self, point: int) -> Modes:
        """The modes of the map at a point."""
        return Modes(self.eigenvalues[point], self.dt)

    def rows(self) -> pd.DataFrame:
        """One row for each single point, each continuum (by its most visited point), and the unconverged starts."""
        rows = [self._row(point) for point in [*self.fixed, *self.slow]]
        for number in range(self.continua):
            members = np.flatnonzero(self.continuum == number)
            whole = {
                "kind": "continuum",
                "extent": np.ptp(self.states[members], axis=0).max(),
                "starts_flowing": self.starts_flowing[members].sum(),
                "starts_searched": self.starts_searched[members].sum(),
            }
            rows.append(self._row(members[self.starts_searched[members].argmax()]) | whole)
        ends = self.unconverged
        rest = {"kind": "unconverged", "starts_flowing": int((self.flows_to == NOWHERE).sum())}
        rest |= {"starts_searched": len(ends), "q": np.median(self.end_q[ends]) if len(ends) else np.nan}
        return pd.DataFrame([*rows, rest], columns=[*COLUMNS, *(f"output_{k}" for k in range(self.outputs.shape[1]))])

    def _row(self, point: int) -> dict:
        modes = self.modes(point)
        leading = {"modulus": modes.moduli, "time_constant": modes.time_constants, "frequency": modes.frequencies}
        return {
            "kind": self.kinds[point],
            "point": point,
            "q": self.q[point],
            "speed": self.speeds[point],
            "starts_flowing": self.starts_flowing[point],
            "starts_searched": self.starts_searched[point],
            "unstable": self.unstable[point],
            "marginal": self.marginal[point],
            **{name: values[0] for name, values in leading.items()},
            "pair": modes.pairs[0],
            **{f"output_{k}": value for k, value in enumerate(self.outputs[point])},
        }

    def _count(self, ends: np.ndarray) -> np.ndarray:
        return np.bincount(ends[ends >= 0], minlength=len(self.states))


COLUMNS = (
    "kind", "point", "starts_flowing", "starts_searched", "q", "speed", "unstable", "marginal", "modulus",
    "time_constant", "frequency", "pair", "extent",
)  # fmt: skip
