"""The loss of training, in which errors are normalised to be comparable between tasks."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from rnncompare.training import penalties
from rnncompare.training.local_credit import LocalCredit
from rnncompare.training.matrix_options import OF_MATRICES
from rnncompare.training.options import OF_DISTANCES, PENALTIES
from rnncompare.training.trials import BadTraining
from rnncompare.training.vanishing_gradient import VanishingGradient

TERMS = ("loss", "task", *PENALTIES)
RECORDED = "recorded"  # a further term of networks that are trained on recorded activity
FURTHER = (*OF_DISTANCES, *OF_MATRICES, RECORDED)  # terms that exist only where they have a weight


def null_error(targets: np.ndarray, mask: np.ndarray) -> float:
    """Mean squared error of the null model, which predicts the mean of each output: the variance of the targets.

    targets (trial, time, output); mask (trial, time): weights of times, 0 for those that do not enter the loss. In
    squared units of the targets. Raises BadTraining if targets do not vary.
    """
    inside = np.asarray(mask, dtype=bool)
    used, weights = np.asarray(targets, dtype=float)[inside], np.asarray(mask, dtype=float)[inside]
    if (weights == 1).all():
        variance = float(((used - used.mean(axis=0)) ** 2).mean()) if used.size else 0.0
    else:
        squares = (used - np.average(used, axis=0, weights=weights)) ** 2
        variance = float(np.average(squares, axis=0, weights=weights).mean())
    if not variance > 0:
        raise BadTraining(
            f"targets: found a variance of {variance:g} over {len(used)} times in the mask, wanted targets that vary"
        )
    return variance


def null_cross_entropy(classes: np.ndarray, weights: np.ndarray, epoch: np.ndarray) -> float:
    """Cross-entropy (nats) of the null model, which knows how frequent each class is in each epoch of a trial.

    classes, weights, epoch (trial, time); frequencies are weighted. A network that gives these probabilities without
    using its inputs has a normalised error of 1. Raises BadTraining if the class is the same throughout each epoch.
    """
    weights, entropy = np.asarray(weights, dtype=float), 0.0
    for one in np.unique(epoch):
        mass = np.bincount(classes[epoch == one], weights=weights[epoch == one])
        mass = mass[mass > 0]
        entropy -= float((mass * np.log(mass / mass.sum())).sum()) if mass.size else 0.0
    if not entropy > 0:
        raise BadTraining(
            f"answer_class: found the same class at all {int((weights > 0).sum())} scored times of each epoch, wanted "
            "classes that vary within an epoch"
        )
    return entropy / float(weights.sum())


def task_error(outputs: torch.Tensor, wanted: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Mean error over times: squared for targets (trial, time, output), cross-entropy for classes (trial, time)."""
    return (mean_squared_error if wanted.dim() == outputs.dim() else cross_entropy)(outputs, wanted, weights)


def cross_entropy(outputs: torch.Tensor, classes: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Weighted mean of -log p of the class of each time, in nats.

    outputs (trial, time, output): logarithms of the odds, p = softmax(outputs); classes, weights (trial, time). Divided
    by that of the null model, it is the normalised error: 0 is perfect, 1 as good as the frequencies of classes.
    """
    surprise = -outputs.log_softmax(-1).gather(-1, classes.unsqueeze(-1)).squeeze(-1)
    return (surprise * weights).sum() / weights.sum()


def mean_squared_error(outputs: torch.Tensor, targets: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean of (output - target)^2 over outputs and the times in the mask.

    outputs, targets (trial, time, output); mask (trial, time): weights of times, 0 for those that do not enter the
    loss. Divided by the error of the null model, it is the normalised error: 0 is perfect, 1 as good as a constant.
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
    recorded: Callable[[torch.Tensor], torch.Tensor] | None = None,
    task_weight: float = 1.0,
) -> tuple[dict[str, torch.Tensor], VanishingGradient | None]:
    """The loss and its weighted terms, named as in TERMS and FURTHER; a penalty of weight 0 is not computed.

    data: inputs, wanted outputs and weights of times, as from `objective.Objective.tensors`; scale: error of the null
    model; weight: weights of PENALTIES and, if given, of OF_DISTANCES and OF_MATRICES; generator: draws the noise of
    the network; local: how errors reach the units, None for backpropagation. `vanishing` is computed only in the
    backward pass: its term is 0 here, and the object that computes it is returned too. recorded: the weighted term of
    recorded activity, RECORDED, of the rates (trial, time, unit); None: there is none. task_weight: of the error of
    the task.
    """
    inputs, wanted, mask = data
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
    error = task_error(outputs, wanted, mask) / scale
    terms = {"task": error if task_weight == 1 else task_weight * error}
    terms |= {name: weight[name] * penalty[name]() if weight[name] else rates.new_zeros(()) for name in penalty}
    terms |= {n: weight[n] * getattr(penalties, n)(network) for n in OF_DISTANCES if weight.get(n)}
    terms |= {n: weight[n] * penalties.of_matrix(network, n) for n in OF_MATRICES if weight.get(n)}
    terms |= {} if recorded is None else {RECORDED: recorded(rates)}
    return terms | {"loss": sum(terms.values())}, vanishing
