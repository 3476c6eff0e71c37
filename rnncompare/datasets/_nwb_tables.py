"""Tables of an NWB file, with errors that name what it lacks."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnncompare import hdf5
from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption, nearest


class Trials(NamedTuple):
    """Chosen rows of the trials table."""

    number: np.ndarray  # (trial,) row of the table, from 0
    align: np.ndarray  # (trial,) s in the session
    condition: np.ndarray  # (trial,) str
    others: dict[str, np.ndarray]  # coordinates (trial,)


@contextlib.contextmanager
def opened(path: Path) -> Iterator:
    """The session of an NWB file. Raises BadActivity where it cannot be read as one."""
    import pynwb  # a second that only those who read NWB should pay

    try:
        hdf5.refuse_unsafe(path)
        handle = pynwb.NWBHDF5IO(str(path), "r")
    except Exception as error:
        raise BadActivity(f"{path}: found no readable NWB file ({error}), wanted one") from error
    with handle:
        try:
            session = handle.read()
        except Exception as error:
            raise BadActivity(f"{path}: found no readable NWB file ({error}), wanted one") from error
        try:
            yield session
        except (BadActivity, BadOption):
            raise
        except Exception as error:  # data that end early, or are not what their place is for, raise nearly anything
            found = f"{type(error).__name__}: {error}"
            raise BadActivity(f"{path}: found data that cannot be read ({found}), wanted a whole file") from error


def table(found, name: str, columns: list[str], where: str):
    """A table that has `columns`. Raises BadActivity."""
    if found is None:
        raise BadActivity(f"{where}: found no table of {name}, wanted one with {', '.join(columns)}")
    for column in columns:
        if column not in found.colnames:
            there = ", ".join(found.colnames)
            near = nearest(column, found.colnames)
            raise BadActivity(f"{where}: {name}: found columns {there}, wanted '{column}'.{near}")
    return found


def trials_of(
    session,
    where: str,
    align: str,
    condition: str | list[str],
    choice: str | None,
    per_trial: dict[str, str] | None,
    events: dict[str, str] | None,
    keep: dict[str, list] | None,
) -> Trials:
    """The trials that `keep` leaves, with what the card maps."""
    names = [condition] if isinstance(condition, str) else list(condition)
    plain = {**(per_trial or {}), **({"choice": choice} if choice else {})}
    wanted = [align, *names, *plain.values(), *(events or {}).values(), *(keep or {})]
    trials = table(session.trials, "trials", wanted, where)
    column = {name: np.asarray(trials[name][:]) for name in wanted}
    chosen = np.ones(len(trials), dtype=bool)
    for name, values in (keep or {}).items():
        chosen &= np.isin(_words(column[name]), _words(np.asarray(values, dtype=object)))
    if not chosen.any():
        raise BadActivity(f"{where}: trials: found none of {len(chosen)} with {keep}, wanted some")
    labels = np.array(["_".join(parts) for parts in zip(*(_words(column[n][chosen]) for n in names), strict=True)])
    unnamed = np.any([_words(column[n][chosen]) == "nan" for n in names], axis=0)
    if unnamed.any():
        column = "/".join(names)
        raise BadActivity(f"{where}: trials.{column}: found {unnamed.sum()} NaN, wanted a condition for each trial")
    zero = column[align][chosen].astype(float)
    others = {name: _tidy(column[source][chosen]) for name, source in plain.items()}
    others |= {name: column[source][chosen].astype(float) - zero for name, source in (events or {}).items()}
    return Trials(np.flatnonzero(chosen), zero, labels, others)


def unit_columns(session, where: str, per_unit: dict[str, str], units: int) -> dict[str, np.ndarray]:
    """Columns of the units table by the coordinate they become."""
    found = table(session.units, "units", list(per_unit.values()), where)
    return {name: _tidy(np.asarray(found[column][:])) for name, column in per_unit.items()}


def _words(values: np.ndarray) -> np.ndarray:
    """Names: '45' for 45.0, text as it is."""
    if values.dtype.kind == "f":
        return np.array([f"{v:g}" for v in values])
    return np.array([f"{v:g}" if isinstance(v, float) else str(v) for v in values.tolist()])


def _tidy(values: np.ndarray) -> np.ndarray:
    """Text as text: what netCDF can hold."""
    return values.astype(str) if values.dtype.kind in "OSU" else values
