"""Reader of single trials of macaque PMd in the checkerboard task: a session of FigureS14 of Boucher et al. 2023."""

from pathlib import Path, PurePosixPath

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.notes import join_notes
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import Bin, MinimumRate, ReadWindow, Smoothing
from rnncompare.reading.matlab.matlab import column, read_matlab
from rnncompare.reading.milliseconds import rates_of
from rnncompare.reading.unit_selection import select_units
from rnncompare.recordings.needs import always

FIELDS = ("rawCounts", "choice", "RT", "conditionIds", "subject")
SAMPLES, FIRST = 1802, -0.6  # number of samples of 1 ms; start of the first in s from checkerboard onset
RED_SQUARES = (214, 180, 158, 147, 135, 124, 117)  # of 225, in the order of the condition numbers 1 to 7
SECONDS = 10  # reaction times below this are assumed to be in s instead of ms
INFERRED = (
    "time zero is 600 ms after the first sample: the authors' scripts draw these trials from -600 to 1200 ms",
    "RT counts ms from checkerboard onset",
    "condition numbers 8 to 14, if they occur, are the coherences of 1 to 7: an authors' script pools them",
)


def boucher2023_spikes(
    files: dict[str, Path], *, bin: Bin, smooth: Smoothing, window: ReadWindow, minimum_rate: MinimumRate | None = None
) -> xr.Dataset:
    """Single trials (trial, time, unit) of one session, in s from checkerboard onset.

    The file contains neither the layout of the targets nor the dominant colour. condition: |coherence| in % (4, 10, 20,
    31, 40, 60, 90); coordinates along trial: absolute_coherence, |2 n / 225 - 1|, 0 to 1; choice, left or right; rt, s;
    session. bin: s, an even number of ms; smooth: SD of a Gaussian in s, 0 for none; minimum_rate: spikes/s, mean over
    trials and window; window: [start, stop] in s, multiples of the bin. Raises BadActivity, BadOption.
    """
    path = single_file(files)
    where = str(path)
    found = read_matlab(path, *FIELDS)
    spikes = _spikes(found["rawCounts"], where)
    trials = len(spikes)
    choice, rt, number = (column(found[f], f, where, length=trials) for f in ("choice", "RT", "conditionIds"))
    _refuse(choice, rt, number, where)
    if not isinstance(found["subject"], str) or not found["subject"]:
        raise BadActivity(f"{where}: subject: found {type(found['subject']).__name__}, wanted the session's name")
    coherence = 2 * np.array(RED_SQUARES) / 225 - 1
    level = (number.astype(int) - 1) % len(RED_SQUARES)
    time, rate = rates_of(spikes, first=FIRST, bin=bin, smooth=smooth, window=window, where=where)
    kept = select_units(rate.mean(axis=(0, 1)), minimum_rate, where)
    return activity.build(
        rate[:, :, kept.index],
        time=time,
        unit=[f"unit_{k}" for k in kept.index],
        condition=[f"{round(100 * c)}" for c in coherence[level]],
        per_trial={
            "absolute_coherence": coherence[level],
            "choice": np.where(choice == 1, "left", "right"),
            "rt": rt / 1000,
            "session": np.full(trials, PurePosixPath(found["subject"]).stem),
        },
        source=path.name,
        rate_units="spikes/s",
        alignment="checkerboard onset",
        simultaneous=1,
        notes=join_notes(f"{trials} trials", "colour, layout and signed coherence are not in the file", kept.note),
        inferred="; ".join(INFERRED),
    )


boucher2023_spikes.gives = always([], ["absolute_coherence", "choice", "rt", "session"])


def _spikes(value: object, where: str) -> np.ndarray:
    """(trial, unit, sample) counts from rawCounts (unit, sample, trial)."""
    wanted = f"wanted whole numbers, 0 or more, (units, {SAMPLES} samples, trials)"
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
        raise BadActivity(f"{where}: rawCounts: found {type(value).__name__}, {wanted}")
    if value.ndim != 3 or value.shape[1] != SAMPLES or 0 in value.shape:
        raise BadActivity(f"{where}: rawCounts: found shape {value.shape} of {value.dtype}, {wanted}")
    bad = int((~((value >= 0) & (value == np.floor(value)) & np.isfinite(value))).sum())
    if bad:
        raise BadActivity(f"{where}: rawCounts: found {bad} of {value.size} values that are not counts, {wanted}")
    return value.transpose(2, 0, 1)


def _refuse(choice: np.ndarray, rt: np.ndarray, number: np.ndarray, where: str) -> None:
    """Raise BadActivity for trials with an invalid choice, RT or condition number, with their count."""
    last = 2 * len(RED_SQUARES)
    rules = {
        "choice": (~np.isin(choice, (1, 2)), choice, "1 (left) or 2 (right)"),
        "RT": (rt <= 0, rt, "ms above 0"),
        "conditionIds": (~np.isin(number, np.arange(1, last + 1)), number, f"1 (90 %) to 7 (4 %), or up to {last}"),
    }
    for field, (bad, values, wanted) in rules.items():
        if bad.any():
            some = ", ".join(f"{v:g}" for v in values[bad][:3])
            raise BadActivity(f"{where}: {field}: found {bad.sum()} of {len(bad)} trials with {some}, wanted {wanted}")
    if rt.max() < SECONDS:
        raise BadActivity(f"{where}: RT: found at most {rt.max():g}, wanted ms, not s")
