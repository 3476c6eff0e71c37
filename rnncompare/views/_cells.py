"""Averages over single trials by what was chosen and how strong the evidence was, for tables of views."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.selection import areas, coordinate, realigned
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


def by_area(
    sources: dict[str, list[xr.Dataset]], view: str, **options
) -> Iterator[tuple[dict[str, str | int], str, Cells]]:
    """(columns source, seed, area; what an error calls it; its averages) of each area of each source's first activity.

    area: 'all' where units have none. options: of `cells`.
    """
    for name, data in activities(sources).items():
        where = f"{view} of {name}"
        found = cells(data[0], where, **options)
        for area, members in areas(found.units).items():
            part = found._replace(rate=found.rate[:, :, members], units=found.units.isel(unit=members))
            labels = {"source": name, "seed": 0, "area": area or "all"}
            yield labels, f"{where}, area {area}" if area else where, part


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
    chosen = coordinate(data, choice, where).astype(str)
    level = coordinate(data, strength, where)
    if not np.issubdtype(level.dtype, np.number):
        raise BadActivity(f"{where}: found {strength} of type {level.dtype}, wanted numbers")
    level = np.round(level.astype(float), 9)
    found = []
    for name in sorted(set(chosen.tolist()) - set(leave_out), key=activity.natural):
        for value in np.unique(level[np.isfinite(level)]):
            trials = np.flatnonzero((chosen == name) & (level == value))
            if len(trials) >= min_trials:
                found.append((name, value, data.rate.values[trials].mean(axis=0)))
    if not found:
        raise BadActivity(
            f"{where}: found no {choice} and {strength} with {min_trials} trials or more of {len(chosen)}, wanted some"
        )
    names, values, rates = zip(*found, strict=True)
    return Cells(list(names), np.array(values), np.stack(rates), data.time.values, data.isel(trial=[0]))
