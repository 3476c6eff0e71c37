"""Reader of single trials of macaque PMd and M1 during a delayed reach, from the DataHigh toolbox."""

from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.notes import join_notes
from rnncompare.options.ranges import Bin, MinimumRate, ReadWindow, Smoothing
from rnncompare.plugins import BadOption
from rnncompare.reading.matlab.matlab import read_matlab, structures
from rnncompare.reading.milliseconds import rates_of
from rnncompare.reading.unit_selection import select_units
from rnncompare.recordings.needs import always

UNITS = 61


class Example(NamedTuple):
    """One file of the toolbox: the number of targets, and the start of its samples (s) relative to an event."""

    name: str
    targets: int
    first: float
    alignment: str


EXAMPLES = {
    "ex1": Example("ex1_spikecounts.mat", 7, 0.1, "target onset"),
    "ex2": Example("ex2_rawspiketrains.mat", 2, 0.0, "first sample of the trial (its event is not stated)"),
}


def datahigh_pmd(
    files: dict[str, Path],
    *,
    file: Literal["ex1", "ex2"],
    bin: Bin,
    smooth: Smoothing,
    window: ReadWindow,
    minimum_rate: MinimumRate | None = None,
) -> xr.Dataset:
    """Single trials (trial, time, unit) of 61 simultaneous units; condition and `target` are the instructed target.

    There is no choice, since targets are instructed: decoding them shows target selectivity. file: `ex1`, 7 targets x
    30 trials of 400 ms from .1 s after target onset; `ex2`, 2 targets x 56 trials of 1018 to 1526 ms from an event that
    is not stated. bin: s, an even number of ms; smooth: SD of a Gaussian in s, 0 for none; minimum_rate: spikes/s, mean
    over trials and window; window: [start, stop] in s, multiples of the bin. Raises BadActivity, BadOption.
    """
    if file not in EXAMPLES:
        raise BadOption(f"datahigh_pmd: found file '{file}', wanted one of {', '.join(EXAMPLES)}")
    example = EXAMPLES[file]
    if example.name not in files:
        raise BadActivity(f"datahigh_pmd: found files {', '.join(files)}, wanted {example.name}")
    path = files[example.name]
    trials = structures(read_matlab(path, "D")["D"], "data", "condition", where=f"{path}: D")
    spikes = [_spikes(trial["data"], f"{path}: D({k + 1}).data") for k, trial in enumerate(trials)]
    target = [_target(trial["condition"], f"{path}: D({k + 1}).condition") for k, trial in enumerate(trials)]
    if len(set(target)) != example.targets:
        raise BadActivity(f"{path}: found {len(set(target))} targets, wanted {example.targets}")
    time, rate = rates_of(spikes, first=example.first, bin=bin, smooth=smooth, window=window, where=str(path))
    kept = select_units(rate.mean(axis=(0, 1)), minimum_rate, str(path))
    lengths = [trial.shape[1] for trial in spikes]
    return activity.build(
        rate[:, :, kept.index],
        time=time,
        unit=[f"unit_{k}" for k in kept.index],
        condition=target,
        per_trial={"target": np.array(target)},
        source=path.name,
        rate_units="spikes/s",
        alignment=example.alignment,
        simultaneous=1,
        notes=join_notes(
            f"{len(trials)} trials of {min(lengths)} to {max(lengths)} ms", "instructed targets, no choice", kept.note
        ),
    )


datahigh_pmd.first_look = {"file": "ex1", "smooth": 0, "window": [0.12, 0.48]}
datahigh_pmd.gives = always([], ["target"])


def _spikes(value: Any, where: str) -> np.ndarray:
    """(unit, sample) values, each 0 or 1."""
    if (
        not isinstance(value, np.ndarray)
        or value.ndim != 2
        or value.shape[0] != UNITS
        or value.dtype.kind not in "fiub"
    ):
        found = f"shape {value.shape} of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
        raise BadActivity(f"{where}: found {found}, wanted numbers ({UNITS} units, samples)")
    bad = int(((value != 0) & (value != 1)).sum())
    if bad:
        raise BadActivity(f"{where}: found {bad} of {value.size} samples that are neither 0 nor 1, wanted none")
    return value


def _target(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadActivity(f"{where}: found {value!r}, wanted a target's name")
    return value
