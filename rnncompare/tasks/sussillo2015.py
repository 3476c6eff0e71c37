"""The published task of Sussillo et al. 2015, with given inputs and muscles for 27 reaches with 8 delays each."""

from typing import Annotated

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity, conditions
from rnncompare.options.ranges import Count, Some
from rnncompare.plugins import BadOption
from rnncompare.recordings.needs import Needs


def sussillo2015(
    recording: xr.Dataset, muscles: xr.Dataset | None, *, outputs: Annotated[list[str], Some], reference_delay: Count
) -> xr.Dataset:
    """Inputs and targets of the networks as in the Neuromatch course.

    muscles: activity of the reader `sussillo2015_task`. Inputs: the plan channels, z-scored over all trials, times and
    channels together, and the go channel; all of them are then z-scored again. Targets: the channels in `outputs`,
    unchanged; the course uses muscle_4 and muscle_5. Conditions are the reaches, and delays their numbers, 1 to 8. mask
    is 1 throughout. recorded: times that the recording also has. Raises BadOption, BadActivity.
    """
    channels = [] if muscles is None or "behavior" not in muscles else muscles.channel.values.tolist()
    plan = [name for name in channels if name.startswith("plan_")]
    missing = [name for name in ["go", *outputs] if name not in channels]
    if not plan or missing or "reach" not in muscles.coords:
        raise BadActivity(
            f"sussillo2015: found muscles with channels {channels or 'none'}, wanted those of the reader "
            f"sussillo2015_task, including {', '.join(['plan_1', 'go', *outputs])}"
        )
    delays = sorted(set(muscles.delay.values.tolist()))
    if reference_delay not in delays:
        raise BadOption(f"sussillo2015: found reference_delay {reference_delay}, wanted one of {delays}")
    reaches = set(muscles.reach.values.tolist())
    if not reaches & set(conditions(recording)):
        raise BadActivity(
            f"sussillo2015: found none of the recording's conditions {conditions(recording)} among the reaches, "
            "wanted the recording of the same reaches"
        )
    behavior = muscles.behavior.sel(channel=[*plan, "go"]).values
    planned = _z_scores(behavior[..., :-1])
    inputs = _z_scores(np.concatenate([planned, behavior[..., -1:]], axis=-1))
    time = muscles.time.values
    recorded = np.abs(time[:, None] - recording.time.values).min(axis=1) < RESOLUTION
    if not recorded.any():
        raise BadActivity(
            f"sussillo2015: found times from {time[0]:g} to {time[-1]:g} s and none of the recording's "
            f"({recording.time.values[0]:g} to {recording.time.values[-1]:g} s) among them, wanted some"
        )
    return xr.Dataset(
        {
            "inputs": (("trial", "time", "input"), inputs),
            "targets": (("trial", "time", "output"), muscles.behavior.sel(channel=outputs).values),
            "mask": (("trial", "time"), np.ones(inputs.shape[:2])),
        },
        coords={
            "time": time,
            "condition": ("trial", muscles.reach.values),
            "delay": ("trial", muscles.delay.values),
            "recorded": ("time", recorded),
            "input": [*plan, "go"],
            "output": list(outputs),
        },
        attrs={
            "reference_delay": reference_delay,
            "alignment": recording.attrs.get("alignment", "as recorded"),
            "output_units": "as in the file",
        },
    )


def needs(**_) -> Needs:
    """The task requires only conditions and times of the recording; inputs and targets come from the muscles."""
    return Needs({}, {}, muscles=True)


sussillo2015.needs = needs


def _z_scores(values: np.ndarray) -> np.ndarray:
    """z-scores over all values. The scaling to 0..1 that the course applies before has no effect on them."""
    deviation = values.std(ddof=1)
    if not deviation > 0:
        raise BadActivity("sussillo2015: found constant inputs, wanted inputs that vary")
    return (values - values.mean()) / deviation
