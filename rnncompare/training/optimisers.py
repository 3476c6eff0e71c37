"""Optimisers, which compute updates of the weights from gradients.

They give the same numbers as those of torch if its square root is correctly rounded. torch's optimisers import a
compiler, which takes longer than training a small network.
"""

import math
from collections.abc import Callable

import torch

from rnncompare.training.matrix_products import root

OPTIMISERS = ("adam", "sgd")


def optimiser(name: str, parameters: list[torch.nn.Parameter]) -> Callable[[float], None]:
    """The step function of one of OPTIMISERS, which updates the parameters for a given learning rate."""
    return {"adam": Adam, "sgd": GradientDescent}[name](parameters).step


class Adam:
    """Adam: steps of about the learning rate for every weight, for any size of its gradient (Kingma and Ba 2015)."""

    MEAN, SQUARE, TINY = 0.9, 0.999, 1e-8  # decay rates of the running means, and epsilon, as in the paper

    def __init__(self, parameters: list[torch.nn.Parameter]):
        self.steps = 0
        self.state = [(p, torch.zeros_like(p), torch.zeros_like(p)) for p in parameters]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Update each weight along its negative gradient."""
        self.steps += 1
        unbiased = 1 - self.MEAN**self.steps
        unbiased_root = math.sqrt(1 - self.SQUARE**self.steps)
        for parameter, mean, square in self.state:
            mean.lerp_(parameter.grad, 1 - self.MEAN)
            square.mul_(self.SQUARE).addcmul_(parameter.grad, parameter.grad, value=1 - self.SQUARE)
            size = (root(square) / unbiased_root).add_(self.TINY)
            parameter.addcdiv_(mean, size, value=-rate / unbiased)


class GradientDescent:
    """Gradient descent: each weight changes by minus the learning rate times its gradient."""

    def __init__(self, parameters: list[torch.nn.Parameter]):
        self.parameters = parameters

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Update each weight along its negative gradient."""
        for parameter in self.parameters:
            parameter.sub_(parameter.grad, alpha=rate)
