"""Time series of an NWB file, interpolated at the bins of trials."""

from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.plugins import nearest
from rnncompare.reading.series import interpolate, refuse_not_increasing, times_of


class Series(NamedTuple):
    """Behavior at the bins of trials; NaN for missing samples."""

    values: np.ndarray  # (trial, time, channel)
    names: list[str]
    units: str


def behavior_of(
    session, where: str, behavior: dict[str, list[str | None]], align: np.ndarray, time: np.ndarray, bin: float
) -> Series:
    """Time series interpolated at `time` (s) relative to `align` (s) of each trial; NaN outside them and in gaps."""
    values, names, units = [], [], []
    times = times_of(align, time, sum(map(len, behavior.values())), where)
    for path, channels in behavior.items():
        data, clock, unit = samples_of(session, path, channels, where)
        for k, name in enumerate(channels):
            if name is not None:
                values.append(interpolate(times, clock, data[:, k], bin))
                names.append(name)
                units.append(unit)
    stacked = np.stack(values, axis=-1) if values else np.empty((*times.shape, 0))
    return Series(stacked, names, ", ".join(dict.fromkeys(units)))


def samples_of(session, path: str, channels: list[str | None], where: str) -> tuple[np.ndarray, np.ndarray, str]:
    """(sample, column) values of a time series, its times (s), and its unit. Raises BadActivity."""
    series = _find(session, path, where)
    data = np.asarray(series.data[:], dtype=float) * series.conversion + series.offset
    data = data.reshape(len(data), -1)
    if data.shape[1] != len(channels):
        raise BadActivity(f"{where}: {path}: found {data.shape[1]} columns, wanted {len(channels)} ({channels})")
    return data, _clock(series, len(data), path, where), series.unit


def _clock(series, samples: int, path: str, where: str) -> np.ndarray:
    """The times of a series, from its timestamps or from its start and rate."""
    if series.timestamps is None and samples > 1:
        return series.starting_time + np.arange(samples) / series.rate
    times = np.asarray([] if series.timestamps is None else series.timestamps[:], dtype=float)
    if len(times) != samples or samples < 2:
        raise BadActivity(
            f"{where}: {path}: found {len(times)} timestamps for {samples} samples, wanted an increasing one for each"
        )
    refuse_not_increasing(times, f"{where}: {path}", wanted="an increasing timestamp for each sample")
    return times


def _find(session, path: str, where: str):
    """A time series by its path, such as processing/behavior/Position/hand_position."""
    place, *rest = path.split("/")
    here = {"processing": session.processing, "acquisition": session.acquisition}.get(place)
    for name in rest if here is not None else [None]:
        children = _children(here)
        if name not in children:
            found = ", ".join(children) or "nothing"
            wanted = f"'{name}'.{nearest(name, children)}" if name else "a path such as processing/behavior/NAME"
            raise BadActivity(f"{where}: {path}: found {found}, wanted {wanted}")
        here = children[name]
    if not hasattr(here, "timestamps"):
        found, inside = type(here).__name__, ", ".join(_children(here))
        raise BadActivity(f"{where}: {path}: found a {found}, wanted a time series, one of {inside}")
    return here


def _children(container) -> dict:
    """The contents of a container of an NWB file, by name."""
    if container is None:
        return {}
    if hasattr(container, "keys"):
        return {name: container[name] for name in list(container.keys())}
    return {child.name: child for child in getattr(container, "children", ())}
