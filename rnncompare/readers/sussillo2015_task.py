"""Reader of inputs and muscles of the networks of Sussillo et al. 2015, from the Neuromatch course; no units."""

from pathlib import Path

import numpy as np
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.files.safety import single_file
from rnncompare.options.ranges import SampleSpan
from rnncompare.plugins import BadOption
from rnncompare.reading.matlab.matlab import column, read_matlab, structures
from rnncompare.reading.samples import steps_of

CONDITIONS, DELAYS = 27, 8
FIELDS = ("plan", "goEnvelope", "muscle")


def sussillo2015_task(files: dict[str, Path], *, samples: SampleSpan) -> xr.Dataset:
    """One trial for each of 27 conditions x 8 delays, at the times of the file; `muscles` of the task `sussillo2015`.

    samples: [first, end) of the samples to keep, counted from 0; [46, 296] in the course. behavior: plan_1 .. plan_15,
    go, and muscle_1 .., unchanged. condition '3_2' is condition 3 with delay 2; coordinates reach ('1' to '27') and
    delay (1 to 8; their durations are not in the file). Raises BadActivity, BadOption.
    """
    path = single_file(files)
    where = f"{path}: condsForSim"
    found = structures(read_matlab(path, "condsForSim")["condsForSim"], *FIELDS, "timesREmove", where=where)
    if len(found) != CONDITIONS * DELAYS:
        raise BadActivity(f"{where}: found {len(found)} structures, wanted {CONDITIONS} conditions x {DELAYS} delays")
    clocks = [column(one["timesREmove"], "timesREmove", where) / 1000 for one in found]
    if any(not np.array_equal(clock, clocks[0]) for clock in clocks):
        raise BadActivity(
            f"{where}: timesREmove: found structures with times that differ from the first, wanted the same"
        )
    steps_of(clocks[0], "timesREmove", where)
    trials = [
        np.concatenate([_table(one[field], field, len(clocks[0]), where) for field in FIELDS], axis=1) for one in found
    ]
    widths = {trial.shape[1] for trial in trials}
    if len(widths) != 1:
        raise BadActivity(
            f"{where}: found {sorted(widths)} columns in plan, goEnvelope and muscle, wanted the same number in all"
        )
    first, end = samples
    if not 0 <= first < end <= len(clocks[0]):
        raise BadOption(f"{where}: found samples {samples}, wanted [first, end] within the file's {len(clocks[0])}")
    plan = found[0]["plan"].shape[1]
    muscles = widths.pop() - plan - 1
    names = [*(f"plan_{k + 1}" for k in range(plan)), "go", *(f"muscle_{k + 1}" for k in range(muscles))]
    # In the column-major order of MATLAB, the conditions of one delay follow each other.
    delay, reach = np.divmod(np.arange(len(found)), CONDITIONS)
    return activity.build(
        np.empty((len(found), end - first, 0)),
        time=clocks[0][first:end],
        unit=[],
        condition=[f"{r + 1}_{d + 1}" for r, d in zip(reach, delay, strict=True)],
        behavior=np.stack(trials)[:, first:end],
        channel=names,
        per_trial={"reach": (reach + 1).astype(str), "delay": delay + 1.0},
        source=path.name,
        alignment="movement onset",
        behavior_units="as in the file",
        notes="inputs and muscles of networks; no units",
    )


sussillo2015_task.first_look = {"samples": [46, 296]}  # as in the course


def _table(value: object, field: str, times: int, where: str) -> np.ndarray:
    """(time, column) numbers."""
    if not isinstance(value, np.ndarray) or value.ndim != 2 or len(value) != times or value.dtype.kind not in "fiub":
        found = f"{value.dtype} of shape {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
        raise BadActivity(f"{where}: {field}: found {found}, wanted numbers ({times} times, columns)")
    if field == "goEnvelope" and value.shape[1] != 1:
        raise BadActivity(f"{where}: goEnvelope: found {value.shape[1]} columns, wanted 1")
    return value.astype(float)
