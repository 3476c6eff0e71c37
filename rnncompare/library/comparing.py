"""Activities compared in a notebook, by the frame that the pipeline has: `compare`."""

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
]  # columns, whatever was asked for
OF_HALVES = "spearman_brown"  # a column that says something of halves alone
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
    """Compare x with y by several measures: a row for each measure and statistic, with its null, interval and ceiling.

    x, y: an array (sample, unit) or (condition, time, unit), or an activity (`rnncompare.activity.from_arrays`,
    `rnncompare.load`), which is matched by the names of its conditions and its times. A list as x is several networks
    of one model: `value` is their mean. y stands for the recording. measures: names, functions of two arrays, or a
    mapping of names to options, such as {"cca": {"components": 5}}; help(rnncompare.similarity.cca) describes one.

    nulls: permutations of conditions, or a surrogate of y by its name ("tensor_maximum_entropy", "time_shift",
    "phase_randomised"), or "ring_orders" (turns and mirrorings of the directions of y, its `angle`), or a mapping of
    names to draws, {"conditions": 1000, "time_shift": 49}, of which the first that applies gives null_mean, null_95, p
    and draws; None: no null. intervals: resamples of the units of y behind low and high (95 %); 0: of networks alone,
    where there are several. ceilings: random splits of the units of y into halves that are compared with each other; or
    "units", "trials", another individual, or a mapping of names to those.

    signal: whether the mean over conditions at each time is `removed` or only each unit's own mean is (`kept`, for
    which nothing is drawn but other pairings). folds: what measures that fit leave out: None, each condition in turn,
    or ten blocks of neighbouring samples where samples are given; that many blocks; a coordinate of the trials; or
    {"by": "trial", "groups": 4}. units: at most that many units a side, drawn ten times. window, bin, smooth, lag,
    soft_normalise: preparation of both sides, s; see docs/measures.md. rows: "each" gives a row for each network.
    describe: whether to add jackknife_se (of "each"), condition_low and condition_high (of the "mean" of several
    networks: 95 % over networks and conditions) and components_needed. seed: of permutations, resamples and draws of
    units.

    Defaults are a notebook's; a study's config says all of this. Raises BadActivity, BadOption (both ValueError), which
    name the argument.
    """
    given = {name: value for name, value in locals().items() if name not in ("x", "y", "measures")}
    check(given, "compare")
    found, columns = compared(x, y, measures_of(measures, "compare.measures"), given, "compare")
    return table_of(found, columns, rows)


# Its arguments that are of the frame, which one measure alone has too.
FRAME = {
    name: parameter
    for name, parameter in inspect.signature(compare).parameters.items()
    if parameter.kind is parameter.KEYWORD_ONLY and name not in ("rows", "describe")
}


def compared(
    x: Any, y: Any, measures: dict[str, Callable], arguments: dict[str, Any], where: str
) -> tuple[dict[str, Compared], dict[str, dict]]:
    """What the pipeline's frame gives for each measure, and the ceilings by column; arguments: as of `compare`."""
    both = sides(x, y, where)
    frame = frame_of(arguments, both.samples, where)
    signals = SIGNALS if arguments["signal"] == "both" else (arguments["signal"],)
    found = compare_measures(both.x, both.y, measures, signals=signals, **frame)
    return found, ceilings_of(arguments["ceilings"], both, measures, frame, signals, f"{where}.ceilings")


def table_of(found: dict[str, Compared], ceilings: dict[str, dict], rows: str) -> pd.DataFrame:
    """The rows of all measures, a column for each ceiling; without columns that hold nothing but those of `ALWAYS`."""
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
    """Rows of the means over networks, `mean` called `value` as in single rows, and what further nulls say."""
    return [
        {"value": row["mean"]} | {n: v for n, v in row.items() if n != "mean"} | _further_nulls(found, row)
        for row in found.summary
    ]


def _further_nulls(found: Compared, row: dict) -> dict[str, float]:
    """What the nulls after the first say of a statistic, by the name of each."""
    same = ("statistic", "condition_independent")
    nulls = [null for null in found.nulls if all(null[name] == row[name] for name in same)]
    return {
        f"{null['null']}_{short}": null[name]
        for null in nulls[1:]
        for short, name in (("mean", "null_mean"), ("95", "null_95"), ("p", "p"), ("draws", "draws"))
    }


def _first_null(found: Compared) -> dict[tuple[str, str], str]:
    """(statistic, signal) -> the null that stands beside it: pairings say nothing of what is blind to them."""
    first = {}
    for null in found.nulls:
        if null["draws"]:
            first.setdefault((null["statistic"], null["condition_independent"]), null["null"])
    return first
