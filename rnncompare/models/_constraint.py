"""Weights with constraints: masks and signs that hold for any values of the underlying free parameters."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from rnncompare.models import _connectivity as areas
from rnncompare.models._connectivity import Connectivity
from rnncompare.options.masks import Mask
from rnncompare.plugins import BadOption


class Constraint(nn.Module):
    """Effective weights of free parameters: parameter * mask, or max(parameter, 0) * mask with constrained signs.

    mask: 0 for no connection, 1, or -1 for a weight that is constrained to be negative. It is computed from the options
    and the seed of the network, and is not part of the stored weights.
    """

    def __init__(self, mask: np.ndarray, *, signed: bool):
        super().__init__()
        self.register_buffer("mask", torch.as_tensor(mask, dtype=torch.get_default_dtype()), persistent=False)
        self.signed = signed

    def forward(self, free: torch.Tensor) -> torch.Tensor:
        return (free.clamp(min=0) if self.signed else free) * self.mask

    def start(self, weights: torch.Tensor) -> torch.Tensor:
        """Initial free parameters for unconstrained weights: absolute values if signs are constrained, 0 if masked."""
        return (weights.abs() if self.signed else weights) * self.mask.abs()


def constraints(
    options: Connectivity, units: int, inputs: int, outputs: int, seed: int
) -> tuple[Constraint, Constraint, Constraint]:
    """Constraints of recurrent (unit to, unit from), input (unit, input) and output weights (output, unit)."""
    area, excitatory = areas.cells(options, units)
    sign = np.where(excitatory, 1, -1) if options.dale else np.ones(units, dtype=int)
    with_input = np.isin(area, options.input_areas)
    read = np.isin(area, options.output_areas) & (excitatory | (options.output_cells == "all"))
    return (
        Constraint(areas.connections(options, units, seed) * sign, signed=options.dale),
        Constraint(np.repeat(with_input[:, None], inputs, axis=1), signed=options.positive_inputs),
        Constraint(np.repeat((read * sign)[None, :], outputs, axis=0), signed=options.dale),
    )


def masked(
    held: tuple[nn.Module, ...], masks: Mapping[str, Mask], shapes: Mapping[str, tuple[int, int]]
) -> tuple[nn.Module, ...]:
    """Constraints, or nn.Identity for none, of the matrices `shapes`, with only the connections that masks have, too.

    shapes: the shape of each matrix, in the order of `held`. Raises BadOption for a mask that does not fit, or that has
    no connection in common with the constraint.
    """
    made = []
    for constraint, (name, shape) in zip(held, shapes.items(), strict=True):
        if name in masks:
            where = f"leaky: masks.{name}"
            both = masks[name].of(*shape, where).astype(float)
            if isinstance(constraint, Constraint):
                both = both * constraint.mask.numpy()
            if not both.any():
                raise BadOption(f"{where}: found none of its connections among those of connectivity, wanted some")
            constraint = Constraint(both, signed=getattr(constraint, "signed", False))
        made.append(constraint)
    return tuple(made)
