"""Averages over single trials by what was chosen and how strong the evidence was, for tables of views."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity, Unmeasurable
from rnncompare.activity.selection import areas, coordinate, realigned
from rnncompare.files.labels import names, natural
from rnncompare.plugins import BadOption
from rnncompare.views._sources import activities


class Cells(NamedTuple):
    """Averages of the trials of each choice and strength, in the order of strength within choice."""

    choice: list[str]
    strength: np.ndarray  # (cell,)
    rate: np.ndarray  # (cell, time, unit)
    time: np.ndarray  # s
    units: xr.Dataset  # one trial of the same activity, for what its units are

    def columns(self, copies: int = 1) -> dict[str, np.ndarray]:
        """choice, strength and time (s) of values (copy, cell, time), one after the other."""
        times = len(self.time)
        return {
            "choice": np.tile(np.repeat(self.choice, times), copies),
            "strength": np.tile(np.repeat(self.strength, times), copies),
            "time": np.tile(self.time, copies * len(self.choice)),
        }


def of_first(
    sources: dict[str, list[xr.Dataset]], view: str, tabulate: Callable[[Cells, str], pd.DataFrame], **options
) -> pd.DataFrame:
    """A view of each source's first activity that can be shown: columns source, seed, area ('all' where units have
    none), and those that `tabulate` gives of an area's averages and what an error calls it.

    A network that did too little, such as one that never decided, is passed over for the next: it has a row of its own
    that holds nothing but source, seed and a `note` that says why. options: of `cells`. Raises BadActivity.
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
    """Average the trials of each value of two coordinates along trial, in `window` (s).

    choice, strength: names of the coordinates, bars about it standing for the magnitude; strength holds numbers.
    leave_out: choices that are none. align: the coordinate (s) that times are counted from (None: as they come).
    Combinations of fewer than `min_trials` trials are left out. Raises BadActivity, BadOption.
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
            f"{where}: found no {choice} and {strength} with {min_trials} trials or more of {len(chosen)}, wanted some"
        )
    choices, values, rates = zip(*found, strict=True)
    return Cells(list(choices), np.array(values), np.stack(rates), data.time.values, data.isel(trial=[0]))
