"""Fixed points of trained networks and Jacobians at 1,000 states, compared with the usual ways of computing them.

The networks integrate one of two noisy inputs by context, in trials of one duration. The peer is the formula of the
finders in common use: from all starts together, Adam reduces the mean of q = |F(x) - x|^2 / 2 in single precision, with
gradients by autograd, a first rate of 1 that falls by 5 % whenever the mean has not fallen for 5 updates, and at most
5,000 updates; it stops where every q is below 1e-12 or no q changes. Ends that differ by more than 1e-3 are its unique
points. Its Jacobians are computed state by state by autograd. `python benchmarks/fixed_points.py` prints a table
that docs/mechanism.md summarises.
"""

import inspect
import time
from collections.abc import Callable

import numpy as np
import torch

from rnncompare.fixed_points.result import FixedPoints
from rnncompare.fixed_points.search import find_fixed_points
from rnncompare.fixed_points.solvers import relaxed
from rnncompare.fixed_points.starts import sample_states, trajectories
from rnncompare.models._leaky_network import LeakyNetwork
from rnncompare.models.leaky import leaky
from rnncompare.training.loss import mean_squared_error
from rnncompare.training.optimisers import optimiser
from rnncompare.training.train import backward, update

STARTS, DT, TAU = 1000, 0.04, 0.1
SMALL, LARGE = {"units": 64, "g": 1.5, "seed": 1}, {"units": 100, "g": 1.5, "seed": 0}
NETWORKS = ({"units": 64, "g": 1.0, "seed": 0}, {"units": 64, "g": 1.0, "seed": 1}, SMALL, LARGE)
CONTEXTS = {"motion": np.array([0.0, 0.0, 1.0, 0.0]), "colour": np.array([0.0, 0.0, 0.0, 1.0])}
CUE, STIMULUS, TIMES = 5, 24, 32  # steps: the last before the stimulus, the last of the stimulus, all
COHERENCES = np.array([-0.5, -0.15, -0.05, 0.05, 0.15, 0.5])
UPDATES, BATCH, RATE, CLIP = 800, 32, 2e-3, 1.0
NOISE = {"recurrent": 0.05, "inputs": [0.07, 0.07, 0.0, 0.0]}
FLOW = inspect.signature(find_fixed_points).parameters["steps"].default
PEER = {"updates": 5000, "rate": 1.0, "fall": 0.95, "patience": 5, "tolerance": 1e-12, "unique": 1e-3}


def trials(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (trial, time, input: two evidences, two contexts of which one is on) and targets (.., output)."""
    inputs, context = np.zeros((count, TIMES, 4)), rng.integers(0, 2, count)
    evidence = rng.choice(COHERENCES, (count, 2))
    inputs[:, CUE:STIMULUS, :2] = evidence[:, None]
    inputs[np.arange(count), :, 2 + context] = 1
    right = evidence[np.arange(count), context] > 0
    targets = np.zeros((count, TIMES, 2))
    targets[:, STIMULUS + 3 :] = np.stack([right, ~right], axis=-1)[:, None]
    return inputs, targets


def trained(*, units: int, g: float, seed: int, updates: int = UPDATES) -> LeakyNetwork:
    """Return a network after its training; the loss is measured before the stimulus and in the last 5 steps."""
    torch.set_num_threads(1)
    network = leaky(
        inputs=4, outputs=2, dt=DT, seed=seed, units=units, tau=TAU, g=g, h=1.0, nonlinearity="tanh",
        connectivity=None, noise=NOISE,
    )  # fmt: skip
    descend, rng = optimiser("adam", list(network.parameters())), np.random.default_rng(0)
    generator, mask = torch.Generator().manual_seed(0), torch.zeros(BATCH, TIMES)
    mask[:, :CUE] = mask[:, STIMULUS + 3 :] = 1
    for step in range(updates):
        inputs, targets = (torch.as_tensor(a, dtype=torch.float32) for a in trials(BATCH, rng))
        backward(network, mean_squared_error(network(inputs, generator=generator)[1], targets, mask))
        update(list(network.parameters()), descend, RATE * (1 + np.cos(np.pi * step / updates)) / 2, CLIP)
    return network


def starts(network: LeakyNetwork, context: np.ndarray, count: int = STARTS) -> np.ndarray:
    """Return states (start, unit) of trajectories without noise in the stimulus period of one context, with jitter."""
    inputs, _ = trials(200, np.random.default_rng(1))
    inputs[:, :, 2:] = context[2:]
    states = trajectories(network.dynamics(), inputs)[:, CUE:STIMULUS]
    return sample_states(states, count, jitter=0.1, seed=0)


def cell(network: LeakyNetwork, context: np.ndarray) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return one step of the network with the inputs of the context, for autograd: (.., unit) to (.., unit)."""
    J, B, b = (p.detach() for p in (network.recurrent_weights, network.input_weights, network.unit_bias))
    into = B @ torch.as_tensor(context, dtype=B.dtype) + b
    return lambda x: (1 - network.leak) * x + network.leak * (torch.tanh(x) @ J.T + into)


def our_points(network: LeakyNetwork, context: np.ndarray, x: np.ndarray, searches: int | None = None) -> FixedPoints:
    return find_fixed_points(network.dynamics(), context, x, dt=DT, searches=searches)


def peer_points(network: LeakyNetwork, context: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return unique ends (point, unit) of the peer's search and their q."""
    step, states = cell(network, context), torch.tensor(x, dtype=torch.float32, requires_grad=True)
    adam = torch.optim.Adam([states], lr=PEER["rate"])
    slower = torch.optim.lr_scheduler.ReduceLROnPlateau(adam, factor=PEER["fall"], patience=PEER["patience"])
    before = torch.full((len(x),), torch.inf)
    for _ in range(PEER["updates"]):
        q = (step(states) - states).square().sum(1) / 2
        adam.zero_grad()
        q.mean().backward()
        adam.step()
        slower.step(q.mean().item())
        if (q < PEER["tolerance"]).all() or (q == before).all():
            break
        before = q.detach()
    return unique(states.detach().numpy(), before.numpy())


def unique(ends: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return ends that are more than the peer's distance from each that is kept before, the lowest q first, and q."""
    kept: list[int] = []
    for end in np.argsort(q, kind="stable"):
        if not kept or np.linalg.norm(ends[kept] - ends[end], axis=1).min() > PEER["unique"]:
            kept.append(end)
    return ends[kept], q[kept]


def peer_jacobians(network: LeakyNetwork, context: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return d F / d x (state, unit, unit), one state after the other."""
    step = cell(network, context)
    each = [torch.autograd.functional.jacobian(step, torch.as_tensor(state, dtype=torch.float32)) for state in x]
    return torch.stack(each).numpy()


def fixed_points() -> list[tuple[str, Callable, Callable, dict]]:
    """Return the case of the search, and that of Jacobians, of which the peer computes a twentieth."""
    network, context = trained(**SMALL), CONTEXTS["colour"]
    x, dynamics = starts(network, context), network.dynamics()
    few = x[: STARTS // 20]
    search = (lambda: our_points(network, context, x)), (lambda: peer_points(network, context, x))
    slopes = (lambda: dynamics.jacobian(x, context)), (lambda: peer_jacobians(network, context, few))
    return [
        ("fixed_points", *search, {"rounds": 2}),
        ("fixed_point_jacobians", *slopes, {"share": len(few) / STARTS}),
    ]


def timed(work: Callable, *given) -> tuple[object, float]:
    """Return what a function returns and the shortest of three processor times, s."""
    seconds = []
    for _ in range(3):
        started = time.process_time()
        found = work(*given)
        seconds.append(time.process_time() - started)
    return found, min(seconds)


def row(network: LeakyNetwork, context: np.ndarray) -> dict[str, object]:
    """Return numbers of points and processor times of our search from all starts and by default, and of the peer's.

    flow_s: the part of both of our times in which the network itself is followed from all starts, which the peer omits.
    """
    given = network, context, starts(network, context)
    flow_s = timed(relaxed, network.dynamics(), context, given[2], FLOW)[1]
    (full, all_s), (ours, ours_s), ((ends, q), peer_s) = (
        timed(our_points, *given, STARTS), timed(our_points, *given), timed(peer_points, *given)
    )  # fmt: skip
    return {
        "fixed": len(full.fixed),
        "unstable": full.unstable[full.fixed].tolist(),
        "from": full.starts_searched[full.fixed].tolist(),
        "slow": len(full.slow),
        "unconverged": len(full.unconverged),
        "all_s": round(all_s, 2),
        "fixed_by_default": len(ours.fixed),
        "ours_s": round(ours_s, 2),
        "flow_s": round(flow_s, 2),
        "peer": len(ends),
        "peer_below_tolerance": int((q < PEER["tolerance"]).sum()),
        "peer_median_q": float(f"{np.median(q):.1e}"),
        "peer_s": round(peer_s, 2),
        "peer_by_ours": round(peer_s / ours_s, 1),
    }


def main() -> None:
    """Print a row for each network and context."""
    torch.set_num_threads(1)
    for options in NETWORKS:
        network = trained(**options)
        for name, context in CONTEXTS.items():
            print(options, name, row(network, context), flush=True)


if __name__ == "__main__":
    main()
