"""Chronometric function: reaction times by the strength of the evidence, for correct and for error trials."""

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.activity.selection import along_trials
from rnncompare.behaviour.reaction_times import deviations, means, moments_of, slopes, with_resamples
from rnncompare.behaviour.subjects import Behaviour, behaviour_of, check_bootstrap, levels_of, percentiles, proportion
from rnncompare.comparison.measure_card import INVARIANCES, NOT_NEGATIVE, SHARE, MeasureCard
from rnncompare.options.ranges import DrawsOrNone, Seed, TrialCount
from rnncompare.plugins import BadOption
from rnncompare.populations.population import name_of
from rnncompare.statistics.bounds import ANY

OUTCOMES = ("correct", "error", "zero_coherence")
UNDECIDED = len(OUTCOMES)
QUARTILES = {"quartile_1_rt": 0.25, "median_rt": 0.5, "quartile_3_rt": 0.75}
REGRESSORS = {"slope_rt_log10": np.log10, "slope_rt_linear": np.asarray}


def chronometric(data: xr.Dataset, *, seed: Seed, min_trials: TrialCount, bootstrap: DrawsOrNone) -> list[dict]:
    """Mean, SD and quartiles of reaction times by |coherence|, and their slope, for correct and for error trials.

    The required coordinates are those of `psychometric`, and rt (s) along trial. There are rows by variable (correct,
    error; zero_coherence: decided at coherence 0, where no choice is correct) and strength (|coherence|): count, also
    of undecided trials and if it is 0; with at least `min_trials`, mean_rt, sd_rt, quartile_1_rt, median_rt and
    quartile_3_rt, s. By variable, if two |coherences| have `min_trials`: slope_rt_log10, s per tenfold |coherence|, and
    slope_rt_linear, s per unit of |coherence|, by least squares over all of these single trials. One row has
    fraction_undecided. low, high: 95 % interval of `bootstrap` resamples (0: none) of the trials of each outcome and
    |coherence|, or of whole sessions if there are several; quartiles have no interval. Raises BadActivity, BadOption.
    """
    if min_trials < 2:
        raise BadOption(f"chronometric: found min_trials {min_trials}, wanted at least 2, so that there is an SD")
    check_bootstrap(bootstrap, "chronometric")
    subject = behaviour_of(data, "chronometric")
    rt = _times(data, subject)
    level, at = levels_of(subject.strength)
    outcome = np.select([~subject.decided, subject.correct, level[at] > 0], [UNDECIDED, 0, 1], default=2)
    decided = subject.decided
    centre = rt[decided].mean() if decided.any() else 0.0  # keeps sums of squares precise
    shape = (subject.session.max() + 1, len(OUTCOMES), len(level))
    cells = (subject.session[decided], outcome[decided], at[decided])
    by_session = moments_of(rt[decided] - centre, *cells, shape=shape)
    moments = with_resamples(by_session, rt[decided] - centre, *cells[1:], bootstrap, np.random.default_rng(seed))
    rows = []
    for k, name in enumerate((*OUTCOMES, "undecided")):
        times = [rt[(outcome == k) & (at == c)] for c in range(len(level))]
        if name == "zero_coherence" and level[0] > 0:
            continue
        rows += [{**_place("count", name, c), "value": len(t)} for c, t in zip(level, times, strict=True)]
        if k < UNDECIDED:
            shown = [c for c in range(len(level)) if len(times[c]) >= min_trials]
            rows += _described(name, level, moments[:, k], times, centre, shown)
            rows += _sloping(name, level, moments[:, k], shown)
    return [*rows, {"statistic": "fraction_undecided", **proportion((~decided).sum(), len(decided))}]


chronometric.card = MeasureCard(
    formula="mean of the reaction times at each |coherence|; slope: least squares over single trials",
    statistics={
        "count": "number of trials with this outcome",
        "mean_rt": "s from the checkerboard to the decision",
        "sd_rt": "SD over trials (n - 1), s",
        "quartile_1_rt": "first quartile, s",
        "median_rt": "median, s",
        "quartile_3_rt": "third quartile, s",
        "slope_rt_log10": "s per tenfold |coherence|; below 0: faster with stronger evidence",
        "slope_rt_linear": "s per unit of |coherence|, from 0 to all squares of one colour",
        "fraction_undecided": "share of all trials without a decision",
    },
    bounds=dict.fromkeys(("count", "mean_rt", "sd_rt", *QUARTILES), NOT_NEGATIVE)
    | dict.fromkeys(REGRESSORS, ANY)
    | {"fraction_undecided": SHARE},
    zero="slope: reaction times do not depend on the strength of evidence",
    one="",
    invariant_to=tuple(INVARIANCES),
    cost="bootstrap x trials; with sessions bootstrap x sessions",
    pitfalls="The length of the trial limits reaction times: a subject that leaves slow trials undecided appears "
    "fast, so consider fraction_undecided. Neither line describes reaction times over all |coherences|; which is "
    "better depends on the subject. Means over few errors at high |coherence| come from the few sessions that have "
    "such errors. The reaction times of a network have no motor delay: compare slopes, not levels.",
    reference="Palmer, Huk & Shadlen 2005; whole sessions: Davison & Hinkley 1997",
)
chronometric.first_look = {"min_trials": 2, "bootstrap": 0}


def _times(data: xr.Dataset, subject: Behaviour) -> np.ndarray:
    """(trial,) reaction times, s; NaN for undecided trials only."""
    where = f"chronometric of {name_of(data)}"
    if "rt" not in along_trials(data):
        raise BadActivity(f"{where}: found no coordinate 'rt' along trial, wanted the reaction time of each trial, s")
    rt = data.rt.values.astype(float)
    bad = subject.decided & ~((rt >= 0) & np.isfinite(rt))
    if bad.any():
        raise BadActivity(f"{where}: found rt {rt[bad][0]:g} in {bad.sum()} decided trials, wanted 0 s or more")
    return np.where(subject.decided, rt, np.nan)


def _place(statistic: str, name: str, strength: float) -> dict:
    return {"statistic": statistic, "variable": name, "strength": float(strength)}


def _described(
    name: str, level: np.ndarray, moments: np.ndarray, times: list[np.ndarray], centre: float, shown: list[int]
) -> list[dict]:
    """Rows of mean, SD and quartiles at the levels `shown`, sorted by statistic."""
    rows = []
    for statistic, values in (("mean_rt", means(moments) + centre), ("sd_rt", deviations(moments))):
        for c in shown:
            row = _place(statistic, name, level[c]) | {"value": float(values[0, c]), **percentiles(values[1:, c])}
            rows.append(row | {"samples": len(times[c])})
    for statistic, quantile in QUARTILES.items():
        for c in shown:
            value = float(np.quantile(times[c], quantile))
            rows.append(_place(statistic, name, level[c]) | {"value": value, "samples": len(times[c])})
    return rows


def _sloping(name: str, level: np.ndarray, moments: np.ndarray, usable: list[int]) -> list[dict]:
    """Rows of both slopes over the levels `usable`, if there are at least two."""
    if len(usable) < 2:
        return []
    rows = []
    for statistic, of_level in REGRESSORS.items():
        values = slopes(of_level(level[usable]), moments[:, usable])
        row = {"statistic": statistic, "variable": name, "value": float(values[0]), **percentiles(values[1:])}
        rows.append(row | {"samples": int(moments[0, usable, 0].sum())})
    return rows
