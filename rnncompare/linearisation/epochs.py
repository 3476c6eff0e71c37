"""The epochs of a task with a go cue in which its inputs are constant: preparation and movement."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, at_reference_delay

GO = "go"  # the input that is a pulse at the go cue


class Epoch(NamedTuple):
    """A stretch of the trials of the reference delay in which the inputs of every condition are constant."""

    name: str
    inputs: np.ndarray  # (condition, input)
    times: slice  # positions along the time of `trials`


def trials(task: xr.Dataset) -> np.ndarray:
    """Inputs (condition, time, input) of the trials with the reference delay. Raises BadActivity for random inputs."""
    chosen = at_reference_delay(task)
    if "input_set" in chosen.inputs.dims:
        raise BadActivity("epochs: found a task with several sets of inputs, wanted that of one network")
    return chosen.inputs.transpose("trial", "time", "input").values.astype(float)


def epochs(task: xr.Dataset) -> list[Epoch]:
    """Preparation, the last stretch of constant inputs before the go cue, and movement, from the end of the cue.

    Inputs during the movement must be constant to the end of the trial. Raises BadActivity for other tasks, and if an
    epoch has fewer than two times.
    """
    names = task.input.values.tolist() if "input" in task.coords else []
    if GO not in names:
        raise BadActivity(
            f"epochs: found the inputs {', '.join(map(str, names)) or 'none'}, wanted one that is a {GO} cue, such as "
            "that of delayed_reach"
        )
    inputs = trials(task)
    cue = np.flatnonzero((inputs[..., names.index(GO)] > 0).any(axis=0))
    if not len(cue):
        raise BadActivity("epochs: found a go cue that is 0 at all times, wanted a pulse")
    first, last = int(cue[0]), int(cue[-1]) + 1
    begin, end = _last_constant(inputs[:, :first])
    for name, start, stop in (("preparation", begin, end), ("movement", last, inputs.shape[1])):
        if stop - start < 2:
            raise BadActivity(f"epochs: found {max(stop - start, 0)} times of {name}, wanted at least 2")
    if (inputs[:, last:] != inputs[:, last : last + 1]).any():
        raise BadActivity("epochs: found inputs that change during the movement, wanted constant ones after the go cue")
    return [
        Epoch("preparation", inputs[:, begin], slice(begin, end)),
        Epoch("movement", inputs[:, last], slice(last, inputs.shape[1])),
    ]


def _last_constant(inputs: np.ndarray) -> tuple[int, int]:
    """Beginning and end of the last two or more times with the same inputs (condition, time, input); 0, 0 if none.

    A pulse that rises from 0 at the cue is preceded by a time at which the code is no longer shown.
    """
    changes = np.flatnonzero((inputs[:, 1:] != inputs[:, :-1]).any(axis=(0, 2))) + 1
    edges = [0, *changes.tolist(), inputs.shape[1]]
    longer = [(a, b) for a, b in pairwise(edges) if b - a > 1]
    return longer[-1] if longer else (0, 0)
