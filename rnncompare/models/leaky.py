"""The leaky recurrent network of one or several areas: tau dx/dt = -x + B u + J r(x) + b, z = W r + c."""

import math
from typing import Literal

import numpy as np
import torch
from torch import nn

from rnncompare.models import _connectivity as areas
from rnncompare.models._connectivity import Connectivity
from rnncompare.models._constraint import Constraint, constraints
from rnncompare.models._noise import Noise, noisy_drive, read_noise
from rnncompare.options.ranges import Count, NetworkUnits, NotNegative, Seed, TimeConstant, TimeStep
from rnncompare.plugins import BadOption, nearest
from rnncompare.training.backpropagation import NONLINEARITIES, MeanSquareSlope, recur
from rnncompare.training.products import linear
from rnncompare.training.vanishing_gradient import VanishingGradient


class LeakyNetwork(nn.Module):
    """The network of Sussillo et al. 2015, integrated from x = 0 by Euler's method with step dt.

    `recurrent_weights` J (unit to, unit from), `input_weights` B (unit, input), `output_weights` W (output, unit),
    `unit_bias` b, `output_bias` c. With constraints, the first three are free parameters, and the dynamics use the
    `effective` weights after the constraints. `labels` are coordinates of the units.
    """

    def __init__(
        self,
        J: torch.Tensor,
        B: torch.Tensor,
        W: torch.Tensor,
        *,
        leak: float,
        nonlinearity: str,
        constraints: tuple[Constraint, Constraint, Constraint] | None = None,
        noise: Noise | None = None,
        labels: dict[str, list[str]] | None = None,
    ):
        super().__init__()
        self.recurrent_weights, self.input_weights, self.output_weights = (nn.Parameter(w) for w in (J, B, W))
        self.unit_bias, self.output_bias = (nn.Parameter(torch.zeros(w.shape[0])) for w in (J, W))
        self.leak, self.nonlinearity, self.noise, self.labels = leak, nonlinearity, noise, labels or {}
        self.constraints = nn.ModuleList(constraints or (nn.Identity(), nn.Identity(), nn.Identity()))

    def effective_recurrent_weights(self) -> torch.Tensor:
        """J after mask and sign constraints (unit to, unit from)."""
        return self.constraints[0](self.recurrent_weights)

    def effective_input_weights(self) -> torch.Tensor:
        """B after mask and sign constraints (unit, input)."""
        return self.constraints[1](self.input_weights)

    def effective_output_weights(self) -> torch.Tensor:
        """W after mask and sign constraints (output, unit)."""
        return self.constraints[2](self.output_weights)

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
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Rates (trial, time, unit) and outputs (trial, time, output) for inputs (trial, time, input).

        The rate at a time includes the input at that time. recurrent: weights that replace those of the network.
        generator: draws the noise of the network; without it, there is no noise. vanishing: penalty on the gradient.
        """
        recurrent = self.effective_recurrent_weights() if recurrent is None else recurrent
        by_time = inputs.transpose(0, 1)  # each time step of all trials is contiguous in memory
        into, bias = self.leak * self.effective_input_weights(), self.leak * self.unit_bias
        if self.noise is None or generator is None:
            drive = linear(by_time, into, bias)
        else:
            drive = noisy_drive(self.noise, by_time, into, bias, self.leak, generator)
        rates = recur(drive, self.leak * recurrent, self.leak, self.nonlinearity, vanishing)
        outputs = linear(rates, self.effective_output_weights(), self.output_bias)
        return rates.transpose(0, 1), outputs.transpose(0, 1)


def leaky(
    *,
    inputs: Count,
    outputs: Count,
    dt: TimeStep,
    seed: Seed,
    units: NetworkUnits,
    tau: TimeConstant,
    g: NotNegative,
    h: NotNegative,
    nonlinearity: Literal["rectified_tanh", "tanh", "relu"],
    connectivity: Connectivity | None,
    noise: Noise | None,
) -> LeakyNetwork:
    """An untrained network: J ~ N(0, g^2 / units), B ~ N(0, h^2 / inputs), W ~ N(0, 1 / units), b = c = 0.

    dt and tau in s; nonlinearity: rectified_tanh, tanh or relu. Networks with the same seed and size have the same
    random numbers on any device, so that their J differ only by the factor g.

    connectivity: null, or a sequence of `areas` with dense connections within each. `excitatory`: share of excitatory
    units of each area; `dale`: the weights from a unit are all >= 0 or all <= 0 (Song, Yang and Wang 2016);
    `inhibition`: ratio of the initial inhibitory to excitatory weight of a unit within its area (1: balanced; null: all
    weights have the same distribution); `forward` and `backward`: shares of the possible connections from excitatory
    units to the next and the previous area; `self_connections`: whether units have connections to themselves;
    `input_areas`, `output_areas` (1 is the first); `output_cells` that are read out; `positive_inputs`: input weights
    are not negative. Weights with constrained signs start as the absolute values of the same random numbers, and J is
    scaled to a spectral radius of g, which it has approximately without connectivity. If inhibition is stronger than
    excitation, g is the magnitude of the negative eigenvalue by which an area damps the mean activity of its units, and
    all other eigenvalues are smaller.
    noise: null, or SDs, `recurrent` and one for each input (`_noise`), which are used if a generator is given.
    Raises BadOption. (Sussillo et al. 2015, Online Methods, with the rectified tanh of the published code; several
    areas: Kleinman, Chandrasekaran and Kao 2021.)
    """
    check(units=units, tau=tau, dt=dt, g=g, h=h, nonlinearity=nonlinearity)
    generator = torch.Generator().manual_seed(seed)
    J, B, W = (torch.randn(shape, generator=generator) for shape in ((units, units), (units, inputs), (outputs, units)))
    J, B, W = g / math.sqrt(units) * J, h / math.sqrt(inputs) * B, W / math.sqrt(units)
    noise = None if noise is None else read_noise(noise, inputs)
    parts = {"leak": dt / tau, "nonlinearity": nonlinearity, "noise": noise}
    if connectivity is None:
        return LeakyNetwork(J, B, W, **parts)
    connectivity = areas.read(connectivity)
    held = constraints(connectivity, units, inputs, outputs, seed)
    J, B, W = (constraint.start(weights) for constraint, weights in zip(held, (J, B, W), strict=True))
    J = J * torch.as_tensor(areas.inhibition_factors(connectivity, held[0].mask.numpy() != 0), dtype=J.dtype)
    J = scaled(J, held[0], g)
    network = LeakyNetwork(J, B, W, **parts, constraints=held, labels=areas.labels(connectivity, units))
    network.output_bias.requires_grad_(connectivity.output_bias)
    return network


def together(*, units: int, connectivity: dict | Connectivity | None) -> None:
    """Raise BadOption if there are too few units for the areas."""
    if connectivity is not None:
        areas.cells(areas.read(connectivity), units)


leaky.together = together


def scaled(J: torch.Tensor, constraint: Constraint, radius: float) -> torch.Tensor:
    """Free recurrent weights whose effective weights have this spectral radius (largest modulus of an eigenvalue)."""
    found = float(np.abs(np.linalg.eigvals(constraint(J).double().numpy())).max())
    if radius > 0 and not found > 1e-6 * J.abs().max():
        raise BadOption(
            f"leaky: found recurrent weights without loops (spectral radius {found:g}), which cannot be scaled to g = "
            f"{radius:g}; wanted more units in each area, self_connections, or g = 0"
        )
    return J * (radius / found if radius > 0 else 0.0)


def check(*, units: int, tau: float, dt: float, g: float, h: float, nonlinearity: str) -> None:
    """Raise BadOption for invalid options."""
    if nonlinearity not in NONLINEARITIES:
        wanted = ", ".join(NONLINEARITIES)
        raise BadOption(
            f"leaky: found nonlinearity '{nonlinearity}', wanted one of {wanted}."
            f"{nearest(nonlinearity, NONLINEARITIES)}"
        )
    if units < 1 or int(units) != units:
        raise BadOption(f"leaky: found units {units}, wanted a whole number of at least 1")
    for name, value in {"g": g, "h": h}.items():
        if not (math.isfinite(value) and value >= 0):
            raise BadOption(f"leaky: found {name} {value}, wanted a number of at least 0")
    if not 0 < dt <= tau:
        raise BadOption(
            f"leaky: found a step dt of {dt:g} s and a time constant tau of {tau:g} s, "
            "wanted 0 < dt <= tau, because Euler's method overshoots for larger steps"
        )
