"""Procrustes over vector fields: the rotation of one linear dynamics that brings it closest to another.

The largest tr(A' C B C') over orthogonal C has no closed form, and other maxima beside it. Both matrices are brought
to a normal form that their rotated copies share, so that the search is the same for all of those; then ascent from
many rotations and reflections at once, by steps of Barzilai and Borwein (1988) along Cayley transforms (Wen and Yin
2013).
"""

import numpy as np

FALL = 1e-2  # of the largest value that could be reached; a step may lose as much: BB steps need the freedom
STEPS = (1e-3, 1e3)  # shortest and longest, of the first


def smallest_angle(a: np.ndarray, b: np.ndarray, *, starts: int, iterations: int) -> tuple[float, float]:
    """The smallest angle found between a and C b C', and one that no orthogonal C can go below; radians, 0 to pi.

    a, b: (coordinate, coordinate), not zero. 0: one is a rotation of the other, up to a positive factor. What is found
    depends neither on which comes first nor on rotations of either, as far as rounding lets it.
    """
    a, b = (normal_form(m / np.linalg.norm(m)) for m in (a, b))
    if a[0, 0] < b[0, 0]:
        a, b = b, a
    traces = np.trace(a), np.trace(b)
    a, b = (m - t / len(m) * np.eye(len(m)) for m, t in zip((a, b), traces, strict=True))  # rotations leave the rest
    best = ascend(a, b, turns=first_turns(len(a), starts), iterations=iterations)
    apart = ((a - best) ** 2).sum() + (traces[0] - traces[1]) ** 2 / len(a)
    angle = 2 * float(np.arcsin(min(1.0, np.sqrt(apart) / 2)))  # of two unit vectors; exact where it is small
    cosine = most_alike(a, b) + traces[0] * traces[1] / len(a)
    return angle, min(angle, float(np.arccos(np.clip(cosine, -1.0, 1.0))))


def normal_form(matrix: np.ndarray) -> np.ndarray:
    """The rotated copy whose symmetric part is diagonal, largest first, and whose first row is not negative elsewhere.

    All rotated copies of a matrix have the same, but for those with repeated eigenvalues or zeros in that row.
    """
    _, basis = np.linalg.eigh(matrix + matrix.T)
    form = basis.T[::-1] @ matrix @ basis[:, ::-1]
    signs = np.where(form[0] < 0, -1.0, 1.0)
    signs[0] = 1.0
    return signs[:, None] * form * signs


def first_turns(size: int, starts: int) -> np.ndarray:
    """(start, size, size) the identity, then random orthogonal matrices, as many reflections as rotations."""
    turns = np.linalg.qr(np.random.default_rng(0).standard_normal((starts, size, size)))[0]
    turns[0] = np.eye(size)
    turns[:, :, -1] *= np.sign(np.linalg.det(turns) * (-1.0) ** np.arange(starts))[:, None]
    return turns


def ascend(a: np.ndarray, b: np.ndarray, *, turns: np.ndarray, iterations: int) -> np.ndarray:
    """C b C' where the inner product with a is the largest that was met from any of the first `turns`."""
    identity = np.eye(len(a))
    largest = np.linalg.norm(a) * np.linalg.norm(b)
    if largest < 1e-12:  # both are multiples of the identity, which no rotation changes
        return b
    now = turns @ b @ np.swapaxes(turns, 1, 2)
    value, slope = inner(now, a), skew_slope(a, now)
    first = np.full(len(turns), 0.5 / (np.linalg.norm(a, 2) * np.linalg.norm(b, 2)))
    step, best, best_value = first, now.copy(), value.copy()
    for k in range(iterations):
        half = (step / 2)[:, None, None] * slope
        turn = np.linalg.solve(identity - half, identity + half)
        then = turn @ now @ np.swapaxes(turn, 1, 2)
        there, slope_there = inner(then, a), skew_slope(a, then)
        taken = there >= value - FALL * largest
        step = np.where(taken, next_step(step, slope, slope - slope_there, long=k % 2 == 1), step / 4)
        step = np.clip(step, STEPS[0] * first, STEPS[1] * first)
        now, slope = (np.where(taken[:, None, None], n, o) for n, o in ((then, now), (slope_there, slope)))
        value = np.where(taken, there, value)
        better = value > best_value
        best[better], best_value[better] = now[better], value[better]
    return best[best_value.argmax()]


def next_step(step: np.ndarray, slope: np.ndarray, change: np.ndarray, *, long: bool) -> np.ndarray:
    """(start,) lengths with which the last step would have met the change of slope that it brought."""
    along = np.abs(inner(slope, change))
    above, below = (step * inner(slope, slope), along) if long else (step * along, inner(change, change))
    return np.divide(above, below, out=step.copy(), where=below > 0)


def inner(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(start,) sums of products of (start, n, n) with (n, n) or (start, n, n)."""
    return (x * y).sum(axis=(1, 2))


def skew_slope(a: np.ndarray, now: np.ndarray) -> np.ndarray:
    """(start, n, n) skew-symmetric directions in which the inner product of a with `now`, rotated further, grows."""
    product = a @ np.swapaxes(now, 1, 2) - np.swapaxes(now, 1, 2) @ a
    return (product - np.swapaxes(product, 1, 2)) / 2


def most_alike(a: np.ndarray, b: np.ndarray) -> float:
    """What no rotation can exceed: symmetric and skew-symmetric parts each aligned as if the other did not matter.

    Sums of products of their eigenvalues and of their singular values, both sorted (von Neumann 1937).
    """
    symmetric = [np.linalg.eigvalsh((m + m.T) / 2) for m in (a, b)]
    skew = [np.linalg.svd((m - m.T) / 2, compute_uv=False) for m in (a, b)]
    return float(symmetric[0] @ symmetric[1] + skew[0] @ skew[1])
