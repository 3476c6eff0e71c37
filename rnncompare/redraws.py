"""Redraws: a recording drawn again, by surrogates, by its units or its components, and measured one draw at a time."""

from collections.abc import Callable
from functools import partial

import numpy as np

from rnncompare import plugins
from rnncompare.captured import capturing
from rnncompare.evaluation import Subset, from_recording, true_values, with_recording, with_units
from rnncompare.measure_card import card_of
from rnncompare.nulls import PERMUTATION, condition_orders
from rnncompare.pair import Pair, Scores
from rnncompare.preparation import Prepared
from rnncompare.statistics import TIE, resample_units

CAPTURED = 20  # components of the recording that are tried to say what a score saw,
WRONG_ORDERS = 5  # and orders of conditions, over which scores are averaged, that the others have meanwhile


def null_draws(
    measure: Callable, true: list[Pair], found: list[Scores], chosen: list[list[Subset]], nulls: dict, seed: int
) -> dict:
    """Null -> statistic -> (source, 1 + draws), the value first; without the statistics that a null says nothing of."""
    result = {}
    for name, null in nulls.items():
        if null["use"] == PERMUTATION:
            result[name] = {s: np.stack([f.values[s] for f in found]) for s, v in found[0].values.items() if v.ndim}
            continue
        tested = testable(measure, found[0])
        make = partial(plugins.find("surrogates", null["use"]), **null.get("options", {}))
        # Sources that have the same recording see the same surrogates of it.
        values = {s: np.empty((len(true), 1 + null["draws"])) for s in tested}
        for places in same_recording(true):
            for s in tested:
                values[s][places, 0] = [np.ravel(found[k].values[s])[0] for k in places]
            recording = true[places[0]].y
            for d, drawn in enumerate(make(recording, draws=null["draws"], seed=seed), start=1):
                for k in places:
                    again = true_values(measure, with_recording(true[k], drawn), chosen[k])
                    for s in tested:
                        values[s][k, d] = again[s]
        result[name] = values
    return result


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
    measure: Callable, true: list[Pair], chosen: list[list[Subset]], sides: list[Prepared], draws: int, seed: int
) -> dict:
    """Statistic -> (resample, source): scores with units of the recording (sessions first) drawn with replacement."""
    if draws == 0:
        return {}
    scores = [[None] * len(true) for _ in range(draws)]
    for places in same_recording(true):
        pair, sessions = true[places[0]], sides[places[0]].sessions
        sessions = np.zeros(pair.y.shape[-1]) if sessions is None else sessions
        for d, units in enumerate(resample_units(sessions, draws=draws, seed=seed)):
            y = np.ascontiguousarray(pair.y[..., units])  # one for all sources, which need not look at it anew
            for k in places:
                scores[d][k] = true_values(measure, with_units(true[k], y, units), chosen[k])
    return {s: np.array([[of_source[s] for of_source in draw] for draw in scores]) for s in scores[0][0]}


def components_needed(
    measure: Callable, true: list[Pair], found: list[Scores], seed: int
) -> list[dict[str, int | None]]:
    """For each source, statistic -> how many of the recording's components reach its score; None beyond those tried.

    What has only the first of them right (`captured.capturing`) is compared with the recording; the first number of
    them that scores as well counts. 0: wrong conditions do. Nothing says that the source has these components.
    """
    card = card_of(measure)
    tested = testable(measure, found[0])
    sign = {s: -1.0 if s in card.lower_is_better else 1.0 for s in tested}
    result = [dict.fromkeys(tested) for _ in true]
    for places in same_recording(true):
        pair = true[places[0]]
        everything = [(np.arange(pair.y.shape[-1]),) * 2]
        orders = condition_orders(len(pair.y), permutations=WRONG_ORDERS, seed=seed)[-WRONG_ORDERS:]
        made = [capturing(pair.y, order, components=CAPTURED, axes=pair.axes) for order in orders]
        waiting = {(k, s): sign[s] * np.ravel(found[k].values[s])[0] for k in places for s in tested}
        for count, parts in enumerate(zip(*made, strict=True)):
            scores = [true_values(measure, from_recording(pair, part), everything) for part in parts]
            reached = {s: sign[s] * np.mean([score[s] for score in scores]) for s in tested}
            for k, s in [at for at, v in waiting.items() if reached[at[1]] >= v - TIE * max(1.0, abs(v))]:
                result[k][s] = count
                del waiting[k, s]
            if not waiting:
                break
    return result
