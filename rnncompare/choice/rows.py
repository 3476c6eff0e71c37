"""Rows of choice probabilities: of the population in one window and over time, and of single units."""

import numpy as np
import xarray as xr

from rnncompare.choice.draws import Margins, Trials, measure
from rnncompare.choice.roc import as_area, two_sided_p
from rnncompare.comparison.permutations import against_null
from rnncompare.files.labels import names
from rnncompare.statistics.intervals import tails
from rnncompare.statistics.p_values import max_t
from rnncompare.statistics.resampled_units import resample_units

LEVEL = 0.95


def of_area(
    part: xr.Dataset,
    window: tuple[float, float],
    spans: dict[float, tuple[float, float]],
    trials: Trials,
    alpha: float,
    bootstrap: int,
    seed: int,
) -> list[dict]:
    """The rows of the population, followed by those of its units."""
    picks = resample_units(_sessions(part), draws=bootstrap, seed=seed)
    cp, grand = measure(part, window, trials)
    found = [row for row, _ in _means(cp, grand, picks)]
    if len(cp.shuffled) > 1:
        found.append(_share(false_discovery_rates(two_sided_p(cp.shuffled)) <= alpha))
    found += _over_time(part, spans, trials, picks, alpha)
    found = [row | {"units": part.sizes["unit"]} for row in found]
    return [*found, *_units(cp, grand, part.unit.values.tolist())]


def _sessions(part: xr.Dataset) -> np.ndarray:
    """(unit,) the session of each unit; the same for all if no sessions are given."""
    named = "session" in part.coords and part.session.dims == ("unit",)
    return names(part.session.values) if named else np.zeros(part.sizes["unit"], dtype=int)


def _means(cp: Margins, grand: Margins, picks: np.ndarray) -> list[tuple[dict, np.ndarray]]:
    """Rows of the population in one window, with the (1 + draw,) absolute deviations from chance."""
    unsigned = np.abs(cp.shuffled).mean(axis=1, dtype=float)
    row = {"statistic": "mean_unsigned_cp", **against_null(as_area(unsigned, cp.pairs), lower=False)}
    return [
        _mean("mean_cp", cp, picks),
        (row, unsigned),  # no interval, because resampling increases the bias of this statistic
        _mean("mean_grand_cp", grand, picks),
    ]


def _mean(name: str, margins: Margins, picks: np.ndarray) -> tuple[dict, np.ndarray]:
    mean = margins.shuffled.mean(axis=1, dtype=float)
    resampled = np.take_along_axis(margins.resampled, picks, axis=1).mean(axis=1, dtype=float)
    row = {"statistic": name, **against_null(as_area(mean, margins.pairs), lower=False)}
    if len(mean) > 1:
        row["p"] = float(two_sided_p(mean[:, None])[0])
    return row | _interval(resampled[:, None], margins.pairs)[0], np.abs(mean)


def _interval(resampled: np.ndarray, pairs: int) -> list[dict]:
    """low and high of each column of margins (resample, column); empty without resamples."""
    if not len(resampled):
        return [{}] * resampled.shape[1]
    ends = as_area(np.quantile(resampled, tails(LEVEL), axis=0), pairs)
    return [{"low": float(low), "high": float(high)} for low, high in ends.T]


def _over_time(part: xr.Dataset, spans: dict, trials: Trials, picks: np.ndarray, alpha: float) -> list[dict]:
    """Rows of the population at each time, sorted by statistic."""
    means, p = [], []
    for span in spans.values():
        cp, grand = measure(part, span, trials)
        means.append(_means(cp, grand, picks))
        p.append(two_sided_p(cp.shuffled))
    rows = []
    if len(trials.choices) == 1:  # without permutations there is no null distribution
        return [row | {"time": t} for each in zip(*means, strict=True) for (row, _), t in zip(each, spans, strict=True)]
    for of_statistic in zip(*means, strict=True):
        away = np.stack([draws for _, draws in of_statistic], axis=1)
        corrected = max_t(away[0], away[1:], np.zeros(len(spans), dtype=bool))
        rows += [
            row | {"time": time, "p_corrected": float(q)}
            for (row, _), time, q in zip(of_statistic, spans, corrected, strict=True)
        ]
    passed = (false_discovery_rates(np.ravel(p)) <= alpha).reshape(len(spans), -1) if p else []
    return rows + [_share(units) | {"time": time} for units, time in zip(passed, spans, strict=True)]


def false_discovery_rates(p: np.ndarray) -> np.ndarray:
    """Benjamini-Hochberg adjusted p (q) values of tests with the p values `p` (Benjamini and Hochberg 1995)."""
    from scipy.stats import false_discovery_control  # slow to import

    return false_discovery_control(p)


def _share(passed: np.ndarray) -> dict:
    """The row with the fraction of units, (unit,) bool, that are significant at the false discovery rate."""
    return {"statistic": "fraction_significant", "value": float(passed.mean())}


def _units(cp: Margins, grand: Margins, names: list[str]) -> list[dict]:
    """Rows of single units, sorted by statistic."""
    rows = []
    for statistic, margins in (("cp", cp), ("unsigned_cp", cp), ("grand_cp", grand)):
        areas = as_area(margins.shuffled, margins.pairs)
        intervals = _interval(margins.resampled, margins.pairs)
        if statistic == "unsigned_cp":
            areas, intervals = 0.5 + np.abs(areas - 0.5), [{}] * len(names)
        chance = _of_chance(margins, areas)
        for k, name in enumerate(names):
            row = {"statistic": statistic, "unit": name, "per_unit": 1, "value": float(areas[0, k])}
            rows.append(row | chance[k] | {"draws": len(areas) - 1} | intervals[k])
    return rows


def _of_chance(margins: Margins, areas: np.ndarray) -> list[dict]:
    """The columns of the null distribution of each unit, from areas (1 + draw, unit); None without permutations."""
    names = ("null_mean", "null_95", "p", "q")
    if len(areas) == 1:
        return [dict.fromkeys(names)] * areas.shape[1]
    p = two_sided_p(margins.shuffled)
    columns = areas[1:].mean(axis=0), np.quantile(areas[1:], 0.95, axis=0), p, false_discovery_rates(p)
    return [dict(zip(names, map(float, values), strict=True)) for values in zip(*columns, strict=True)]
