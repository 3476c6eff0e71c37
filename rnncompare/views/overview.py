"""Overview of a recording, as a table: single trials, averages, behavior, numbers of trials, mean rates."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity import condition_average, conditions
from rnncompare.activity.selection import along_trials, areas
from rnncompare.options.ranges import Count, TrialCount, UnitCount
from rnncompare.plugins import BadOption
from rnncompare.views._sources import activities
from rnncompare.views.psths import chosen

NONE = "all"  # in columns that do not apply to a row


def overview(
    sources: dict[str, list[xr.Dataset]], *, units: UnitCount, trials: TrialCount, channels: Count
) -> pd.DataFrame:
    """Data of the overview figure for the first activity of each source.

    Columns: source, seed, kind, area, unit, condition, channel, trial, time (s), measured_in, value. kind: trial_rate,
    single trials of `units` units (selected as in `psths`), about `trials` of them, evenly distributed over all
    conditions and sorted by condition; average_rate, condition averages of these units; behavior, averages of the first
    `channels` channels; trials, the number of trials of each condition; mean_rate, of every unit over all trials and
    times; missing, the share of trials in which a numeric coordinate is NaN. Raises BadOption, BadActivity.
    """
    if min(units, trials, channels) < 1:
        raise BadOption(f"overview: found units {units}, trials {trials}, channels {channels}, wanted at least 1 each")
    parts = [
        pd.DataFrame({"source": name, "seed": 0, **_whole(kind)})
        for name, data in activities(sources).items()
        for kind in _kinds(data[0], units, trials, channels, f"overview of {name}")
    ]
    return pd.concat(parts, ignore_index=True)


def _whole(kind: dict) -> dict:
    """A kind of row with all columns, in order."""
    nothing = {
        "area": NONE,
        "unit": NONE,
        "condition": NONE,
        "channel": NONE,
        "trial": 0,
        "time": 0.0,
        "measured_in": "1",
    }
    return {"kind": kind["kind"]} | nothing | kind


def _kinds(data: xr.Dataset, units: int, trials: int, channels: int, where: str) -> Iterator[dict]:
    average, names = condition_average(data), conditions(data)
    rates, behaviors = (data.attrs.get(f"{name}_units", "a.u.") for name in ("rate", "behavior"))
    if data.sizes["unit"]:
        yield from ({"measured_in": rates} | kind for kind in _rates(data, average, units, trials, where))
    if "behavior" in data:
        values = average.behavior.values[:, :, :channels]
        yield {"kind": "behavior", "measured_in": behaviors} | _curves(
            values, average, "channel", average.channel.values[:channels]
        )
    count = [int((data.condition.values == name).sum()) for name in names]
    yield {"kind": "trials", "condition": names, "value": np.array(count, dtype=float)}
    known = [n for n in along_trials(data) if data[n].dtype.kind == "f"]
    if known:
        share = [float(np.isnan(data[name].values).mean()) for name in known]
        yield {"kind": "missing", "channel": known, "value": share}


def _rates(data: xr.Dataset, average: xr.Dataset, units: int, trials: int, where: str) -> Iterator[dict]:
    picks = chosen(average.rate.values, units, where)
    shown, names = _spread(data, trials), data.unit.values[picks]
    rate = data.rate.values[np.ix_(shown, np.arange(data.sizes["time"]), picks)]
    single = data.isel(trial=shown)
    yield (
        {"kind": "trial_rate"}
        | _curves(rate, single, "unit", names)
        | {"trial": np.tile(np.repeat(np.arange(len(shown)), data.sizes["time"]), len(picks))}
    )
    yield {"kind": "average_rate"} | _curves(average.rate.values[:, :, picks], average, "unit", names)
    area = np.full(data.sizes["unit"], NONE, dtype=object)
    for name, members in areas(data).items():
        area[members] = name or NONE
    mean = np.round(data.rate.values.mean(axis=(0, 1)), 9) + 0.0  # rounding error becomes 0, not -0
    yield {"kind": "mean_rate", "area": area.astype(str), "unit": data.unit.values, "value": mean}


def _curves(values: np.ndarray, data: xr.Dataset, column: str, names: np.ndarray) -> dict:
    """Columns of flattened values (trial or condition, time, name)."""
    many, times, count = values.shape
    return {
        "condition": np.tile(np.repeat(data.condition.values, times), count),
        column: np.repeat(names, many * times),
        "time": np.tile(data.time.values, many * count),
        "value": values.transpose(2, 0, 1).ravel(),
    }


def _spread(data: xr.Dataset, trials: int) -> np.ndarray:
    """Indices of about `trials` trials, sorted by condition, with equal numbers of each condition where possible."""
    labels, names = data.condition.values, conditions(data)
    each = max(1, trials // len(names))
    groups = [np.flatnonzero(labels == name) for name in names]
    return np.concatenate([g[np.unique(np.linspace(0, len(g) - 1, each).round().astype(int))] for g in groups])
