"""Axes of task variables in the state space of a population, by linear regression over single trials."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, Unmeasurable
from rnncompare.activity.selection import coordinate
from rnncompare.files.labels import names
from rnncompare.files.text import natural

STILL = 1e-10  # root mean square over units, in SDs of rates; smaller coefficients are rounding error


class Axes(NamedTuple):
    """One axis for each variable."""

    raw: np.ndarray  # (variable, unit) of unit length, from denoised regression coefficients
    orthogonal: np.ndarray  # (variable, unit) the same, orthogonalised in the order of the variables
    time: np.ndarray  # (variable,) index of the time at which the norm of the coefficients is largest
    size: np.ndarray  # (variable, time) root mean square of the denoised coefficients over units


def design(data: xr.Dataset, variables: dict[str, str], where: str) -> np.ndarray:
    """(trial, 1 + variable) design matrix: a constant, and each variable scaled to the range from -1 to 1.

    Numbers are divided by their largest absolute value; of two categories, the first is -1 and the second 1. Raises
    BadActivity for missing values, and Unmeasurable if the variables are linearly dependent over the trials or a
    categorical variable does not have two values.
    """
    columns = [np.ones(data.sizes["trial"])]
    for name in variables.values():
        values = coordinate(data, name, where)
        if np.issubdtype(values.dtype, np.number):
            if not np.isfinite(values.astype(float)).all():
                raise BadActivity(f"{where}: found {name} missing in some trials, wanted it in all")
            columns.append(values / max(np.abs(values).max(), np.finfo(float).tiny))
            continue
        words = names(values)
        found = sorted(set(words.tolist()), key=natural)
        if len(found) != 2:
            raise Unmeasurable(
                f"{where}: found {len(found)} values of {name} ({', '.join(found)}), wanted two values or numbers"
            )
        columns.append(np.where(words == found[1], 1.0, -1.0))
    matrix = np.stack(columns, axis=1)
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        raise Unmeasurable(
            f"{where}: found {', '.join(variables)} to be linearly dependent over {len(matrix)} trials, wanted trials "
            "in which they vary independently"
        )
    return matrix


def z_scored(rate: np.ndarray) -> np.ndarray:
    """(trial, time, unit) rates, z-scored for each unit over trials and times; 0 for a unit without variance."""
    about = rate - rate.mean(axis=(0, 1))
    spread = about.std(axis=(0, 1))
    still = spread <= 1e-10 * np.abs(rate).max(axis=(0, 1))
    return np.where(still, 0.0, about / np.where(still, 1.0, spread))


def principal_axes(averages: np.ndarray, components: int) -> np.ndarray:
    """(unit, component) first principal components of averages (condition, time, unit) about the means of units."""
    flat = averages.reshape(-1, averages.shape[-1])
    return np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)[2][:components].T


def regression_axes(rate: np.ndarray, matrix: np.ndarray, denoise: np.ndarray, orders: np.ndarray) -> list[Axes]:
    """Axes of the variables of a `design`, from z-scored rates (trial, time, unit), for each order of trials.

    orders: (draw, trial) the trial whose values are assigned to each trial. The coefficients at each time are projected
    onto the principal components `denoise` (unit, component); the axis is their direction at the time at which their
    norm is largest, and each axis is orthogonalised to those before it (Mante et al. 2013). Coefficients that are
    rounding error give an axis of length 0.
    """
    scores = rate @ denoise  # the projection can precede the regression, because both are linear
    solve = np.linalg.pinv(matrix)[1:]
    stacked = solve.T[orders].transpose(0, 2, 1).reshape(-1, len(rate)) @ scores.reshape(len(rate), -1)
    by_draw = stacked.reshape(len(orders), len(solve), *scores.shape[1:])
    return [_axes(coefficients, denoise) for coefficients in by_draw]


def _axes(coefficients: np.ndarray, denoise: np.ndarray) -> Axes:
    """Axes from regression coefficients (variable, time, component)."""
    length = np.sqrt((coefficients**2).sum(axis=2))
    time = length.argmax(axis=1)
    raw = coefficients[np.arange(len(time)), time]
    norm = np.sqrt((raw**2).sum(axis=1, keepdims=True))
    raw = np.divide(raw, norm, out=np.zeros_like(raw), where=norm > STILL * np.sqrt(len(denoise)))
    return Axes(raw @ denoise.T, orthogonalised(raw) @ denoise.T, time, length / np.sqrt(len(denoise)))


def orthogonalised(axes: np.ndarray) -> np.ndarray:
    """(axis, unit) axes of unit length by Gram-Schmidt orthogonalisation in order; 0 for a linearly dependent axis."""
    done = np.zeros_like(axes)
    for k, axis in enumerate(axes):
        for _ in range(2):  # the second pass removes rounding error
            axis = axis - done[:k].T @ (done[:k] @ axis)
        length = np.sqrt((axis**2).sum())
        done[k] = axis / length if length > 1e-10 else 0.0
    return done
