"""Dynamical similarity analysis: do two activities move by the same rules, whatever shape their courses have?"""

from functools import partial
from math import pi

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import varies
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.cache import recalled
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
    """Angle between the linear dynamics of two activities after the best rotation or reflection of one (radians).

    Of each side: `components` principal components, `delays` of them `interval` steps apart as one state, its `rank`
    leading whitened coordinates, and the matrix that takes them one step on; as many coordinates on both sides. The
    search climbs from `starts` rotations, `iterations` steps each. angle: the smallest found; angle_bound: no rotation
    at all goes below. Every pairing of conditions has the same value: one number, without a null of its own. Raises
    BadOption, BadActivity. (Ostrow et al. 2023.)
    """
    if min(components, rank, starts) < 1 or iterations < 0:
        raise BadOption(
            f"dsa: found components {components}, rank {rank}, starts {starts}, iterations {iterations}, "
            "wanted at least 1, 1, 1 and 0"
        )
    embedding = {"components": components, "delays": delays, "interval": interval, "rank": rank}
    for role, data in (("source", pair.x), ("recording", pair.y)):
        if not varies(data, pair.axes):
            raise BadActivity(f"dsa: found a {role} that does not vary, wanted some dynamics to compare")
    about = ("delay coordinates", pair.condition_independent, *embedding.values())
    sides = [
        recalled(data, about, partial(centred_coordinates, data, pair.axes, **embedding)) for data in (pair.x, pair.y)
    ]
    shared = min(side.shape[-1] for side in sides)
    dynamics = [linear_dynamics(side[..., :shared]) for side in sides]
    angle, bound = smallest_angle(*dynamics, starts=starts, iterations=iterations)
    return {"angle": np.float64(angle), "angle_bound": np.float64(bound), "rank": shared}


def centred_coordinates(data: np.ndarray, axes: tuple[int, ...], **embedding: int) -> np.ndarray:
    return delay_coordinates(data - data.mean(axes, keepdims=True, dtype=float), **embedding)


dsa.card = MeasureCard(
    formula="min over orthogonal C of arccos(tr(A' C B C') / (norm(A) norm(B))); A, B: least-squares maps of the "
    "whitened delay coordinates of each side one step on",
    statistics={
        "angle": "angle left after the best rotation or reflection that was found, radians",
        "angle_bound": "what no rotation or reflection can go below, radians",
        "rank": "delay coordinates that were compared",
    },
    bounds={"angle": (0, pi), "angle_bound": (0, pi), "rank": (1, None)},
    landmarks="smooth activity in short steps: a few hundredths",
    zero="the dynamics are the same up to a rotation of the delay coordinates",
    one="",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="a fit a side, then starts x iterations x rank^3: 20 ms at 8 x 121 x 150, rank 10, 8 starts, 100 iterations",
    pitfalls="In short steps both maps are near the identity, so that all angles are small: hold one against "
    "surrogates and ceilings, never against pi. Coordinates are whitened: a component with little variance counts as "
    "much as the first. Delays, interval and rank decide what is seen. What drives a population from outside counts as "
    "its dynamics. The search can stop at a local optimum, typically within some percent: angle_bound says how far at "
    "most. Re-pairing conditions changes nothing, and a small p against surrogates says that both have dynamics, not "
    "that they are the same: unrelated networks have it too (docs/calibration.md).",
    reference="Ostrow, Eisen, Kozachkov and Fiete 2023, Beyond geometry: comparing the temporal structure of "
    "computation in neural circuits via dynamical similarity analysis, NeurIPS",
    lower_is_better=("angle", "angle_bound"),
    metrics=("angle",),
    condition_blind=("angle",),
)
dsa.first_look = {"components": 5, "delays": 4, "interval": 1, "rank": 5, "starts": 1, "iterations": 50}
