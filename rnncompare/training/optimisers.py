"""Optimisers: what turns gradients into updates of the weights.

torch's own give the same numbers where their square root is correctly rounded, and bring in a compiler that takes
longer to import than a small network takes to train.
"""

import math
from collections.abc import Callable

import torch

from rnncompare.training.products import root

OPTIMISERS = ("adam", "sgd")


def optimiser(name: str, parameters: list[torch.nn.Parameter]) -> Callable[[float], None]:
    """The step, of a rate, that moves these parameters down their gradients: one of OPTIMISERS."""
    return {"adam": Adam, "sgd": GradientDescent}[name](parameters).step


class Adam:
    """Steps of about the learning rate in every weight, whatever the size of its gradient (Kingma and Ba 2015)."""

    MEAN, SQUARE, TINY = 0.9, 0.999, 1e-8  # what is kept of the running means at each step; the paper's

    def __init__(self, parameters: list[torch.nn.Parameter]):
        self.steps = 0
        self.state = [(p, torch.zeros_like(p), torch.zeros_like(p)) for p in parameters]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Move each weight down its gradient."""
        self.steps += 1
        unbiased = 1 - self.MEAN**self.steps
        unbiased_root = math.sqrt(1 - self.SQUARE**self.steps)
        for parameter, mean, square in self.state:
            mean.lerp_(parameter.grad, 1 - self.MEAN)
            square.mul_(self.SQUARE).addcmul_(parameter.grad, parameter.grad, value=1 - self.SQUARE)
            size = (root(square) / unbiased_root).add_(self.TINY)
            parameter.addcdiv_(mean, size, value=-rate / unbiased)


class GradientDescent:
    """Plain gradient descent: weights move by the learning rate times their gradient."""

    def __init__(self, parameters: list[torch.nn.Parameter]):
        self.parameters = parameters

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Move each weight down its gradient."""
        for parameter in self.parameters:
            parameter.sub_(parameter.grad, alpha=rate)
