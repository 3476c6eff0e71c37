"""Penalties of the loss, on weights, rates and recurrent dynamics. Where weights enter, they are the effective ones."""

from functools import cache

import numpy as np
import torch
from torch import nn

from rnncompare.training.backpropagation import MeanSquare


def weights(network: nn.Module) -> torch.Tensor:
    """R0 = sum of B^2 + sum of W^2: squared input and output weights, without the recurrent weights J.

    As it is a sum, it grows with the numbers of inputs, outputs and units. R0, R1 and R2 are those of Sussillo et al.
    2015.
    """
    return network.effective_input_weights().square().sum() + network.effective_output_weights().square().sum()


def mean_weights(network: nn.Module) -> torch.Tensor:
    """Mean of J^2 + mean of B^2 + mean of W^2, each over the whole matrix including masked weights.

    As in Kleinman, Chandrasekaran and Kao 2021, with the same weight for all three.
    """
    matrices = (
        network.effective_recurrent_weights(), network.effective_input_weights(), network.effective_output_weights()
    )  # fmt: skip
    return sum(matrix.square().mean() for matrix in matrices)


def rates(rates: torch.Tensor) -> torch.Tensor:
    """R1 = mean of r^2 over units, times and trials; rates (trial, time, unit). 0: silent; 1: saturated (tanh)."""
    return MeanSquare.apply(rates)


def dynamics(network: nn.Module, rates: torch.Tensor) -> torch.Tensor:
    """R2 = mean over times and trials of the squared Frobenius norm of J diag(r'(x_t)); rates (trial, time, unit).

    This is the size of the recurrent part of the Jacobian dx'/dx, which is 0 if every unit is silent or saturated, so
    that perturbations do not propagate. As column j of the matrix is J_j r'_j, the Jacobian need not be computed:
    R2 = sum over j of mean r'_j^2 * sum over i of J_ij^2.
    """
    return (network.mean_square_slope(rates) * network.effective_recurrent_weights().square().sum(0)).sum()


def wiring(network: nn.Module) -> torch.Tensor:
    """Sum of |J_ij| d_ij, the recurrent weights times the distances of units on a grid (`grid_distances`).

    0: only connections of units with themselves. Units have no other places; their numbers give their places.
    """
    J = network.effective_recurrent_weights()
    return (J.abs() * _distances(J)).sum()


def absolute_weights(network: nn.Module) -> torch.Tensor:
    """Sum of |J_ij| times the mean distance: what `wiring` is if weights do not depend on distances.

    The mean is over all pairs of a unit to and a unit from. It is the control for `wiring`, with the same weight: both
    make J sparse, and only the other one prefers short connections.
    """
    J = network.effective_recurrent_weights()
    return J.abs().sum() * float(grid_distances(J.shape[1]).mean())


def of_matrix(network: nn.Module, name: str) -> torch.Tensor:
    """Mean of |w| (`l1_MATRIX`) or of w^2 (`l2_MATRIX`) over a whole matrix, recurrent, input or output.

    Masked weights count as 0, as in `mean_weights`, which is the sum of the three l2 penalties.
    """
    kind, matrix = name.split("_")
    weights = getattr(network, f"effective_{matrix}_weights")()
    return weights.abs().mean() if kind == "l1" else weights.square().mean()


@cache
def grid_distances(units: int) -> np.ndarray:
    """Distances (unit to, unit from) of units that fill a square grid in the unit square, row by row.

    The grid has the smallest side that has room for all units, and its corners are those of the square; if the number
    of units is not a square, its last places are empty.
    """
    side = next(n for n in range(1, units + 1) if n * n >= units)
    row, column = np.divmod(np.arange(units), side)
    squares = (row[:, None] - row) ** 2 + (column[:, None] - column) ** 2
    return np.sqrt(squares) / max(side - 1, 1)


def _distances(J: torch.Tensor) -> torch.Tensor:
    """The distance of each recurrent weight; J (unit to, unit from), or (gate x unit to, unit from)."""
    units = J.shape[1]
    return torch.as_tensor(np.tile(grid_distances(units), (len(J) // units, 1)), dtype=J.dtype, device=J.device)
