"""What training makes small, in units that mean the same for every task."""

import math

import numpy as np
import torch
from torch import nn

from rnncompare.training import penalties
from rnncompare.training.trials import BadTraining

TERMS = ("loss", "task", "weights", "rates", "dynamics")


def null_error(targets: np.ndarray, mask: np.ndarray) -> float:
    """Mean squared error of the null model, which gives each output's mean over trials and times: their variance.

    targets (trial, time, output); mask (trial, time): the times that count. In squared units of the targets.
    Raises BadTraining where targets do not vary.
    """
    used = np.asarray(targets, dtype=float)[np.asarray(mask, dtype=bool)]
    variance = float(((used - used.mean(axis=0)) ** 2).mean()) if used.size else 0.0
    if not variance > 0:
        raise BadTraining(
            f"targets: found a variance of {variance:g} over {len(used)} times that count, wanted targets that vary"
        )
    return variance


def mean_squared_error(outputs: torch.Tensor, targets: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean of (output - target)^2 over outputs and the times that count.

    outputs, targets (trial, time, output); mask (trial, time): 1 where it counts, 0 elsewhere.
    Over the null model's error it is the normalised error: 0 is perfect, 1 as good as a constant.
    """
    squares = (outputs - targets).square().sum(-1)
    return (squares * mask).sum() / (mask.sum() * targets.shape[2])


def measure(network: nn.Module, data: list[torch.Tensor], trials: np.ndarray, scale: float) -> float:
    """Normalised error on some trials of (inputs, targets, mask), NaN of none; scale: the null model's error."""
    if len(trials) == 0:
        return math.nan
    inputs, targets, mask = (a[trials] for a in data)
    with torch.no_grad():
        return float(mean_squared_error(network(inputs)[1], targets, mask)) / scale


def loss_terms(
    network: nn.Module, data: list[torch.Tensor], scale: float, weight: dict[str, float]
) -> dict[str, torch.Tensor]:
    """The loss and the weighted terms it is the sum of, named as TERMS; a penalty of weight 0 is not computed."""
    inputs, targets, mask = data
    rates, outputs = network(inputs)
    penalty = {
        "weights": lambda: penalties.weights(network),
        "rates": lambda: penalties.rates(rates),
        "dynamics": lambda: penalties.dynamics(network, rates),
    }
    terms = {"task": mean_squared_error(outputs, targets, mask) / scale}
    terms |= {name: weight[name] * penalty[name]() if weight[name] else rates.new_zeros(()) for name in penalty}
    return terms | {"loss": sum(terms.values())}
