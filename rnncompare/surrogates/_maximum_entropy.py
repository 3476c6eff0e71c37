"""The maximum-entropy distribution for a three-way table of variances with given margins.

Entropy increases with the sum of the logarithms of the variances. At the maximum, each variance is therefore
1 / (a_i + b_j + c_k), with one Lagrange multiplier for each margin. The multipliers minimise sum_i a_i A_i + sum_j b_j
B_j + sum_k c_k C_k - sum_ijk log(a_i + b_j + c_k) for margins A, B, C, a convex function with one minimum if the
margins are positive and have the same sum. Newton's method converges in about fifteen steps, also for margins that span
ten orders of magnitude.
"""

import numpy as np

TOLERANCE = 1e-10  # relative error of each margin
STEPS = 200


def multipliers(margins: list[np.ndarray]) -> list[np.ndarray]:
    """Multipliers a, b, c for which 1 / (a_i + b_j + c_k) has the given margins, up to `TOLERANCE`.

    margins: sums over the other two modes: three positive arrays (i,), (j,), (k,) with the same total. Raises
    RuntimeError if they are not reached.
    """
    sizes = [len(margin) for margin in margins]
    edges = np.cumsum(sizes)[:2]
    total = margins[0].sum()
    wanted = np.concatenate(margins) / total
    point = start(wanted, sizes)
    for _ in range(STEPS):
        sums, hessian = derivatives(np.split(point, edges))
        if (np.abs(sums - wanted) <= TOLERANCE * wanted).all():
            return [part / total for part in np.split(point, edges)]
        step = newton_step(hessian, wanted - sums, sizes)
        point = point + line_search(point, step, wanted, sums, edges) * step
    worst = np.abs(sums / wanted - 1).max()
    raise RuntimeError(
        f"maximum entropy: found relative errors of margins of {worst:.1e} after {STEPS} steps, wanted {TOLERANCE:.0e}"
    )


def start(wanted: np.ndarray, sizes: list[int]) -> np.ndarray:
    """Initial multipliers: a third of those for each margin alone, scaled to the correct total."""
    point = np.prod(sizes) / np.repeat(sizes, sizes) / wanted / 3
    sums, _ = derivatives(np.split(point, np.cumsum(sizes)[:2]))
    return point * sums[: sizes[0]].sum()


def derivatives(point: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Sums of the variances over pairs of modes (i + j + k,), and the second derivatives (sums of their squares).

    They are computed for one index of the first mode at a time, because the table may not fit into memory.
    """
    a, b, c = point
    i, j, k = map(len, point)
    sums = np.zeros(i + j + k)
    second = np.zeros((i + j + k, i + j + k))
    plane = b[:, None] + c
    for row, shift in enumerate(a):
        variance = 1 / (plane + shift)
        sums[row] = variance.sum()
        sums[i : i + j] += variance.sum(axis=1)
        sums[i + j :] += variance.sum(axis=0)
        variance *= variance
        second[row, i : i + j] = variance.sum(axis=1)
        second[row, i + j :] = variance.sum(axis=0)
        second[i : i + j, i + j :] += variance
    second += second.T
    diagonal = [second[:i, i : i + j].sum(axis=1), second[:i, i : i + j].sum(axis=0), second[:i, i + j :].sum(axis=0)]
    second[np.diag_indices(i + j + k)] = np.concatenate(diagonal)
    return sums, second


def newton_step(hessian: np.ndarray, gradient: np.ndarray, sizes: list[int]) -> np.ndarray:
    """Minus the inverse of the Hessian times the gradient, with multipliers scaled by their curvature.

    Adding a constant to the multipliers of one mode and subtracting it from those of another changes nothing; these two
    directions are fixed.
    """
    scale = 1 / np.sqrt(np.diag(hessian))
    mode = np.repeat([0, 1, 2], sizes)
    idle, _ = np.linalg.qr(np.stack([(mode == 0) * 1.0 - (mode == other) for other in (1, 2)], axis=1) / scale[:, None])
    return -scale * np.linalg.solve(hessian * scale * scale[:, None] + idle @ idle.T, scale * gradient)


def line_search(point: np.ndarray, step: np.ndarray, wanted: np.ndarray, sums: np.ndarray, edges: np.ndarray) -> float:
    """The first step length of 1, 1/2, 1/4, ... with positive variances and a sufficient decrease (Armijo 1966)."""
    now = dual(point, wanted, edges)
    slope = (wanted - sums) @ step
    length = 1.0
    while not dual(point + length * step, wanted, edges) <= now + 1e-4 * length * slope + 1e-12 * abs(now):
        length /= 2
    return length


def dual(point: np.ndarray, wanted: np.ndarray, edges: np.ndarray) -> float:
    """The dual function that the multipliers minimise; infinite if a variance is not positive."""
    a, b, c = np.split(point, edges)
    plane = b[:, None] + c
    if a.min() + plane.min() <= 0:
        return np.inf
    return float(point @ wanted - sum(np.log(plane + shift).sum() for shift in a))
