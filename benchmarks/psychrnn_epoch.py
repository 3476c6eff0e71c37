"""An epoch of a network of 150 units (250 trials of 216 steps), compared with the formula of PsychRNN in torch.

PsychRNN itself, a program for TensorFlow, is not run. Its formula is a Python loop over time steps through effective
weights, which are absolute values of the parameters times connections, times a matrix with the signs of units (Dale's
law), differentiated by autograd, with the mean over all entries of the squared errors times the mask. Nothing is
compiled. As it is written, effective weights are computed at every step; in the second case they are computed once in
an update, as by a program that finds the repetition. There is no noise.
"""

from collections.abc import Callable

import torch
from cognitive_updates import ours, peer
from torch import nn

from rnncompare.models._leaky_network import LeakyNetwork
from rnncompare.models.leaky import leaky
from rnncompare.training.loss import loss_terms

TRIALS, STEPS, UNITS, INPUTS, OUTPUTS, BATCH = 250, 216, 150, 2, 2, 50
NONE = dict.fromkeys(("weights", "rates", "dynamics", "mean_weights", "vanishing"), 0.0)
HALVES = {"block": [[1, 0], [1, 1]]}  # of the units
AREA = {
    "areas": 1, "excitatory": 0.8, "dale": True, "inhibition": 1.0, "self_connections": False,
    "forward": {"to_excitatory": 0.0, "to_inhibitory": 0.0}, "backward": {"to_excitatory": 0.0, "to_inhibitory": 0.0},
    "input_areas": [1], "output_areas": [1], "output_cells": "excitatory", "positive_inputs": True,
    "output_bias": True,
}  # fmt: skip


class LoopNetwork(nn.Module):
    """The same network by the formula of PsychRNN: parameters, fixed connections and signs, and a loop over steps.

    once: whether effective weights are computed once, and not at every step.
    """

    def __init__(self, like: LeakyNetwork, *, once: bool):
        super().__init__()
        names = ("recurrent_weights", "input_weights", "output_weights", "unit_bias", "output_bias")
        for name in names:
            setattr(self, name, nn.Parameter(getattr(like, name).detach().clone()))
        masks = [constraint.mask for constraint in like.constraints]
        signs = torch.diag(masks[0].sum(0).sign())
        self.register_buffer("signs", signs)
        for name, mask in zip(names, masks, strict=False):
            self.register_buffer(f"connections_of_{name}", mask.abs())
        self.leak, self.once = like.leak, once

    def effective(self, name: str) -> torch.Tensor:
        weights = getattr(self, name).abs() * getattr(self, f"connections_of_{name}")
        return weights if name == "input_weights" else weights @ self.signs

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        names = ("recurrent_weights", "input_weights", "output_weights")
        weights = [self.effective(name) for name in names]
        x = torch.zeros(inputs.shape[0], len(self.signs), dtype=inputs.dtype)
        outputs = []
        for t in range(inputs.shape[1]):
            J, B, W = weights if self.once or t == 0 else [self.effective(name) for name in names]
            x = (1 - self.leak) * x + self.leak * (torch.relu(x) @ J.T + inputs[:, t] @ B.T + self.unit_bias)
            outputs.append(torch.relu(x) @ W.T + self.output_bias)
        return torch.stack(outputs, dim=1)


def networks(*, once: bool) -> tuple[LeakyNetwork, LoopNetwork]:
    """Return ours and the peer's network, with the same weights."""
    ours = leaky(
        inputs=INPUTS, outputs=OUTPUTS, dt=0.01, seed=0, units=UNITS, tau=0.1, g=1.1, h=1.0, nonlinearity="relu",
        connectivity=AREA, noise=None, masks={"recurrent": HALVES},
    )  # fmt: skip
    return ours, LoopNetwork(ours, once=once)


def batches() -> list[list[torch.Tensor]]:
    """Return inputs, targets and masks of the trials of each update: noise, which does not affect the time."""
    generator = torch.Generator().manual_seed(0)
    inputs, targets = (torch.randn(TRIALS, STEPS, n, generator=generator) for n in (INPUTS, OUTPUTS))
    mask = (torch.rand(TRIALS, STEPS, generator=generator) < 0.5).float()
    return [list(parts) for parts in zip(*(each.split(BATCH) for each in (inputs, targets, mask)), strict=True)]


def our_loss(network: LeakyNetwork, data: list[torch.Tensor]) -> torch.Tensor:
    """Return the mean over all entries: our error, a mean over the times in the mask, times the share of these."""
    return loss_terms(network, data, 1 / float(data[2].mean()), NONE)[0]["loss"]


def loop_loss(network: LoopNetwork, data: list[torch.Tensor]) -> torch.Tensor:
    """Return the mean of all squared errors times the mask."""
    inputs, targets, mask = data
    return (mask[..., None] * (network(inputs) - targets)).square().mean()


def psychrnn_epoch() -> list[tuple[str, Callable, Callable]]:
    """Return the cases with effective weights at every step, and once in an update."""
    cases = []
    for name, once in (("psychrnn_epoch", False), ("psychrnn_epoch_weights_once", True)):
        leaky_network, loop = networks(once=once)
        cases.append((name, ours(leaky_network, batches(), our_loss), peer(loop, batches(), loop_loss)))
    return cases
