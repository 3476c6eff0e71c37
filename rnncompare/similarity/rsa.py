"""Representational similarity: do two activities find the same conditions alike?"""

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import rounding_error, sum_of_squares
from rnncompare.comparison.measure_card import CORRELATION, MeasureCard
from rnncompare.comparison.pair import Pair
from rnncompare.geometry.agreement import Compare, agreement
from rnncompare.geometry.dissimilarities import FLAT, Average, Distance, Side, by_time, folds_of_trials, over_times
from rnncompare.options.ranges import Groups


def rsa(
    pair: Pair,
    *,
    distance: Distance | tuple[Distance, Distance],
    compare: Compare,
    average: Average,
    trial_folds: Groups | None,
    time_resolved: bool,
) -> dict[str, np.ndarray]:
    """Agreement of the two sides' dissimilarities between conditions, (draw,).

    distance: one for both sides, or the source's and the recording's (a network without noise has no crossnobis); see
    `dissimilarities.by_time`. compare: see `agreement.agreement`. average: over times, for `rdm`: of dissimilarities at
    each time, or of rates (patterns). trial_folds: parts that crossnobis splits each condition's trials into, None
    without it. Raises BadActivity where crossnobis finds no single trials or conditions are fewer than 3, BadOption.
    (Kriegeskorte et al. 2008.)
    """
    if len(pair.x) < 3:
        raise BadActivity(f"rsa: found {len(pair.x)} conditions, wanted at least 3: two pairs to compare")
    source, recording = (distance, distance) if isinstance(distance, str) else distance
    sides = (Side(pair.x, pair.x_trials, "source"), source), (Side(pair.y, pair.y_trials, "recording"), recording)
    options = {"axes": pair.axes, "trial_folds": trial_folds}
    each = [by_time(*side, **options) for side in sides] if time_resolved else None
    if time_resolved and average == "dissimilarities":
        over = [values.mean(axis=0) for values in each]
    else:
        over = [over_times(*side, average=average, **options) for side in sides]
    for (side, kind), values in zip(sides, over, strict=True):
        if not distinguished(values, kind, side.data):
            raise BadActivity(
                f"rsa: found a {side.name} whose conditions do not differ by {kind}, wanted some that are less alike "
                "than others"
            )
    found = {"rdm": agreement(over[0][None], over[1][None], pair.orders, compare)}
    if time_resolved:
        found["rdm_by_time"] = agreement(*each, pair.orders, compare)
    return found


def distinguished(values: np.ndarray, distance: Distance, data: np.ndarray) -> bool:
    """Whether dissimilarities (pair,) of `data` are more than rounding: correlations of no patterns at all are 1."""
    if distance.endswith("correlation"):
        return bool((values != 1.0).any()) and bool(values.max() > FLAT)
    # Where all conditions are the same, the level of one is that of all.
    return bool(np.abs(values).max() > rounding_error(sum_of_squares(data[:1]), data) / data[0].size)


rsa.card = MeasureCard(
    formula="compare(D_x, D_y); D: dissimilarities of all pairs of conditions (sqeuclidean: |x_i - x_j|^2 / units; "
    "correlation: 1 - r(x_i - m, x_j - m), r over units, m the mean over conditions, and over times too where the "
    "condition-independent signal is kept; plain_correlation: 1 - r(x_i, x_j); crossnobis: (a_i - a_j)'S^-1"
    "(b_i - b_j) / units, a, b: different trials, S: the shrunken covariance of trials' mean rates about their "
    "condition's)",
    statistics={
        "rdm": "agreement of dissimilarities averaged over times, or of those between average rates",
        "rdm_by_time": "mean over times of the agreement at each time; a time without differences counts 0",
    },
    bounds={"rdm": CORRELATION, "rdm_by_time": CORRELATION},
    landmarks="cosine of sqeuclidean, correlation or plain_correlation: 0 to 1",
    zero="no relation; cosines of distances that cannot be negative have a chance far above it",
    one="the same conditions are alike: in the same order (spearman, kendall: tau-a, only without ties), linearly "
    "(pearson), in proportion (cosine, whitened_cosine)",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="times x conditions^2 x units; conditions^2 a permutation (kendall: more by a factor of log conditions, and, "
    "where time-resolved, by times)",
    pitfalls="The claims are sqeuclidean's. correlation: not invariant to rotation. plain_correlation: neither to "
    "rotation nor to translation: levels of units that all conditions share make them alike. crossnobis: not to "
    "rotation, as noise is shrunk towards the diagonal, but to a scale of each unit. Noise adds to sqeuclidean "
    "distances, most where trials are few; not to crossnobis, which needs single trials. Symmetric where both "
    "sides have the same distance. The condition-independent signal makes a difference to correlation only. "
    "Activities with the same distances may be read out differently. With 8 conditions, 28 dissimilarities share 8 "
    "patterns: read it beside its null.",
    reference="Kriegeskorte et al. 2008; tau-a: Nili et al. 2014; crossnobis: Walther et al. 2016; whitened cosine: "
    "Diedrichsen et al. 2020; shrinkage: Schaefer and Strimmer 2005",
)
rsa.together = folds_of_trials
rsa.first_look = {
    "distance": "sqeuclidean",
    "compare": "spearman",
    "average": "patterns",
    "trial_folds": None,
    "time_resolved": False,
}
