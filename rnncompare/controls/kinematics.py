"""Control: the kinematics of the arm as a population, which shows the score of activity that only follows movement."""

from typing import Annotated

import xarray as xr

from rnncompare import activity
from rnncompare.controls._trials import per_trial
from rnncompare.options.ranges import Seed, Some
from rnncompare.recordings.needs import Needs


def kinematics(
    recording: xr.Dataset, task: xr.Dataset | None, *, seed: Seed, channels: Annotated[list[str], Some]
) -> xr.Dataset:
    """The channels of the recording's behavior (trial, time, channel), unchanged, as units. Raises BadActivity."""
    existing = recording.channel.values.tolist() if "behavior" in recording else []
    missing = [c for c in channels if c not in existing]
    if missing or not channels:
        raise activity.BadActivity(
            f"control kinematics of {recording.attrs.get('source', 'recording')}: found behavior {existing or 'none'}, "
            f"wanted {', '.join(missing) or 'at least one channel'}"
        )
    return activity.build(
        recording.behavior.values[..., [existing.index(c) for c in channels]],
        time=recording.time.values,
        unit=channels,
        condition=recording.condition.values,
        per_trial=per_trial(recording),
        source=f"kinematics of {recording.attrs.get('source', 'recording')}",
        rate_units=recording.attrs.get("behavior_units", "a.u."),
        alignment=recording.attrs.get("alignment", "as recorded"),
    )


def needs(*, channels: list[str], **_) -> Needs:
    """The channels that the control requires of a recording."""
    return Needs({"the channels of the control": [channels]}, {})


kinematics.needs = needs
