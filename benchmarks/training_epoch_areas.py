"""A training epoch of a network of three areas with noise, Dale's law and a penalty on vanishing gradients.

The peer is the same network as a loop over times, differentiated by autograd, with a penalty on gradients by autograd.
"""

from collections.abc import Callable

import torch
from torch import nn

from rnncompare.models._leaky_network import LeakyNetwork
from rnncompare.models.leaky import leaky
from rnncompare.training.loss import loss_terms
from rnncompare.training.optimisers import optimiser
from rnncompare.training.train import backward, update

SEQUENCES, TIMES, INPUTS, UNITS, OUTPUTS, BATCH = 60, 250, 4, 300, 2, 20
RATE, CLIP = 5e-5, 0.1
WEIGHT = {"weights": 0.0, "rates": 0.0, "dynamics": 0.0, "mean_weights": 5.0, "vanishing": 10.0}
NOISE = {"recurrent": 0.05, "inputs": [0.0, 0.0, 0.1, 0.1]}
AREAS = {
    "areas": 3, "excitatory": 0.8, "dale": True, "inhibition": 1.0, "self_connections": False,
    "forward": {"to_excitatory": 0.1, "to_inhibitory": 0.0}, "backward": {"to_excitatory": 0.05, "to_inhibitory": 0.0},
    "input_areas": [1], "output_areas": [3], "output_cells": "excitatory", "positive_inputs": True, "output_bias": True,
}  # fmt: skip


class LoopNetwork(nn.Module):
    """The same weights and constraints in a loop over times; noise is an argument."""

    def __init__(self, like: LeakyNetwork):
        super().__init__()
        for name, parameter in like.named_parameters():
            setattr(self, name, nn.Parameter(parameter.detach().clone()))
        self.masks, self.leak = [c.mask for c in like.constraints], like.leak

    def weights(self) -> list[torch.Tensor]:
        free = (self.recurrent_weights, self.input_weights, self.output_weights)
        return [torch.relu(w) * mask for w, mask in zip(free, self.masks, strict=True)]

    def forward(self, inputs: torch.Tensor, noise: torch.Tensor) -> tuple[list[torch.Tensor], torch.Tensor]:
        """Return the states at each time and the outputs, for noisy inputs and noise of units (trial, time, ..)."""
        J, B, W = self.weights()
        x, states = torch.zeros(inputs.shape[0], len(J)), []
        for t in range(inputs.shape[1]):
            onto = torch.relu(x) @ J.T + inputs[:, t] @ B.T + self.unit_bias
            x = (1 - self.leak) * x + self.leak * onto + noise[:, t]
            states.append(x)
        return states, torch.relu(torch.stack(states, dim=1)) @ W.T + self.output_bias


def loop_backward(network: LoopNetwork, inputs: torch.Tensor, targets: torch.Tensor, noise: torch.Tensor) -> float:
    """Compute gradients of the loss and of the penalty (with fixed states and deltas); return the loss."""
    states, outputs = network(inputs, noise)
    weights = network.weights()
    loss = nn.functional.mse_loss(outputs, targets)
    loss = loss + WEIGHT["mean_weights"] * sum(w.square().mean() for w in weights)
    deltas = torch.stack(torch.autograd.grad(loss, states, retain_graph=True))[1:]
    slopes = (torch.stack(states[:-1]).detach() > 0).float()
    carried = (1 - network.leak) * deltas + network.leak * (deltas @ weights[0]) * slopes
    size = deltas.square().sum(-1)
    ratio = (carried.square().sum(-1) / size)[size > 0]
    network.zero_grad()
    (loss + WEIGHT["vanishing"] * (ratio - 1).square().mean()).backward()
    return loss.item()


def our_backward(network: LeakyNetwork, inputs: torch.Tensor, targets: torch.Tensor, draw: torch.Generator) -> float:
    terms, _ = loss_terms(network, [inputs, targets, torch.ones(targets.shape[:2])], 1.0, WEIGHT, draw)
    backward(network, terms["loss"])
    return terms["loss"].item()


def networks() -> tuple[LeakyNetwork, LoopNetwork]:
    """Return ours and the peer's network, with the same weights."""
    ours = leaky(
        inputs=INPUTS, outputs=OUTPUTS, dt=0.01, seed=0, units=UNITS, tau=0.05, g=1.5, h=0.1, nonlinearity="relu",
        connectivity=AREAS, noise=NOISE,
    )  # fmt: skip
    return ours, LoopNetwork(ours)


def noise(trials: int, times: int, leak: float, draw: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return noise of inputs and of units (trial, time, ..), from the same random numbers as ours."""
    of_inputs, of_units = (
        torch.empty(times, trials, n).normal_(generator=draw).transpose(0, 1) for n in (INPUTS, UNITS)
    )
    sd = torch.tensor(NOISE["inputs"]) * (2 / leak) ** 0.5
    return of_inputs * sd, of_units * NOISE["recurrent"] * (2 * leak) ** 0.5


def training_epoch_areas() -> list[tuple[str, Callable, Callable]]:
    """Return the case of an epoch; data are noise, which does not affect the time."""
    torch.set_num_threads(1)
    ours, peer = networks()
    draw = torch.Generator().manual_seed(0)
    inputs, targets = (torch.randn(SEQUENCES, TIMES, n, generator=draw) for n in (INPUTS, OUTPUTS))
    descend = optimiser("adam", list(ours.parameters()))
    optimizer = torch.optim.Adam(peer.parameters(), lr=RATE)

    def ours_run() -> None:
        for trials in torch.randperm(SEQUENCES, generator=draw).split(BATCH):
            our_backward(ours, inputs[trials], targets[trials], draw)
            update(list(ours.parameters()), descend, RATE, CLIP)

    def peer_run() -> None:
        for trials in torch.randperm(SEQUENCES, generator=draw).split(BATCH):
            of_inputs, of_units = noise(len(trials), TIMES, peer.leak, draw)
            loop_backward(peer, inputs[trials] + of_inputs, targets[trials], of_units)
            nn.utils.clip_grad_norm_(peer.parameters(), CLIP)
            optimizer.step()

    return [("training_epoch_areas", ours_run, peer_run)]
