"""How well a unit's single trials tell the choice that was made, the stimulus being the same."""

import numpy as np
import xarray as xr
from scipy.stats import false_discovery_control, rankdata

from rnncompare.activity import BadActivity, conditions, natural
from rnncompare.nulls import against_null
from rnncompare.plugins import BadOption
from rnncompare.probes._population import by_area, name_of, window_mean


def choice_probability(
    data: xr.Dataset, *, seed: int, window: tuple[float, float], min_trials: int, alpha: float, permutations: int
) -> list[dict]:
    """Choice probability of each unit's mean rate in `window`, and of the population.

    cp: the probability that a trial of the second choice (in natural order of the names) has a higher rate than a trial
    of the first one at the same condition, ties counting half: the area under the ROC curve (Britten et al. 1996),
    conditions weighted by their pairs of trials; 0 and 1 mean that the rate tells the choice, 0.5 that it says nothing.
    unsigned_cp: 0.5 + |cp - 0.5|, whose mean is above 0.5 by chance alone: hold it against null_mean. grand_cp: the
    area after rates are z-scored within condition and pooled (comparable with the literature; drawn towards 0.5 where
    conditions are unbalanced, Kang and Maunsell 2012). Conditions without `min_trials` of each choice are left out. The
    null shuffles choices within conditions, for all units alike, so that it keeps their correlations.

    Rows an area: mean_cp (p two-sided), mean_unsigned_cp, mean_grand_cp (two-sided), fraction_significant (units whose
    cp passes a false discovery rate of `alpha`, Benjamini and Hochberg 1995); and for each unit (per_unit 1) cp,
    unsigned_cp and grand_cp with p two-sided and q. Sessions may differ between units. Raises BadActivity, BadOption.
    """
    if permutations < 1 or min_trials < 1 or not 0 < alpha < 1:
        raise BadOption(
            f"choice_probability: found permutations {permutations}, min_trials {min_trials}, alpha {alpha}, "
            "wanted at least 1, at least 1, and between 0 and 1"
        )
    data, second = _fixed_stimulus(data, min_trials)
    stimulus = np.unique(data.condition.values, return_inverse=True)[1]
    choices = _shuffled(second, stimulus, permutations, seed)
    rows = []
    for area, part in by_area(data):
        rate = window_mean(part, window, "choice_probability")
        cp = within_conditions(rate, stimulus, choices)
        grand = area_under_curve(z_scored(rate, stimulus), choices)
        names = part.unit.values.tolist()
        rows += [row | area for row in [*_population(cp, grand, alpha), *_units(cp, grand, names)]]
    return rows


def within_conditions(rate: np.ndarray, stimulus: np.ndarray, choices: np.ndarray) -> np.ndarray:
    """(draw, unit) area under the ROC curve between choices, over pairs of trials of one condition only.

    rate: (trial, unit); stimulus: (trial,) numbers; choices: (draw, trial) 0 or 1, equal in number within conditions.
    """
    ranks = np.empty_like(rate)
    wins, pairs = 0.0, 0
    for k in np.unique(stimulus):
        here = stimulus == k
        ranks[here] = rankdata(rate[here], axis=0)
        ones = int(choices[0, here].sum())
        wins += ones * (ones + 1) / 2
        pairs += ones * (here.sum() - ones)
    return (choices.astype(float) @ ranks - wins) / pairs  # Mann-Whitney's U, added over conditions, of all pairs


def area_under_curve(rate: np.ndarray, choices: np.ndarray) -> np.ndarray:
    """(draw, unit) area under the ROC curve over all trials: one condition that holds everything."""
    return within_conditions(rate, np.zeros(len(rate), dtype=int), choices)


def z_scored(rate: np.ndarray, stimulus: np.ndarray) -> np.ndarray:
    """Rates about their condition's mean in units of its SD; 0 where a unit does not vary."""
    scored = np.zeros_like(rate)
    for k in np.unique(stimulus):
        here = stimulus == k
        about = rate[here] - rate[here].mean(axis=0)
        spread = about.std(axis=0)
        varies = spread > 1e-12 * np.abs(rate[here]).max(axis=0)
        scored[here] = np.where(varies, about / np.where(varies, spread, 1.0), 0.0)
    return scored


def _fixed_stimulus(data: xr.Dataset, min_trials: int) -> tuple[xr.Dataset, np.ndarray]:
    """The trials of conditions with enough of both choices, and which of those trials had the second choice."""
    where = f"choice_probability of {name_of(data)}"
    if "choice" not in data.coords:
        raise BadActivity(f"{where}: found no coordinate 'choice', wanted each trial's choice, the subject's own")
    values = data.choice.values.astype(str)
    names = sorted(set(values.tolist()), key=natural)
    if len(names) != 2:
        raise BadActivity(
            f"{where}: found {len(names)} choice{'s' * (len(names) != 1)}, {', '.join(names)}, wanted two"
        )
    second, labels = values == names[1], data.condition.values
    count = {c: (int((second & (labels == c)).sum()), int((~second & (labels == c)).sum())) for c in conditions(data)}
    usable = [c for c, both in count.items() if min(both) >= min_trials]
    if not usable:
        best = max(count, key=lambda c: (min(count[c]), sum(count[c])))
        raise BadActivity(
            f"{where}: single trials of both choices needed: the most even condition, {best}, "
            f"has {count[best][1]} of {names[0]} and {count[best][0]} of {names[1]}, "
            f"wanted at least {min_trials} of each in some condition"
        )
    keep = np.isin(labels, usable)
    return data.isel(trial=keep), second[keep]


def _shuffled(second: np.ndarray, stimulus: np.ndarray, permutations: int, seed: int) -> np.ndarray:
    """(1 + permutations, trial) choices: as made, then shuffled within conditions."""
    rng = np.random.default_rng(seed)
    choices = np.tile(second.astype(np.int8), (1 + permutations, 1))
    for k in np.unique(stimulus):
        here = np.flatnonzero(stimulus == k)
        choices[1:, here] = rng.permuted(choices[1:, here], axis=1)
    return choices


def _population(cp: np.ndarray, grand: np.ndarray, alpha: float) -> list[dict]:
    unsigned = 0.5 + np.abs(cp - 0.5)
    significant = false_discovery_control(_p_values(cp)) <= alpha
    rows = [
        {"statistic": "mean_cp", **_two_sided(cp.mean(axis=1))},
        {"statistic": "mean_unsigned_cp", **against_null(unsigned.mean(axis=1), lower=False)},
        {"statistic": "mean_grand_cp", **_two_sided(grand.mean(axis=1))},
        {"statistic": "fraction_significant", "value": float(significant.mean())},
    ]
    return [row | {"units": cp.shape[1]} for row in rows]


def _units(cp: np.ndarray, grand: np.ndarray, names: list[str]) -> list[dict]:
    rows = []
    for statistic, draws in (("cp", cp), ("unsigned_cp", 0.5 + np.abs(cp - 0.5)), ("grand_cp", grand)):
        p = _p_values(draws if statistic != "unsigned_cp" else cp)
        q = false_discovery_control(p)
        null_mean, null_95 = draws[1:].mean(axis=0), np.quantile(draws[1:], 0.95, axis=0)
        for k, name in enumerate(names):
            row = {"statistic": statistic, "variable": name, "per_unit": 1, "value": float(draws[0, k])}
            row |= {"null_mean": float(null_mean[k]), "null_95": float(null_95[k]), "p": float(p[k]), "q": float(q[k])}
            rows.append(row | {"draws": len(draws) - 1})
    return rows


def _p_values(draws: np.ndarray) -> np.ndarray:
    """Two-sided p (unit,) of areas (1 + draws, unit) against 0.5."""
    away = np.abs(draws - 0.5)
    return (1 + (away[1:] >= away[0] - 1e-10).sum(axis=0)) / len(draws)


def _two_sided(values: np.ndarray) -> dict:
    """A mean area beside its null, p two-sided about 0.5."""
    return against_null(values, lower=False) | {"p": float(_p_values(values[:, None])[0])}
