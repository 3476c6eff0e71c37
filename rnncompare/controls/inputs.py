"""Control: the inputs of the task as a population: the similarity of a source without dynamics of its own."""

import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.controls._trials import per_trial
from rnncompare.options.ranges import Seed
from rnncompare.recordings.needs import Needs


def inputs(recording: xr.Dataset, task: xr.Dataset | None, *, seed: Seed) -> xr.Dataset:
    """The inputs of the task (trial, time, input) at the reference delay and the recorded times, as units.

    If inputs are random, those of the set `seed`, counted from the first set of the task. Raises BadActivity.
    """
    if task is None:
        raise BadActivity("control inputs: found no task, wanted the one on which the networks are trained")
    sets = task["input_set"].values.tolist() if "input_set" in task.dims else [None]
    task = activity.with_input_set(task, sets[seed % len(sets)])
    chosen = activity.at_reference_delay(task).isel(time=task.recorded.values)
    return activity.build(
        chosen.inputs.values,
        time=chosen.time.values,
        unit=chosen.input.values,
        condition=chosen.condition.values,
        per_trial=per_trial(chosen, leave=("delay",)),
        source="inputs of the task",
        rate_units="a.u.",
        alignment=recording.attrs.get("alignment", "as recorded"),
    )


def needs(**_) -> Needs:
    """The inputs are those of the trials at the reference delay of the task."""
    return Needs(task=True, reference_delay=True)


inputs.needs = needs
