"""Averages over single trials by choice and strength of the evidence, for the tables of views."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity, Unmeasurable
from rnncompare.activity.selection import areas, coordinate, realigned
from rnncompare.files.labels import names
from rnncompare.files.text import natural
from rnncompare.plugins import BadOption
from rnncompare.views._sources import activities


class Cells(NamedTuple):
    """Averages over the trials of each choice and strength, sorted by choice and then by strength."""

    choice: list[str]
    strength: np.ndarray  # (cell,)
    rate: np.ndarray  # (cell, time, unit)
    time: np.ndarray  # s
    units: xr.Dataset  # one trial of the same activity, with the coordinates of its units

    def columns(self, copies: int = 1) -> dict[str, np.ndarray]:
        """choice, strength and time (s) of flattened values (copy, cell, time)."""
        times = len(self.time)
        return {
            "choice": np.tile(np.repeat(self.choice, times), copies),
            "strength": np.tile(np.repeat(self.strength, times), copies),
            "time": np.tile(self.time, copies * len(self.choice)),
        }


def of_first(
    sources: dict[str, list[xr.Dataset]], view: str, tabulate: Callable[[Cells, str], pd.DataFrame], **options
) -> pd.DataFrame:
    """A view of the first activity of each source that can be shown.

    Columns: source, seed, area ('all' if units have no area), and those that `tabulate` returns for the averages of an
    area and its name in error messages. A network that cannot be shown, for example because it never decides, is
    skipped: its row has only source, seed and a `note` with the reason. options: of `cells`. Raises BadActivity.
    """
    tables = []
    for name, data in activities(sources).items():
        for seed, one in enumerate(data):
            labels, where = {"source": name, "seed": seed}, f"{view} of {name}"
            try:
                tables += _of_areas(cells(one, where, **options), labels, where, tabulate)
                break
            except Unmeasurable as reason:
                if not activity.is_network(one):
                    raise
                tables.append(pd.DataFrame([labels | {"note": str(reason)}]))
    return pd.concat(tables, ignore_index=True)


def _of_areas(
    found: Cells, labels: dict[str, str | int], where: str, tabulate: Callable[[Cells, str], pd.DataFrame]
) -> list[pd.DataFrame]:
    tables = []
    for area, members in areas(found.units).items():
        part = found._replace(rate=found.rate[:, :, members], units=found.units.isel(unit=members))
        table = tabulate(part, f"{where}, area {area}" if area else where)
        tables.append(pd.DataFrame(labels | {"area": area or "all"} | dict(table)))
    return tables


def cells(
    data: xr.Dataset,
    where: str,
    *,
    choice: str,
    strength: str,
    leave_out: list[str],
    align: str | None,
    window: tuple[float, float],
    min_trials: int,
) -> Cells:
    """Averages over the trials of each combination of two coordinates along trial, in `window` (s).

    choice, strength: names of the coordinates, where bars denote the absolute value; strength is numeric. leave_out:
    values that are not a choice. align: the coordinate (s) to which times are aligned (None: unchanged). Combinations
    with fewer than `min_trials` trials are excluded. Raises BadActivity, BadOption, Unmeasurable.
    """
    if min_trials < 1:
        raise BadOption(f"{where}: found min_trials {min_trials}, wanted at least 1")
    data = realigned(data, align, window)
    chosen = names(coordinate(data, choice, where))
    level = coordinate(data, strength, where)
    if not np.issubdtype(level.dtype, np.number):
        raise BadActivity(f"{where}: found {strength} of type {level.dtype}, wanted numbers")
    level = np.round(level.astype(float), 9)
    found = []
    for name in sorted(set(chosen.tolist()) - {*leave_out, ""}, key=natural):
        for value in np.unique(level[np.isfinite(level)]):
            trials = np.flatnonzero((chosen == name) & (level == value))
            if len(trials) >= min_trials:
                found.append((name, value, data.rate.values[trials].mean(axis=0)))
    if not found:
        raise Unmeasurable(
            f"{where}: found no {choice} and {strength} with at least {min_trials} of {len(chosen)} trials, wanted some"
        )
    choices, values, rates = zip(*found, strict=True)
    return Cells(list(choices), np.array(values), np.stack(rates), data.time.values, data.isel(trial=[0]))
