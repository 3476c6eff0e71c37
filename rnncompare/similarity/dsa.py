"""Dynamical similarity analysis: comparison of the dynamics of two activities instead of their geometry."""

from functools import partial
from math import pi

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import varies
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.cache import cached
from rnncompare.dynamics.delay_embedding import delay_coordinates, linear_dynamics
from rnncompare.dynamics.vector_fields import smallest_angle
from rnncompare.options.ranges import Components, Delays, Iterations, Starts
from rnncompare.plugins import BadOption


def dsa(
    pair: Pair,
    *,
    components: Components,
    delays: Delays,
    interval: Delays,
    rank: Components,
    starts: Starts,
    iterations: Iterations,
) -> dict[str, float]:
    """Angle (radians) between the linear dynamics of two activities, minimised over orthogonal changes of basis.

    For each side, `components` principal components are delay-embedded (`delays` states at intervals of `interval`
    steps) and reduced to `rank` whitened coordinates, the same number on both sides; the dynamics are the least-squares
    matrix that maps these coordinates one step ahead. The search starts from `starts` rotations with `iterations` steps
    each. angle: the smallest angle found; angle_bound: a lower bound for all rotations. The value does not depend on
    the pairing of conditions and is therefore a single number. Raises BadOption, BadActivity. (Ostrow et al. 2023.)
    """
    if min(components, rank, starts) < 1 or iterations < 0:
        raise BadOption(
            f"dsa: found components {components}, rank {rank}, starts {starts}, iterations {iterations}, "
            "wanted at least 1, 1, 1 and 0"
        )
    embedding = {"components": components, "delays": delays, "interval": interval, "rank": rank}
    for role, data in (("source", pair.x), ("recording", pair.y)):
        if not varies(data, pair.axes):
            raise BadActivity(f"dsa: found no variance in the {role}, wanted some")
    about = ("delay coordinates", pair.condition_independent, *embedding.values())
    sides = [
        cached(data, about, partial(centred_coordinates, data, pair.axes, **embedding)) for data in (pair.x, pair.y)
    ]
    shared = min(side.shape[-1] for side in sides)
    dynamics = [linear_dynamics(side[..., :shared]) for side in sides]
    angle, bound = smallest_angle(*dynamics, starts=starts, iterations=iterations)
    return {"angle": np.float64(angle), "angle_bound": np.float64(bound), "rank": shared}


def centred_coordinates(data: np.ndarray, axes: tuple[int, ...], **embedding: int) -> np.ndarray:
    return delay_coordinates(data - data.mean(axes, keepdims=True, dtype=float), **embedding)


dsa.needs_dynamics = True
dsa.card = MeasureCard(
    formula="min over orthogonal C of arccos(tr(A' C B C') / (norm(A) norm(B))); A, B: least-squares maps of the "
    "whitened delay coordinates of each side to those one step later",
    statistics={
        "angle": "angle after the best rotation or reflection that was found, radians",
        "angle_bound": "lower bound of the angle over all rotations and reflections, radians",
        "rank": "number of delay coordinates that were compared",
    },
    bounds={"angle": (0, pi), "angle_bound": (0, pi), "rank": (1, None)},
    landmarks="a few hundredths for smooth activity with short time steps",
    zero="the dynamics are equal up to a rotation of the delay coordinates",
    one="",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="a fit for each side, then starts x iterations x rank^3: 20 ms for 8 x 121 x 150, rank 10, 8 starts and 100 "
    "iterations",
    pitfalls="Scored on the conditions to which it was fitted. With short time steps both maps are close to the "
    "identity, so that all angles are small: compare an angle with surrogates and ceilings, not with pi. Coordinates "
    "are whitened: a component with little variance weighs as much as the first. The result depends on delays, "
    "interval and rank. External inputs count as dynamics. The search can stop at a local optimum, typically within "
    "some percent of the global one; angle_bound limits the error. A small p against surrogates means that both sides "
    "have structured dynamics, not equal ones: it also occurs for unrelated networks (docs/calibration.md).",
    reference="Ostrow, Eisen, Kozachkov and Fiete 2023, Beyond geometry: comparing the temporal structure of "
    "computation in neural circuits via dynamical similarity analysis, NeurIPS",
    lower_is_better=("angle", "angle_bound"),
    metrics=("angle",),
    condition_blind=("angle",),
)
dsa.first_look = {"components": 5, "delays": 4, "interval": 1, "rank": 5, "starts": 1, "iterations": 50}
