"""Cross-validated linear prediction in both directions."""

from typing import Annotated

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.comparison.pair import Pair, Scores
from rnncompare.crossvalidation.folds import Folds, folds_of
from rnncompare.crossvalidation.held_out import components_used, scores
from rnncompare.crossvalidation.projection import projections
from rnncompare.crossvalidation.ridge_errors import errors_both_ways
from rnncompare.crossvalidation.ridge_penalty import best_penalties
from rnncompare.options.ranges import Components, PositivePenalty, Some
from rnncompare.plugins import BadOption


def ridge(pair: Pair, *, components: Components, penalties: Annotated[list[PositivePenalty], Some]) -> Scores:
    """Left-out variance explained by ridge regression, from source to recording and from recording to source (R2).

    r2_source_to_recording, r2_recording_to_source, unit_r2_median: (draw,), at most 1; components_source,
    components_recording and variance_explained_recording describe the input. penalties: relative to the mean eigenvalue
    of the predictor's training scatter; the penalty is chosen that predicts the first components of the target best
    when each training group of conditions is left out in turn. Raises BadOption, BadActivity. (Hoerl and Kennard 1970.)
    """
    if not penalties or min(penalties) <= 0:
        raise BadOption(f"ridge: found penalties {list(penalties)}, wanted at least one penalty, all above 0")
    folds = folds_of(pair)
    check(folds)
    x, y = projections(pair, folds, components)
    chosen = best_penalties(x, y, folds, pair.orders, penalties)
    forward, backward = errors_both_ways(x, y, folds, pair.orders, *chosen)
    true = folds.partners[0]
    total = {
        "forward": forward.total, "backward": backward.total,
        "power": y.power.sum(axis=0)[None], "source_power": x.power.sum(axis=0)[None],
    }  # fmt: skip
    each = {
        "forward": forward.each, "backward": backward.each[true], "power": y.power[true], "source_power": x.power,
    }  # fmt: skip
    return scores(total, each, statistics, components_used(x, y))


def check(folds: Folds) -> None:
    """Raise BadActivity unless two conditions remain for fitting besides a test group and a group for the penalty."""
    sizes = [np.bincount(folds.group[rows]).max() for rows in folds.training]
    left = min(len(rows) - size for rows, size in zip(folds.training, sizes, strict=True))
    if left < 2:
        conditions, groups = len(folds.group), len(np.unique(folds.group))
        wanted = "at least 4" if groups == conditions else "more, or smaller groups"
        raise BadActivity(
            f"ridge: found {conditions} conditions{'' if groups == conditions else f' in {groups} groups'}, wanted "
            f"{wanted}: one for testing, one for choosing the penalty, two for fitting"
        )


def statistics(sums: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Statistics (draw,) from squared errors and sums of squares (draw or 1, unit) of all left-out data."""
    return {
        "r2_source_to_recording": explained(sums["forward"].sum(axis=1), sums["power"].sum(axis=1)),
        "r2_recording_to_source": explained(sums["backward"].sum(axis=1), sums["source_power"].sum(axis=1)),
        "unit_r2_median": median_explained(sums["forward"], sums["power"]),
    }


def median_explained(error: np.ndarray, power: np.ndarray) -> np.ndarray:
    """(draw,) medians over the units with variance, NaN without such units; power: (draw or 1, unit)."""
    if len(power) > 1:
        return np.concatenate([median_explained(*one) for one in zip(error[:, None], power[:, None], strict=True)])
    some = power[0] > 0
    return np.median(explained(error[:, some], power[:, some]), axis=1) if some.any() else np.full(len(error), np.nan)


def explained(error: np.ndarray, power: np.ndarray) -> np.ndarray:
    """1 - error / power; NaN without left-out variance."""
    return 1 - np.divide(error, power, out=np.full(error.shape, np.nan), where=power > 0)


ridge.card = MeasureCard(
    formula="1 - sum((y - x W)^2) / sum(y^2) over left-out conditions, times and units; x: the first `components` "
    "principal components, y: all units, both about the training mean; W = (x'x + penalty)^(-1) x'y from the other "
    "conditions, with the penalty chosen by nested cross-validation",
    statistics={
        "r2_source_to_recording": "R2 of the recording predicted from the source, with units weighted by their "
        "variance",
        "r2_recording_to_source": "R2 of the source predicted from the recording",
        "unit_r2_median": "median over units of the R2 of the recording predicted from the source",
    },
    bounds=dict.fromkeys(("r2_source_to_recording", "r2_recording_to_source", "unit_r2_median"), (None, 1)),
    landmarks="below 0: worse than the mean of the training conditions",
    zero="as good as the mean of the training conditions (at each time, if the condition-independent signal is "
    "removed)",
    one="every unit of the target is predicted exactly on left-out conditions",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=False,
    cost="folds x orders x components x units of the target; choosing the penalty adds folds^2 x orders x components^3",
    pitfalls="Directed: a source that contains the recording and much other activity scores high, so consider both "
    "directions. Noise of the target lowers the value: compare it with the ceiling. unit_r2_median is not invariant "
    "to rotations of the recording. If only a few conditions differ from the others, they cannot be predicted, and "
    "the value is below 0.",
    reference="Hoerl & Kennard 1970",
)
ridge.first_look = {"components": 5, "penalties": [1e-2, 0.1, 1.0]}
