"""The network with one head of attention as a torch module, and its initial weights."""

import math
from collections.abc import Mapping

import torch
from torch import nn

from rnncompare.models._attention import LACKS, without_noise_of_units
from rnncompare.models._noise import Noise, read_noise
from rnncompare.models._noisy_drive import noisy_inputs
from rnncompare.models._options import check_options
from rnncompare.models._unconstrained import Unconstrained
from rnncompare.training.matrix_products import linear, products


class AttentionNetwork(Unconstrained):
    """Rates that are functions of the present input and of a weighted mean of all inputs so far.

    `query_weights` Q, `key_weights` K, `value_weights` V (unit, unit), `input_weights` B (unit, input), `unit_bias` b,
    `output_weights` W (output, unit), `output_bias` c. leak = dt / tau scales the noise of inputs, and nothing else.
    `lacks`: what a leaky network has and this one does not; `dynamical`: whether the rates are the state of a dynamical
    system.
    """

    lacks, dynamical, labels = LACKS, False, {}

    def __init__(self, parts: dict[str, torch.Tensor], *, leak: float, noise: Noise | None = None):
        super().__init__()
        for name, weights in parts.items():
            setattr(self, f"{name}_weights", nn.Parameter(weights))
        self.unit_bias, self.output_bias = (nn.Parameter(torch.zeros(len(parts[name]))) for name in ("input", "output"))
        self.leak, self.noise = leak, noise

    def attended(self, embedded: torch.Tensor) -> torch.Tensor:
        """a (trial, time, past time): the weights with which each time attends to itself and to earlier times."""
        query, key = linear(embedded, self.query_weights), linear(embedded, self.key_weights)
        scores = products(query, key.mT) / math.sqrt(embedded.shape[-1])
        future = torch.ones(scores.shape[1:], dtype=torch.bool, device=scores.device).triu(1)
        return scores.masked_fill(future, -math.inf).softmax(-1)

    def forward(
        self, inputs: torch.Tensor, *, generator: torch.Generator | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Rates (trial, time, unit) and outputs (trial, time, output) for inputs (trial, time, input).

        The rate at a time includes the input at that time. generator: draws the noise of the inputs, in the order of
        the other models; without it, there is no noise.
        """
        if self.noise is not None and generator is not None:
            inputs = noisy_inputs(self.noise, inputs.transpose(0, 1), self.leak, generator).transpose(0, 1).contiguous()
        embedded = linear(inputs, self.input_weights, self.unit_bias)
        past = products(self.attended(embedded), linear(embedded, self.value_weights))
        rates = torch.relu(embedded + past)
        return rates, linear(rates, self.output_weights, self.output_bias)


def initial_network(
    *,
    inputs: int,
    outputs: int,
    dt: float,
    seed: int,
    units: int,
    tau: float,
    g: float,
    h: float,
    noise: Noise | Mapping | None,
) -> AttentionNetwork:
    """Return a network with random weights as described at `attention`. Raises BadOption."""
    check_options("attention", units=units, tau=tau, dt=dt, g=g, h=h)
    noise = None if noise is None else read_noise(noise, inputs, "attention")
    without_noise_of_units(noise=noise)
    scales = {
        "query": (g, units), "key": (g, units), "value": (g, units), "input": (h, inputs), "output": (1.0, units),
    }  # fmt: skip
    generator = torch.Generator().manual_seed(seed)
    parts = {
        name: scale / math.sqrt(fan) * torch.randn((outputs if name == "output" else units, fan), generator=generator)
        for name, (scale, fan) in scales.items()
    }
    return AttentionNetwork(parts, leak=dt / tau, noise=noise)
