"""The loss of training, in which errors are normalised to be comparable between tasks."""

import numpy as np
import torch
from torch import nn

from rnncompare.training import penalties
from rnncompare.training.local_credit import LocalCredit
from rnncompare.training.options import PENALTIES
from rnncompare.training.trials import BadTraining
from rnncompare.training.vanishing_gradient import VanishingGradient

TERMS = ("loss", "task", *PENALTIES)


def null_error(targets: np.ndarray, mask: np.ndarray) -> float:
    """Mean squared error of the null model, which predicts the mean of each output: the variance of the targets.

    targets (trial, time, output); mask (trial, time): times that enter the loss. In squared units of the targets.
    Raises BadTraining if targets do not vary.
    """
    used = np.asarray(targets, dtype=float)[np.asarray(mask, dtype=bool)]
    variance = float(((used - used.mean(axis=0)) ** 2).mean()) if used.size else 0.0
    if not variance > 0:
        raise BadTraining(
            f"targets: found a variance of {variance:g} over {len(used)} times in the mask, wanted targets that vary"
        )
    return variance


def mean_squared_error(outputs: torch.Tensor, targets: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean of (output - target)^2 over outputs and the times in the mask.

    outputs, targets (trial, time, output); mask (trial, time): 1 for times that enter the loss, 0 for others. Divided
    by the error of the null model, it is the normalised error: 0 is perfect, 1 as good as a constant.
    """
    squares = (outputs - targets).square().sum(-1)
    return (squares * mask).sum() / (mask.sum() * targets.shape[2])


def loss_terms(
    network: nn.Module,
    data: list[torch.Tensor],
    scale: float,
    weight: dict[str, float],
    generator: torch.Generator | None = None,
    local: LocalCredit | None = None,
) -> tuple[dict[str, torch.Tensor], VanishingGradient | None]:
    """The loss and its weighted terms, named as in TERMS; a penalty of weight 0 is not computed.

    scale: error of the null model; weight: weights of PENALTIES; generator: draws the noise of the network;
    local: how errors reach the units, None for backpropagation. The last penalty is computed only in the backward pass:
    its term is 0 here, and the object that computes it is returned too.
    """
    inputs, targets, mask = data
    vanishing = VanishingGradient(weight["vanishing"]) if weight["vanishing"] else None
    asked = {"vanishing": vanishing, "local": local}
    more = {name: value for name, value in asked.items() if value is not None}  # not all networks can compute these
    rates, outputs = network(inputs, generator=generator, **more)
    penalty = {
        "weights": lambda: penalties.weights(network),
        "rates": lambda: penalties.rates(rates),
        "dynamics": lambda: penalties.dynamics(network, rates),
        "mean_weights": lambda: penalties.mean_weights(network),
        "vanishing": lambda: rates.new_zeros(()),
    }
    terms = {"task": mean_squared_error(outputs, targets, mask) / scale}
    terms |= {name: weight[name] * penalty[name]() if weight[name] else rates.new_zeros(()) for name in penalty}
    return terms | {"loss": sum(terms.values())}, vanishing
