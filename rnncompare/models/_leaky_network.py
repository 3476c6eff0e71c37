"""The leaky recurrent network as a torch module, and its initial weights."""

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from rnncompare.models import _connectivity as areas
from rnncompare.models._connectivity import Connectivity
from rnncompare.models._constraint import Constraint, constraints, masked
from rnncompare.models._dynamics import LeakyDynamics
from rnncompare.models._initial_state import LACKS_WITH_TRAINED_START
from rnncompare.models._noise import Noise
from rnncompare.models._noisy_drive import noisy_drive
from rnncompare.options.masks import Mask
from rnncompare.plugins import BadOption
from rnncompare.training.backpropagation import AT_REST, MeanSquareSlope, activate, recur, slope
from rnncompare.training.local_credit import LocalCredit
from rnncompare.training.matrix_products import linear, products
from rnncompare.training.vanishing_gradient import VanishingGradient


class LeakyNetwork(nn.Module):
    """The network of Sussillo et al. 2015, integrated from x = 0, or `initial_state`, by Euler's method with step dt.

    `recurrent_weights` J (unit to, unit from), `input_weights` B (unit, input), `output_weights` W (output, unit),
    `unit_bias` b, `output_bias` c. With constraints, the first three are free parameters, and the dynamics use the
    `effective` weights after the constraints. `initial_state` (unit): None, or a parameter that starts at 0. `labels`
    are coordinates of the units; `lacks`: what the network cannot do with these options.
    """

    def __init__(
        self,
        J: torch.Tensor,
        B: torch.Tensor,
        W: torch.Tensor,
        *,
        leak: float,
        nonlinearity: str,
        constraints: tuple[nn.Module, nn.Module, nn.Module] | None = None,
        noise: Noise | None = None,
        labels: dict[str, list[str]] | None = None,
        trained_start: bool = False,
    ):
        super().__init__()
        self.recurrent_weights, self.input_weights, self.output_weights = (nn.Parameter(w) for w in (J, B, W))
        self.unit_bias, self.output_bias = (nn.Parameter(torch.zeros(w.shape[0])) for w in (J, W))
        self.initial_state = nn.Parameter(torch.zeros(len(J))) if trained_start else None
        self.lacks = LACKS_WITH_TRAINED_START if trained_start else {}
        self.leak, self.nonlinearity, self.noise, self.labels = leak, nonlinearity, noise, labels or {}
        self.constraints = nn.ModuleList(constraints or (nn.Identity(), nn.Identity(), nn.Identity()))

    @property
    def constrained(self) -> bool:
        """Whether weights have masks or signs, by connectivity or masks."""
        return any(isinstance(constraint, Constraint) for constraint in self.constraints)

    def effective_recurrent_weights(self) -> torch.Tensor:
        """J after mask and sign constraints (unit to, unit from)."""
        return self.constraints[0](self.recurrent_weights)

    def effective_input_weights(self) -> torch.Tensor:
        """B after mask and sign constraints (unit, input)."""
        return self.constraints[1](self.input_weights)

    def effective_output_weights(self) -> torch.Tensor:
        """W after mask and sign constraints (output, unit)."""
        return self.constraints[2](self.output_weights)

    def dynamics(self) -> LeakyDynamics:
        """One step of the network with its present effective weights and without noise, as functions of arrays."""
        weights = self.effective_recurrent_weights(), self.effective_input_weights(), self.effective_output_weights()
        parts = (p.detach().cpu().numpy().astype(float) for p in (*weights, self.unit_bias, self.output_bias))
        return LeakyDynamics(*parts, leak=self.leak, nonlinearity=self.nonlinearity)

    def mean_square_slope(self, rates: torch.Tensor) -> torch.Tensor:
        """Mean of r'(x)^2 over trials and times (unit), from rates (trial, time, unit)."""
        return MeanSquareSlope.apply(rates, self.nonlinearity)

    def forward(
        self,
        inputs: torch.Tensor,
        recurrent: torch.Tensor | None = None,
        *,
        generator: torch.Generator | None = None,
        vanishing: VanishingGradient | None = None,
        local: LocalCredit | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Rates (trial, time, unit) and outputs (trial, time, output) for inputs (trial, time, input).

        The rate at a time includes the input at that time. recurrent: weights that replace those of the network, or
        several (version, unit to, unit from), for which rates and outputs have a first axis version and no gradient.
        generator: draws the noise of the network; without it, there is no noise. vanishing: penalty on the gradient.
        local: how errors reach the units, instead of backpropagation.
        """
        recurrent = self.effective_recurrent_weights() if recurrent is None else recurrent
        drive = self.drive(inputs.transpose(0, 1), generator)  # each time step of all trials is contiguous in memory
        if recurrent.ndim == 3:
            drive = drive.unsqueeze(1).repeat(1, len(recurrent), 1, 1)  # (time, version, trial, unit)
        if self.initial_state is not None:
            drive = torch.cat([drive[:1] + self._start(self.leak * recurrent), drive[1:]])
        parts = drive, self.leak * recurrent, self.leak, self.nonlinearity
        rates = recur(*parts, vanishing) if local is None else local.recur(*parts)
        read = linear if local is None else local.read
        outputs = read(rates, self.effective_output_weights(), self.output_bias)
        return rates.movedim(0, -2), outputs.movedim(0, -2)

    def drive(self, inputs: torch.Tensor, generator: torch.Generator | None) -> torch.Tensor:
        """leak (B u + b) (time, trial, unit) for inputs u (time, trial, input), with noise if there is a generator."""
        into, bias = self.leak * self.effective_input_weights(), self.leak * self.unit_bias
        if self.noise is None or generator is None:
            return linear(inputs, into, bias)
        return noisy_drive(self.noise, inputs, into, bias, self.leak, generator)

    def _start(self, recurrent: torch.Tensor) -> torch.Tensor:
        """What the initial state adds to the first step from x = 0: (1, unit), or (version, 1, unit).

        recurrent: weights (.., unit to, unit from), multiplied by leak. The slope of the rates is that of training.
        """
        x = self.initial_state
        now = activate(x.detach(), self.nonlinearity)
        rates = now + slope(now, self.nonlinearity) * (x - x.detach()) - AT_REST.get(self.nonlinearity, 0.0)
        sent = linear(rates, recurrent) if recurrent.ndim == 2 else products(recurrent, rates[:, None]).mT
        return (1 - self.leak) * x + sent


def initial_network(
    *,
    inputs: int,
    outputs: int,
    seed: int,
    units: int,
    g: float,
    h: float,
    connectivity: Connectivity | None,
    masks: Mapping[str, Mask],
    initial_weights: str,
    **parts,
) -> LeakyNetwork:
    """Return a network as described at `leaky`; parts: leak, nonlinearity, noise and trained_start."""
    J, B, W = drawn_weights(inputs, outputs, seed, units, g, h)
    J = g * torch.eye(units) if initial_weights == "identity" else J
    free = (nn.Identity(), nn.Identity(), nn.Identity())
    held = constraints(connectivity, units, inputs, outputs, seed) if connectivity else free
    held = masked(held, masks, {"recurrent": J.shape, "input": B.shape, "output": W.shape})
    J, B, W = (
        constraint.start(weights) if isinstance(constraint, Constraint) else weights
        for constraint, weights in zip(held, (J, B, W), strict=True)
    )
    if connectivity is not None:
        J = J * torch.as_tensor(areas.inhibition_factors(connectivity, held[0].mask.numpy() != 0), dtype=J.dtype)
        parts["labels"] = areas.labels(connectivity, units)
    if isinstance(held[0], Constraint):
        J = scaled(J, held[0], g)
    network = LeakyNetwork(J, B, W, **parts, constraints=held)
    if connectivity is not None:
        network.output_bias.requires_grad_(connectivity.output_bias)
    return network


def drawn_weights(
    inputs: int, outputs: int, seed: int, units: int, g: float, h: float
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """J (unit to, unit from), B (unit, input) and W (output, unit), random as described at `leaky`."""
    generator = torch.Generator().manual_seed(seed)
    J, B, W = (torch.randn(shape, generator=generator) for shape in ((units, units), (units, inputs), (outputs, units)))
    return g / math.sqrt(units) * J, h / math.sqrt(inputs) * B, W / math.sqrt(units)


def scaled(J: torch.Tensor, constraint: Constraint, radius: float) -> torch.Tensor:
    """Free recurrent weights whose effective weights have this spectral radius (largest modulus of an eigenvalue)."""
    found = float(np.abs(np.linalg.eigvals(constraint(J).double().numpy())).max())
    if radius > 0 and not found > 1e-6 * J.abs().max():
        raise BadOption(
            f"leaky: found recurrent weights without loops (spectral radius {found:g}), which cannot be scaled to g = "
            f"{radius:g}; wanted more units in each area, self_connections, a mask with loops, or g = 0"
        )
    return J * (radius / found if radius > 0 else 0.0)
