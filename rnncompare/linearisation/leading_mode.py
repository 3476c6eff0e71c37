"""The leading mode of a linearised map: its direction, what drives it, and how well either is determined."""

from typing import NamedTuple

import numpy as np

from rnncompare.fixed_points.modes import IMAGINARY
from rnncompare.linearisation.adjoint import cosines


class LeadingMode(NamedTuple):
    """The mode with the largest modulus of the eigenvalue mu. right and left are NaN for a complex pair.

    The two modes of a pair turn in a plane: neither has a direction, so that nothing is selected along a line.
    condition: |l| |r| / |l . r| of the left and right eigenvectors, 1 if they are parallel; the larger it is, the more
    the eigenvectors depend on small changes of the map.
    """

    mu: complex
    pair: bool
    right: np.ndarray  # (variable,), unit length
    left: np.ndarray  # (variable,), with left . right = 1
    condition: float


def leading_mode(jacobian: np.ndarray) -> LeadingMode:
    """The leading mode of a map with this Jacobian (variable, variable)."""
    from scipy.linalg import eig  # slow to import

    values, lefts, rights = eig(jacobian, left=True, right=True)
    first = np.argmax(np.abs(values))
    mu = complex(values[first])
    left, right = np.conj(lefts[:, first]), rights[:, first]
    overlap = abs(left @ right)
    condition = 1 / overlap if overlap > 0 else np.inf
    if abs(mu.imag) > IMAGINARY * abs(mu):
        nothing = np.full(len(jacobian), np.nan)
        return LeadingMode(mu, True, nothing, nothing, condition)
    right = right.real / np.linalg.norm(right.real)
    return LeadingMode(mu, False, right, left.real / (left.real @ right), condition)


def selected(mode: LeadingMode, inputs: np.ndarray) -> np.ndarray:
    """|cosine| (input,) of the left eigenvector with the effect of each input, (variable, input); NaN for a pair."""
    return np.abs(cosines(mode.left[None], inputs.T))
