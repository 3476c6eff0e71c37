"""Psychometric function: choices and accuracy as a function of the evidence, with a Weibull fit."""

from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity.selection import along_trials
from rnncompare.behaviour import weibull
from rnncompare.behaviour.choice_counts import LEFT, RIGHT, by_strength, choice_counts, decided, red, with_resamples
from rnncompare.behaviour.subjects import (
    WORDS,
    Behaviour,
    behaviour_of,
    check_bootstrap,
    levels_of,
    percentiles,
    proportion,
)
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
    """Proportions of choices by coherence, and a maximum-likelihood fit of a Weibull function to the accuracy.

    The required coordinates along trial are coherence, context, choice, colour and correct, and optionally session. In
    a task without colours, there are no context and colour, and coherences above 0 are evidence for left. With the
    coordinate ideal, the probability with which an ideal observer is correct, there are rows for its accuracy.
    Proportions of choices and the fit refer to decided trials; undecided trials have rows of their own. A trial at
    coherence 0 has no correct choice: it is included in p_red and p_right, but not in accuracy.

    Rows: p_red (strength: signed coherence), p_right (variable: context; strength: signed coherence), or, without
    colours, p_left; accuracy,
    fraction_undecided (strength: |coherence|, and one row for all trials), fraction_correct (of all trials, undecided
    ones counting as errors), with `samples`, the number of trials; weibull_fitted, 1, or 0 without further rows if
    fewer than three |coherences| have decided trials; threshold, slope and lapse within `bounds` (equal ends fix a
    parameter; on_bound 1: the fit ended on a bound) and deviance. low, high: 95 % intervals, exact binomial ones for
    proportions, and `bootstrap` resamples of trials within conditions for parameters (0: none). With several sessions,
    whole sessions are resampled, and proportions have the wider of both intervals. Raises BadActivity, BadOption.
    """
    inside = _checked(bounds)
    check_bootstrap(bootstrap, "psychometric")
    subject = behaviour_of(data, "psychometric")
    level, by_session = choice_counts(subject)
    counts = with_resamples(by_session, bootstrap, seed)
    # With one session, proportions have binomial intervals and need no resamples.
    shown = counts if len(by_session) > 1 else counts[:1]
    sides = _choices(level, shown) if subject.coloured else _rows("p_left", level, red(shown), decided(shown))
    return [*sides, *_outcomes(level, shown), *_ideal(data, subject), *_fitted(level, counts, inside)]


psychometric.card = MeasureCard(
    formula="accuracy = 1 - lapse - (1/2 - lapse) exp(-(|coherence| / threshold)^slope), fitted to the numbers of "
    "correct and decided trials at each |coherence| by maximum likelihood",
    statistics={
        "p_red": "share of decided trials in which red was chosen",
        "p_right": "share of decided trials in which the right target was chosen, by layout",
        "p_left": "share of decided trials in which left was chosen, in a task without colours",
        "accuracy": "share of decided trials that were correct",
        "fraction_undecided": "share of all trials without a decision",
        "fraction_correct": "share of all trials that were correct, undecided ones not",
        "ideal_accuracy": "accuracy of an ideal observer of the noisy inputs of a network",
        "ideal_fraction_correct": "fraction_correct of an ideal observer",
        "weibull_fitted": "1: decided trials at three or more |coherences|; 0: no fit",
        "threshold": "|coherence| at which the accuracy is 1 - lapse - (1/2 - lapse) / e, .816 without lapses",
        "slope": "exponent",
        "lapse": "share of errors at high coherence",
        "deviance": "2 x log likelihood ratio relative to the saturated model; about (|coherences| - 3) for a good fit",
    },
    bounds=dict.fromkeys(("p_red", "p_right", "p_left", "accuracy", "fraction_undecided", "fraction_correct"), SHARE)
    | dict.fromkeys(("ideal_accuracy", "ideal_fraction_correct"), SHARE)
    | {
        "weibull_fitted": SHARE,
        "threshold": NOT_NEGATIVE,
        "slope": NOT_NEGATIVE,
        "lapse": (0, 0.5),
        "deviance": NOT_NEGATIVE,
    },
    landmarks="parameters are within the option `bounds`",
    zero="p_red: always green",
    one="p_red: always red",
    invariant_to=tuple(INVARIANCES),
    cost="8 x (1 + bootstrap) optimisations over |coherences|",
    pitfalls="A threshold outside the range of |coherences| is an extrapolation, and on_bound indicates that the data "
    "do not determine it. Lapse and slope are correlated if few |coherences| are easy. A subject that leaves "
    "difficult trials undecided appears more accurate than one that guesses: consider fraction_undecided. Intervals "
    "are too narrow if performance drifts within a session.",
    reference="Weibull function of choices: Quick 1974; lapses: Wichmann & Hill 2001; shares: Clopper & Pearson 1934; "
    "whole sessions: Davison & Hinkley 1997",
)
psychometric.first_look = {"bounds": {"threshold": [0.001, 2], "slope": [0.1, 10], "lapse": [0, 0.2]}, "bootstrap": 0}


def _checked(bounds: dict[str, tuple[float, float]]) -> np.ndarray:
    """(3, 2) bounds of threshold, slope and lapse. Raises BadOption."""
    if set(bounds) == set(PARAMETERS) and all(len(ends) == 2 and ends[0] <= ends[1] for ends in bounds.values()):
        inside = np.array([bounds[name] for name in PARAMETERS], dtype=float)
        if (inside[:2] > 0).all() and (inside[2] >= 0).all() and inside[2, 1] < 0.5 and np.isfinite(inside).all():
            return inside
    raise BadOption(
        f"psychometric: found bounds {bounds}, wanted the lowest and highest value of threshold and slope, above 0, "
        "and of lapse, from 0 to below 0.5"
    )


psychometric.together = _checked


def _rows(statistic: str, strengths: np.ndarray, hits: np.ndarray, trials: np.ndarray, **labels: str) -> list[dict]:
    """A row for each strength with trials; hits, trials: (1 + draw, strength), the observed counts first."""
    rows = []
    for k, strength in enumerate(strengths):
        if trials[0, k]:
            place = {"statistic": statistic, **labels, "strength": float(strength)}
            rows.append(place | _proportion(hits[:, k], trials[:, k]))
    return rows


def _proportion(hits: np.ndarray, trials: np.ndarray) -> dict[str, float | int]:
    """Proportion, interval and number of trials; hits, trials: (1 + draw,)."""
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


def _ideal(data: xr.Dataset, subject: Behaviour) -> list[dict]:
    """Rows of an ideal observer: ideal_accuracy by strength, and ideal_fraction_correct of all trials."""
    if "ideal" not in along_trials(data):
        return []
    ideal, (strengths, at) = data.ideal.values.astype(float), levels_of(subject.strength)
    rows = [
        {"statistic": "ideal_accuracy", "strength": float(level), "value": float(ideal[at == k].mean())}
        for k, level in enumerate(strengths)
        if level > 0
    ]
    return [*rows, {"statistic": "ideal_fraction_correct", "value": float(ideal.mean())}]


def _fitted(level: np.ndarray, counts: np.ndarray, inside: np.ndarray) -> list[dict]:
    """Rows of the Weibull function."""
    strengths, correct, made, _ = by_strength(level, counts)
    judged = strengths > 0
    strengths, correct, made = strengths[judged], correct[:, judged], made[:, judged]
    samples = {"samples": int(made[0].sum())}
    enough = int((made[0] > 0).sum() >= len(PARAMETERS))
    rows = [{"statistic": "weibull_fitted", "value": enough, **samples}]
    if not enough:
        return rows
    found, on_bound, deviance = weibull.fit(strengths, correct, made, inside)
    for k, name in enumerate(PARAMETERS):
        row = {"statistic": name, "value": float(found[0, k]), **percentiles(found[1:, k])}
        rows.append(row | {"on_bound": int(on_bound[0, k]), **samples})
    return [*rows, {"statistic": "deviance", "value": float(deviance[0]), **samples}]
