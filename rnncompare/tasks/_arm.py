"""A planar two-link arm: forward kinematics and inverse dynamics of shoulder and elbow.

Angles are in rad and positive for flexion; the elbow angle is 0 for a straight arm. The plane is horizontal, without
gravity.
"""

from typing import NamedTuple

import numpy as np


class Arm(NamedTuple):
    """Upper arm and forearm with hand: length (m), mass (kg), distance of the centre of mass (m) from the joint, and
    inertia about the centre of mass (kg m^2).
    """

    length: tuple[float, float]
    mass: tuple[float, float]
    centre: tuple[float, float]
    inertia: tuple[float, float]


# A rhesus monkey of 6.5 kg. Masses and inertias are from the regressions on body weight of Cheng and Scott 2000
# (J Morphol 245:206, table 8), as quoted in published arm models; the original was not consulted. Lengths and centres
# of mass are rounded values of that order; the distal link ends at the palm. Torques are divided by a common scale, so
# that only proportions matter.
MACAQUE = Arm(length=(0.145, 0.23), mass=(0.247, 0.217), centre=(0.07, 0.10), inertia=(2.75e-4, 8.0e-4))


def torques(angle: np.ndarray, velocity: np.ndarray, acceleration: np.ndarray, arm: Arm = MACAQUE) -> np.ndarray:
    """Inverse dynamics: joint torques (..., 2) in N m from angles (..., 2) and their derivatives in rad and s.

    Inertia, Coriolis and centripetal terms of two rigid links without friction (Hollerbach and Flash 1982). Torques are
    0 at rest.
    """
    inertia, coupling = inertia_matrix(angle[..., 1], arm)
    speed_1, speed_2 = velocity[..., 0], velocity[..., 1]
    swing = coupling * np.sin(angle[..., 1])
    turning = np.stack([-swing * speed_2 * (2 * speed_1 + speed_2), swing * speed_1**2], axis=-1)
    return np.einsum("...ij,...j->...i", inertia, acceleration) + turning


def inertia_matrix(elbow: np.ndarray, arm: Arm = MACAQUE) -> tuple[np.ndarray, float]:
    """Joint-space inertia (..., 2, 2) in kg m^2 at elbow angles (...), and the coupling of the links, m2 l1 c2."""
    (_, m2), (l1, _), (c1, c2) = arm.mass, arm.length, arm.centre
    coupling = m2 * l1 * c2
    distal = arm.inertia[1] + m2 * c2**2
    proximal = arm.inertia[0] + arm.mass[0] * c1**2 + m2 * l1**2
    cosine = coupling * np.cos(elbow)
    rows = [[distal + proximal + 2 * cosine, distal + cosine], [distal + cosine, distal + 0 * cosine]]
    return np.moveaxis(np.array(rows), (0, 1), (-2, -1)), coupling


def hand(angle: np.ndarray, arm: Arm = MACAQUE) -> np.ndarray:
    """Forward kinematics: hand position (..., 2) in m from the shoulder; x points across the body, y away from it."""
    upper, whole = angle[..., 0], angle[..., 0] + angle[..., 1]
    l1, l2 = arm.length
    return np.stack([l1 * np.cos(upper) + l2 * np.cos(whole), l1 * np.sin(upper) + l2 * np.sin(whole)], axis=-1)


def fit_posture(position: np.ndarray, recorded: np.ndarray, arm: Arm = MACAQUE) -> tuple[np.ndarray, np.ndarray, float]:
    """Fit posture and excursion, (2,) each in rad, so that angles posture + excursion * recorded explain the hand.

    position, recorded: (sample, 2), each column with an arbitrary scale and offset; x may be mirrored (a left arm).
    Excursions are positive, as both recorded angles increase with flexion. Also returns R2 of the position of the hand,
    which is 1 for an arm of exactly these proportions. The angles must vary.
    """
    from scipy.optimize import least_squares  # slow to import

    def residuals(guess):
        # Scale and offset of the hand's axes are linear and are solved by least squares.
        moved = hand(guess[:2] + guess[2:] * about, arm)
        return np.concatenate([position[:, k] - _line(moved[:, k], position[:, k]) for k in range(2)])

    about, spread = recorded - recorded.mean(axis=0), recorded.std(axis=0)
    starts = [np.array([s, e, *(0.25 / spread)]) for s in (0.3, 0.9) for e in (0.8, 1.6)]
    bounds = ([-1.0, 0.05, *(0.01 / spread)], [2.5, 3.0, *(1.5 / spread)])
    best = min((least_squares(residuals, s, bounds=bounds, x_scale="jac") for s in starts), key=lambda r: r.cost)
    total = ((position - position.mean(axis=0)) ** 2).sum()
    posture, excursion = best.x[:2] - best.x[2:] * recorded.mean(axis=0), best.x[2:]
    return posture, excursion, float(1 - 2 * best.cost / total)


def _line(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The values at x of the least-squares line of y on x."""
    x = x - x.mean()
    return y.mean() + x * (x @ y) / (x @ x)
