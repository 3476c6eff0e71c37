"""A network that reaches: its rates, its hand and its choices, all known."""

from typing import NamedTuple

import numpy as np

STEP = 0.005  # s
TAU = 0.05  # s
GAIN = 1.5  # SD of the recurrent weights times the square root of the number of units
REACH, MOVEMENT = 0.08, 0.5  # m, s: distance of the targets and duration of a minimum-jerk reach
BEFORE, HOLD, BACK = 0.4, 0.4, 0.6  # s: before the target, after the reach, on the way back
DELAY, REACTION = (0.4, 0.9), (0.2, 0.32)  # s, ranges: target to go cue, go cue to the network's trigger
VEER = 8  # degrees by which the planted fluctuation, of SD 1, turns the hand
PLANTED = 0.15  # input weight of the planted fluctuation
NOISE = 0.1  # SD of each unit's own input, low-passed by TAU
RIDGE = 1e-3  # penalty on the read-out, as a fraction of the rates' mean variance
FASTEST = 50.0  # spikes/s at r = 1, for the median unit
SPONTANEOUS = 3.0  # spikes/s at r = 0
BURN_IN = 0.3  # s, simulated before a trial and thrown away


class Weights(NamedTuple):
    """A rate network tau dx/dt = -x + J r + B u + b + noise, r = max(tanh(x), 0), and its read-out."""

    recurrent: np.ndarray  # (unit, unit)
    inputs: np.ndarray  # (unit, 4): cosine and sine of the target, trigger, planted fluctuation
    bias: np.ndarray  # (unit,)
    readout: np.ndarray  # (unit + 1, 2): hand velocity in m/s from r; the last row is constant
    scale: np.ndarray  # (unit,) spikes/s at r = 1


class Trials(NamedTuple):
    """What happens in each trial, before the network has a say; s from the beginning of the trial."""

    direction: np.ndarray  # (trial,) degrees
    fluctuation: np.ndarray  # (trial,) SD 1
    target_on: np.ndarray
    go_cue: np.ndarray
    trigger: np.ndarray


class Truth(NamedTuple):
    """A session as it was made; events in s from the beginning of their trial."""

    weights: Weights
    trials: Trials
    time: np.ndarray  # (time,) s from the beginning of each trial
    rate: np.ndarray  # (trial, time, unit) spikes/s that spikes are drawn from
    position: np.ndarray  # (trial, time, 2) m
    velocity: np.ndarray  # (trial, time, 2) m/s
    move_onset: np.ndarray  # (trial,) where the hand's speed first passes a fifth of its peak
    reach_end: np.ndarray  # (trial,) where it falls below that again
    error: np.ndarray  # (trial,) degrees by which the hand ended counterclockwise of the target
    choice: np.ndarray  # (trial,) 'clockwise' or 'counterclockwise': the sign of that


def generator(*, seed: int, units: int, directions: int, trials: int, choice_units: float) -> Truth:
    """Simulate a session of `directions` x `trials` reaches, shuffled.

    A target, shown after .4 s, drives the network by its cosine and sine; .4-.9 s later comes the go cue, and .2-.32 s
    after it a trigger, upon which the linear read-out turns the rates into a minimum-jerk reach of 8 cm in .5 s; before
    and after it the hand is held still. The read-out is solved by ridge regression on simulations with noise. Each
    trial has a fluctuation; it enters a fraction `choice_units` of the units, every second one with a negative weight;
    the read-out turns the hand by 8 degrees an SD, counterclockwise where positive: so these units' rates, and by the
    recurrent weights those of some others, go with the side of the target on which the hand ends. It, each unit's own
    noise, and the times of cue and trigger are all that varies between trials of a direction. After the reach the hand
    is carried back by no drive of the network.
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
    position, velocity = _carried_back(time, position, velocity)
    choice = np.where(error > 0, "counterclockwise", "clockwise")
    rate = SPONTANEOUS + weights.scale * r
    return Truth(weights, plan, time, rate, position, velocity, time[onset], time[end], error, choice)


def run(weights: Weights, plan: Trials, time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """r (trial, time, unit) by Euler steps, from rest, with each unit's own noise."""
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
    # Spread over the units, signs in turn.
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
    """Inputs (trial, time, 4): target, from its onset on; trigger, a bell that leads the hand; fluctuation."""
    shown = (time >= plan.target_on[:, None]) & (time < (plan.trigger + MOVEMENT)[:, None])
    angle = np.radians(plan.direction)[:, None]
    bell = _bell((time - plan.trigger[:, None] + TAU) / MOVEMENT) / _bell(np.array(0.5))
    fluctuation = np.broadcast_to(plan.fluctuation[:, None], shown.shape)
    return np.stack([shown * np.cos(angle), shown * np.sin(angle), bell, fluctuation], axis=-1)


def _gate(plan: Trials, time: np.ndarray) -> np.ndarray:
    """1 while the hand moves and 0 while it is held still (trial, time), with edges of .05 s."""
    after = time - plan.trigger[:, None]
    return np.clip(np.minimum(after, MOVEMENT + 0.1 - after) / 0.05, 0, 1)


def _fit_readout(weights: Weights, rng: np.random.Generator) -> Weights:
    """The read-out that gives minimum-jerk reaches, turned by the fluctuation, in closed form (ridge)."""
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
    """Indices where each trial's speed first passes a fifth of its peak after the go cue, and falls below it again."""
    speed = np.hypot(velocity[..., 0], velocity[..., 1])
    speed = np.where(time >= plan.go_cue[:, None], speed, 0)
    peak = speed.argmax(axis=1)[:, None]
    slow = speed < 0.2 * np.take_along_axis(speed, peak, axis=1)
    index = np.arange(len(time))
    onset = np.where(slow & (index < peak), index, -1).max(axis=1) + 1
    end = np.where(slow & (index > peak), index, len(time) - 1).min(axis=1)
    return onset, end


def _carried_back(time: np.ndarray, position: np.ndarray, velocity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The hand brought to where trials begin, by a minimum-jerk movement over the last BACK seconds."""
    start = len(time) - round(BACK / STEP)
    way = np.cumsum(_bell((np.arange(len(time)) - start + 0.5) * STEP / BACK)) * STEP / BACK
    back = way[start:] / way[-1]
    position, velocity = position.copy(), velocity.copy()
    position[:, start:] = position[:, start - 1, None] * (1 - back)[:, None]
    velocity[:, start:] = np.diff(position[:, start - 1 :], axis=1) / STEP
    return position, velocity
