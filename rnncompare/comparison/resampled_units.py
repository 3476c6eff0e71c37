"""Scores with units of the recording that are drawn with replacement."""

import numpy as np

from rnncompare.comparison.evaluation import Subset, true_values, with_units
from rnncompare.comparison.null_distributions import Measures, same_recording
from rnncompare.comparison.pair import Pair
from rnncompare.comparison.preparation import Prepared
from rnncompare.statistics.resampled_units import resample_units


def resampled_units(
    measures: Measures, true: list[Pair], chosen: list[list[Subset]], sides: list[Prepared], draws: int, seed: int
) -> dict[str, dict]:
    """Measure -> statistic -> (resample, source): units of the recording (sessions first) drawn with replacement."""
    scores = {name: [[None] * len(true) for _ in range(draws)] for name in measures}
    for places in same_recording(true) if draws else []:
        pair, sessions = true[places[0]], sides[places[0]].sessions
        sessions = np.zeros(pair.y.shape[-1]) if sessions is None else sessions
        for d, units in enumerate(resample_units(sessions, draws=draws, seed=seed)):
            y = np.ascontiguousarray(pair.y[..., units])  # one array for all sources, so that it is decomposed once
            for k in places:
                resampled = with_units(true[k], y, units)
                for name, measure in measures.items():
                    scores[name][d][k] = true_values(measure, resampled, chosen[k])
    return {
        name: {s: np.array([[of_source[s] for of_source in draw] for draw in drawn]) for s in (drawn and drawn[0][0])}
        for name, drawn in scores.items()
    }
