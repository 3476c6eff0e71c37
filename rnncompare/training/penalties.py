"""Penalties of the loss, on weights, rates and recurrent dynamics. Where weights enter, they are the effective ones."""

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
