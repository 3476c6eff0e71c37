"""The delayed-reach task of a recording: a target is shown, and after a go cue the network produces the movement."""

from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity, condition_average, interval
from rnncompare.activity.selection import directions
from rnncompare.options.ranges import Count, Duration, PositiveSeconds, Radians, Seconds, Seed
from rnncompare.plugins import BadOption, nearest
from rnncompare.recordings.needs import Needs
from rnncompare.tasks._condition_inputs import check_numbers, check_sets, direction, random_vectors
from rnncompare.tasks._outputs import OUTPUTS, check_arm, check_latency, needs_of


def delayed_reach(
    recording: xr.Dataset,
    muscles: xr.Dataset | None,
    *,
    output: Literal["hand_velocity", "torque", "emg", "direction"],
    preparation: bool,
    delays: list[Duration],
    reference_delay: Duration,
    reaction_time: Seconds,
    fixation: Duration,
    go_width: PositiveSeconds,
    smoothing: Duration,
    arm: dict[Literal["posture", "excursion"], tuple[Radians, Radians]] | Literal["fitted"] | None,
    inputs: Literal["direction", "random"],
    numbers: Count | None,
    latency: Duration | None,
    step: PositiveSeconds | None,
    input_sets: list[Seed],
) -> xr.Dataset:
    """The task with the conditions, times and movements of a recording (after Sussillo et al. 2015).

    Inputs: a code of the condition from target onset to the go cue, and a raised-cosine pulse of `go_width` s that
    begins at the go cue. With inputs 'direction', the code is the cosine and sine of the target direction (the
    recording's `angle`, deg); with 'random', it is a vector of `numbers` random numbers of length 1 for each condition,
    and there is one set of vectors for each of `input_sets` (see _condition_inputs). Without preparation, the target
    appears at the go cue for the duration of the pulse, and there is one trial of delay 0 for each condition. Targets:
    `output`, one of hand_velocity, torque, emg, direction (see _outputs). Before the recording begins, the targets are
    constant at their first value with mask 1: holding still is part of the task, since a network without this
    constraint could prepare by moving.

    reaction_time: s from the go cue to time 0 of the recording. It is ASSUMED if the recording is aligned to movement
    onset and has no go cue. delays: s from target onset to go cue, with one trial for each condition and delay; all
    trials have the same length and begin `fixation` s before the earliest target. smoothing: s, window of the cubics
    fitted for differentiation: of angles for torque, and of hand positions for hand_velocity if no velocity was
    recorded. arm (`fitted`, or posture and excursion in rad): for torque. latency: s from the go cue to the report of
    output 'direction'. step: s, the time step of networks, of which that of the recording is a multiple; behavior is
    interpolated by cubic splines. None: the time step of the recording.

    Returns inputs (trial, time, input), or (input_set, trial, time, input) if they are random, targets (trial, time,
    output), mask (trial, time), and coordinates condition, delay, recorded, and angle if the recording has it. Raises
    BadOption, BadActivity.
    """
    together(output=output, preparation=preparation, delays=delays, reference_delay=reference_delay, arm=arm)
    check_latency(output, latency)
    check_numbers(inputs, numbers)
    check_sets(inputs, input_sets)
    delays, reference_delay = _delays(delays, reference_delay) if preparation else ([0.0], 0.0)
    recording = condition_average(recording)
    if "direction" in (inputs, output):
        directions(recording, recording.attrs.get("source", "recording"))
    if recording.sizes["time"] < 2:
        raise BadActivity("delayed_reach: found a recording with 1 time, wanted a time course")
    sampled = recording.time.values
    recording = recording if step is None else finer(recording, step)
    muscles = None if muscles is None else condition_average(muscles)
    report = None if latency is None else latency - reaction_time
    moves, names, facts = OUTPUTS[output](recording, muscles, smoothing=smoothing, arm=arm, onset=report)
    time, before = _clock(recording.time.values, interval(recording), -reaction_time, max(delays) + fixation)
    moves = np.concatenate([np.repeat(moves[:, :1], before, axis=1), moves], axis=1)
    codes, coded = _codes(recording, inputs, numbers, input_sets)
    go = _bump(time + reaction_time, go_width)
    shown = [(-d, 0.0) if preparation else (0.0, go_width) for d in delays]
    each = [np.concatenate([_inputs(code, time + reaction_time, go, s) for s in shown]) for code in codes]
    sets = {"input_set": input_sets} if inputs == "random" else {}
    axes = ("trial", "time", "input")
    count = recording.sizes["trial"]
    known = [name for name in ("angle",) if name in recording.coords]
    return xr.Dataset(
        {
            "inputs": (("input_set", *axes), np.stack(each)) if sets else (axes, each[0]),
            "targets": (("trial", "time", "output"), np.tile(moves, (len(delays), 1, 1))),
            "mask": (("trial", "time"), np.ones((count * len(delays), len(time)))),
        },
        coords={
            "time": time,
            "condition": ("trial", np.tile(recording.condition.values, len(delays))),
            **{name: ("trial", np.tile(recording[name].values.astype(float), len(delays))) for name in known},
            "delay": ("trial", np.repeat(delays, count)),
            "recorded": ("time", np.isin(np.round(time / RESOLUTION), np.round(sampled / RESOLUTION))),
            "input": [*coded, "go"],
            "output": names,
            **sets,
        },
        attrs={
            "reference_delay": reference_delay,
            "reaction_time": reaction_time,
            "alignment": recording.attrs.get("alignment", "as recorded"),
            **facts,
        },
    )


def together(
    *,
    output: str,
    preparation: bool,
    delays: list[float],
    reference_delay: float,
    arm: dict | str | None,
) -> None:
    """Raise BadOption for options that contradict each other."""
    if output not in OUTPUTS:
        wanted = f"wanted one of {', '.join(OUTPUTS)}.{nearest(output, OUTPUTS)}"
        raise BadOption(f"delayed_reach: found output '{output}', {wanted}")
    if output == "torque":
        check_arm(arm)
    if preparation:
        _delays(delays, reference_delay)


delayed_reach.together = (together, check_latency, check_numbers, check_sets)
delayed_reach.has = ("a go cue",)  # the input `go`
delayed_reach.keeps_step = True  # the time step of its networks is that of the recording


def needs(*, output: str, arm: dict | str | None, inputs: str, **_) -> Needs:
    """The data that the task requires of a recording."""
    angle = {"angle": "each condition's target direction (deg)"} if "direction" in (inputs, output) else {}
    return Needs(needs_of(output, arm), angle, muscles=output == "emg")


delayed_reach.needs = needs


def count_inputs(*, inputs: str, numbers: int | None, **_) -> int:
    """The length of a condition's code, and the go cue."""
    return 1 + (2 if inputs == "direction" else numbers)


delayed_reach.count_inputs = count_inputs


def _delays(delays: list[float], reference_delay: float) -> tuple[list[float], float]:
    """The delays and the reference delay in s, after checks. Raises BadOption."""
    if len(delays) == 0 or min(delays) <= 0 or len(set(delays)) != len(delays):
        raise BadOption(f"delayed_reach: found delays {list(delays)}, wanted one or more different times above 0 s")
    if reference_delay not in delays:
        raise BadOption(
            f"delayed_reach: found reference_delay {reference_delay}, wanted one of the delays {list(delays)}"
        )
    return [float(d) for d in delays], float(reference_delay)


def finer(recording: xr.Dataset, step: float) -> xr.Dataset:
    """The behavior of a recording at a smaller time step (s), by cubic splines through its samples.

    Raises BadOption.
    """
    from scipy.interpolate import CubicSpline  # slow to import

    own, time = interval(recording), recording.time.values
    parts = round(own / step)
    if parts < 1 or abs(parts * step - own) > RESOLUTION:
        raise BadOption(
            f"delayed_reach: found step {step:g} s and a recording with time steps of {own:g} s, wanted one that "
            "divides it into equal parts"
        )
    wanted = np.round(time[0] + own / parts * np.arange(parts * (len(time) - 1) + 1), 9)
    kept = recording.drop_dims(["time"]).assign_coords(time=wanted)
    if "behavior" not in recording:
        return kept
    values = CubicSpline(time, recording.behavior.values, axis=1)(wanted)
    return kept.assign_coords(channel=recording.channel).assign(behavior=(recording.behavior.dims, values))


def _codes(
    recording: xr.Dataset, inputs: str, numbers: int | None, input_sets: list[int]
) -> tuple[list[np.ndarray], list[str]]:
    """The codes of the conditions in each set (condition, input), and the names of the inputs."""
    if inputs == "direction":
        angle = directions(recording, recording.attrs.get("source", "recording"))
        code, names = direction(np.deg2rad(angle))
        return [code], names
    made = [random_vectors(recording.sizes["trial"], numbers, k) for k in input_sets]
    return [code for code, _ in made], made[0][1]


def _clock(recorded: np.ndarray, step: float, go: float, lead: float) -> tuple[np.ndarray, int]:
    """The times of the recording, extended with its step to `lead` s before the go cue, and how many were added.

    Raises BadOption.
    """
    if not recorded[0] < go < recorded[-1]:
        raise BadOption(
            f"delayed_reach: found a go cue at {go:g} s (reaction_time before 0), wanted it within the recording, "
            f"{recorded[0]:g} to {recorded[-1]:g} s"
        )
    before = max(0, int(np.ceil((recorded[0] - (go - lead)) / step - RESOLUTION)))
    time = np.concatenate([recorded[0] - step * np.arange(before, 0, -1), recorded])
    return np.round(time, 9), before


def _bump(since_go: np.ndarray, width: float) -> np.ndarray:
    """Raised cosine of height 1 from 0 to `width` s after the go cue, and 0 before it. Raises BadOption."""
    if width <= 0:
        raise BadOption(f"delayed_reach: found go_width {width:g} s, wanted above 0")
    inside = (since_go >= 0) & (since_go <= width)
    return np.where(inside, 0.5 - 0.5 * np.cos(2 * np.pi * since_go / width), 0.0)


def _inputs(code: np.ndarray, since_go: np.ndarray, go: np.ndarray, shown: tuple[float, float]) -> np.ndarray:
    """Inputs (condition, time, input): code (condition, input - 1) during `shown` (s from the go cue, end excluded).

    The last input is the go cue, go (time,).
    """
    visible = (since_go >= shown[0] - RESOLUTION) & (since_go < shown[1] - RESOLUTION)
    target = code[:, None, :] * visible[None, :, None]
    return np.concatenate([target, np.broadcast_to(go[None, :, None], (*target.shape[:2], 1))], axis=-1)
