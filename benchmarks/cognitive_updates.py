"""Updates of a leaky network on the perceptual decision, compared with a plain loop over time steps and autograd.

The loop is what tutorials on cognitive tasks write: a module with two linear layers that are called at every step.
"""

from collections.abc import Callable

import torch
from torch import nn

from rnncompare.models._leaky_network import LeakyNetwork
from rnncompare.models.leaky import leaky
from rnncompare.tasks.perceptual_decision import perceptual_decision
from rnncompare.training.loss import loss_terms
from rnncompare.training.objective import objective_of
from rnncompare.training.optimisers import optimiser
from rnncompare.training.train import backward, update

UNITS, BATCH, UPDATES, RATE, CLIP = 64, 16, 4, 5e-3, 1.0
NONE = dict.fromkeys(("weights", "rates", "dynamics", "mean_weights", "vanishing"), 0.0)
TASK = {
    "coherences": [0.0, 0.064, 0.128, 0.256, 0.512], "fixation": 0.1, "stimulus": 1.0, "delay": 0.0, "decision": 0.1,
    "dt": 0.02, "train_trials": BATCH * UPDATES, "test_trials": 0, "seed": 0,
}  # fmt: skip


class LoopNetwork(nn.Module):
    """The same network, with the input and the recurrent layer called at every step and differentiated by autograd."""

    def __init__(self, like: LeakyNetwork):
        super().__init__()
        units, inputs = like.input_weights.shape
        self.into, self.recurrent = nn.Linear(inputs, units), nn.Linear(units, units, bias=False)
        self.read, self.leak = nn.Linear(units, len(like.output_bias)), like.leak
        pairs = {
            self.into.weight: like.input_weights, self.into.bias: like.unit_bias,
            self.recurrent.weight: like.recurrent_weights, self.read.weight: like.output_weights,
            self.read.bias: like.output_bias,
        }  # fmt: skip
        with torch.no_grad():
            for own, other in pairs.items():
                own.copy_(other)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        x = torch.zeros(inputs.shape[0], self.recurrent.in_features, dtype=inputs.dtype)
        rates = []
        for t in range(inputs.shape[1]):
            x = (1 - self.leak) * x + self.leak * (self.into(inputs[:, t]) + self.recurrent(torch.relu(x)))
            rates.append(torch.relu(x))
        return self.read(torch.stack(rates, dim=1))


def networks() -> tuple[LeakyNetwork, LoopNetwork]:
    """Return ours and the peer's network, with the same weights."""
    ours = leaky(
        inputs=3, outputs=3, dt=0.02, seed=0, units=UNITS, tau=0.1, g=1.0, h=1.0, nonlinearity="relu",
        connectivity=None, noise=None,
    )  # fmt: skip
    return ours, LoopNetwork(ours)


def batches() -> list[list[torch.Tensor]]:
    """Return inputs, classes and weights of the trials of each update."""
    task = perceptual_decision(None, None, **TASK)
    data = objective_of(task, "times").tensors(task.inputs.values, torch.float32)
    return [list(parts) for parts in zip(*(tensor.split(BATCH) for tensor in data), strict=True)]


def our_loss(network: LeakyNetwork, data: list[torch.Tensor]) -> torch.Tensor:
    return loss_terms(network, data, 1.0, NONE)[0]["loss"]


def loop_loss(network: LoopNetwork, data: list[torch.Tensor]) -> torch.Tensor:
    """Return the mean cross-entropy over all times."""
    return nn.functional.cross_entropy(network(data[0]).flatten(0, 1), data[1].flatten())


def ours(network: LeakyNetwork, every: list[list[torch.Tensor]], loss: Callable) -> Callable[[], None]:
    """Return a function that does an update for each batch; loss: of a network and a batch."""
    torch.set_num_threads(1)
    descend = optimiser("adam", list(network.parameters()))

    def run() -> None:
        for data in every:
            backward(network, loss(network, data))
            update(list(network.parameters()), descend, RATE, CLIP)

    return run


def peer(network: nn.Module, every: list[list[torch.Tensor]], loss: Callable) -> Callable[[], None]:
    """Return the same by torch alone."""
    adam = torch.optim.Adam(network.parameters(), lr=RATE)

    def run() -> None:
        for data in every:
            adam.zero_grad()
            loss(network, data).backward()
            nn.utils.clip_grad_norm_(network.parameters(), CLIP)
            adam.step()

    return run


def cognitive_updates() -> list[tuple[str, Callable, Callable]]:
    """Return the only case."""
    leaky_network, loop = networks()
    return [("cognitive_updates", ours(leaky_network, batches(), our_loss), peer(loop, batches(), loop_loss))]
