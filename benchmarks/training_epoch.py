"""A training epoch of a 150-unit leaky network, compared with the loop of the Neuromatch NeuroAI tutorial (W1D1, 2)."""

from collections.abc import Callable

import torch
from torch import nn

from rnncompare.models._leaky_network import LeakyNetwork
from rnncompare.models.leaky import leaky
from rnncompare.training.loss import loss_terms
from rnncompare.training.optimisers import optimiser
from rnncompare.training.train import backward, update

SEQUENCES, TIMES, INPUTS, UNITS, OUTPUTS, BATCH = 216, 250, 16, 150, 2, 20
LEAK, RATE, CLIP = 0.2, 1e-3, 1.0
ALL = {"weights": 1e-4, "rates": 0.05, "dynamics": 1e-4, "mean_weights": 0.0, "vanishing": 0.0}
NONE = dict.fromkeys(ALL, 0.0)


class LoopNetwork(nn.Module):
    """The same network as in the tutorial: a module with a loop over times, differentiated by autograd."""

    def __init__(self, like: LeakyNetwork):
        super().__init__()
        units, inputs = like.input_weights.shape
        self.into, self.recurrent = nn.Linear(inputs, units), nn.Linear(units, units, bias=False)
        self.read = nn.Linear(units, like.output_weights.shape[0])
        with torch.no_grad():
            for layer, weight in (
                (self.into, like.input_weights),
                (self.recurrent, like.recurrent_weights),
                (self.read, like.output_weights),
            ):
                layer.weight.copy_(weight)
            self.into.bias.copy_(like.unit_bias)
            self.read.bias.copy_(like.output_bias)

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        x = torch.zeros(inputs.shape[0], self.recurrent.in_features)
        r = rectified_tanh(x)
        states, rates = [], []
        for t in range(inputs.shape[1]):
            x = x + LEAK * (-x + self.into(inputs[:, t]) + self.recurrent(r))
            r = rectified_tanh(x)
            states.append(x)
            rates.append(r)
        rates = torch.stack(rates, dim=1)
        return torch.stack(states, dim=1), rates, self.read(rates)


def rectified_tanh(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x > 0, torch.tanh(x), 0.0)


def loop_loss(
    network: LoopNetwork, inputs: torch.Tensor, targets: torch.Tensor, weight: dict[str, float]
) -> torch.Tensor:
    """Return the mean squared error and the penalties with nonzero weights, for autograd."""
    x, r, z = network(inputs)
    loss = nn.functional.mse_loss(z, targets)
    if weight["weights"]:
        loss = loss + weight["weights"] * (network.into.weight.pow(2).sum() + network.read.weight.pow(2).sum())
    if weight["rates"]:
        loss = loss + weight["rates"] * r.pow(2).mean()
    if weight["dynamics"]:
        slope = torch.where(x > 0, 1 - torch.tanh(x).pow(2), 0.0)
        loss = loss + weight["dynamics"] * (slope.pow(2).mean((0, 1)) * network.recurrent.weight.pow(2).sum(0)).sum()
    return loss


def our_loss(
    network: LeakyNetwork, inputs: torch.Tensor, targets: torch.Tensor, weight: dict[str, float]
) -> torch.Tensor:
    return loss_terms(network, [inputs, targets, torch.ones(targets.shape[:2])], 1.0, weight)[0]["loss"]


def networks() -> tuple[LeakyNetwork, LoopNetwork]:
    """Return ours and the peer's network, with the same weights."""
    ours = leaky(
        inputs=INPUTS,
        outputs=OUTPUTS,
        dt=0.01,
        seed=0,
        units=UNITS,
        tau=0.05,
        g=1.5,
        h=1.0,
        nonlinearity="rectified_tanh",
        connectivity=None,
        noise=None,
    )
    return ours, LoopNetwork(ours)


def epoch(network: nn.Module, loss: Callable, weight: dict[str, float], step: Callable) -> Callable[[], None]:
    """Return a function that trains `network` for one epoch; data are noise, which does not affect the time."""
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(0)
    inputs, targets = (torch.randn(SEQUENCES, TIMES, n, generator=generator) for n in (INPUTS, OUTPUTS))

    def run() -> None:
        for trials in torch.randperm(SEQUENCES, generator=generator).split(BATCH):
            step(loss(network, inputs[trials], targets[trials], weight))

    return run


def our_step(network: LeakyNetwork) -> Callable[[torch.Tensor], None]:
    descend = optimiser("adam", list(network.parameters()))

    def step(loss: torch.Tensor) -> None:
        backward(network, loss)
        update(list(network.parameters()), descend, RATE, CLIP)

    return step


def loop_step(network: LoopNetwork) -> Callable[[torch.Tensor], None]:
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)

    def step(loss: torch.Tensor) -> None:
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        optimizer.step()

    return step


def training_epoch() -> list[tuple[str, Callable, Callable]]:
    """Return the cases with all penalties and with none."""
    cases = []
    for name, weight in (("training_epoch", ALL), ("training_epoch_unregularized", NONE)):
        ours, peer = networks()
        sides = (ours, our_loss, weight, our_step(ours)), (peer, loop_loss, weight, loop_step(peer))
        cases.append((name, *(epoch(*side) for side in sides)))
    return cases
