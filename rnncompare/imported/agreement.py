"""Checks that networks trained elsewhere have the conditions and times of the recording, and of each other.

A definite mismatch is an error. A possible mismatch is a caution, because the config does not determine all conditions
and times of a recording.
"""

from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity, conditions, interval
from rnncompare.activity.trained_on import refuse_trained
from rnncompare.files.checksums import sha256
from rnncompare.files.text import abbreviated
from rnncompare.imported.hidden_states import hidden_states
from rnncompare.options.ranges import Window

LEAST = 3  # smallest number of conditions in a comparison


def refuse_unlike(data: xr.Dataset, recording: xr.Dataset, where: str) -> None:
    """Raise BadActivity if a network and the recording share fewer than three conditions or do not overlap in time.

    A network that was trained on this recording is refused as well.
    """
    own, theirs = conditions(data), conditions(recording)
    shared = [name for name in own if name in set(theirs)]
    if len(shared) < LEAST:
        raise BadActivity(
            f"{where}: found conditions {abbreviated(own)}, of which the recording has "
            f"{abbreviated(shared) or 'none'}; wanted at least {LEAST} of "
            f"{abbreviated(theirs)}: the names must be identical"
        )
    _refuse_apart(_span(data), _span(recording), where)
    refuse_trained(data, recording, where)


def examine(files: list[str], options: dict, recorded: tuple[Window, float] | None, named: list[str]) -> list[str]:
    """Read all files of a model; return lines that describe them, of which cautions begin with 'caution: '.

    recorded: window and time step of the recording (s), or None if the config does not give them; named: the conditions
    that the card of the recording names, if any. Raises BadActivity if a file cannot be read or occurs twice, if the
    times cannot overlap those of the recording, or if conditions or times differ from those of the first file.
    """
    _refuse_copies(files)
    first = hidden_states(Path(files[0]), **options)
    units = [first.sizes["unit"]]
    for file in files[1:]:
        data = hidden_states(Path(file), **options)
        _refuse_other(data, first, file, files[0])
        units.append(data.sizes["unit"])
    own, times = conditions(first), _span(first)
    many = str(units[0]) if len(set(units)) == 1 else f"{min(units)} to {max(units)}"
    shape = f"{first.sizes['time']} times from {times[0]:g} to {times[1]:g} s, {many} units"
    found = [f"{len(files)} networks ({abbreviated(files, 3)}): conditions {abbreviated(own)}; {shape}"]
    if len(own) < LEAST:
        found.append(f"caution: {len(own)} conditions, wanted at least {LEAST} for a comparison with a recording")
    if named and len(set(own) & set(named)) < LEAST:
        found.append(
            f"caution: conditions {abbreviated(own)}, of which fewer than {LEAST} are named by the recording's card: "
            f"{abbreviated(named)}"
        )
    return found if recorded is None else found + _of_clock(first, *recorded, files[0])


def _of_clock(data: xr.Dataset, window: Window, step: float, where: str) -> list[str]:
    """A caution if the network lacks times of the recording. Raises BadActivity if their times do not overlap."""
    _refuse_apart(_span(data), window, where)
    ticks = np.round(data.time.values / RESOLUTION).astype(int)
    theirs = np.round(np.arange(window[0], window[1] + step / 2, step) / RESOLUTION).astype(int)
    shared = int(np.isin(theirs, ticks).sum())
    if shared == len(theirs):
        return []
    own = f"times in steps of {interval(data):g} s" if data.sizes["time"] > 1 else "a single time"
    return [
        f"caution: {own}, among which are {shared} of the recording's {len(theirs)} times ({window[0]:g} to "
        f"{window[1]:g} s in steps of {step:g} s); only shared times are compared"
    ]


def _refuse_apart(own: Window, theirs: Window, where: str) -> None:
    if own[0] > theirs[1] + RESOLUTION or own[1] < theirs[0] - RESOLUTION:
        raise BadActivity(
            f"{where}: found times from {own[0]:g} to {own[1]:g} s, wanted some of the recording's, {theirs[0]:g} to "
            f"{theirs[1]:g} s: both must be in s from the event that the recording is aligned to"
        )


def _refuse_copies(files: list[str]) -> None:
    """Raise BadActivity if two files have the same content, because their network would count twice."""
    known: dict[str, str] = {}
    for file in files:
        other = known.setdefault(sha256(file), file)
        if other != file:
            raise BadActivity(f"{file}: found the content of {other}, wanted another network: a copy would count twice")


def _refuse_other(data: xr.Dataset, first: xr.Dataset, where: str, of: str) -> None:
    """Raise BadActivity if the conditions or times of a network differ from those of the first of its model."""
    for what, own, theirs in (
        ("conditions", sorted(set(conditions(data))), sorted(set(conditions(first)))),
        ("times", data.time.values.tolist(), first.time.values.tolist()),
    ):
        if own != theirs:
            raise BadActivity(
                f"{where}: found {what} {abbreviated(own, 5)} ({len(own)}), wanted those of {of}, "
                f"{abbreviated(theirs, 5)} ({len(theirs)}): all networks of a model must have the same task"
            )


def _span(data: xr.Dataset) -> Window:
    return float(data.time.values[0]), float(data.time.values[-1])
