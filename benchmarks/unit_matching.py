"""Soft matching of 150 and 141 units by their correlations, compared with the linear program of scipy (HiGHS)."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_matrix, eye, kron, vstack

from rnncompare.geometry.transport import soft

UNITS = (150, 141)


def correlations(units: tuple[int, int]) -> np.ndarray:
    """Return the correlations of units that follow ten shared latent variables."""
    rng = np.random.default_rng(0)
    return np.tanh(rng.standard_normal((units[0], 10)) @ rng.standard_normal((10, units[1])) / 10)


def ours(values: np.ndarray) -> float:
    match = soft(values)
    return float(match.weights @ values[match.rows, match.columns])


def sums(rows: int, columns: int) -> csc_matrix:
    """Return the matrix that maps weights to their sums over columns and over rows."""
    return vstack([kron(eye(rows), np.ones((1, columns))), kron(np.ones((1, rows)), eye(columns))]).tocsc()


def peer(values: np.ndarray) -> float:
    rows, columns = values.shape
    wanted = np.concatenate([np.full(rows, 1 / rows), np.full(columns, 1 / columns)])
    return float(-linprog(-values.ravel(), A_eq=sums(rows, columns), b_eq=wanted).fun)


def unit_matching() -> list[tuple[str, Callable, Callable]]:
    values = correlations(UNITS)
    return [("unit_matching", lambda: ours(values), lambda: peer(values))]
