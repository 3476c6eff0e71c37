"""Simulation of a network that controls reaches, with known rates, hand movements and choices."""

from typing import NamedTuple

import numpy as np

STEP = 0.005  # s
TAU = 0.05  # s
GAIN = 1.5  # SD of the recurrent weights times the square root of the number of units
REACH, MOVEMENT = 0.08, 0.5  # m, s: distance of the targets and duration of a minimum-jerk reach
BEFORE, HOLD, BACK = 0.4, 0.4, 0.6  # s: before the target, after the reach, and return movement
DELAY, REACTION = (0.4, 0.9), (0.2, 0.32)  # s, ranges: target to go cue, go cue to the trigger of the network
VEER = 8  # degrees by which one SD of the fluctuation rotates the direction of the hand
PLANTED = 0.15  # magnitude of the input weight of the fluctuation
NOISE = 0.1  # SD of the independent input of each unit, low-pass filtered with TAU
RIDGE = 1e-3  # penalty of the read-out, relative to the mean variance of the rates
FASTEST = 50.0  # spikes/s at r = 1, for the median unit
SPONTANEOUS = 3.0  # spikes/s at r = 0
BURN_IN = 0.3  # s, simulated before a trial and discarded


class Weights(NamedTuple):
    """Weights of a rate network, tau dx/dt = -x + J r + B u + b + noise, r = max(tanh(x), 0), and of its read-out."""

    recurrent: np.ndarray  # (unit, unit)
    inputs: np.ndarray  # (unit, 4): cosine and sine of the target direction, trigger, fluctuation
    bias: np.ndarray  # (unit,)
    readout: np.ndarray  # (unit + 1, 2): hand velocity in m/s from r; the last row is constant
    scale: np.ndarray  # (unit,) spikes/s at r = 1


class Trials(NamedTuple):
    """The inputs and events of each trial; events in s from the beginning of the trial."""

    direction: np.ndarray  # (trial,) target direction in degrees
    fluctuation: np.ndarray  # (trial,) with SD 1
    target_on: np.ndarray
    go_cue: np.ndarray
    trigger: np.ndarray


class Truth(NamedTuple):
    """The ground truth of a session; events in s from the beginning of their trial."""

    weights: Weights
    trials: Trials
    time: np.ndarray  # (time,) s from the beginning of each trial
    rate: np.ndarray  # (trial, time, unit) spikes/s from which spikes are drawn
    position: np.ndarray  # (trial, time, 2) m
    velocity: np.ndarray  # (trial, time, 2) m/s
    move_onset: np.ndarray  # (trial,) time at which the speed of the hand first exceeds a fifth of its peak
    reach_end: np.ndarray  # (trial,) time at which it falls below this value again
    error: np.ndarray  # (trial,) degrees between the final direction of the hand and the target, counterclockwise
    choice: np.ndarray  # (trial,) 'clockwise' or 'counterclockwise', the sign of `error`


def generator(*, seed: int, units: int, directions: int, trials: int, choice_units: float) -> Truth:
    """Simulate a session of `directions` x `trials` reaches in random order.

    A target is shown after .4 s, and its cosine and sine are inputs of the network. The go cue follows .4-.9 s later,
    and .2-.32 s after it a trigger. The linear read-out then converts the rates to a minimum-jerk reach of 8 cm in
    .5 s; before and after the reach, the hand does not move. The read-out is computed by ridge regression on noisy
    simulations. Each trial has a random fluctuation, which is an input to a fraction `choice_units` of the units, with
    a negative weight for every second one. The read-out rotates the reach by 8 degrees for each SD of the fluctuation
    (counterclockwise for positive values). The rates of these units, and through the recurrent weights of some others,
    are therefore correlated with the side of the target on which the hand ends. Between trials of the same direction,
    only the fluctuation, the independent noise of the units and the times of cue and trigger vary. After the reach, the
    hand returns without control by the network.
    """
    drawn, fitted, session = (np.random.default_rng([seed, k]) for k in range(3))
    weights = _fit_readout(_draw(units, choice_units, drawn), fitted)
    angles = np.arange(directions) * 360 / directions
    plan = _plan(session.permutation(np.repeat(angles, trials)), session)
    time = _time()
    r = run(weights, plan, time, session)
    velocity = _gate(plan, time)[:, :, None] * (r @ weights.readout[:-1] + weights.readout[-1])
    onset, end = _movement(time, velocity, plan)
    position = np.cumsum(velocity, axis=1) * STEP
    row = np.arange(len(end))
    moved = position[row, end] - position[row, onset]
    error = (np.degrees(np.arctan2(moved[:, 1], moved[:, 0])) - plan.direction + 180) % 360 - 180
    position, velocity = _returned(time, position, velocity)
    choice = np.where(error > 0, "counterclockwise", "clockwise")
    rate = SPONTANEOUS + weights.scale * r
    return Truth(weights, plan, time, rate, position, velocity, time[onset], time[end], error, choice)


def run(weights: Weights, plan: Trials, time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """r (trial, time, unit) by Euler integration from rest, with independent noise of each unit."""
    burn_in = round(BURN_IN / STEP)
    drive = _drive(plan, time) @ weights.inputs.T + weights.bias
    x = np.zeros((len(plan.direction), len(weights.bias)))
    noise = NOISE * rng.standard_normal(x.shape)
    r = np.empty((len(x), len(time), x.shape[1]))
    keep = np.exp(-STEP / TAU)
    for k in range(-burn_in, len(time)):
        noise = keep * noise + NOISE * np.sqrt(1 - keep**2) * rng.standard_normal(x.shape)
        now = np.maximum(np.tanh(x), 0)
        x = x + STEP / TAU * (-x + now @ weights.recurrent.T + drive[:, max(k, 0)] + noise)
        if k >= 0:
            r[:, k] = np.maximum(np.tanh(x), 0)
    return r


def _time() -> np.ndarray:
    longest = BEFORE + DELAY[1] + REACTION[1] + MOVEMENT + HOLD + BACK
    return np.arange(round(longest / STEP)) * STEP


def _draw(units: int, choice_units: float, rng: np.random.Generator) -> Weights:
    recurrent = GAIN * rng.standard_normal((units, units)) / np.sqrt(units)
    inputs = rng.standard_normal((units, 4)) * [0.5, 0.5, 0.8, 0]
    planted = round(choice_units * units)
    # Evenly spaced over the units, with alternating signs.
    chosen = np.floor(np.arange(planted) * units / max(planted, 1)).astype(int)
    inputs[chosen, 3] = PLANTED * (-1.0) ** np.arange(planted)
    scale = FASTEST * rng.lognormal(0, 0.4, units)
    return Weights(recurrent, inputs, rng.normal(0.25, 0.1, units), np.zeros((units + 1, 2)), scale)


def _plan(direction: np.ndarray, rng: np.random.Generator) -> Trials:
    count = len(direction)
    target = np.full(count, BEFORE)
    go = np.round((target + rng.uniform(*DELAY, count)) / STEP) * STEP
    return Trials(direction, rng.standard_normal(count), target, go, go + rng.uniform(*REACTION, count))


def _bell(phase: np.ndarray) -> np.ndarray:
    """Speed of a minimum-jerk movement over its phase, 0 to 1; its integral is 1 (Flash and Hogan 1985)."""
    phase = np.clip(phase, 0, 1)
    return 30 * phase**2 * (1 - phase) ** 2


def _drive(plan: Trials, time: np.ndarray) -> np.ndarray:
    """Inputs (trial, time, 4): target after its onset, bell-shaped trigger that precedes the movement, fluctuation."""
    shown = (time >= plan.target_on[:, None]) & (time < (plan.trigger + MOVEMENT)[:, None])
    angle = np.radians(plan.direction)[:, None]
    bell = _bell((time - plan.trigger[:, None] + TAU) / MOVEMENT) / _bell(np.array(0.5))
    fluctuation = np.broadcast_to(plan.fluctuation[:, None], shown.shape)
    return np.stack([shown * np.cos(angle), shown * np.sin(angle), bell, fluctuation], axis=-1)


def _gate(plan: Trials, time: np.ndarray) -> np.ndarray:
    """(trial, time) 1 during the movement of the hand and 0 otherwise, with transitions of .05 s."""
    after = time - plan.trigger[:, None]
    return np.clip(np.minimum(after, MOVEMENT + 0.1 - after) / 0.05, 0, 1)


def _fit_readout(weights: Weights, rng: np.random.Generator) -> Weights:
    """The read-out for minimum-jerk reaches that are rotated by the fluctuation, by ridge regression."""
    plan, time = _plan(rng.uniform(0, 360, 240), rng), _time()
    r = run(weights, plan, time, rng)
    angle = np.radians(plan.direction + VEER * plan.fluctuation)[:, None]
    speed = REACH / MOVEMENT * _bell((time - plan.trigger[:, None]) / MOVEMENT)
    open_ = _gate(plan, time) > 0
    wanted = np.stack([speed * np.cos(angle), speed * np.sin(angle)], axis=-1)[open_]
    rates = r[open_]
    mean = rates.mean(axis=0)
    covariance = np.cov(rates.T, bias=True)
    penalty = RIDGE * np.trace(covariance) / len(mean) * np.eye(len(mean))
    slope = np.linalg.solve(covariance + penalty, (rates - mean).T @ wanted / len(wanted))
    return weights._replace(readout=np.vstack([slope, wanted.mean(axis=0) - mean @ slope]))


def _movement(time: np.ndarray, velocity: np.ndarray, plan: Trials) -> tuple[np.ndarray, np.ndarray]:
    """For each trial, the indices at which the speed first exceeds a fifth of its peak after the go cue, and then falls
    below it.
    """
    speed = np.hypot(velocity[..., 0], velocity[..., 1])
    speed = np.where(time >= plan.go_cue[:, None], speed, 0)
    peak = speed.argmax(axis=1)[:, None]
    slow = speed < 0.2 * np.take_along_axis(speed, peak, axis=1)
    index = np.arange(len(time))
    onset = np.where(slow & (index < peak), index, -1).max(axis=1) + 1
    end = np.where(slow & (index > peak), index, len(time) - 1).min(axis=1)
    return onset, end


def _returned(time: np.ndarray, position: np.ndarray, velocity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Position and velocity with a minimum-jerk return to the start during the last BACK seconds."""
    start = len(time) - round(BACK / STEP)
    way = np.cumsum(_bell((np.arange(len(time)) - start + 0.5) * STEP / BACK)) * STEP / BACK
    back = way[start:] / way[-1]
    position, velocity = position.copy(), velocity.copy()
    position[:, start:] = position[:, start - 1, None] * (1 - back)[:, None]
    velocity[:, start:] = np.diff(position[:, start - 1 :], axis=1) / STEP
    return position, velocity
