"""Representational similarity analysis: whether the same conditions are similar in two activities."""

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
    """Agreement of the dissimilarities between conditions on both sides.

    rdm, rdm_by_time: (draw,). distance: one for both sides, or one for the source and one for the recording (a network
    without noise has no crossnobis distance); see `dissimilarities.by_time`. compare: see `agreement.agreement`.
    average: for `rdm`, whether dissimilarities or rates (patterns) are averaged over times. trial_folds: number of
    folds of the trials of each condition for crossnobis, otherwise None. Raises BadActivity if crossnobis has no single
    trials or there are fewer than 3 conditions, BadOption. (Kriegeskorte et al. 2008.)
    """
    if len(pair.x) < 3:
        raise BadActivity(f"rsa: found {len(pair.x)} conditions, wanted at least 3, so that there are several pairs")
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
                f"rsa: found no {kind} distances between the conditions of the {side.name}, wanted conditions that "
                "differ"
            )
    found = {"rdm": agreement(over[0][None], over[1][None], pair.orders, compare)}
    if time_resolved:
        found["rdm_by_time"] = agreement(*each, pair.orders, compare)
    return found


def distinguished(values: np.ndarray, distance: Distance, data: np.ndarray) -> bool:
    """Whether the dissimilarities (pair,) of `data` exceed rounding error; correlation distances of zeros are 1."""
    if distance.endswith("correlation"):
        return bool((values != 1.0).any()) and bool(values.max() > FLAT)
    # If all conditions are equal, the rounding error of one is that of all.
    return bool(np.abs(values).max() > rounding_error(sum_of_squares(data[:1]), data) / data[0].size)


rsa.card = MeasureCard(
    formula="compare(D_x, D_y); D: dissimilarities of all pairs of conditions (sqeuclidean: |x_i - x_j|^2 / units; "
    "correlation: 1 - r(x_i - m, x_j - m), with r over units and m the mean over conditions, and also over times if "
    "the condition-independent signal is kept; plain_correlation: 1 - r(x_i, x_j); crossnobis: (a_i - a_j)'S^-1(b_i - "
    "b_j) / units, with a and b from different trials and S the shrunken covariance of the mean rates of trials about "
    "the means of their conditions)",
    statistics={
        "rdm": "agreement of dissimilarities averaged over times, or of dissimilarities of time-averaged rates",
        "rdm_by_time": "mean over times of the agreement at each time; 0 at times at which conditions do not differ",
    },
    bounds={"rdm": CORRELATION, "rdm_by_time": CORRELATION},
    landmarks="cosine of sqeuclidean, correlation or plain_correlation: 0 to 1",
    zero="no relation; the chance level of cosines of non-negative distances is far above 0",
    one="equal dissimilarities up to a monotone function (spearman; kendall, which is tau-a, only without ties), a "
    "linear function (pearson) or a factor (cosine, whitened_cosine)",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="times x conditions^2 x units, and conditions^2 for each permutation (kendall: more by a factor of log "
    "conditions and, if time-resolved, of times)",
    pitfalls="The invariances are those of sqeuclidean: correlation is not invariant to rotation; plain_correlation "
    "neither to rotation nor to translation (mean rates that all conditions share make them similar); crossnobis not "
    "to rotation, because the noise covariance is shrunk towards its diagonal, but to a scale for each unit. Noise "
    "increases sqeuclidean distances, most with few trials, and does not bias crossnobis, which needs single trials. "
    "Symmetric if both sides have the same distance. The condition-independent signal affects only correlation. "
    "Activities with equal dissimilarities can differ in what a linear readout decodes. The 28 dissimilarities of 8 "
    "conditions are not independent: interpret the value relative to its null distribution.",
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
