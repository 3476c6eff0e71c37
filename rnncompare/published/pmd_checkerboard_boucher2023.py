"""The authors' decoding accuracy of the choice from PMd, and selectivity of its units (Boucher et al. 2023)."""

from pathlib import Path
from typing import Any

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.options.ranges import Level, SampledEvery
from rnncompare.plugins import BadOption
from rnncompare.published._rows import AUTHORS, MODEL, checked_level, mean_over, numbers, share
from rnncompare.reading.matlab.matlab import read_matlab, structures

BEHAVIOUR = {"T": "Fig2_MonkeyT_data.mat", "O": "Fig2_MonkeyO_data.mat"}
DECODING, DECODING_BY_RT, UNITS = "decoderbyRTBinsAllCoh.mat", "decoderbyRTBins.mat", "RTandChoice_allCoh.mat"
RED_SQUARES = (214, 180, 158, 147, 135, 124, 117)  # of 225, in the order of the files
BINS, BIN, START = 90, 0.02, -0.6  # number of bins, their width and the start of the first in s
RT_BINS = ((0.2, 0.425), (0.425, 0.5), (0.5, 1.0))  # s, from the authors' scripts, like the eleven below
RT_BINS_OF_ALL = ((0.2, 0.425), *((k / 1000, (k + 100) / 1000) for k in range(325, 526, 25)), (0.5, 1.0))
TIMES, MILLISECONDS = 1801, 1000
PLANES = {"direction": 1, "rt": 0}  # of the map of significance; the third is not documented


def pmd_checkerboard_boucher2023(files: dict[str, Path], *, every: SampledEvery, level: Level) -> list[dict]:
    """Rows of the authors' statistics; means over sessions and shares of units, with intervals, are computed here.

    decoding, accuracy (0 to 1, chance .5), variable direction: logistic regression of the choice with balanced numbers
    of left and right choices, 5 folds, from counts in 20 ms bins of the units of a session; `time` is the centre of a
    bin, s from checkerboard onset; `strength` is |coherence|. accuracy_rt_A_B: trials with a reaction time from A to
    below B s; accuracy: mean over the RT bins of each session; rows without `strength`: all coherences. Sessions with
    too few trials are left out; n is the number of sessions. unit_selectivity, fraction_significant: share of 996 units
    whose rate depends significantly on the variable direction or rt. psychometric, threshold (|coherence| at which .816
    of choices are correct) and slope: means over the sessions of a monkey of the authors' Weibull fits. every: interval
    in s between the times of shares of units, a multiple of .001; level: confidence level of the intervals. Raises
    BadActivity, BadOption.
    """
    where = "pmd_checkerboard_boucher2023"
    missing = sorted({*BEHAVIOUR.values(), DECODING, DECODING_BY_RT, UNITS} - set(files))
    if missing:
        raise BadActivity(f"{where}: found files {', '.join(files)}, wanted {', '.join(missing)} too")
    level = checked_level(level, where)
    step = every * MILLISECONDS if isinstance(every, int | float) else 0.0
    if not step >= 1 or abs(step - round(step)) > 1e-6:
        raise BadOption(f"{where}: found every {every}, wanted a multiple of 0.001 s")
    rows = [*_by_coherence(files[DECODING], level), *_by_rt(files[DECODING_BY_RT], level)]
    rows += _selective(files[UNITS], round(step), level)
    return rows + [row for monkey, name in BEHAVIOUR.items() for row in _thresholds(files[name], monkey, level)]


def _by_coherence(path: Path, level: float) -> list[dict]:
    decodes = structures(read_matlab(path, "allDecodes")["allDecodes"], "classifier", where=f"{path}: allDecodes")
    if len(decodes) != len(RED_SQUARES):
        raise BadActivity(f"{path}: allDecodes: found {len(decodes)} coherences, wanted {len(RED_SQUARES)}")
    rows, sessions = [], None
    for squares, decode in zip(RED_SQUARES, decodes, strict=True):
        where = f"{path}: classifier of {squares} red squares"
        names, accuracy = _sessions(decode["classifier"], len(RT_BINS), where)
        if sessions not in (None, names):
            raise BadActivity(
                f"{where}: found sessions that differ from those of the preceding coherence, wanted the same"
            )
        sessions = names
        here = _row(path, "decoding") | {"strength": 2 * squares / 225 - 1}
        rows += _curves(accuracy, RT_BINS, here, level, where)
        known = ~np.isnan(accuracy[:, 0]).all(axis=1)
        mean = np.nanmean(accuracy[known], axis=2)
        rows += [here | {"statistic": "accuracy", "time": t} | m for t, m in _over_sessions(mean, level, where)]
    return rows


def _by_rt(path: Path, level: float) -> list[dict]:
    _, accuracy = _sessions(read_matlab(path, "classifier")["classifier"], len(RT_BINS_OF_ALL), f"{path}: classifier")
    return _curves(accuracy, RT_BINS_OF_ALL, _row(path, "decoding"), level, str(path))


def _sessions(value: Any, bins: int, where: str) -> tuple[list[str], np.ndarray]:
    """Names of the sessions, and accuracy (session, time, RT bin), NaN for too few trials."""
    each = structures(value, "name", "accuracy", where=where)
    accuracy = np.stack([numbers(s["accuracy"], (BINS, bins), f"{where}({k + 1})") for k, s in enumerate(each)])
    bad = ~np.isnan(accuracy) & ~((accuracy >= 0) & (accuracy <= 1))
    if bad.any():
        raise BadActivity(f"{where}: accuracy: found {bad.sum()} values outside 0 to 1, wanted none")
    gaps = np.isnan(accuracy).any(axis=1) & ~np.isnan(accuracy).all(axis=1)
    if gaps.any():
        raise BadActivity(
            f"{where}: accuracy: found {gaps.sum()} curves with NaN at only some times, wanted all or none"
        )
    return [str(s["name"]) for s in each], accuracy


def _curves(accuracy: np.ndarray, bins: tuple, here: dict, level: float, where: str) -> list[dict]:
    rows = []
    for k, (first, last) in enumerate(bins):
        named = here | {"statistic": f"accuracy_rt_{first:g}_{last:g}"}
        rows += [named | {"time": t} | mean for t, mean in _over_sessions(accuracy[:, :, k], level, where)]
    return rows


def _over_sessions(accuracy: np.ndarray, level: float, where: str) -> list[tuple[float, dict]]:
    """For each bin, its centre in s and the mean over sessions of accuracy (session, time)."""
    times = np.round(START + BIN * (np.arange(BINS) + 0.5), 9).tolist()
    return [(t, mean_over(accuracy[:, k], level=level, of="sessions", where=where)) for k, t in enumerate(times)]


def _selective(path: Path, step: int, level: float) -> list[dict]:
    significant = numbers(read_matlab(path, "allRTsigmap")["allRTsigmap"], (-1, TIMES, 3), f"{path}: allRTsigmap")
    bad = int(((significant != 0) & (significant != 1)).sum())
    if bad:
        raise BadActivity(f"{path}: allRTsigmap: found {bad} values that are neither 0 nor 1, wanted none")
    here = _row(path, "unit_selectivity") | {"statistic": "fraction_significant"}
    rows = []
    for variable, plane in PLANES.items():
        counts = significant[:, ::step, plane].sum(axis=0).astype(int)
        for k, count in enumerate(counts.tolist()):
            time = {"variable": variable, "time": round(START + k * step / MILLISECONDS, 9)}
            rows.append(here | time | share(count, len(significant), level=level, of="units", where=str(path)))
    return rows


def _thresholds(path: Path, monkey: str, level: float) -> list[dict]:
    variable = f"fig{monkey}Data"
    (found,) = structures(read_matlab(path, variable)[variable], "thresholds", where=f"{path}: {variable}")[:1]
    fits = numbers(found["thresholds"], (-1, 2), f"{path}: {variable}.thresholds")
    if not (fits > 0).all():
        raise BadActivity(f"{path}: {variable}.thresholds: found {(~(fits > 0)).sum()} not above 0, wanted none")
    here = {
        "model": f"monkey {monkey} (authors)",
        "measure": "psychometric",
        "origin": AUTHORS,
        "source": _source(path),
    }
    values = {"threshold": fits[:, 0] / 100, "slope": fits[:, 1]}  # thresholds in the file are in %
    return [
        here | {"statistic": name} | mean_over(v, level=level, of="sessions", where=str(path))
        for name, v in values.items()
    ]


def _row(path: Path, measure: str) -> dict:
    named = {"model": MODEL, "measure": measure, "area": "PMd", "variable": "direction"}
    return named | {"origin": AUTHORS, "source": _source(path)}


def _source(path: Path) -> str:
    return f"Boucher et al. 2023, {path.name}"
