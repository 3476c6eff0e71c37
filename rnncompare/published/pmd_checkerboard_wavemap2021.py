"""The authors' choice selectivity of 8 classes of PMd units in the checkerboard task (Lee et al. 2021)."""

from pathlib import Path

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Level, SampledEvery, Seconds
from rnncompare.plugins import BadOption
from rnncompare.published._rows import AUTHORS, MODEL, checked_level, mean_over, numbers
from rnncompare.reading.matlab.matlab import column, read_matlab, structures

FIELDS = ("id", "AllTimeDisc", "timeDisc", "slopeAsfCoh", "timeSlope", "timeSlopeE", "numNeurons", "diffV")
CLASSES, COHERENCES, SAMPLES = 8, 7, 499
MILLISECONDS = 1000


def pmd_checkerboard_wavemap2021(
    files: dict[str, Path], *, start: Seconds | None, every: SampledEvery, level: Level
) -> list[dict]:
    """Rows of the authors' statistics of classes 0 to 7, measure choice_selectivity; `variable` names the class.

    selectivity: of a class at one coherence (`strength`, |coherence|) over `time`, as in the file (the unit spikes/s is
    inferred). If start is None, because the file does not state when its samples begin, the statistic is
    selectivity_from_first_sample, and time is relative to the first sample. slope: slope of the selectivity in the
    window of the file (0.175 to 0.325 s), per s, with the authors' error as sd. discrimination_time: s, median over the
    units of the class; mean_discrimination_time and coherence_slope: means over units, with intervals computed here.
    start: time of the first sample, s from checkerboard onset; every: interval between times in s, a multiple of .001;
    level: confidence level of the intervals. Raises BadActivity, BadOption.
    """
    path = single_file(files)
    where = str(path)
    level, step = checked_level(level, where), every * MILLISECONDS if isinstance(every, int | float) else 0.0
    if not step >= 1 or abs(step - round(step)) > 1e-6 or not (start is None or np.isfinite(start)):
        raise BadOption(
            f"{where}: found every {every}, start {start}, wanted a multiple of 0.001 s, and a time in s or null"
        )
    found = read_matlab(path, "forKenjiDat", "metaData")
    classes = structures(found["forKenjiDat"], *FIELDS, where=f"{where}: forKenjiDat")
    (meta,) = structures(found["metaData"], "coherences", where=f"{where}: metaData")[:1]
    strength = column(meta["coherences"], "metaData.coherences", where, length=COHERENCES) / 100
    if len(classes) != CLASSES or ((strength <= 0) | (strength > 1)).any():
        raise BadActivity(
            f"{where}: found {len(classes)} classes and coherences {np.round(100 * strength, 1).tolist()} %, "
            f"wanted {CLASSES} and {COHERENCES} above 0 to 100 %"
        )
    rows = []
    for k, one in enumerate(classes):
        here = f"{where}: forKenjiDat({k + 1})"
        rows += _curves(one, strength, start, round(step), here) + _units(one, strength, level, here)
    return [
        {"model": MODEL, "area": "PMd", "origin": AUTHORS, "source": f"Lee et al. 2021, {path.name}"} | r for r in rows
    ]


def _named(one: dict, where: str) -> dict:
    return {"measure": "choice_selectivity", "variable": f"class_{_number(one['id'], 'id', where):g}"}


def _number(value: object, field: str, where: str) -> float:
    return float(column(value, field, where, length=1)[0])


def _curves(one: dict, strength: np.ndarray, start: float | None, step: int, where: str) -> list[dict]:
    """The selectivity of a class at each coherence, over time."""
    curves = numbers(one["diffV"], (COHERENCES, SAMPLES), f"{where}.diffV")
    if not np.isfinite(curves).all():
        raise BadActivity(f"{where}.diffV: found {(~np.isfinite(curves)).sum()} values NaN or infinite, wanted none")
    units = {"n": int(_number(one["numNeurons"], "numNeurons", where)), "n_of": "units"}
    name = "selectivity_from_first_sample" if start is None else "selectivity"
    named = _named(one, where) | {"statistic": name} | units
    rows = []
    for coherence, curve in zip(strength.tolist(), curves, strict=True):
        for sample in range(0, SAMPLES, step):
            time = round((start or 0.0) + sample / MILLISECONDS, 9)
            rows.append(named | {"strength": coherence, "time": time, "value": float(curve[sample])})
    return rows


def _units(one: dict, strength: np.ndarray, level: float, where: str) -> list[dict]:
    """Statistics over the single units of a class, and slopes of its selectivity."""
    named, units = _named(one, where), int(_number(one["numNeurons"], "numNeurons", where))
    times = numbers(one["AllTimeDisc"], (units, 1), f"{where}.AllTimeDisc").ravel() / MILLISECONDS
    slopes = numbers(one["slopeAsfCoh"], (units, 1), f"{where}.slopeAsfCoh").ravel()
    if not (np.isnan(times) | (times > 0)).all():
        raise BadActivity(f"{where}.AllTimeDisc: found {(times <= 0).sum()} times of 0 ms or less, wanted none")
    median = _number(one["timeDisc"], "timeDisc", where) / MILLISECONDS
    rows = [named | {"statistic": "discrimination_time", "value": median, "n": int((~np.isnan(times)).sum())}]
    rows[0]["n_of"] = "units"
    for statistic, values in {"mean_discrimination_time": times, "coherence_slope": slopes}.items():
        rows.append(named | {"statistic": statistic} | mean_over(values, level=level, of="units", where=where))
    steep = column(one["timeSlope"], "timeSlope", where, length=COHERENCES)
    error = column(one["timeSlopeE"], "timeSlopeE", where, length=COHERENCES)
    for coherence, value, sd in zip(strength.tolist(), steep.tolist(), error.tolist(), strict=True):
        rows.append(named | {"statistic": "slope", "strength": coherence, "value": value, "sd": sd})
    return rows
