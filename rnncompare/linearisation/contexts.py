"""The contexts of a task: which of its inputs is relevant, and the inputs of a trial without evidence."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, interval

EVENTS = ("stimulus_on", "stimulus_off", "onset", "offset")  # coordinates along trial of a task with contexts


class Context(NamedTuple):
    """One context of a task, with the timing of its test trials."""

    name: str  # of the relevant input
    other: str  # of the irrelevant input
    relevant: int  # positions among the inputs
    irrelevant: int
    without_evidence: np.ndarray  # (time, input), with all stimuli 0
    inputs: np.ndarray  # (trial, time, input) of a trial of each condition of the context
    stimulus: np.ndarray  # (time,) of bool
    decision: np.ndarray  # (time,) of bool
    duration: float  # s, of the decision period


def contexts(task: xr.Dataset) -> list[Context]:
    """The contexts of the test set of a task, in alphabetical order.

    The value of `context` is the name of the relevant input, and other inputs whose coherences are coordinates along
    trial are irrelevant. Raises BadActivity for other tasks, and for one whose test trials differ in their timing.
    """
    names = [name for name in task.input.values.tolist() if name in task.coords]
    lacking = [name for name in ("set", "context", *EVENTS) if name not in task.coords]
    if lacking or len(names) != 2:
        found = f"no {', '.join(lacking)}" if lacking else f"inputs {', '.join(names) or 'none'} with coherences"
        raise BadActivity(
            f"contexts: found {found} in the task, wanted a task with a context, two inputs of evidence and the times "
            f"{', '.join(EVENTS)}, such as context_integration"
        )
    test = task.isel(trial=np.flatnonzero(task["set"].values == "test"))
    found = sorted(set(test.context.values.astype(str).tolist()))
    if not set(found) <= set(names):
        raise BadActivity(f"contexts: found contexts {', '.join(found)}, wanted names of the inputs {', '.join(names)}")
    for event in EVENTS:
        if np.ptp(test[event].values) > 1e-9:
            raise BadActivity(f"contexts: found test trials that differ in {event}, wanted the same times in all")
    return [_context(test, name, names) for name in found]


def _context(test: xr.Dataset, name: str, names: list[str]) -> Context:
    own = test.isel(trial=np.flatnonzero(test.context.values.astype(str) == name))
    first = np.unique(own.condition.values.astype(str), return_index=True)[1]
    at = {key: float(own[key].values[0]) for key in EVENTS}
    time, half = own.time.values, interval(own) / 2
    inputs = own.inputs.values[np.sort(first)].astype(float)
    evidence = [own.input.values.tolist().index(one) for one in names]
    without = inputs[0].copy()
    without[:, evidence] = 0
    other = next(one for one in names if one != name)
    positions = dict(zip(names, evidence, strict=True))
    within = {
        "stimulus": (time > at["stimulus_on"] - half) & (time < at["stimulus_off"] - half),
        "decision": (time > at["onset"] - half) & (time < at["offset"] - half),
    }
    duration = at["offset"] - at["onset"]
    return Context(name, other, positions[name], positions[other], without, inputs, **within, duration=duration)
