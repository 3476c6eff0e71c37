"""Numbers of fixed points by kind at several constant values of the relevant input."""

from typing import Annotated

import numpy as np
import xarray as xr

from rnncompare.comparison.measure_card import NOT_NEGATIVE, MeasureCard
from rnncompare.fixed_points.counts import KINDS, MEANINGS, OF_INDEX, counts_by_kind, index, single_points
from rnncompare.fixed_points.search import find_fixed_points
from rnncompare.fixed_points.starts import sample_states, trajectories
from rnncompare.linearisation.contexts import contexts
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.options.ranges import Count, Different, NotNegative, Number, Seed
from rnncompare.statistics.bounds import ANY

COMPARED = {"cells": KINDS, "cells_of_fixed_points": KINDS[:3]}  # statistic of a distance: the counts that are compared


def topology(
    data: xr.Dataset,
    network: NoisyDynamics,
    task: xr.Dataset,
    *,
    seed: Seed,
    levels: Annotated[list[Number], Different],
    starts: Count,
    jitter: NotNegative,
    steps: Count,
    searches: Count | None,
) -> list[dict]:
    """Numbers of fixed points by kind in each context, for each constant value of the relevant input.

    levels: values of the relevant input, such as coherences, with the irrelevant one at 0. starts, jitter, steps,
    searches: as for `fixed_points`; the starts of a context are the same for all levels.

    Rows for each context (`variable`) and level (`strength`): stable, saddles, unstable, slow, continua and index, as
    for `fixed_points`. Raises BadActivity.
    """
    rows = []
    for number, context in enumerate(contexts(task)):
        states = trajectories(network.dynamics, context.inputs)
        begin = sample_states(states, starts, jitter=jitter, seed=seed + number)
        for level in levels:
            u = context.without_evidence[np.flatnonzero(context.stimulus)[0]].copy()
            u[context.relevant] = level
            found = find_fixed_points(network.dynamics, u, begin, dt=network.dt, steps=steps, searches=searches)
            single = single_points(network.dynamics, found)
            about = {"variable": context.name, "strength": float(level)}
            counts = counts_by_kind(found, single) | {"index": index(found, single)}
            rows += [about | {"statistic": name, "value": float(value)} for name, value in counts.items()]
    return rows


def differing_cells(counts: np.ndarray, names: list[str]) -> dict[str, np.ndarray]:
    """Distances (network, network) from counts (network, cell, statistic): the share of cells whose counts differ.

    A cell is a context with a level of its input. cells: all kinds are compared; cells_of_fixed_points: stable, saddles
    and unstable alone, because slow points are local minima of a speed, whose number depends on the starts.
    """
    chosen = {name: counts[..., [names.index(kind) for kind in kinds]] for name, kinds in COMPARED.items()}
    return {name: (own[:, None] != own[None]).any(axis=-1).mean(axis=-1) for name, own in chosen.items()}


topology.of_tasks = ("contexts", "context_integration")  # see study.mechanism_checks
topology.distances = differing_cells
topology.card = MeasureCard(
    formula="numbers of states x with F(x, u) = x, for the map F of one step and inputs u that consist of the context "
    "and one constant value of the relevant input",
    statistics=MEANINGS
    | {
        "index": OF_INDEX,
    },
    bounds=dict.fromkeys(KINDS, NOT_NEGATIVE) | {"index": ANY},
    zero="no such point was found from the starts, which does not show that there is none",
    one="one such point",
    cost="that of fixed_points for each level",
    pitfalls="Counts are sensitive to levels near a bifurcation: two networks whose bifurcations lie on either side "
    "of a level differ in that cell, however close they are. A point that is missed in one of them is a difference, "
    "too: see index. Slow points depend on the starts. Equal counts do not show that the points are alike in place.",
    reference="Sussillo & Barak 2013; Maheswaranathan et al. 2019",
)
