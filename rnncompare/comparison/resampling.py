"""Redraws: a recording drawn again, by surrogates, by its units or its components, and measured one draw at a time."""

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

from rnncompare import plugins
from rnncompare.comparison.components_needed import Captured, captured, fewest
from rnncompare.comparison.evaluation import Subset, from_recording, true_values, with_recording, with_units
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.pair import Pair, Scores
from rnncompare.comparison.permutations import PERMUTATION, condition_orders
from rnncompare.comparison.preparation import Prepared
from rnncompare.comparison.statistics import resample_units

Measures = dict[str, Callable]  # by name

CAPTURED = 20  # components of the recording that are tried to say what a score saw,
WRONG_ORDERS = 5  # and orders of conditions, over which scores are averaged, that the others have meanwhile


def null_draws(
    measures: Measures,
    true: list[Pair],
    found: dict[str, list[Scores]],
    chosen: list[list[Subset]],
    nulls: dict,
    seed: int,
) -> dict[str, dict]:
    """Measure -> null -> statistic -> (source, 1 + draws), the value first; without what a null says nothing of."""
    result = {name: {} for name in measures}
    for null_name, null in nulls.items():
        if null["use"] == PERMUTATION:
            for name, scores in found.items():
                drawn = {s: np.stack([f.values[s] for f in scores]) for s, v in scores[0].values.items() if v.ndim}
                result[name][null_name] = drawn
            continue
        make = partial(plugins.find("surrogates", null["use"]), **null.get("options", {}))
        values = {
            name: {s: np.empty((len(true), 1 + null["draws"])) for s in testable(measure, found[name][0])}
            for name, measure in measures.items()
        }
        for name, statistic, k in places_of(values, range(len(true))):
            values[name][statistic][k, 0] = np.ravel(found[name][k].values[statistic])[0]
        # Sources that have the same recording see the same surrogates of it.
        for places in same_recording(true):
            surrogates = make(true[places[0]].y, draws=null["draws"], seed=seed)
            for d, drawn in enumerate(surrogates, start=1):
                again = {k: with_recording(true[k], drawn) for k in places}
                scores = {(n, k): true_values(m, again[k], chosen[k]) for n, m in measures.items() for k in places}
                for name, statistic, k in places_of(values, places):
                    values[name][statistic][k, d] = scores[name, k][statistic]
        for name in measures:
            result[name][null_name] = values[name]
    return result


def places_of(values: dict[str, Iterable[str]], sources: Iterable[int]) -> list[tuple[str, str, int]]:
    """(measure, statistic, source) of all that there are."""
    return [(name, statistic, k) for name, statistics in values.items() for statistic in statistics for k in sources]


def testable(measure: Callable, scores: Scores) -> list[str]:
    """The statistics that say more than what was looked at: those that pairings change, and those blind to them."""
    blind = card_of(measure).condition_blind
    return [name for name, values in scores.values.items() if values.ndim or name in blind]


def same_recording(pairs: list[Pair]) -> list[list[int]]:
    """Positions of pairs, those with the same recording, which is then the same array, together."""
    together = {}
    for k, pair in enumerate(pairs):
        together.setdefault(id(pair.y), []).append(k)
    return list(together.values())


def resampled_units(
    measures: Measures, true: list[Pair], chosen: list[list[Subset]], sides: list[Prepared], draws: int, seed: int
) -> dict[str, dict]:
    """Measure -> statistic -> (resample, source): units of the recording (sessions first) drawn with replacement."""
    scores = {name: [[None] * len(true) for _ in range(draws)] for name in measures}
    for places in same_recording(true) if draws else []:
        pair, sessions = true[places[0]], sides[places[0]].sessions
        sessions = np.zeros(pair.y.shape[-1]) if sessions is None else sessions
        for d, units in enumerate(resample_units(sessions, draws=draws, seed=seed)):
            y = np.ascontiguousarray(pair.y[..., units])  # one for all sources, which need not look at it anew
            for k in places:
                again = with_units(true[k], y, units)
                for name, measure in measures.items():
                    scores[name][d][k] = true_values(measure, again, chosen[k])
    return {
        name: {s: np.array([[of_source[s] for of_source in draw] for draw in drawn]) for s in (drawn and drawn[0][0])}
        for name, drawn in scores.items()
    }


def components_needed(
    measures: Measures, true: list[Pair], found: dict[str, list[Scores]], seed: int
) -> dict[str, list[dict[str, int | None]]]:
    """Measure -> for each source, statistic -> how many of the recording's components reach its score.

    What has only the first of them right (`captured.captured`) is compared with the recording; the first number of
    them that scores as well counts. 0: wrong conditions do. None: all that are tried do not. Nothing says that the
    source has these components.
    """
    tested = {name: testable(measure, found[name][0]) for name, measure in measures.items()}
    sign = {
        (name, s): -1.0 if s in card_of(measures[name]).lower_is_better else 1.0
        for name in tested
        for s in tested[name]
    }
    result = {name: [dict.fromkeys(tested[name]) for _ in true] for name in measures}
    for places in same_recording(true):
        pair = true[places[0]]
        parts = captured(pair.y, components=CAPTURED, axes=pair.axes)
        scores = partial(_captured_scores, measures, sign, pair, parts, _wrong_orders(len(pair.y), seed))
        wanted = {
            (name, s, k): sign[name, s] * float(np.ravel(found[name][k].values[s])[0])
            for name, s, k in places_of(tested, places)
        }
        for (name, s, k), count in fewest(scores, len(parts.directions), wanted).items():
            result[name][k][s] = count
    return result


def _wrong_orders(conditions: int, seed: int) -> np.ndarray:
    return condition_orders(conditions, permutations=WRONG_ORDERS, seed=seed)[-WRONG_ORDERS:]


def _captured_scores(
    measures: Measures, sign: dict, pair: Pair, parts: Captured, orders: np.ndarray, count: int, waiting: set
) -> dict:
    """(measure, statistic, source) that is waited for -> what `count` components score; more is better."""
    everything = [(np.arange(pair.y.shape[-1]),) * 2]
    made = [from_recording(pair, parts.made(order, count)) for order in orders]
    names = sorted({name for name, _, _ in waiting})
    each = [{name: true_values(measures[name], part, everything) for name in names} for part in made]
    return {
        (name, s, k): sign[name, s] * float(np.mean([values[name][s] for values in each])) for name, s, k in waiting
    }
