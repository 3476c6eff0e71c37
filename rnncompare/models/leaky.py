"""The leaky recurrent network: tau dx/dt = -x + B u + J r(x) + b, z = W r + c."""

import math

import torch
from torch import nn
from torch.nn import functional

from rnncompare.plugins import BadOption, nearest
from rnncompare.training.backpropagation import NONLINEARITIES, MeanSquareSlope, recur


class LeakyNetwork(nn.Module):
    """The network of Sussillo et al. 2015, started at x = 0 and stepped by Euler's method with dt.

    `recurrent_weights` J (unit to, unit from), `input_weights` B (unit, input), `output_weights` W (output, unit),
    `unit_bias` b, `output_bias` c.
    """

    def __init__(self, J: torch.Tensor, B: torch.Tensor, W: torch.Tensor, *, leak: float, nonlinearity: str):
        super().__init__()
        self.recurrent_weights, self.input_weights, self.output_weights = (nn.Parameter(w) for w in (J, B, W))
        self.unit_bias, self.output_bias = (nn.Parameter(torch.zeros(w.shape[0])) for w in (J, W))
        self.leak, self.nonlinearity = leak, nonlinearity

    def effective_recurrent_weights(self) -> torch.Tensor:
        """J as the units feel it (unit to, unit from); masks and signs of weights belong here."""
        return self.recurrent_weights

    def mean_square_slope(self, rates: torch.Tensor) -> torch.Tensor:
        """Mean of r'(x)^2 over trials and times (unit), of rates (trial, time, unit)."""
        return MeanSquareSlope.apply(rates, self.nonlinearity)

    def forward(self, inputs: torch.Tensor, recurrent: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Rates (trial, time, unit) and outputs (trial, time, output) of inputs (trial, time, input).

        The rate at a time has felt the input of that time. recurrent: weights to use in place of the network's own.
        """
        recurrent = self.effective_recurrent_weights() if recurrent is None else recurrent
        by_time = inputs.transpose(0, 1)  # one step of all trials lies together in memory
        drive = functional.linear(by_time, self.leak * self.input_weights, self.leak * self.unit_bias)
        rates = recur(drive, self.leak * recurrent, self.leak, self.nonlinearity)
        outputs = functional.linear(rates, self.output_weights, self.output_bias)
        return rates.transpose(0, 1), outputs.transpose(0, 1)


def leaky(
    *, inputs: int, outputs: int, dt: float, seed: int, units: int, tau: float, g: float, h: float, nonlinearity: str
) -> LeakyNetwork:
    """A network at its start: J ~ N(0, g^2 / units), B ~ N(0, h^2 / inputs), W ~ N(0, 1 / units), b = c = 0.

    dt and tau in s; nonlinearity: rectified_tanh, tanh or relu. Twins of one seed and size are drawn from the
    same normal numbers, on whatever device they are trained: their J differ by the factor g alone.
    Raises BadOption (Sussillo et al. 2015, Online Methods, with the rectified tanh of the published code).
    """
    check(units=units, tau=tau, dt=dt, g=g, h=h, nonlinearity=nonlinearity)
    generator = torch.Generator().manual_seed(seed)
    J, B, W = (torch.randn(shape, generator=generator) for shape in ((units, units), (units, inputs), (outputs, units)))
    J, B, W = g / math.sqrt(units) * J, h / math.sqrt(inputs) * B, W / math.sqrt(units)
    return LeakyNetwork(J, B, W, leak=dt / tau, nonlinearity=nonlinearity)


def check(*, units: int, tau: float, dt: float, g: float, h: float, nonlinearity: str) -> None:
    """Raise BadOption for a network that cannot be."""
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
            "wanted 0 < dt <= tau: Euler's method overshoots beyond it"
        )
