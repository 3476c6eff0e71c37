"""Cue-Set-Go: an input says how long an interval is, a pulse starts it, and the output ramps up to 1 at its end."""

from typing import Annotated

import numpy as np
import xarray as xr

from rnncompare.options.ranges import Different, Duration, PositiveSeconds, PositiveShare, TimeStep, TrialCountOrNone
from rnncompare.options.values import checked
from rnncompare.plugins import BadOption
from rnncompare.recordings.needs import Needs
from rnncompare.tasks._pool import check_memory, check_whole_steps

NAME = "cue_set_go"
INPUTS = ["level", "set"]
THRESHOLD = 1.0  # of the output; the first time at which it is reached is the produced time


@checked
def cue_set_go(
    recording: xr.Dataset | None,
    muscles: xr.Dataset | None,
    *,
    intervals: Annotated[list[PositiveSeconds], Different],
    levels: Annotated[list[PositiveShare], Different],
    cue: Duration,
    delays: Annotated[list[PositiveSeconds], Different],
    test_delays: Annotated[list[PositiveSeconds], Different],
    pulse: PositiveSeconds,
    overshoot: PositiveShare,
    dt: TimeStep,
    test_trials: TrialCountOrNone,
) -> xr.Dataset:
    """Training trials and a test set of the production of cued intervals (after Wang et al. 2018).

    The input level, one of `levels` for each of `intervals` (s), is 0 for `cue` s and then stays on. After one of the
    delays (s) follows Set, a `pulse` of 1 of the input set (s). The target is 0 until Set and then t / interval, with t
    the s since the onset of Set, up to t = (1 + `overshoot`) interval; the mask is 1 until then, and 0 afterwards. A
    ramp that ended at 1 would leave it to chance whether the output reaches 1. Inputs have no noise, which is part of
    the network. Levels do not need to be proportional to intervals or to speeds.

    The produced time is the time from Set to the first time at which the output is at least 1 (the attribute
    threshold). It is undefined (NaN) if there is none before `offset`, the same time after Set in all trials; such
    trials stay in the data and are counted. Times are multiples of dt, and so are intervals.

    There is one training trial for each interval and each of `delays`, and there are test_trials test trials for each
    interval and each of `test_delays`, none of which is a training delay. Several differ only by the noise of the
    network. Training holds out `validation` delays of each interval, which are selected by the seed.

    recording, muscles: not used. Returns float32 inputs (trial, time, input), targets (trial, time, output) and mask
    (trial, time); time in s from trial start; coordinates along trial: set (`train`, `test`), condition (the interval,
    `0.500`), interval, level and foreperiod (the delay), and in s from trial start onset (of Set) and offset. Raises
    BadOption.
    """
    sets = [every(len(intervals), delays, 1), every(len(intervals), test_delays, test_trials)]
    which, waited = (np.concatenate(values) for values in zip(*sets, strict=True))
    interval, level = np.asarray(intervals, dtype=float)[which], np.asarray(levels, dtype=float)[which]
    onset = np.rint((cue + waited) / dt).astype(int)
    last = steps_to_end(interval, overshoot, dt)
    longest = steps_to_end(max(intervals), overshoot, dt)
    step = np.arange(onset.max() + longest + 1)
    since = step - onset[:, None]
    shown, pulsed = step >= round(cue / dt), (since >= 0) & (since < round(pulse / dt))
    inputs = np.stack([np.where(shown, level[:, None], 0), pulsed], axis=-1)
    targets = np.clip(since, 0, last[:, None]) * dt / interval[:, None]
    return xr.Dataset(
        {
            "inputs": (("trial", "time", "input"), inputs.astype(np.float32)),
            "targets": (("trial", "time", "output"), targets[..., None].astype(np.float32)),
            "mask": (("trial", "time"), (since <= last[:, None]).astype(np.float32)),
        },
        coords={
            "time": np.round(step * dt, 9),
            "input": INPUTS,
            "output": ["ramp"],
            "set": ("trial", np.repeat(["train", "test"], [len(part[0]) for part in sets])),
            "condition": ("trial", [f"{t:.3f}" for t in interval.tolist()]),
            "interval": ("trial", interval),
            "level": ("trial", level),
            "foreperiod": ("trial", waited),
            "onset": ("trial", np.round(onset * dt, 9)),
            "offset": ("trial", np.round((onset + longest + 1) * dt, 9)),
        },
        attrs={"threshold": THRESHOLD, "alignment": "trial start", "output_units": "of the interval"},
    )


def check_intervals(intervals: list[float], levels: list[float], overshoot: float, dt: float) -> None:
    """Raise BadOption for intervals without a level of their own, or that cannot be distinguished or produced."""
    if len(levels) != len(intervals):
        raise BadOption(f"{NAME}: found {len(levels)} levels, wanted {len(intervals)}, one for each interval")
    if len({round(t, 3) for t in intervals}) < len(intervals):
        raise BadOption(
            f"{NAME}: found intervals {intervals}, wanted numbers that differ in their first three decimals, because "
            "conditions are named by them"
        )
    for time in intervals:
        check_whole_steps(NAME, {"an interval of": time}, dt)
    shortest = min(intervals)
    if overshoot * shortest < dt * (1 - 1e-6):
        raise BadOption(
            f"{NAME}: found overshoot {overshoot:g}, wanted at least {dt / shortest:.3g}, a step of the shortest "
            "interval: if the target does not pass 1, it is left to chance whether the output reaches it"
        )


def check_times(cue: float, delays: list[float], test_delays: list[float], pulse: float, dt: float) -> None:
    """Raise BadOption for times that are not whole steps, and for test delays with which networks are trained."""
    check_whole_steps(NAME, {"cue": cue}, dt)
    named = [("pulse", pulse), *(("a delay of", t) for t in delays), *(("a test delay of", t) for t in test_delays)]
    for name, time in named:
        check_whole_steps(NAME, {name: time}, dt)
        if round(time / dt) < 1:
            raise BadOption(f"{NAME}: found {name} {time:g} s, wanted at least a step of {dt:g} s")
    trained = {round(t / dt) for t in delays}
    shared = [t for t in test_delays if round(t / dt) in trained]
    if shared:
        raise BadOption(
            f"{NAME}: found test_delays {shared} among the delays, wanted others: a test trial would be one with which "
            "networks are trained"
        )


def check_size(
    intervals: list[float],
    cue: float,
    delays: list[float],
    test_delays: list[float],
    overshoot: float,
    dt: float,
    test_trials: int,
) -> None:
    """Raise BadOption for more trials than fit into memory."""
    steps = round((cue + max(*delays, *test_delays) + (1 + overshoot) * max(intervals)) / dt)
    check_memory(NAME, len(intervals) * len(delays), test_trials, len(intervals) * len(test_delays), steps)


cue_set_go.together = (check_intervals, check_times, check_size)


def needs(**_) -> Needs:
    """Networks are simulated on the test set, whose trials do not have the times of a recording."""
    return Needs(simulation=True)


cue_set_go.has = ("a test set with targets",)
cue_set_go.needs = needs
cue_set_go.count_inputs = lambda **_: len(INPUTS)


def every(intervals: int, delays: list[float], trials: int) -> tuple[np.ndarray, np.ndarray]:
    """Index of the interval and delay (s) of each trial, (trial,) each: `trials` of each combination."""
    which, waited = np.meshgrid(np.arange(intervals), np.asarray(delays, dtype=float), indexing="ij")
    return np.repeat(which.ravel(), trials), np.repeat(waited.ravel(), trials)


def steps_to_end(interval: np.ndarray | float, overshoot: float, dt: float) -> np.ndarray:
    """Number of steps from Set to the last one of the ramp, the first at which (1 + overshoot) interval has passed."""
    return np.ceil(np.multiply(1 + overshoot, interval) / dt - 1e-6).astype(int)
