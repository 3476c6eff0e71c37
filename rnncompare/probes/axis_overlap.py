"""What of each factor's axis one area's weights onto another pass on."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, Unmeasurable
from rnncompare.activity.precision import NEGLIGIBLE, rounding_error
from rnncompare.activity.selection import areas
from rnncompare.comparison.measure_card import NOT_NEGATIVE, SHARE, MeasureCard
from rnncompare.comparison.permutations import against_null
from rnncompare.geometry import potent
from rnncompare.geometry.demixing import centred, demixed, marginal
from rnncompare.options.ranges import Components, Draws, Penalty, Seed, TrialCount, Window
from rnncompare.plugins import BadOption
from rnncompare.populations.cells import in_cells
from rnncompare.populations.population import name_of, with_units

PROBE = "axis_overlap"


def axis_overlap(
    data: xr.Dataset,
    weights: np.ndarray,
    *,
    seed: Seed,
    parts: dict[str, list[str]],
    leave_out: list[str],
    align: str | None,
    window: Window,
    min_trials: TrialCount,
    penalty: Penalty,
    dimensions: Components,
    draws: Draws,
) -> list[dict]:
    """Squared length of a factor's axis in the space that one area's weights onto another pass on best.

    weights: (unit to, unit from) as units feel them, in the order of the data's units. The axis: encoder of the part's
    first demixed component, fitted to the sending area's units that have a weight onto the receiving one; the space:
    their first `dimensions` right singular vectors. 0: the weights do not see the axis; 1: it lies in what they pass on
    best; a random axis has dimensions / senders on average. Other options: of demixed_variance.

    Rows for each area (sending), `to` (receiving; an area onto itself too) with any weight, and part: potent_overlap,
    and gain, the squared drive by the axis over that by a random axis. Null: the same weights in random places, among
    the same receivers and senders of the same sign, `draws` times. random_axis, random_axis_95: mean and 95th
    percentile over as many random axes. dimensions_passed: participation ratio of the weights' squared singular values.
    Raises BadActivity, BadOption.
    """
    _check(data, weights, dimensions, draws, penalty, min_trials)
    where, rows = f"{PROBE} of {name_of(data)}", []
    options = {"leave_out": leave_out, "align": align, "window": window, "min_trials": min_trials}
    data, cells, numbered = in_cells(data, parts, probe=PROBE, **options)
    averages = cells.averages(data.rate.values.astype(float))
    for about, senders, matrix in _connections(data, weights, where):
        if dimensions >= len(senders):
            raise BadOption(f"{where}: found dimensions {dimensions}, wanted fewer than the {len(senders)} senders")
        part = averages[..., senders]
        axes = {name: _axis(part, members, penalty) for name, members in numbered.items()}
        axes = {name: axis for name, axis in axes.items() if axis is not None}
        found = _beside_nulls(axes, matrix, dimensions, draws, np.random.default_rng(seed))
        found.append({"statistic": "dimensions_passed", "value": potent.dimensions_passed(matrix)})
        rows += [row | about | {"senders": len(senders)} for row in found]
    return rows


axis_overlap.card = MeasureCard(
    formula="norm(V' a)^2, a the unit axis, V the first right singular vectors of the weights W from one area onto "
    "another; gain: norm(W a)^2 x senders / norm(W)^2",
    statistics={
        "potent_overlap": "squared length of the axis in the output-potent space; the rest lies in the null space",
        "gain": "squared drive of the receiving area, over that by a random axis",
        "dimensions_passed": "over how many directions the weights spread",
    },
    bounds={"potent_overlap": SHARE, "gain": NOT_NEGATIVE, "dimensions_passed": (1, None)},
    landmarks="both at most the number of senders",
    zero="the weights pass nothing of it on",
    one="it is what the weights pass on best",
    invariant_to=("permutation", "translation", "scale"),
    cost="draws x senders^3",
    pitfalls="Weights that are all positive pass on what senders do together, whatever they have learnt: an axis on "
    "which all rates rise overlaps with any such matrix, which the null of shuffled weights shows and that of random "
    "axes does not. One dimension is what was published; with more, a random axis overlaps more. An axis of a part "
    "that makes hardly any variance is noise. What is passed on in one step is not what arrives: the receiving area's "
    "own dynamics see to that.",
    reference="Kaufman, Churchland, Ryu & Shenoy 2014; Kleinman, Chandrasekaran & Kao 2021",
)


def _check(data: xr.Dataset, weights: np.ndarray, dimensions: int, draws: int, penalty: float, min_trials: int) -> None:
    with_units(data)
    if weights.shape != (data.sizes["unit"],) * 2:
        raise BadActivity(
            f"{PROBE} of {name_of(data)}: found weights of shape {weights.shape}, wanted {data.sizes['unit']} units to "
            "and as many from"
        )
    if dimensions < 1 or draws < 1 or penalty < 0 or min_trials < 1:
        raise BadOption(
            f"{PROBE}: found dimensions {dimensions}, draws {draws}, penalty {penalty:g}, min_trials {min_trials}, "
            "wanted at least 1, 1, 0 and 1"
        )


def _connections(data: xr.Dataset, weights: np.ndarray, where: str) -> Iterator[tuple[dict, np.ndarray, np.ndarray]]:
    """(its columns, positions of the sending units, weights (receiver, sender)) of each pair of areas with weights."""
    some = False
    for sending, mine in areas(data).items():
        for receiving, theirs in areas(data).items():
            block = np.where(mine, weights, 0.0)[theirs]
            senders = np.flatnonzero((block != 0).any(axis=0))
            if len(senders):
                some = True
                yield ({"area": sending, "to": receiving} if sending else {}), senders, block[:, senders]
    if not some:
        raise Unmeasurable(f"{where}: found weights that are all 0, wanted some that are not")


def _axis(averages: np.ndarray, members: frozenset[int], penalty: float) -> np.ndarray | None:
    """(sender,) the part's first axis; None where it makes no variance."""
    samples = centred(averages)
    share = marginal(averages, members).reshape(samples.shape)
    lost = rounding_error((averages**2).sum(), averages.reshape(-1, *averages.shape[-2:]))
    if not (share**2).sum() > max(lost, NEGLIGIBLE * (samples**2).sum()):
        return None
    return demixed(samples, share, components=1, penalty=penalty).encoder[:, 0]


def _beside_nulls(
    axes: dict[str, np.ndarray], matrix: np.ndarray, dimensions: int, draws: int, rng: np.random.Generator
) -> list[dict]:
    """Rows of each axis, statistic after statistic."""
    if not axes:
        return []
    stacked = np.stack(list(axes.values()), axis=1)
    directions = potent.random_axes(matrix.shape[1], draws, rng)
    matrices = [matrix, *(potent.shuffled(matrix, rng) for _ in range(draws))]
    measures = {
        "potent_overlap": lambda a, m: potent.overlap(a, potent.potent_space(m, dimensions)),
        "gain": potent.gain,
    }
    rows = []
    for statistic, measure in measures.items():
        values, chance = np.array([measure(stacked, m) for m in matrices]), measure(directions, matrix)
        random = {"random_axis": float(chance.mean()), "random_axis_95": float(np.quantile(chance, 0.95))}
        for name, one in zip(axes, values.T, strict=True):
            rows.append({"statistic": statistic, "variable": name, **against_null(one, lower=False), **random})
    return rows
