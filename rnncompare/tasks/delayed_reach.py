"""The delayed-reach task of a recording: a target is shown, and after a go cue the network produces the movement."""

from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity, condition_average, interval
from rnncompare.activity.selection import directions
from rnncompare.options.ranges import Duration, PositiveSeconds, Radians, Seconds
from rnncompare.plugins import BadOption, nearest
from rnncompare.recordings.needs import Needs
from rnncompare.tasks._outputs import OUTPUTS, check_arm, needs_of


def delayed_reach(
    recording: xr.Dataset,
    muscles: xr.Dataset | None,
    *,
    output: Literal["hand_velocity", "torque", "emg"],
    preparation: bool,
    delays: list[Duration],
    reference_delay: Duration,
    reaction_time: Seconds,
    fixation: Duration,
    go_width: PositiveSeconds,
    smoothing: Duration,
    arm: dict[Literal["posture", "excursion"], tuple[Radians, Radians]] | Literal["fitted"] | None,
) -> xr.Dataset:
    """The task with the conditions, times and movements of a recording (after Sussillo et al. 2015).

    Inputs: cosine and sine of the target direction (the recording's `angle`, deg) from target onset to the go cue, and
    a raised-cosine pulse of `go_width` s that begins at the go cue. Without preparation, the target appears at the go
    cue for the duration of the pulse, and there is one trial of delay 0 for each condition. Targets: `output`, one of
    hand_velocity, torque, emg (see _outputs). Before the recording begins, the targets are constant at their first
    value with mask 1: holding still is part of the task, since a network without this constraint could prepare by
    moving.

    reaction_time: s from the go cue to time 0 of the recording. It is ASSUMED if the recording is aligned to movement
    onset and has no go cue. delays: s from target onset to go cue, with one trial for each condition and delay; all
    trials have the same length and begin `fixation` s before the earliest target. smoothing: s, window of the cubics
    fitted for differentiation: of angles for torque, and of hand positions for hand_velocity if no velocity was
    recorded. arm (`fitted`, or posture and excursion in rad): for torque.

    Returns inputs (trial, time, input), targets (trial, time, output), mask (trial, time), and coordinates condition,
    angle, delay, recorded. Raises BadOption, BadActivity.
    """
    together(output=output, preparation=preparation, delays=delays, reference_delay=reference_delay, arm=arm)
    delays, reference_delay = _delays(delays, reference_delay) if preparation else ([0.0], 0.0)
    recording = condition_average(recording)
    angle = np.deg2rad(directions(recording, recording.attrs.get("source", "recording")))
    if recording.sizes["time"] < 2:
        raise BadActivity("delayed_reach: found a recording with 1 time, wanted a time course")
    muscles = None if muscles is None else condition_average(muscles)
    moves, names, facts = OUTPUTS[output](recording, muscles, smoothing=smoothing, arm=arm)
    time, recorded = _clock(recording.time.values, interval(recording), -reaction_time, max(delays) + fixation)
    go = _bump(time + reaction_time, go_width)
    moves = np.concatenate([np.repeat(moves[:, :1], (~recorded).sum(), axis=1), moves], axis=1)
    inputs = [_inputs(angle, time + reaction_time, go, (-d, 0.0) if preparation else (0.0, go_width)) for d in delays]
    count = len(angle)
    return xr.Dataset(
        {
            "inputs": (("trial", "time", "input"), np.concatenate(inputs)),
            "targets": (("trial", "time", "output"), np.tile(moves, (len(delays), 1, 1))),
            "mask": (("trial", "time"), np.ones((count * len(delays), len(time)))),
        },
        coords={
            "time": time,
            "condition": ("trial", np.tile(recording.condition.values, len(delays))),
            "angle": ("trial", np.tile(recording.angle.values.astype(float), len(delays))),
            "delay": ("trial", np.repeat(delays, count)),
            "recorded": ("time", recorded),
            "input": ["target_cos", "target_sin", "go"],
            "output": names,
        },
        attrs={
            "reference_delay": reference_delay,
            "reaction_time": reaction_time,
            "alignment": recording.attrs.get("alignment", "as recorded"),
            **facts,
        },
    )


def together(
    *, output: str, preparation: bool, delays: list[float], reference_delay: float, arm: dict | str | None
) -> None:
    """Raise BadOption for options that contradict each other."""
    if output not in OUTPUTS:
        wanted = f"wanted one of {', '.join(OUTPUTS)}.{nearest(output, OUTPUTS)}"
        raise BadOption(f"delayed_reach: found output '{output}', {wanted}")
    if output == "torque":
        check_arm(arm)
    if preparation:
        _delays(delays, reference_delay)


delayed_reach.together = together
delayed_reach.keeps_step = True  # the time step of its networks is that of the recording


def needs(*, output: str, arm: dict | str | None, **_) -> Needs:
    """The data that the task requires of a recording."""
    return Needs(needs_of(output, arm), {"angle": "each condition's target direction (deg)"}, muscles=output == "emg")


delayed_reach.needs = needs


def _delays(delays: list[float], reference_delay: float) -> tuple[list[float], float]:
    """The delays and the reference delay in s, after checks. Raises BadOption."""
    if len(delays) == 0 or min(delays) <= 0 or len(set(delays)) != len(delays):
        raise BadOption(f"delayed_reach: found delays {list(delays)}, wanted one or more different times above 0 s")
    if reference_delay not in delays:
        raise BadOption(
            f"delayed_reach: found reference_delay {reference_delay}, wanted one of the delays {list(delays)}"
        )
    return [float(d) for d in delays], float(reference_delay)


def _clock(recorded: np.ndarray, step: float, go: float, lead: float) -> tuple[np.ndarray, np.ndarray]:
    """The times of the recording, extended with its step to `lead` s before the go cue, and which of them it has.

    Raises BadOption.
    """
    if not recorded[0] < go < recorded[-1]:
        raise BadOption(
            f"delayed_reach: found a go cue at {go:g} s (reaction_time before 0), wanted it within the recording, "
            f"{recorded[0]:g} to {recorded[-1]:g} s"
        )
    before = max(0, int(np.ceil((recorded[0] - (go - lead)) / step - RESOLUTION)))
    time = np.concatenate([recorded[0] - step * np.arange(before, 0, -1), recorded])
    return np.round(time, 9), np.arange(len(time)) >= before


def _bump(since_go: np.ndarray, width: float) -> np.ndarray:
    """Raised cosine of height 1 from 0 to `width` s after the go cue, and 0 before it. Raises BadOption."""
    if width <= 0:
        raise BadOption(f"delayed_reach: found go_width {width:g} s, wanted above 0")
    inside = (since_go >= 0) & (since_go <= width)
    return np.where(inside, 0.5 - 0.5 * np.cos(2 * np.pi * since_go / width), 0.0)


def _inputs(angle: np.ndarray, since_go: np.ndarray, go: np.ndarray, shown: tuple[float, float]) -> np.ndarray:
    """Inputs (condition, time, 3): target direction during `shown` (s from the go cue, end excluded), and go cue."""
    visible = (since_go >= shown[0] - RESOLUTION) & (since_go < shown[1] - RESOLUTION)
    direction = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    target = direction[:, None, :] * visible[None, :, None]
    return np.concatenate([target, np.broadcast_to(go[None, :, None], (*target.shape[:2], 1))], axis=-1)
