"""Weights that stay where a mask and a sign want them, whatever an optimiser does to the parameters behind them."""

import numpy as np
import torch
from torch import nn

from rnncompare.models import _connectivity as areas
from rnncompare.models._connectivity import Connectivity


class Constraint(nn.Module):
    """Effective weights of free parameters: parameter * mask, or where the sign is held max(parameter, 0) * mask.

    mask: 0 where there is no connection; elsewhere 1, or -1 where a sign is held and it is negative. It is remade from
    the network's options and seed, so that it is no part of the stored weights.
    """

    def __init__(self, mask: np.ndarray, *, signed: bool):
        super().__init__()
        self.register_buffer("mask", torch.as_tensor(mask, dtype=torch.get_default_dtype()), persistent=False)
        self.signed = signed

    def forward(self, free: torch.Tensor) -> torch.Tensor:
        return (free.clamp(min=0) if self.signed else free) * self.mask

    def start(self, weights: torch.Tensor) -> torch.Tensor:
        """Free parameters for weights that know nothing of the constraint: sizes where there is a sign; 0 if masked."""
        return (weights.abs() if self.signed else weights) * self.mask.abs()


def constraints(
    options: Connectivity, units: int, inputs: int, outputs: int, seed: int
) -> tuple[Constraint, Constraint, Constraint]:
    """Of recurrent (unit to, unit from), input (unit, input) and output weights (output, unit)."""
    area, excitatory = areas.cells(options, units)
    sign = np.where(excitatory, 1, -1) if options.dale else np.ones(units, dtype=int)
    heard = np.isin(area, options.input_areas)
    read = np.isin(area, options.output_areas) & (excitatory | (options.output_cells == "all"))
    return (
        Constraint(areas.connections(options, units, seed) * sign, signed=options.dale),
        Constraint(np.repeat(heard[:, None], inputs, axis=1), signed=options.positive_inputs),
        Constraint(np.repeat((read * sign)[None, :], outputs, axis=0), signed=options.dale),
    )
