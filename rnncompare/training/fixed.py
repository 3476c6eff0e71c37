"""Weights that keep the values with which a training begins, while the others are trained."""

from collections.abc import Mapping

import torch
from torch import nn

from rnncompare.options import masks
from rnncompare.plugins import BadOption
from rnncompare.training.matrix_options import ALL


class Fixed:
    """The fixed weights of a network, on its device: whole matrices, and entries of others.

    Without their gradients, neither updates nor the moments of Adam, nor the norm by which gradients are clipped,
    contain anything of them.
    """

    def __init__(self, network: nn.Module, fixed: Mapping | None):
        """fixed: 'all' or a mask of the fixed entries for each matrix that has some. Raises BadOption for a mask that
        does not fit."""
        given = {name: found for name, found in (fixed or {}).items() if found is not None}
        self.whole = [getattr(network, f"{name}_weights") for name, found in given.items() if found == ALL]
        self.parts = []
        for name, found in given.items():
            if found != ALL:
                where, weights = f"training: fixed.{name}", getattr(network, f"{name}_weights")
                mask = masks.read(found, where).of(*weights.shape, where)
                self.parts.append((weights, torch.as_tensor(mask, device=weights.device)))

    def free(self, trained: list[nn.Parameter]) -> list[nn.Parameter]:
        """The trained parameters without those that are fixed as a whole. Raises BadOption if none is left."""
        left = [one for one in trained if not any(one is other for other in self.whole)]
        if not left:
            raise BadOption("training: found no weights that are not fixed, wanted some that are trained")
        return left

    @torch.no_grad()
    def hold(self) -> None:
        """Set the gradients of fixed entries to 0."""
        for weights, mask in self.parts:
            weights.grad.masked_fill_(mask, 0.0)  # a product would keep NaN, and the sign of -0
