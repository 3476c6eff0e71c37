"""The arm as a population: what any activity that merely follows the movement would score."""

from typing import Annotated

import xarray as xr

from rnncompare import activity
from rnncompare.controls._trials import per_trial
from rnncompare.options.ranges import Seed, Some
from rnncompare.recordings.needs import Needs


def kinematics(
    recording: xr.Dataset, task: xr.Dataset | None, *, seed: Seed, channels: Annotated[list[str], Some]
) -> xr.Dataset:
    """The recording's behavior channels (trial, time, channel), as they are, as units. Raises BadActivity."""
    there = recording.channel.values.tolist() if "behavior" in recording else []
    missing = [c for c in channels if c not in there]
    if missing or not channels:
        raise activity.BadActivity(
            f"control kinematics of {recording.attrs.get('source', 'recording')}: found behavior {there or 'none'}, "
            f"wanted {', '.join(missing) or 'at least one channel'}"
        )
    return activity.build(
        recording.behavior.values[..., [there.index(c) for c in channels]],
        time=recording.time.values,
        unit=channels,
        condition=recording.condition.values,
        per_trial=per_trial(recording),
        source=f"kinematics of {recording.attrs.get('source', 'recording')}",
        rate_units=recording.attrs.get("behavior_units", "a.u."),
        alignment=recording.attrs.get("alignment", "as recorded"),
    )


def needs(*, channels: list[str], **_) -> Needs:
    """What is read of the recording."""
    return Needs({"the channels that the control takes": [channels]}, {})


kinematics.needs = needs
