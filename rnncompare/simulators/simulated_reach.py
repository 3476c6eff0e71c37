"""Simulator of a session of centre-out reaches by a known network, written as an NWB file."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import numpy as np

from rnncompare.files.atomic import atomic
from rnncompare.options.ranges import Directions, Seed, Share, TrialCount, UnitCount
from rnncompare.simulators._reach_network import STEP, Truth, generator

WHEN = datetime(2000, 1, 1, tzinfo=UTC)  # fixed, so that the same seed writes the same session


def simulated_reach(
    path: str | Path, *, seed: Seed, units: UnitCount, directions: Directions, trials: TrialCount, choice_units: Share
) -> None:
    """Write a session that is simulated by `_reach_network.generator`, with Poisson spikes, as NWB.

    units: number of simultaneous units; directions: number of evenly spaced reach directions; trials: number for each
    direction; choice_units: fraction, 0 to 1, of the units whose rates are correlated with the side on which the hand
    ends. Trials follow each other without a pause. The same options give the same numbers. Raises ValueError.
    """
    if min(units, directions, trials) < 1 or not 0 <= choice_units <= 1 or directions < 2:
        raise ValueError(
            f"simulated_reach: found {units} units, {directions} directions, {trials} trials and choice_units "
            f"{choice_units}, wanted at least 1 unit, 2 directions and 1 trial, and a fraction from 0 to 1"
        )
    truth = generator(seed=seed, units=units, directions=directions, trials=trials, choice_units=choice_units)
    spikes = draw_spikes(truth, np.random.default_rng([seed, 3]))
    content = _nwb(truth, spikes, f"simulated_reach-{seed}-{units}-{directions}-{trials}-{choice_units:g}")
    with atomic(path) as temporary:
        temporary.write_bytes(content)


def draw_spikes(truth: Truth, rng: np.random.Generator) -> list[np.ndarray]:
    """Sorted Poisson spike times (s) of each unit in the session of consecutive trials."""
    rate = truth.rate.reshape(-1, truth.rate.shape[-1])
    times = []
    for unit in range(rate.shape[1]):
        step = np.repeat(np.arange(len(rate)), rng.poisson(rate[:, unit] * STEP))
        times.append(np.sort((step + rng.uniform(size=len(step))) * STEP))
    return times


def _nwb(truth: Truth, spikes: list[np.ndarray], name: str) -> bytes:
    """The content of the NWB file, built in memory because HDF5 cannot close a file on a full disk."""
    import h5py
    import pynwb

    session = pynwb.NWBFile(
        session_description="Centre-out reaches simulated by a recurrent network; no animal was recorded.",
        identifier=name,
        session_start_time=WHEN,
        file_create_date=WHEN,
        subject=pynwb.file.Subject(subject_id="network", species="none (simulated)", description="a recurrent network"),
    )
    _add_trials(session, truth)
    _add_hand(session, truth)
    session.add_unit_column(name="area", description="the area that the unit stands for; simulated")
    whole = [[0.0, truth.position.shape[0] * len(truth.time) * STEP]]
    for times in spikes:
        session.add_unit(spike_times=times, obs_intervals=whole, area="M1 (simulated)")
    content = BytesIO()
    with h5py.File(content, "w") as memory, pynwb.NWBHDF5IO(file=memory, mode="w") as file:
        file.write(session)
    return content.getvalue()


def _add_trials(session, truth: Truth) -> None:
    columns = {
        "target_on_time": "when the target appeared, s",
        "go_cue_time": "when the go cue came, s",
        "move_onset_time": "when the hand's speed first passed a fifth of its peak, s",
        "reach_end_time": "when it fell below that again, s",
        "target_direction": "degrees counterclockwise from the x axis",
        "choice": "the side of the target on which the hand ended, read from the hand",
        "error": "degrees by which it ended counterclockwise of the target",
    }
    for column, description in columns.items():
        session.add_trial_column(name=column, description=description)
    length = len(truth.time) * STEP
    for k, start in enumerate(np.arange(len(truth.choice)) * length):
        session.add_trial(
            start_time=start,
            stop_time=start + length,
            target_on_time=start + truth.trials.target_on[k],
            go_cue_time=start + truth.trials.go_cue[k],
            move_onset_time=start + truth.move_onset[k],
            reach_end_time=start + truth.reach_end[k],
            target_direction=truth.trials.direction[k],
            choice=str(truth.choice[k]),
            error=truth.error[k],
        )


def _add_hand(session, truth: Truth) -> None:
    """Add the position with timestamps and the velocity with a sampling rate, the two options of NWB."""
    from pynwb.behavior import BehavioralTimeSeries, Position, SpatialSeries

    module = session.create_processing_module(name="behavior", description="the hand that the network's read-out moves")
    position, velocity = (a.reshape(-1, 2) for a in (truth.position, truth.velocity))
    where = SpatialSeries(
        name="hand_position",
        data=position,
        unit="m",
        reference_frame="(0, 0) is the centre, x to the right, y away",
        timestamps=np.arange(len(position)) * STEP,
    )
    module.add(Position(spatial_series=where, name="Position"))
    speed = BehavioralTimeSeries(name="Velocity")
    speed.create_timeseries(name="hand_velocity", data=velocity, unit="m/s", starting_time=0.0, rate=1 / STEP)
    module.add(speed)
