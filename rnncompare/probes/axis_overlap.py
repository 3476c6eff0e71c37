"""Overlap of the axis of each factor with the output-potent space of the weights from one area to another."""

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
    """Squared length of a factor's axis in the output-potent space of the weights from one area to another.

    weights: (unit to, unit from), the effective weights in the order of the data's units. The axis is the encoder of
    the first demixed component of a part, fitted to the sending units (units of the sending area with a weight to the
    receiving area). The output-potent space is spanned by the first `dimensions` right singular vectors of the weights.
    0: the weights do not transmit the axis; 1: the axis lies in the output-potent space; the mean over random axes is
    dimensions / sending units. The other options are those of demixed_variance.

    There are rows for each area (sending), `to` (the receiving area, which can be the same) and part: potent_overlap,
    and gain, the squared drive by the axis relative to a random axis. Null distribution: the same weights in random
    positions, among the same receiving units and sending units of the same sign, `draws` times. random_axis and
    random_axis_95: mean and 95th percentile over `draws` random axes. weights_dimensionality: participation ratio of
    the squared singular values of the weights. sending_units: their number. Raises BadActivity, BadOption,
    Unmeasurable.
    """
    _check(data, weights, dimensions, draws, penalty, min_trials)
    where, rows = f"{PROBE} of {name_of(data)}", []
    options = {"leave_out": leave_out, "align": align, "window": window, "min_trials": min_trials}
    data, cells, numbered = in_cells(data, parts, probe=PROBE, **options)
    averages = cells.averages(data.rate.values.astype(float))
    for about, senders, matrix in _connections(data, weights, where):
        if dimensions >= len(senders):
            raise BadOption(
                f"{where}: found dimensions {dimensions}, wanted fewer than the {len(senders)} sending units"
            )
        part = averages[..., senders]
        axes = {name: _axis(part, members, penalty) for name, members in numbered.items()}
        axes = {name: axis for name, axis in axes.items() if axis is not None}
        found = _beside_nulls(axes, matrix, dimensions, draws, np.random.default_rng(seed))
        found.append({"statistic": "weights_dimensionality", "value": potent.dimensionality(matrix)})
        rows += [row | about | {"sending_units": len(senders)} for row in found]
    return rows


axis_overlap.card = MeasureCard(
    formula="norm(V' a)^2; a: the unit axis, V: the first right singular vectors of the weights W from one area to "
    "another; gain: norm(W a)^2 x sending units / norm(W)^2",
    statistics={
        "potent_overlap": "squared length of the axis in the output-potent space; the rest lies in the null space",
        "gain": "squared drive of the receiving area, relative to the mean over random axes",
        "weights_dimensionality": "participation ratio of the squared singular values of the weights",
    },
    bounds={"potent_overlap": SHARE, "gain": NOT_NEGATIVE, "weights_dimensionality": (1, None)},
    landmarks="gain and weights_dimensionality: at most the number of sending units",
    zero="the weights do not transmit the axis",
    one="the axis lies in the output-potent space",
    invariant_to=("permutation", "translation", "scale"),
    cost="draws x sending units^3",
    pitfalls="Weights that are all positive transmit the common activity of the sending units, whatever was learnt: "
    "an axis on which all rates increase overlaps with any such matrix. Shuffled weights, the null distribution, take "
    "this into account; random axes do not. The published analysis has one dimension; with more, random axes overlap "
    "more. The axis of a part with hardly any variance is noise. The overlap describes the input to the receiving "
    "area in one time step, not its activity.",
    reference="Kaufman, Churchland, Ryu & Shenoy 2014; Kleinman, Chandrasekaran & Kao 2021",
)


def _check(data: xr.Dataset, weights: np.ndarray, dimensions: int, draws: int, penalty: float, min_trials: int) -> None:
    with_units(data)
    if weights.shape != (data.sizes["unit"],) * 2:
        raise BadActivity(
            f"{PROBE} of {name_of(data)}: found weights of shape {weights.shape}, wanted "
            f"{(data.sizes['unit'],) * 2}, the number of units"
        )
    if dimensions < 1 or draws < 1 or penalty < 0 or min_trials < 1:
        raise BadOption(
            f"{PROBE}: found dimensions {dimensions}, draws {draws}, penalty {penalty:g}, min_trials {min_trials}, "
            "wanted at least 1, 1, 0 and 1"
        )


def _connections(data: xr.Dataset, weights: np.ndarray, where: str) -> Iterator[tuple[dict, np.ndarray, np.ndarray]]:
    """For each pair of areas with weights: its columns, the positions of sending units, weights (receiver, sender)."""
    some = False
    for sending, mine in areas(data).items():
        for receiving, theirs in areas(data).items():
            block = np.where(mine, weights, 0.0)[theirs]
            senders = np.flatnonzero((block != 0).any(axis=0))
            if len(senders):
                some = True
                yield ({"area": sending, "to": receiving} if sending else {}), senders, block[:, senders]
    if not some:
        raise Unmeasurable(f"{where}: found only zero weights, wanted at least one that is not 0")


def _axis(averages: np.ndarray, members: frozenset[int], penalty: float) -> np.ndarray | None:
    """(sender,) the first axis of a part; None if the part has no variance."""
    samples = centred(averages)
    share = marginal(averages, members).reshape(samples.shape)
    lost = rounding_error((averages**2).sum(), averages.reshape(-1, *averages.shape[-2:]))
    if not (share**2).sum() > max(lost, NEGLIGIBLE * (samples**2).sum()):
        return None
    return demixed(samples, share, components=1, penalty=penalty).encoder[:, 0]


def _beside_nulls(
    axes: dict[str, np.ndarray], matrix: np.ndarray, dimensions: int, draws: int, rng: np.random.Generator
) -> list[dict]:
    """Rows of all axes, sorted by statistic."""
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
