"""Trajectories, fixed points and the flow of networks in the plane of their decision, as a table."""

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.fixed_points.counts import single_points
from rnncompare.fixed_points.result import FixedPoints
from rnncompare.fixed_points.search import find_fixed_points
from rnncompare.fixed_points.starts import sample_states, trajectories
from rnncompare.linearisation.contexts import Context, contexts
from rnncompare.linearisation.decision_plane import Plane, decision_plane, flow
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.options.ranges import Count, NotNegative, Seed
from rnncompare.recordings.needs import Needs
from rnncompare.views._sources import TASK, activities

MARGIN = 0.15  # of the range of trajectories, by which the grid of the flow is wider


def choice_plane(
    sources: dict[str, list[xr.Dataset]],
    networks: dict[str, list[NoisyDynamics]],
    *,
    seed: Seed,
    starts: Count,
    jitter: NotNegative,
    steps: Count,
    searches: Count | None,
    grid: Count,
) -> pd.DataFrame:
    """The first network of each source in each context of its task, in the plane of its decision.

    The axes are those of `linearisation.decision_plane`, for the trajectories of the context without noise. networks:
    source -> networks, for the sources that have weights; others are left out. seed, starts, jitter, steps, searches:
    as for the mechanism `fixed_points`, with the inputs of the context and no evidence. grid: number of points of the
    flow along each axis.

    Columns: source, seed, variable (the context), kind, point (numbers from 0), strength, time, x, y, dx, dy, in_plane.
    kind `trajectory`: the mean over conditions with the same relevant coherence (`strength`), times of stimulus, delay
    and decision in s from the beginning of the stimulus; `stable`, `saddle`, `unstable`, `slow`: points; `flow`: dx and
    dy in 1 / s at a point of the grid, and the share of the speed that lies in the plane. Raises BadActivity.
    """
    if TASK not in sources:
        raise BadActivity(f"choice_plane: found sources {list(sources)}, wanted also '{TASK}', the task")
    search = {"starts": starts, "jitter": jitter, "steps": steps, "searches": searches}
    each, parts = contexts(sources[TASK][0]), []
    for name in [name for name in activities(sources) if networks.get(name)]:
        for number, context in enumerate(each):
            labels = {"source": name, "seed": 0, "variable": context.name}
            rows = _of_context(networks[name][0], context, search, seed + number, grid)
            parts += [pd.DataFrame(labels | part) for part in rows]
    if not parts:
        raise BadActivity(f"choice_plane: found no networks of {', '.join(sources)}, wanted models with weights")
    return pd.concat(parts, ignore_index=True)


choice_plane.needs = lambda **_: Needs(task=True)
choice_plane.of_tasks = ("contexts", "context_integration")  # see study.mechanism_checks


def _of_context(network: NoisyDynamics, context: Context, search: dict, seed: int, grid: int) -> list[dict]:
    """The columns of the rows of one context: a part for each trajectory, for each point, and for the flow."""
    dynamics, begin = network.dynamics, context.stimulus.argmax()
    states = trajectories(dynamics, context.inputs)[:, begin:]
    shown = context.inputs[..., context.relevant]
    # Inputs are stored in single precision.
    coherences = np.round([course[np.abs(course).argmax()] for course in shown], 6)
    plane, u = decision_plane(dynamics, states), context.without_evidence[begin]
    drawn = sample_states(states, search["starts"], jitter=search["jitter"], seed=seed)
    options = {name: search[name] for name in ("steps", "searches")}
    found = find_fixed_points(dynamics, u, drawn, dt=network.dt, **options)
    rows = _courses(plane, states, coherences, network.dt) + _points(plane, found, single_points(dynamics, found))
    points = _grid(plane.coordinates(states).reshape(-1, 2), grid)
    velocity, share = flow(dynamics, plane, points, u, network.dt)
    at = {"point": np.arange(len(points)), "x": points[:, 0], "y": points[:, 1]}
    return [*rows, {"kind": "flow", **at, "dx": velocity[:, 0], "dy": velocity[:, 1], "in_plane": share}]


def _courses(plane: Plane, states: np.ndarray, coherences: np.ndarray, dt: float) -> list[dict]:
    """The mean trajectory of each relevant coherence."""
    rows, time = [], np.round(dt * np.arange(states.shape[1]), 9)
    for k, level in enumerate(np.unique(coherences)):
        x, y = plane.coordinates(states[coherences == level].mean(axis=0)).T
        rows.append({"kind": "trajectory", "point": k, "strength": level, "time": time, "x": x, "y": y})
    return rows


def _points(plane: Plane, found: FixedPoints, single: np.ndarray) -> list[dict]:
    """Single fixed points by kind, and slow points."""
    names = np.array(["stable", "saddle", "unstable"])
    kinds = [*names[np.minimum(found.unstable[single], 2)], *["slow"] * len(found.slow)]
    places = plane.coordinates(found.states[np.concatenate([single, found.slow])])
    numbered = enumerate(zip(kinds, places, strict=True))
    return [{"kind": kind, "point": [k], "x": x, "y": y} for k, (kind, (x, y)) in numbered]


def _grid(paths: np.ndarray, count: int) -> np.ndarray:
    """Points (point, 2) of a lattice that contains the paths (.., 2)."""
    low, high = paths.min(axis=0), paths.max(axis=0)
    margin = MARGIN * (high - low)
    x, y = (np.linspace(a, b, count) for a, b in zip(low - margin, high + margin, strict=True))
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
