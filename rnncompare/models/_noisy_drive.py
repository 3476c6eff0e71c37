"""The noise of networks, scaled so that its SD does not depend on the time step."""

import math

import torch

from rnncompare.models._noise import Noise
from rnncompare.training.matrix_products import linear


def noisy_drive(
    noise: Noise,
    inputs: torch.Tensor,
    weights: torch.Tensor,
    bias: torch.Tensor,
    leak: float,
    generator: torch.Generator,
) -> torch.Tensor:
    """leak * (B (u + noise) + b) + noise (time, trial, unit), for inputs u (time, trial, input) of a leaky network.

    weights B (unit, input) and bias b (unit) are already multiplied by leak = dt / tau = a. The noise of inputs is
    drawn first.

    With white noise, tau dx/dt = -x + sqrt(2 tau) s xi(t) gives x an SD of s. A step of Euler's method is
    x_t = (1 - a) x_(t-1) + sqrt(2 a) s xi_t, for which x has an SD of s / sqrt(1 - a / 2): this is s up to the error of
    Euler's method, for any dt. As inputs enter by a B u, noise of sqrt(2 / a) s xi in u has the same effect on a unit
    through a weight of 1 (Song, Yang and Wang 2016). Random numbers are drawn on the CPU, so that they do not depend on
    the device.
    """
    return noisy_units(noise, noisy_inputs(noise, inputs, leak, generator), weights, bias, leak, generator)


def noisy_units(
    noise: Noise,
    inputs: torch.Tensor,
    weights: torch.Tensor,
    bias: torch.Tensor,
    leak: float,
    generator: torch.Generator,
) -> torch.Tensor:
    """As `noisy_drive`, with the noise of the units alone, for inputs that have theirs already."""
    drive = _normal((*inputs.shape[:2], len(weights)), generator, inputs.dtype).to(inputs.device)
    # In place, because allocating memory takes as long as drawing the numbers.
    return drive.mul_(noise.recurrent * math.sqrt(2 * leak)).add_(linear(inputs, weights)).add_(bias)


def noisy_inputs(noise: Noise, inputs: torch.Tensor, leak: float, generator: torch.Generator) -> torch.Tensor:
    """Inputs u (time, trial, input) plus noise of SD sqrt(2 / leak) s, new in each step and trial (`noisy_drive`)."""
    sd = torch.tensor(noise.inputs, dtype=inputs.dtype) * math.sqrt(2 / leak)
    return inputs + _normal(inputs.shape, generator, inputs.dtype).mul_(sd).to(inputs.device)


def _normal(shape: tuple[int, ...], generator: torch.Generator, dtype: torch.dtype) -> torch.Tensor:
    return torch.empty(shape, dtype=dtype).normal_(generator=generator)
