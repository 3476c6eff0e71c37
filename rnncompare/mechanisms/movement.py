"""Fixed points, modes and the linear prediction of a reaching network, in preparation and in movement."""

import numpy as np
import xarray as xr

from rnncompare.comparison.measure_card import NOT_NEGATIVE, SHARE, MeasureCard
from rnncompare.fixed_points.counts import MEANINGS, counts_by_kind, single_points
from rnncompare.fixed_points.modes import Modes, eigenvalues
from rnncompare.fixed_points.protocol import Dynamics
from rnncompare.fixed_points.search import find_fixed_points
from rnncompare.fixed_points.starts import sample_states, trajectories
from rnncompare.linearisation.courses import about_point, along_mean, at_rest, explained, time_explained
from rnncompare.linearisation.epochs import Epoch, epochs, trials
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.options.ranges import Count, NotNegative, Seed
from rnncompare.statistics.bounds import ANY, Bounds

STATES, OUTPUTS = "states", "outputs"


def movement(
    data: xr.Dataset,
    network: NoisyDynamics,
    task: xr.Dataset,
    *,
    seed: Seed,
    starts: Count,
    jitter: NotNegative,
    steps: Count,
    searches: Count | None,
) -> list[dict]:
    """Fixed points and modes with the constant inputs of each epoch, and how far they predict the movement.

    The epochs of the trials with the reference delay are preparation (the code of the condition is shown) and movement
    (after the pulse of the go cue); see `linearisation.epochs`. data: not used. starts: number of states for each
    distinct input of an epoch, drawn with `seed` from the trajectories of the conditions with this input in this epoch,
    plus `jitter` SDs of noise; steps, searches: see `fixed_points.search`.

    Rows for each epoch (`variable`), means over its distinct inputs: stable, saddles, unstable, slow, continua: numbers
    of points as for `fixed_points`; unconverged: fraction of searches that ended at no point. settles: fraction of
    conditions from which the network itself comes to rest if the inputs stay as they are; the following are means over
    the points at which it does, and left out without one: rate, ln |mu| / dt of the leading mode, 1 / s; frequency: its
    frequency, Hz (0 if it does not oscillate); slowest_frequency, slowest_rate: those of the slowest mode that
    oscillates.

    Rows for movement alone: point_states, point_outputs: R2 of the course that follows from the state at its beginning
    by the map linearised at the point where the mean state of all conditions comes to rest (left out if it does not);
    mean_states, mean_outputs: the same by the map linearised along the course of the mean state. R2 is that of the
    deviations from the mean over conditions, over conditions, times and variables. The same names with _until: the time
    in s from the beginning up to which the R2 at each time is at least .5. Raises BadActivity.
    """
    dynamics, inputs = network.dynamics, trials(task)
    states = trajectories(dynamics, inputs)
    rows = []
    for number, epoch in enumerate(epochs(task)):
        found = _points(network, epoch, states[:, epoch.times], starts, jitter, steps, searches, seed + number)
        if epoch.name == "movement":
            found |= _predicted(dynamics, epoch, states, steps, network.dt)
        rows += [{"variable": epoch.name, "statistic": name, "value": float(value)} for name, value in found.items()]
    return rows


def _points(
    network: NoisyDynamics,
    epoch: Epoch,
    states: np.ndarray,
    starts: int,
    jitter: float,
    steps: int,
    searches: int | None,
    seed: int,
) -> dict[str, float]:
    """Means over the distinct inputs of an epoch; states (condition, time, variable) of the epoch."""
    different, of = np.unique(epoch.inputs, axis=0, return_inverse=True)
    each, rests, modes = [], [], []
    for k, u in enumerate(different):
        own = states[of.ravel() == k]
        drawn = sample_states(own, starts, jitter=jitter, seed=seed + 2 * k)
        # The last states of the trajectories are starts as well: they show where the network itself goes.
        begin = np.concatenate([drawn, own[:, -1]])
        found = find_fixed_points(network.dynamics, u, begin, dt=network.dt, steps=steps, searches=searches)
        counts = counts_by_kind(found, single_points(network.dynamics, found))
        each.append(counts | {"unconverged": found.share_unconverged})
        to = found.flows_to[starts:]
        rests += (to >= 0).tolist()
        for point in np.unique(to[to >= 0]):
            # Where rectified units come to rest at their kink, the slopes are those of the approach, not of the point.
            end = at_rest(network.dynamics, own[np.argmax(to == point), -1], u, steps)
            modes.append(Modes(eigenvalues(network.dynamics.jacobian(end[None], u))[0], network.dt))
    counts = {name: np.mean([one[name] for one in each]) for name in each[0]}
    return counts | {"settles": np.mean(rests)} | _modes(modes)


def _modes(modes: list[Modes]) -> dict[str, float]:
    """Rates and frequencies of the leading mode and of the slowest one that oscillates, means over points."""
    found = {}
    if modes:
        found["rate"] = np.mean([each.rates[0] for each in modes])
        found["frequency"] = np.mean([each.frequencies[0] if each.pairs[0] else 0.0 for each in modes])
    turning = [(each, int(np.argmax(each.pairs))) for each in modes if each.pairs.any()]
    if turning:
        found["slowest_frequency"] = np.mean([each.frequencies[k] for each, k in turning])
        found["slowest_rate"] = np.mean([each.rates[k] for each, k in turning])
    return found


def _predicted(dynamics: Dynamics, epoch: Epoch, states: np.ndarray, steps: int, dt: float) -> dict[str, float]:
    """How well linear maps predict the course of the movement from its first state."""
    course, u = states[:, epoch.times], epoch.inputs[0]
    mean = course.mean(axis=0)
    guesses = {"mean": along_mean(dynamics, mean, u, course[:, 0] - mean[0])}
    rest = at_rest(dynamics, mean[-1], u, steps)
    if rest is not None:
        guesses["point"] = about_point(dynamics, rest, u, course[:, 0] - mean[0], len(mean))
    found = {}
    for name, deviations in guesses.items():
        outputs = [each - each.mean(axis=0) for each in (_read(dynamics, x) for x in (course, mean + deviations))]
        for what, (true, guess) in {STATES: (course - mean, deviations), OUTPUTS: outputs}.items():
            found[f"{name}_{what}"] = explained(true, guess)
            found[f"{name}_{what}_until"] = time_explained(true, guess, dt)
    return found


def _read(dynamics: Dynamics, states: np.ndarray) -> np.ndarray:
    """Outputs (condition, time, output) in states (condition, time, variable)."""
    return dynamics.read(states.reshape(-1, states.shape[-1])).reshape(*states.shape[:2], -1)


AT_MOST_ONE: Bounds = (None, 1)
movement.of_tasks = ("a go cue", "delayed_reach")  # see study.mechanism_checks
movement.card = MeasureCard(
    formula="points x with F(x, u) = x for the map F of one step and constant inputs u; ln |mu| / dt and |angle of mu| "
    "/ (2 pi dt) of the eigenvalues mu of dF/dx; deviations from the mean over conditions that follow from d(t + 1) = "
    "dF/dx d(t), with R2 = 1 - sum((true - predicted)^2) / sum(true^2)",
    statistics=MEANINGS
    | {
        "unconverged": "fraction of searches that ended at no point",
        "settles": "fraction of conditions from which the network comes to rest if the inputs stay",
        "rate": "rate of the leading mode where it comes to rest, 1 / s",
        "frequency": "frequency of that mode, Hz; 0 if it does not oscillate",
        "slowest_rate": "rate of the slowest mode that oscillates, 1 / s",
        "slowest_frequency": "frequency of the slowest mode that oscillates, Hz",
        "point_states": "R2 of states by the map linearised where the mean state comes to rest",
        "point_outputs": "R2 of outputs by that map",
        "mean_states": "R2 of states by the map linearised along the mean course",
        "mean_outputs": "R2 of outputs by that map",
        "point_states_until": "time up to which point_states is at least .5 at each time, s",
        "point_outputs_until": "time up to which point_outputs is at least .5 at each time, s",
        "mean_states_until": "time up to which mean_states is at least .5 at each time, s",
        "mean_outputs_until": "time up to which mean_outputs is at least .5 at each time, s",
    },
    bounds=dict.fromkeys((*MEANINGS, "frequency", "slowest_frequency"), NOT_NEGATIVE)
    | dict.fromkeys(("unconverged", "settles"), SHARE)
    | dict.fromkeys(("rate", "slowest_rate"), ANY)
    | {f"{way}_{what}": AT_MOST_ONE for way in ("point", "mean") for what in (STATES, OUTPUTS)}
    | {f"{way}_{what}_until": NOT_NEGATIVE for way in ("point", "mean") for what in (STATES, OUTPUTS)},
    zero="R2: the prediction is as good as no difference between conditions",
    one="R2: the linear map predicts the movement completely",
    cost="distinct inputs x that of fixed_points, and variables^2 for each time and condition",
    pitfalls="Eigenvalues describe a movement only if the linear map predicts it: read them beside the R2. A network "
    "need not come to rest within a movement. Large differences between conditions switch rectified units, so that R2 "
    "can be far below 0 although deviations of small size would be predicted. Untrained networks oscillate, too.",
    reference="Sussillo et al. 2015",
)
