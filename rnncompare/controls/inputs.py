"""What the networks are told, as a population: similarity that needs no dynamics at all."""

import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.controls._trials import per_trial
from rnncompare.options.ranges import Seed


def inputs(recording: xr.Dataset, task: xr.Dataset | None, *, seed: Seed) -> xr.Dataset:
    """The task's inputs (trial, time, input) at the recorded times of the reference delay, in place of units. Raises
    BadActivity.
    """
    if task is None:
        raise BadActivity("control inputs: found no task, wanted the one that the networks are trained on")
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
