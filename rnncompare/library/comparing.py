"""`compare`: comparison of two activities in a notebook, by the same functions as in the pipeline."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.comparison.compare import SIGNALS, Compared, compare_measures
from rnncompare.library.ceilings import ceilings as ceilings_of
from rnncompare.library.defaults import COMPARED, DRAWS
from rnncompare.library.frame import check, frame_of
from rnncompare.library.inputs import sides
from rnncompare.library.members import measures as measures_of

KEYS = ["measure", "statistic", "condition_independent"]
ALWAYS = [
    *KEYS,
    "value",
    "low",
    "high",
    "null",
    "null_mean",
    "null_95",
    "p",
    "draws",
]  # columns that every table has
OF_HALVES = "spearman_brown"  # column that is meaningful only for halves of a recording
Activity = np.ndarray | pd.DataFrame | xr.Dataset


def compare(
    x: Activity | list[Activity],
    y: Activity | list[Activity],
    measures: str | Callable | Sequence[str | Callable] | Mapping[str, Any] = COMPARED,
    *,
    nulls: int | str | dict[str, Any] | None = DRAWS,
    intervals: int | dict[str, int] = 0,
    ceilings: int | str | Activity | dict[str, Any] | None = None,
    signal: Literal["removed", "kept", "both"] = "removed",
    folds: int | str | dict[str, Any] | None = None,
    units: int | None = None,
    window: tuple[float, float] | None = None,
    bin: float | None = None,
    smooth: float = 0.0,
    lag: float = 0.0,
    soft_normalise: float | None = None,
    rows: Literal["mean", "each"] = "mean",
    describe: bool = False,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare x with y by several similarity measures; return a table with a row for each measure and statistic.

    x, y: arrays (sample, unit) or (condition, time, unit), or activities (`rnncompare.activity.from_arrays`,
    `rnncompare.load`), which are matched by the names of their conditions and by their times. A list as x contains
    several networks of one model, and `value` is then the mean over them. y is the recording. measures: names,
    functions of two arrays, or a mapping of names to options, such as {"cca": {"components": 5}}, where `use` names the
    measure if the key does not: {"few": {"use": "cca", "components": 2}}. help(rnncompare.similarity.cca) describes a
    measure and its options.

    nulls: the number of permutations of conditions; the name of a surrogate of y ("tensor_maximum_entropy",
    "time_shift", "phase_randomised"); "ring_orders", the turns and mirrorings of the directions of y (its `angle`); or
    a mapping of names to numbers of draws, {"conditions": 1000, "time_shift": 49}, in which case the first null
    distribution that applies to a statistic gives null_mean, null_95, p and draws; None: no null distribution.
    intervals: the number of resamples of the units of y for the 95 % interval from low to high; 0: the interval is over
    networks only, and there is none for one network. ceilings: the number of random splits of the units of y into
    halves, which are compared with each other; "units" or "trials", ten splits of these; another individual; or a
    mapping of names to any of these.

    signal: "removed" subtracts the mean over conditions at each time, "kept" only the mean of each unit ("both":
    either); for "kept", conditions are permuted or turned, but there are no surrogates and no resamples of units.
    folds: the data that fitted measures leave out in turn. None: each condition, or, for (sample, unit) arrays of more
    than 20 samples, ten blocks of neighbouring samples; a number: that many blocks; the name of a coordinate of the
    trials; or {"by": "trial", "groups": 4}. units: the largest number of units on each side; scores are averaged over
    ten random choices of them. window, bin, smooth, lag (s), soft_normalise: preprocessing of both sides, see
    docs/measures.md; by default, rates are not changed. rows: "each" returns a row for each network. describe: whether
    to add jackknife_se (with rows="each"), condition_low and condition_high (with rows="mean", for several networks: 95
    % interval over networks and conditions) and components_needed. seed: of permutations, resamples and choices of
    units.

    The default values apply to notebooks only: the config of a study contains all of these options. Raises BadActivity
    and BadOption (both are ValueErrors), whose messages name the argument.
    """
    given = {name: value for name, value in locals().items() if name not in ("x", "y", "measures")}
    check(given, "compare")
    found, columns = compared(x, y, measures_of(measures, "compare.measures"), given, "compare")
    return table_of(found, columns, rows)


# The keyword arguments that the function of a single measure shares with `compare`.
FRAME = {
    name: parameter
    for name, parameter in inspect.signature(compare).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY and name not in ("rows", "describe")
}


def compared(
    x: Any, y: Any, measures: dict[str, Callable], arguments: dict[str, Any], where: str
) -> tuple[dict[str, Compared], dict[str, dict]]:
    """The results of the pipeline for each measure, and the ceilings by column; arguments: those of `compare`."""
    both = sides(x, y, where)
    frame = frame_of(arguments, both.samples, where)
    signals = SIGNALS if arguments["signal"] == "both" else (arguments["signal"],)
    found = compare_measures(both.x, both.y, measures, signals=signals, **frame)
    return found, ceilings_of(arguments["ceilings"], both, measures, frame, signals, f"{where}.ceilings")


def table_of(found: dict[str, Compared], ceilings: dict[str, dict], rows: str) -> pd.DataFrame:
    """The rows of all measures, with a column for each ceiling; empty columns are omitted except for `ALWAYS`."""
    tables = []
    for name, of_measure in found.items():
        made = pd.DataFrame(_means(of_measure) if rows == "mean" else of_measure.rows)
        null = _first_null(of_measure)
        made["null"] = [null.get(key) for key in zip(made["statistic"], made["condition_independent"], strict=True)]
        made.insert(0, "measure", name)
        tables.append(made)
    table = pd.concat(tables, ignore_index=True).drop(columns=OF_HALVES, errors="ignore")
    for column, scores in ceilings.items():
        table[column] = [scores.get(key, np.nan) for key in table[KEYS].itertuples(index=False, name=None)]
    numbers = [name for name in table if name not in (*KEYS, "null", "note")]
    table[numbers] = table[numbers].apply(pd.to_numeric)
    kept = [name for name in table if name in ALWAYS or table[name].notna().any()]
    return table[[*ALWAYS, *(name for name in kept if name not in ALWAYS)]]


def _means(found: Compared) -> list[dict]:
    """Rows of the means over networks, in the column `value`, with the results of all further null distributions."""
    return [
        {"value": row["mean"]} | {n: v for n, v in row.items() if n != "mean"} | _further_nulls(found, row)
        for row in found.summary
    ]


def _further_nulls(found: Compared, row: dict) -> dict[str, float]:
    """The results for a statistic of all null distributions but the first, in columns that begin with their names."""
    same = ("statistic", "condition_independent")
    nulls = [null for null in found.nulls if all(null[name] == row[name] for name in same)]
    return {
        f"{null['null']}_{short}": null[name]
        for null in nulls[1:]
        for short, name in (("mean", "null_mean"), ("95", "null_95"), ("p", "p"), ("draws", "draws"))
    }


def _first_null(found: Compared) -> dict[tuple[str, str], str]:
    """(statistic, signal) -> its first null distribution with draws; permutations have none for some statistics."""
    first = {}
    for null in found.nulls:
        if null["draws"]:
            first.setdefault((null["statistic"], null["condition_independent"]), null["null"])
    return first
