"""How choices depend on the evidence: how often each colour and side, how often right, and a Weibull function of it."""

from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.behaviour import weibull
from rnncompare.behaviour.choice_counts import LEFT, RIGHT, by_strength, choice_counts, decided, red, with_resamples
from rnncompare.behaviour.subjects import WORDS, behaviour_of, check_bootstrap, percentiles, proportion
from rnncompare.comparison.measure_card import INVARIANCES, NOT_NEGATIVE, SHARE, MeasureCard
from rnncompare.options.ranges import DrawsOrNone, NotNegative, Seed
from rnncompare.plugins import BadOption

PARAMETERS = ("threshold", "slope", "lapse")


def psychometric(
    data: xr.Dataset,
    *,
    seed: Seed,
    bounds: dict[Literal["threshold", "slope", "lapse"], tuple[NotNegative, NotNegative]],
    bootstrap: DrawsOrNone,
) -> list[dict]:
    """Shares of choices by coherence, and a Weibull function of the accuracy, fitted by maximum likelihood.

    Reads the coordinates coherence, context, choice, colour and correct along trial, and session where trials have
    one. Shares of choices and the fit are of decided trials; undecided ones have rows of their own. A trial at
    coherence 0 has no correct choice: it counts for p_red and p_right, not for accuracy.

    Rows: p_red (strength: signed coherence), p_right (variable: context; strength: signed coherence), accuracy,
    fraction_undecided (strength: |coherence|, and one row of all trials), fraction_correct (of all trials, undecided
    ones counting as wrong), with `samples`, the trials behind them; weibull_fitted, 1 or, where fewer than three
    |coherences| have decided trials, 0 and no further rows; threshold, slope, lapse within `bounds` (both ends the
    same: fixed; on_bound 1: the fit stopped there) and deviance. low, high: 95 %, of shares exact binomial, of
    parameters `bootstrap` resamples of trials within condition (0: none). Where there are sessions these are resampled
    whole instead, and shares get the wider of both. Raises BadActivity, BadOption.
    """
    inside = _checked(bounds)
    check_bootstrap(bootstrap, "psychometric")
    subject = behaviour_of(data, "psychometric")
    level, by_session = choice_counts(subject)
    counts = with_resamples(by_session, bootstrap, seed)
    # Of one session's shares the binomial interval says it all.
    shown = counts if len(by_session) > 1 else counts[:1]
    return [*_choices(level, shown), *_outcomes(level, shown), *_fitted(level, counts, inside)]


psychometric.card = MeasureCard(
    formula="accuracy = 1 - lapse - (1/2 - lapse) exp(-(|coherence| / threshold)^slope), fitted to the correct among "
    "the decided trials at each |coherence| by maximum likelihood",
    statistics={
        "p_red": "share of decided trials in which red was chosen",
        "p_right": "share of decided trials in which the right was chosen, by layout",
        "accuracy": "share of decided trials that were correct",
        "fraction_undecided": "share of all trials without a decision",
        "fraction_correct": "share of all trials that were correct; undecided: not correct",
        "weibull_fitted": "1: there were decided trials at three |coherences| or more; 0: there is no fit",
        "threshold": "|coherence| at which accuracy is 1 - lapse - (1/2 - lapse) / e: .816 without lapses",
        "slope": "steepness: the exponent",
        "lapse": "share of errors that no coherence would prevent",
        "deviance": "2 x log likelihood ratio against one share for each |coherence|; about (|coherences| - 3) for a "
        "good fit",
    },
    bounds=dict.fromkeys(("p_red", "p_right", "accuracy", "fraction_undecided", "fraction_correct"), SHARE)
    | {
        "weibull_fitted": SHARE,
        "threshold": NOT_NEGATIVE,
        "slope": NOT_NEGATIVE,
        "lapse": (0, 0.5),
        "deviance": NOT_NEGATIVE,
    },
    landmarks="parameters within the option `bounds`",
    zero="p_red: always green",
    one="p_red: always red",
    invariant_to=tuple(INVARIANCES),
    cost="8 x (1 + bootstrap) climbs over |coherences|; a trial is read once",
    pitfalls="A threshold outside the |coherences| shown is an extrapolation; on_bound says that the data do not tell. "
    "Lapse and slope trade off where few |coherences| are easy. A subject that leaves hard trials undecided looks "
    "more accurate than one that guesses: read accuracy beside fraction_undecided. Trials of one session that drift "
    "together make intervals too narrow.",
    reference="Weibull function of choices: Quick 1974; lapses: Wichmann & Hill 2001; shares: Clopper & Pearson 1934; "
    "whole sessions: Davison & Hinkley 1997",
)
psychometric.first_look = {"bounds": {"threshold": [0.001, 2], "slope": [0.1, 10], "lapse": [0, 0.2]}, "bootstrap": 0}


def _checked(bounds: dict[str, tuple[float, float]]) -> np.ndarray:
    """(3, 2) lowest and highest threshold, slope and lapse. Raises BadOption."""
    if set(bounds) == set(PARAMETERS) and all(len(ends) == 2 and ends[0] <= ends[1] for ends in bounds.values()):
        inside = np.array([bounds[name] for name in PARAMETERS], dtype=float)
        if (inside[:2] > 0).all() and (inside[2] >= 0).all() and inside[2, 1] < 0.5 and np.isfinite(inside).all():
            return inside
    raise BadOption(
        f"psychometric: found bounds {bounds}, wanted lowest and highest of threshold and slope, above 0, "
        "and of lapse, from 0 to below 0.5"
    )


psychometric.together = _checked


def _rows(statistic: str, strengths: np.ndarray, hits: np.ndarray, trials: np.ndarray, **labels: str) -> list[dict]:
    """A row for each strength that has trials; hits, trials: (1 + draw, strength), the first as counted."""
    rows = []
    for k, strength in enumerate(strengths):
        if trials[0, k]:
            place = {"statistic": statistic, **labels, "strength": float(strength)}
            rows.append(place | _proportion(hits[:, k], trials[:, k]))
    return rows


def _proportion(hits: np.ndarray, trials: np.ndarray) -> dict[str, float | int]:
    """hits, trials: (1 + draw,)."""
    drawn = np.divide(hits[1:], trials[1:], out=np.full(len(hits) - 1, np.nan), where=trials[1:] > 0)
    return proportion(hits[0], trials[0], drawn)


def _choices(level: np.ndarray, counts: np.ndarray) -> list[dict]:
    """Rows of p_red and p_right."""
    rows = _rows("p_red", level, red(counts), decided(counts))
    for k, context in enumerate(WORDS["context"]):
        right, left = counts[:, :, k, RIGHT], counts[:, :, k, LEFT]
        rows += _rows("p_right", level, right, left + right, variable=context)
    return rows


def _outcomes(level: np.ndarray, counts: np.ndarray) -> list[dict]:
    """Rows of accuracy, fraction_undecided and fraction_correct."""
    strengths, correct, made, trials = by_strength(level, counts)
    judged = strengths > 0
    rows = _rows("accuracy", strengths[judged], correct[:, judged], made[:, judged])
    rows += _rows("fraction_undecided", strengths, trials - made, trials)
    for statistic, hits in (("fraction_undecided", trials - made), ("fraction_correct", correct)):
        rows.append({"statistic": statistic, **_proportion(hits.sum(axis=1), trials.sum(axis=1))})
    return rows


def _fitted(level: np.ndarray, counts: np.ndarray, inside: np.ndarray) -> list[dict]:
    """Rows of the Weibull function."""
    strengths, correct, made, _ = by_strength(level, counts)
    judged = strengths > 0
    strengths, correct, made = strengths[judged], correct[:, judged], made[:, judged]
    behind = {"samples": int(made[0].sum())}
    enough = int((made[0] > 0).sum() >= len(PARAMETERS))
    rows = [{"statistic": "weibull_fitted", "value": enough, **behind}]
    if not enough:
        return rows
    found, on_bound, deviance = weibull.fit(strengths, correct, made, inside)
    for k, name in enumerate(PARAMETERS):
        row = {"statistic": name, "value": float(found[0, k]), **percentiles(found[1:, k])}
        rows.append(row | {"on_bound": int(on_bound[0, k]), **behind})
    return [*rows, {"statistic": "deviance", "value": float(deviance[0]), **behind}]
