"""Fixed points of a network in each context of a task, by kind."""

import numpy as np
import xarray as xr

from rnncompare.comparison.measure_card import NOT_NEGATIVE, SHARE, MeasureCard
from rnncompare.fixed_points.counts import MEANINGS, OF_INDEX, counts_by_kind, index, single_points
from rnncompare.fixed_points.result import FixedPoints
from rnncompare.fixed_points.search import find_fixed_points
from rnncompare.fixed_points.starts import sample_states, trajectories
from rnncompare.linearisation.contexts import contexts
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.options.ranges import Count, NotNegative, Seed
from rnncompare.statistics.bounds import ANY


def fixed_points(
    data: xr.Dataset,
    network: NoisyDynamics,
    task: xr.Dataset,
    *,
    seed: Seed,
    starts: Count,
    jitter: NotNegative,
    steps: Count,
    searches: Count | None,
) -> list[dict]:
    """Fixed points with the inputs of each context and no evidence, by kind, and their stability.

    starts: number of states from which points are searched: states of trajectories in the conditions of the context,
    drawn with `seed`, plus `jitter` SDs of noise. steps: number for which the network itself is iterated; searches:
    number of starts from which points of any stability are searched (None: all). See `fixed_points.search`.

    Rows for each context (`variable`): stable, saddles (one unstable direction), unstable (more directions): numbers of
    single fixed points; slow: number of slow points, which are not fixed points; continua: number of lines or planes of
    fixed points; unconverged: fraction of the searches that ended at no point; found_once: number of points that were
    reached from one start only: if there are some, there are probably more; index: sum over single points of the sign
    of det(I - dF/dx). If states are bounded and there is no continuum, it is 1 for all fixed points together (Lefschetz
    1926), so that points are missing if it is not; bistable: 1 if there are two stable points
    and one saddle between them along the read-out (first output minus second), and nothing else; chain: 1 if three or
    more points alternate between stable and saddle along the read-out; spirals: fraction of stable points whose slowest
    mode is a complex pair; time_constant: largest of the stable points, s; lowest, highest: read-out of the stable
    points. The last four are left out without stable points. Raises BadActivity.
    """
    rows = []
    for number, context in enumerate(contexts(task)):
        states = trajectories(network.dynamics, context.inputs)
        begin = sample_states(states, starts, jitter=jitter, seed=seed + number)
        u = context.without_evidence[np.flatnonzero(context.stimulus)[0]]
        found = find_fixed_points(network.dynamics, u, begin, dt=network.dt, steps=steps, searches=searches)
        single = single_points(network.dynamics, found)
        counts = _counts(found, single)
        rows += [{"variable": context.name, "statistic": k, "value": float(v)} for k, v in counts.items()]
    return rows


def _counts(found: FixedPoints, single: np.ndarray) -> dict[str, float]:
    """The statistics of one context; single: indices of the single fixed points."""
    unstable = found.unstable[single]
    readout = found.outputs[:, 0] - found.outputs[:, 1]
    along = unstable[np.argsort(readout[single], kind="stable")].tolist()
    chain = len(along) >= 3 and along == [k % 2 for k in range(len(along))] and len(along) % 2 == 1
    reached = found.starts_flowing + found.starts_searched
    counts = counts_by_kind(found, single) | {
        "unconverged": found.share_unconverged,
        "found_once": (reached[single] == 1).sum(),
        "index": index(found, single),
        "bistable": chain and len(along) == 3 and not found.continua,
        "chain": chain,
    }
    stable = single[unstable == 0]
    if len(stable):
        modes = [found.modes(point) for point in stable]
        counts |= {
            "spirals": np.mean([mode.pairs[0] for mode in modes]),
            "time_constant": max(mode.time_constants[0] for mode in modes),
            "lowest": readout[stable].min(),
            "highest": readout[stable].max(),
        }
    return counts


NUMBERS = ("stable", "saddles", "unstable", "slow", "continua", "found_once", "time_constant")
fixed_points.of_tasks = ("contexts", "context_integration")  # see study.mechanism_checks
fixed_points.card = MeasureCard(
    formula="states x with F(x, u) = x for the map F of one step and constant inputs u: q = |F(x, u) - x|^2 / 2 below "
    "1e-18 (double precision); stable if all eigenvalues of dF/dx have a modulus below 1",
    statistics=MEANINGS
    | {
        "unconverged": "fraction of searches that ended at no point",
        "found_once": "number of points reached from one start only",
        "index": OF_INDEX,
        "bistable": "1 for two stable points with a saddle between them, and nothing else",
        "chain": "1 for points that alternate between stable and saddle along the read-out",
        "spirals": "fraction of stable points whose slowest mode is a complex pair",
        "time_constant": "largest time constant of stable points, s",
        "lowest": "smallest read-out of a stable point",
        "highest": "largest read-out of a stable point",
    },
    bounds=dict.fromkeys(NUMBERS, NOT_NEGATIVE)
    | dict.fromkeys(("unconverged", "bistable", "chain", "spirals"), SHARE)
    | dict.fromkeys(("index", "lowest", "highest"), ANY),
    zero="no such point was found from the starts, which does not show that there is none",
    one="one such point, or the property holds",
    cost="starts x iterations x (variables^2 for steps and variables^3 for searches): 1 s for 1,000 starts of 64 units",
    pitfalls="Points between which no start lies are not found: see found_once and index. A slow point is not a fixed "
    "point: the network lingers there and leaves. A network that is right need not have a point for either answer: "
    "with fixed timing it can be read from a rotation. Untrained networks have fixed points, too.",
    reference="Sussillo & Barak 2013",
)
