"""Modes of the linearised map at a fixed point: how fast each decays or grows, and how fast it rotates."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

MARGINAL = 1e-6  # distance of |mu| from 1 below which a mode neither grows nor decays
SMALLEST = 1e-3  # modulus in rates; what is left of a smaller mode after a step is negligible, and ln 0 is not defined
IMAGINARY = 1e-7  # of the modulus: smaller imaginary parts are rounding errors of equal real eigenvalues


@dataclass(frozen=True, eq=False)
class Modes:
    """Eigenvalues mu (mode) of the map of one step of dt s, from the largest modulus to the smallest.

    The network itself takes discrete steps, so that its stability is that of the map: a mode decays if |mu| < 1.
    """

    eigenvalues: np.ndarray
    dt: float

    @property
    def moduli(self) -> np.ndarray:
        """|mu| (mode)."""
        return np.abs(self.eigenvalues)

    @property
    def rates(self) -> np.ndarray:
        """ln |mu| / dt (mode), 1 / s: negative for modes that decay; moduli below 1e-3 count as 1e-3."""
        return np.log(np.maximum(self.moduli, SMALLEST)) / self.dt

    @property
    def time_constants(self) -> np.ndarray:
        """-dt / ln |mu| (mode), s: negative for modes that grow, infinite for |mu| = 1, 0 for mu = 0."""
        with np.errstate(divide="ignore"):
            return -self.dt / np.log(self.moduli)

    @property
    def frequencies(self) -> np.ndarray:
        """|angle of mu| / (2 pi dt) (mode), Hz: 0 for mu > 0, and 1 / (2 dt) for mu < 0, a sign that alternates."""
        return np.abs(np.angle(self.eigenvalues)) / (2 * np.pi * self.dt)

    @property
    def pairs(self) -> np.ndarray:
        """Whether mu is one of a complex pair (mode): the two turn in a plane, and neither has an axis of its own."""
        return np.abs(self.eigenvalues.imag) > IMAGINARY * self.moduli

    def rows(self) -> pd.DataFrame:
        """One row for each mode."""
        return pd.DataFrame(
            {
                "mode": np.arange(len(self.eigenvalues)),
                "real": self.eigenvalues.real,
                "imaginary": self.eigenvalues.imag,
                "modulus": self.moduli,
                "time_constant": self.time_constants,
                "frequency": self.frequencies,
                "pair": self.pairs,
            }
        )


def eigenvalues(jacobians: np.ndarray) -> np.ndarray:
    """Complex eigenvalues (.., mode) of Jacobians (.., variable, variable), the largest modulus first."""
    found = np.linalg.eigvals(jacobians).astype(complex)
    return np.take_along_axis(found, np.argsort(-np.abs(found), axis=-1, kind="stable"), axis=-1)


def unstable(eigenvalues: np.ndarray) -> np.ndarray:
    """The number of modes that grow, from eigenvalues (.., mode)."""
    return (np.abs(eigenvalues) > 1 + MARGINAL).sum(axis=-1)
