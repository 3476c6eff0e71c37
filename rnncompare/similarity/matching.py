"""Soft matching: the correlation of single units of one activity with those of the other that are matched with them."""

from typing import Literal

import numpy as np

from rnncompare.comparison.measure_card import CORRELATION, MeasureCard
from rnncompare.comparison.pair import Pair, Scores
from rnncompare.geometry.matched_units import held_out_correlations, in_sample_correlations
from rnncompare.geometry.transport import each_matrix, one_to_one, soft
from rnncompare.plugins import BadOption

WAYS = {"soft": soft, "one_to_one": one_to_one}


def matching(pair: Pair, *, match: Literal["soft", "one_to_one"]) -> Scores:
    """Correlation over conditions and times of units that are matched such that their correlations are largest.

    match: soft, every unit of a side is matched with the same total weight, which it can divide among units of the
    other side; one_to_one, as many pairs of units as the smaller side has units, without the other units of the larger
    side. Both are the same for equal numbers of units. correlation: (draw,) on conditions that were left out when units
    were matched; correlation_in_sample: (draw,) on the same conditions. Raises BadOption, BadActivity. (Khosla and
    Williams 2024.)
    """
    together(match)
    scores = held_out_correlations(pair, {"correlation": each_matrix(WAYS[match])})
    found: dict[str, np.ndarray] = {"correlation_in_sample": in_sample_correlations(pair, WAYS[match])}
    return scores._replace(values=scores.values | found)


def together(match: str) -> None:
    """Raise BadOption for an unknown way of matching."""
    if match not in WAYS:
        raise BadOption(f"matching: found match '{match}', wanted {' or '.join(WAYS)}")


matching.together = together
matching.card = MeasureCard(
    formula="sum(T_ij x_i y_j) / sqrt(sum(T_ij x_i^2) sum(T_ij y_j^2)) over left-out conditions, times and units; "
    "x_i, y_j: units about the mean of the other conditions, scaled to the same sum of squares over left-out data; T "
    "maximises sum(T_ij r_ij), r_ij the correlations over the other conditions and times, with sum_j T_ij = 1 / "
    "(units of x) and sum_i T_ij = 1 / (units of y) (soft), or among matchings of units one to one (one_to_one)",
    statistics={
        "correlation": "on conditions that were left out when units were matched",
        "correlation_in_sample": "on the conditions on which units were matched: max over T of sum(T_ij r_ij), the "
        "soft-matching correlation score of the publication",
    },
    bounds=dict.fromkeys(("correlation", "correlation_in_sample"), CORRELATION),
    landmarks="with soft, sqrt(2 - 2 correlation_in_sample) is the soft-matching distance of units with unit variance, "
    "which is a metric",
    zero="units that were matched are uncorrelated on left-out conditions",
    one="with every unit of one side, the other side has as large a share of units with the same responses, up to a "
    "positive factor and a constant",
    invariant_to=("permutation", "translation", "scale", "unit scale"),
    symmetric=True,
    cost="folds x orders matchings: 1.5 ms for 141 and 150 units with one_to_one; 20 ms with soft, or 1.5 ms for equal "
    "numbers of units",
    pitfalls="A rotation of the units lowers the value, although nothing changes for a linear readout. Noise of "
    "single units lowers it more than measures of components: compare it with the ceiling. correlation_in_sample is "
    "far above 0 for independent smooth activities and increases with the number of units: interpret it only relative "
    "to its null distribution. All units that vary have the same weight, however low their rates; those that do not "
    "vary on the other conditions are left out of the fold. Soft normalisation has no effect. With one_to_one, units "
    "of the larger side that have no match are not penalised.",
    reference="Khosla & Williams 2024; one-to-one matching of units: Li, Yosinski, Clune, Lipson & Hopcroft 2016",
)
matching.first_look = {"match": "one_to_one"}
