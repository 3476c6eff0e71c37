"""How well a unit's single trials tell the choice that was made, the stimulus being the same."""

from typing import Literal

import numpy as np
import xarray as xr
from scipy.stats import false_discovery_control

from rnncompare.measure_card import MeasureCard
from rnncompare.nulls import against_null
from rnncompare.plugins import BadOption
from rnncompare.probes._choices import Margins, Trials, fixed_stimulus, measure
from rnncompare.probes._population import by_area
from rnncompare.probes._roc import as_area, two_sided_p
from rnncompare.probes._windows import sliding_windows
from rnncompare.statistics import max_t, resample_units, tails

LEVEL = 0.95


def choice_probability(
    data: xr.Dataset,
    *,
    seed: int,
    window: tuple[float, float],
    windows: dict[Literal["width", "step"], float] | None,
    min_trials: int,
    alpha: float,
    permutations: int,
    bootstrap: int,
) -> list[dict]:
    """Choice probability of each unit's mean rate in `window`, of the population in it, and over time.

    The second choice is the later in natural order of the names. Conditions without `min_trials` of each choice are
    left out. Choices are shuffled within conditions, and trials resampled within condition and choice, for all units
    alike, so that both keep what units share; a population's resamples draw units too (whole sessions first).

    Rows an area: mean_cp, mean_unsigned_cp, mean_grand_cp and fraction_significant in `window`; cp, unsigned_cp and
    grand_cp of each unit (per_unit 1) with q; and, where `windows` gives a width and a step in s, the population's
    again with time, the centre of each window that the trials hold whole. p: two-sided, one-sided for the unsigned.
    p_corrected: over the times of one statistic. low, high: 95 % of `bootstrap` resamples (0: no interval). Sessions
    may differ between units. Raises BadActivity, BadOption.
    """
    _check(min_trials, alpha, permutations, bootstrap)
    data, second = fixed_stimulus(data, min_trials, "choice_probability")
    trials = Trials.of(data, second, permutations=permutations, bootstrap=bootstrap, seed=seed)
    spans = {} if windows is None else sliding_windows(data, windows, "choice_probability")
    rows = []
    for area, part in by_area(data):
        picks = resample_units(_sessions(part), draws=bootstrap, seed=seed)
        cp, grand = measure(part, window, trials)
        found = [row for row, _ in _means(cp, grand, picks)]
        found.append(_share(false_discovery_control(two_sided_p(cp.shuffled)) <= alpha))
        found += _over_time(part, spans, trials, picks, alpha)
        found = [row | {"units": part.sizes["unit"]} for row in found]
        rows += [row | area for row in [*found, *_units(cp, grand, part.unit.values.tolist())]]
    return rows


choice_probability.card = MeasureCard(
    formula="area under the ROC curve between trials of two choices: P(rate second > rate first) + P(equal) / 2 over "
    "all pairs of trials of the same condition; grand: over all pairs, after z-scoring within condition",
    statistics={
        "mean_cp": "mean over units; units that prefer opposite choices cancel",
        "mean_unsigned_cp": "mean over units of 0.5 + |cp - 0.5|",
        "mean_grand_cp": "mean over units of the area after z-scoring, comparable with most of the literature",
        "fraction_significant": "share of units whose cp passes a false discovery rate alpha over units; over time, "
        "over units and times together",
        "cp": "of one unit",
        "unsigned_cp": "of one unit: 0.5 + |cp - 0.5|",
        "grand_cp": "of one unit",
    },
    range="0 to 1; 0.5: the rate says nothing of the choice",
    zero="every trial of the second choice has the lower rate",
    one="every trial of the second choice has the higher rate",
    invariant_to=("permutation", "translation", "scale", "unit scale"),
    cost="a product of (permutations x trials) and (trials x units) a window; resamples: of (bootstrap x pairs of "
    "trials) and (pairs x units)",
    pitfalls="The unsigned mean is above 0.5 by chance, .533 with 100 against 100 trials: read it beside its null; it "
    "has no interval, since resampling adds to that bias. Grand areas are drawn towards 0.5 where choices are "
    "unbalanced (Kang and Maunsell 2012). Intervals are too narrow with few trials of a choice, and of no width where "
    "choices are told perfectly; the population's are wide rather than narrow, for drawing units repeats the noise of "
    "trials. A rate that drifts while choices come in runs looks like a choice signal. A negative factor turns an area "
    "about 0.5.",
    reference="Britten, Newsome, Shadlen, Celebrini & Movshon 1996; false discovery rate: Benjamini & Hochberg 1995; "
    "correction over time: Westfall & Young 1993",
)


def _check(min_trials: int, alpha: float, permutations: int, bootstrap: int) -> None:
    if permutations < 1 or min_trials < 1 or bootstrap < 0 or not 0 < alpha < 1:
        raise BadOption(
            f"choice_probability: found permutations {permutations}, min_trials {min_trials}, bootstrap {bootstrap}, "
            f"alpha {alpha}, wanted at least 1, at least 1, at least 0, and between 0 and 1"
        )


def _sessions(part: xr.Dataset) -> np.ndarray:
    """(unit,) session of each unit; one for all where none is named."""
    named = "session" in part.coords and part.session.dims == ("unit",)
    return part.session.values.astype(str) if named else np.zeros(part.sizes["unit"], dtype=int)


def _means(cp: Margins, grand: Margins, picks: np.ndarray) -> list[tuple[dict, np.ndarray]]:
    """Rows of the population in one window, and (1 + draw,) how far from no choice signal each draw was."""
    unsigned = np.abs(cp.shuffled).mean(axis=1, dtype=float)
    row = {"statistic": "mean_unsigned_cp", **against_null(as_area(unsigned, cp.pairs), lower=False)}
    return [
        _mean("mean_cp", cp, picks),
        (row, unsigned),  # no interval: resampling adds to the very bias that its null is there for
        _mean("mean_grand_cp", grand, picks),
    ]


def _mean(name: str, margins: Margins, picks: np.ndarray) -> tuple[dict, np.ndarray]:
    mean = margins.shuffled.mean(axis=1, dtype=float)
    resampled = np.take_along_axis(margins.resampled, picks, axis=1).mean(axis=1, dtype=float)
    row = {"statistic": name, **against_null(as_area(mean, margins.pairs), lower=False)}
    row["p"] = float(two_sided_p(mean[:, None])[0])
    return row | _interval(resampled[:, None], margins.pairs)[0], np.abs(mean)


def _interval(resampled: np.ndarray, pairs: int) -> list[dict]:
    """low and high of each column of margins (resample, column); nothing where there are no resamples."""
    if not len(resampled):
        return [{}] * resampled.shape[1]
    ends = as_area(np.quantile(resampled, tails(LEVEL), axis=0), pairs)
    return [{"low": float(low), "high": float(high)} for low, high in ends.T]


def _over_time(part: xr.Dataset, spans: dict, trials: Trials, picks: np.ndarray, alpha: float) -> list[dict]:
    """The population's rows at each time, statistic after statistic."""
    means, p = [], []
    for span in spans.values():
        cp, grand = measure(part, span, trials)
        means.append(_means(cp, grand, picks))
        p.append(two_sided_p(cp.shuffled))
    rows = []
    for of_statistic in zip(*means, strict=True):
        away = np.stack([draws for _, draws in of_statistic], axis=1)
        corrected = max_t(away[0], away[1:], np.zeros(len(spans), dtype=bool))
        rows += [
            row | {"time": time, "p_corrected": float(q)}
            for (row, _), time, q in zip(of_statistic, spans, corrected, strict=True)
        ]
    passed = (false_discovery_control(np.ravel(p)) <= alpha).reshape(len(spans), -1) if p else []
    return rows + [_share(units) | {"time": time} for units, time in zip(passed, spans, strict=True)]


def _share(passed: np.ndarray) -> dict:
    """The row of the units (unit,) bool that pass a false discovery rate."""
    return {"statistic": "fraction_significant", "value": float(passed.mean())}


def _units(cp: Margins, grand: Margins, names: list[str]) -> list[dict]:
    """Rows of single units, statistic after statistic."""
    rows = []
    for statistic, margins in (("cp", cp), ("unsigned_cp", cp), ("grand_cp", grand)):
        areas = as_area(margins.shuffled, margins.pairs)
        intervals = _interval(margins.resampled, margins.pairs)
        if statistic == "unsigned_cp":
            areas, intervals = 0.5 + np.abs(areas - 0.5), [{}] * len(names)
        p = two_sided_p(margins.shuffled)
        q = false_discovery_control(p)
        null_mean, null_95 = areas[1:].mean(axis=0), np.quantile(areas[1:], 0.95, axis=0)
        for k, name in enumerate(names):
            row = {"statistic": statistic, "variable": name, "per_unit": 1, "value": float(areas[0, k])}
            row |= {"null_mean": float(null_mean[k]), "null_95": float(null_95[k]), "p": float(p[k]), "q": float(q[k])}
            rows.append(row | {"draws": len(areas) - 1} | intervals[k])
    return rows
