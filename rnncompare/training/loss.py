"""What training makes small, in units that mean the same for every task."""

import numpy as np
import torch
from torch import nn

from rnncompare.training import penalties
from rnncompare.training.options import PENALTIES
from rnncompare.training.trials import BadTraining
from rnncompare.training.vanishing_gradient import VanishingGradient

TERMS = ("loss", "task", *PENALTIES)


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


def loss_terms(
    network: nn.Module,
    data: list[torch.Tensor],
    scale: float,
    weight: dict[str, float],
    generator: torch.Generator | None = None,
) -> tuple[dict[str, torch.Tensor], VanishingGradient | None]:
    """The loss and the weighted terms it is the sum of, named as TERMS; a penalty of weight 0 is not computed.

    scale: the null model's error; weight: of each of PENALTIES; generator: draws the network's noise. The last penalty
    takes part in the backward pass alone and has its value only then: it is given beside the terms, where it is 0.
    """
    inputs, targets, mask = data
    vanishing = VanishingGradient(weight["vanishing"]) if weight["vanishing"] else None
    rates, outputs = network(inputs, generator=generator, vanishing=vanishing)
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
