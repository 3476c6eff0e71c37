"""The epochs of a task with a go cue in which its inputs are constant: preparation and movement."""

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
    """Preparation, the longest stretch of constant inputs before the go cue, and movement, from the end of the cue.

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
    changes = np.flatnonzero((inputs[:, 1:first] != inputs[:, : first - 1]).any(axis=(0, 2))) if first > 1 else []
    begin = int(changes[-1]) + 1 if len(changes) else 0
    for name, start, stop in (("preparation", begin, first), ("movement", last, inputs.shape[1])):
        if stop - start < 2:
            raise BadActivity(f"epochs: found {max(stop - start, 0)} times of {name}, wanted at least 2")
    if (inputs[:, last:] != inputs[:, last : last + 1]).any():
        raise BadActivity("epochs: found inputs that change during the movement, wanted constant ones after the go cue")
    return [
        Epoch("preparation", inputs[:, begin], slice(begin, first)),
        Epoch("movement", inputs[:, last], slice(last, inputs.shape[1])),
    ]
