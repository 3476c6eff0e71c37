"""Fixed points of a trained network and Jacobians at 1,000 states, compared with the usual ways of computing them.

The network integrates one of two noisy inputs by context, with trials of one duration, and has one fixed point. The
peer is the formula of the finders in common use: from all starts together, Adam reduces the mean of q = |F(x) - x|^2 /
2 in single precision, with gradients by autograd, a first rate of 1 that falls by 5 % whenever the mean has not fallen
for 5 updates, and at most 5,000 updates; it stops where every q is below 1e-12 or no q changes. Ends that differ by
more than 1e-3 are its unique points. Its Jacobians are computed state by state by autograd. `python
benchmarks/fixed_points.py` prints the numbers of points and processor times of docs/mechanism.md.
"""

import time
from collections.abc import Callable

import numpy as np
import torch

from rnncompare.fixed_points.result import FixedPoints
from rnncompare.fixed_points.search import find_fixed_points
from rnncompare.fixed_points.starts import sample_states, trajectories
from rnncompare.models._leaky_network import LeakyNetwork
from rnncompare.models.leaky import leaky
from rnncompare.training.loss import mean_squared_error
from rnncompare.training.optimisers import optimiser
from rnncompare.training.train import backward, update

STARTS, UNITS, DT, TAU = 1000, 64, 0.04, 0.1
CUE, STIMULUS, TIMES = 5, 24, 32  # steps: the last before the stimulus, the last of the stimulus, all
COHERENCES = np.array([-0.5, -0.15, -0.05, 0.05, 0.15, 0.5])
UPDATES, BATCH, RATE, CLIP = 800, 32, 2e-3, 1.0
NOISE = {"recurrent": 0.05, "inputs": [0.07, 0.07, 0.0, 0.0]}
CONTEXT = np.array([0.0, 0.0, 1.0, 0.0])
PEER = {"updates": 5000, "rate": 1.0, "fall": 0.95, "patience": 5, "tolerance": 1e-12, "unique": 1e-3}


def trials(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (trial, time, input) and targets (trial, time, output): two evidences, and the context that selects one."""
    inputs, context = np.zeros((count, TIMES, 4)), rng.integers(0, 2, count)
    evidence = rng.choice(COHERENCES, (count, 2))
    inputs[:, CUE:STIMULUS, :2] = evidence[:, None]
    inputs[np.arange(count), :, 2 + context] = 1
    right = evidence[np.arange(count), context] > 0
    targets = np.zeros((count, TIMES, 2))
    targets[:, STIMULUS + 3 :] = np.stack([right, ~right], axis=-1)[:, None]
    return inputs, targets


def trained(updates: int = UPDATES) -> LeakyNetwork:
    """Return the network after its training; the loss is measured before the stimulus and in the last 5 steps."""
    torch.set_num_threads(1)
    network = leaky(
        inputs=4, outputs=2, dt=DT, seed=0, units=UNITS, tau=TAU, g=1.0, h=1.0, nonlinearity="tanh",
        connectivity=None, noise=NOISE,
    )  # fmt: skip
    descend, rng = optimiser("adam", list(network.parameters())), np.random.default_rng(0)
    generator, mask = torch.Generator().manual_seed(0), torch.zeros(BATCH, TIMES)
    mask[:, :CUE] = mask[:, STIMULUS + 3 :] = 1
    for step in range(updates):
        inputs, targets = (torch.as_tensor(a, dtype=torch.float32) for a in trials(BATCH, rng))
        backward(network, mean_squared_error(network(inputs, generator=generator)[1], targets, mask))
        update(network, descend, RATE * (1 + np.cos(np.pi * step / updates)) / 2, CLIP)
    return network


def starts(network: LeakyNetwork, count: int = STARTS) -> np.ndarray:
    """Return states (start, unit) of trajectories without noise in the stimulus period of one context, with jitter."""
    inputs, _ = trials(200, np.random.default_rng(1))
    inputs[:, :, 2:] = CONTEXT[2:]
    states = trajectories(network.dynamics(), inputs)[:, CUE:STIMULUS]
    return sample_states(states, count, jitter=0.1, seed=0)


def cell(network: LeakyNetwork) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return one step of the network with the inputs of the context, for autograd: (.., unit) to (.., unit)."""
    J, B, b = (p.detach() for p in (network.recurrent_weights, network.input_weights, network.unit_bias))
    into = B @ torch.as_tensor(CONTEXT, dtype=B.dtype) + b
    return lambda x: (1 - network.leak) * x + network.leak * (torch.tanh(x) @ J.T + into)


def our_points(network: LeakyNetwork, x: np.ndarray) -> FixedPoints:
    return find_fixed_points(network.dynamics(), CONTEXT, x, dt=DT)


def peer_points(network: LeakyNetwork, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Return unique ends (point, unit) of the peer's search, their q, and the number of updates."""
    step, states = cell(network), torch.tensor(x, dtype=torch.float32, requires_grad=True)
    adam = torch.optim.Adam([states], lr=PEER["rate"])
    slower = torch.optim.lr_scheduler.ReduceLROnPlateau(adam, factor=PEER["fall"], patience=PEER["patience"])
    before = torch.full((len(x),), torch.inf)
    for done in range(1, PEER["updates"] + 1):
        q = (step(states) - states).square().sum(1) / 2
        adam.zero_grad()
        q.mean().backward()
        adam.step()
        slower.step(q.mean().item())
        if (q < PEER["tolerance"]).all() or (q == before).all():
            break
        before = q.detach()
    ends, q = states.detach().numpy(), before.numpy()
    return *unique(ends, q), done


def unique(ends: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return ends that are more than the peer's distance from each that is kept before, the lowest q first, and q."""
    kept: list[int] = []
    for end in np.argsort(q, kind="stable"):
        if not kept or np.linalg.norm(ends[kept] - ends[end], axis=1).min() > PEER["unique"]:
            kept.append(end)
    return ends[kept], q[kept]


def peer_jacobians(network: LeakyNetwork, x: np.ndarray) -> np.ndarray:
    """Return d F / d x (state, unit, unit), one state after the other."""
    step = cell(network)
    each = [torch.autograd.functional.jacobian(step, torch.as_tensor(state, dtype=torch.float32)) for state in x]
    return torch.stack(each).numpy()


def fixed_points() -> list[tuple[str, Callable, Callable, dict]]:
    """Return the case of the search, and that of Jacobians, of which the peer computes a twentieth."""
    network = trained()
    x, dynamics, part = starts(network), network.dynamics(), STARTS // 20
    return [
        ("fixed_points", lambda: our_points(network, x), lambda: peer_points(network, x), {"rounds": 2}),
        ("fixed_point_jacobians", lambda: dynamics.jacobian(x, CONTEXT), lambda: peer_jacobians(network, x[:part]), {"share": part / STARTS}),
    ]  # fmt: skip


def main() -> None:
    """Print what both find, and the shortest of three processor times."""
    network = trained()
    x = starts(network)
    found, seconds = {}, {}
    for _ in range(3):
        for name, work in (("ours", our_points), ("peer", peer_points)):
            started = time.process_time()
            found[name] = work(network, x)
            seconds.setdefault(name, []).append(time.process_time() - started)
    ours, (ends, q, updates) = found["ours"], found["peer"]
    print(ours.rows().to_string())
    print(f"peer: {len(ends)} unique points after {updates} updates, {(q < PEER['tolerance']).sum()} below 1e-12, ")
    print(f"median q {np.median(q):.2g}, largest {q.max():.2g}")
    print({name: [round(s, 2) for s in times] for name, times in seconds.items()})


if __name__ == "__main__":
    main()
