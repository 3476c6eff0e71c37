"""Procrustes analysis over vector fields: the rotation that aligns one linear dynamics with another.

The maximum of tr(A' C B C') over orthogonal C has no closed form, and there are local maxima. Both matrices are first
brought to a normal form that all of their rotated copies share, so that the search does not depend on rotations. A
gradient ascent then starts from many rotations and reflections in parallel, with steps of Barzilai and Borwein (1988)
along Cayley transforms (Wen and Yin 2013).
"""

import numpy as np

FALL = 1e-2  # decrease that a step may cause, relative to the largest possible value; BB steps are not monotone
STEPS = (1e-3, 1e3)  # shortest and longest step, relative to the first


def smallest_angle(a: np.ndarray, b: np.ndarray, *, starts: int, iterations: int) -> tuple[float, float]:
    """The smallest angle found between a and C b C', and a lower bound for all orthogonal C; radians, 0 to pi.

    a, b: (coordinate, coordinate), not zero. 0: one is a rotation of the other, up to a positive factor. Up to rounding
    error, the result does not depend on the order of a and b or on rotations of either.
    """
    a, b = (normal_form(m / np.linalg.norm(m)) for m in (a, b))
    if a[0, 0] < b[0, 0]:
        a, b = b, a
    traces = np.trace(a), np.trace(b)
    a, b = (
        m - t / len(m) * np.eye(len(m)) for m, t in zip((a, b), traces, strict=True)
    )  # rotations do not change the multiple of the identity
    best = ascend(a, b, rotations=initial_rotations(len(a), starts), iterations=iterations)
    apart = ((a - best) ** 2).sum() + (traces[0] - traces[1]) ** 2 / len(a)
    angle = 2 * float(np.arcsin(min(1.0, np.sqrt(apart) / 2)))  # of two unit vectors; precise for small angles
    cosine = upper_bound(a, b) + traces[0] * traces[1] / len(a)
    return angle, min(angle, float(np.arccos(np.clip(cosine, -1.0, 1.0))))


def normal_form(matrix: np.ndarray) -> np.ndarray:
    """The rotated copy with a diagonal symmetric part, in decreasing order, and a first row that is not negative.

    All rotated copies of a matrix share it, except with repeated eigenvalues or zeros in that row.
    """
    _, basis = np.linalg.eigh(matrix + matrix.T)
    form = basis.T[::-1] @ matrix @ basis[:, ::-1]
    signs = np.where(form[0] < 0, -1.0, 1.0)
    signs[0] = 1.0
    return signs[:, None] * form * signs


def initial_rotations(size: int, starts: int) -> np.ndarray:
    """(start, size, size) the identity, then random orthogonal matrices, alternately reflections and rotations."""
    rotations = np.linalg.qr(np.random.default_rng(0).standard_normal((starts, size, size)))[0]
    rotations[0] = np.eye(size)
    rotations[:, :, -1] *= np.sign(np.linalg.det(rotations) * (-1.0) ** np.arange(starts))[:, None]
    return rotations


def ascend(a: np.ndarray, b: np.ndarray, *, rotations: np.ndarray, iterations: int) -> np.ndarray:
    """C b C' with the largest inner product with a that is found by ascent from the initial `rotations`."""
    identity = np.eye(len(a))
    largest = np.linalg.norm(a) * np.linalg.norm(b)
    if largest < 1e-12:  # both are multiples of the identity, which no rotation changes
        return b
    now = rotations @ b @ np.swapaxes(rotations, 1, 2)
    value, slope = inner(now, a), skew_gradient(a, now)
    first = np.full(len(rotations), 0.5 / (np.linalg.norm(a, 2) * np.linalg.norm(b, 2)))
    step, best, best_value = first, now.copy(), value.copy()
    for k in range(iterations):
        half = (step / 2)[:, None, None] * slope
        rotation = np.linalg.solve(identity - half, identity + half)
        then = rotation @ now @ np.swapaxes(rotation, 1, 2)
        there, slope_there = inner(then, a), skew_gradient(a, then)
        taken = there >= value - FALL * largest
        step = np.where(taken, next_step(step, slope, slope - slope_there, long=k % 2 == 1), step / 4)
        step = np.clip(step, STEPS[0] * first, STEPS[1] * first)
        now, slope = (np.where(taken[:, None, None], n, o) for n, o in ((then, now), (slope_there, slope)))
        value = np.where(taken, there, value)
        better = value > best_value
        best[better], best_value[better] = now[better], value[better]
    return best[best_value.argmax()]


def next_step(step: np.ndarray, slope: np.ndarray, change: np.ndarray, *, long: bool) -> np.ndarray:
    """(start,) Barzilai-Borwein step lengths, from the last step and the change of slope that it caused."""
    along = np.abs(inner(slope, change))
    above, below = (step * inner(slope, slope), along) if long else (step * along, inner(change, change))
    return np.divide(above, below, out=step.copy(), where=below > 0)


def inner(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(start,) sums of products of (start, n, n) with (n, n) or (start, n, n)."""
    return (x * y).sum(axis=(1, 2))


def skew_gradient(a: np.ndarray, now: np.ndarray) -> np.ndarray:
    """(start, n, n) skew-symmetric gradient of the inner product of a with `now` with respect to rotations of `now`."""
    product = a @ np.swapaxes(now, 1, 2) - np.swapaxes(now, 1, 2) @ a
    return (product - np.swapaxes(product, 1, 2)) / 2


def upper_bound(a: np.ndarray, b: np.ndarray) -> float:
    """Upper bound of the inner product: the symmetric and skew-symmetric parts are aligned independently.

    It is the sum of products of their sorted eigenvalues and of their sorted singular values (von Neumann 1937).
    """
    symmetric = [np.linalg.eigvalsh((m + m.T) / 2) for m in (a, b)]
    skew = [np.linalg.svd((m - m.T) / 2, compute_uv=False) for m in (a, b)]
    return float(symmetric[0] @ symmetric[1] + skew[0] @ skew[1])
