"""Correlation of each unit with the most similar unit of the other activity."""

from rnncompare.comparison.measure_card import CORRELATION, MeasureCard
from rnncompare.comparison.pair import Pair, Scores
from rnncompare.geometry.matched_units import held_out_correlations
from rnncompare.geometry.transport import best_for_columns, best_for_rows


def best_match(pair: Pair) -> Scores:
    """Correlation over conditions and times of every unit with the unit of the other side that correlates most with it.

    correlation_source_to_recording: (draw,) each unit of the recording with its best match in the source;
    correlation_recording_to_source: each unit of the source with its best match in the recording. Matches are chosen
    without the conditions on which they are correlated. Raises BadActivity. (Li et al. 2016.)
    """
    ways = {"correlation_source_to_recording": best_for_columns, "correlation_recording_to_source": best_for_rows}
    return held_out_correlations(pair, ways)


best_match.card = MeasureCard(
    formula="sum(x_m(j) y_j) / sqrt(sum(x_m(j)^2) sum(y_j^2)) over left-out conditions, times and units j; x_i, y_j: "
    "units about the mean of the other conditions, scaled to the same sum of squares over left-out data; m(j): the "
    "unit of x with the largest correlation with y_j over the other data",
    statistics={
        "correlation_source_to_recording": "each unit of the recording with its best match in the source",
        "correlation_recording_to_source": "each unit of the source with its best match in the recording",
    },
    bounds=dict.fromkeys(("correlation_source_to_recording", "correlation_recording_to_source"), CORRELATION),
    zero="units and their best matches are uncorrelated on left-out conditions",
    one="for every unit, the other side has one with the same responses, up to a positive factor and a constant",
    invariant_to=("permutation", "translation", "scale", "unit scale"),
    symmetric=False,
    cost="folds x orders searches of units of x times units of y: 0.2 ms for 141 and 150 units",
    pitfalls="One unit can be the best match of many, so that a source with few kinds of units scores as high as one "
    "that has them as often as the recording (`matching` does not allow this). Larger populations contain better "
    "matches: compare equal sizes. All units that vary have the same weight, however low their rates; those that do "
    "not vary on the other conditions are left out of the fold. Noise of single units lowers the value.",
    reference="Li, Yosinski, Clune, Lipson & Hopcroft 2016",
)
best_match.first_look = {}
