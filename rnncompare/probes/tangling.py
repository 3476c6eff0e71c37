"""Trajectory tangling: whether similar states of an activity have different derivatives."""

from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, interval
from rnncompare.activity.dynamical import refuse_without_dynamics
from rnncompare.comparison.measure_card import NOT_NEGATIVE, MeasureCard
from rnncompare.dynamics.trajectories import averages, beside_surrogates, states
from rnncompare.options.ranges import Components, NotNegative, Positive, Seed, Window
from rnncompare.plugins import BadOption
from rnncompare.populations.population import name_of

PAIRS = 2**20  # pairs of states that are processed together


def tangling(
    data: xr.Dataset,
    *,
    seed: Seed,
    of: Literal["rate", "behavior"],
    window: Window,
    soft_normalise: NotNegative | None,
    components: Components,
    epsilon: Positive,
    surrogates: dict | None,
) -> list[dict]:
    """Trajectory tangling Q(t) = max over t' of |dx_t - dx_t'|^2 / (|x_t - x_t'|^2 + e), 1/s^2.

    x: the first `components` principal components of the soft-normalised averages in `window` (s), including their mean
    over conditions; dx: their derivative by central differences; t and t' run over all conditions and times; e:
    `epsilon` (0.1 in the paper) x the mean squared distance of x from its mean. Low tangling is consistent with smooth
    autonomous dynamics; with high tangling, the derivative depends on more than the state. of: rate, or behavior for
    muscles or the outputs of a network. There are rows for each area: tangling_90 and tangling_mean, the 90th
    percentile and mean over all states; p: (1 + number of surrogates with at most that tangling) / (1 + number of
    surrogates). Raises BadActivity, BadOption. (Russo et al. 2018.)
    """
    if components < 1 or not epsilon > 0:
        raise BadOption(
            f"tangling: found components {components}, epsilon {epsilon:g}, wanted at least 1 and more than 0"
        )
    step, where = interval(data), f"tangling of {name_of(data)}"
    refuse_without_dynamics(data, where)
    rows = []
    for area, rate in averages(data, of=of, window=window, soft_normalise=soft_normalise, probe="tangling"):

        def measure(rate: np.ndarray) -> dict[str, float]:
            course = states(rate, components=components, axes=(0, 1))
            if course.shape[-1] == 0:
                raise BadActivity(f"{where}: found no variance in {of}, wanted some")
            q = tangled(course[:, 1:-1], (course[:, 2:] - course[:, :-2]) / (2 * step), epsilon)
            return {"tangling_90": float(np.quantile(q, 0.9)), "tangling_mean": float(q.mean())}

        found = beside_surrogates(rate, measure, surrogates=surrogates, seed=seed, lower=True, where=where)
        about = {"condition_independent": "kept", "units": rate.shape[-1]} | area
        rows += [{"statistic": name} | row | about for name, row in found.items()]
    return rows


def tangled(state: np.ndarray, slope: np.ndarray, epsilon: float) -> np.ndarray:
    """(condition x time,) Q of states and their derivatives, both (condition, time, component)."""
    state, slope = (a.reshape(-1, a.shape[-1]) for a in (state - state.mean(axis=(0, 1)), slope))
    softening = epsilon * (state**2).sum(axis=1).mean()
    size = max(1, PAIRS // len(state))
    batches = [slice(k, k + size) for k in range(0, len(state), size)]
    return np.concatenate(
        [
            (distances(slope[batch], slope) / (distances(state[batch], state) + softening)).max(axis=1)
            for batch in batches
        ]
    )


def distances(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(some, others) squared distances between all pairs."""
    squares = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)
    return np.maximum(squares - 2 * some @ others.T, 0.0)


tangling.needs_dynamics = True
tangling.card = MeasureCard(
    formula="Q(t) = max over t' of norm(dx_t - dx_t')^2 / (norm(x_t - x_t')^2 + epsilon x mean norm(x - mean)^2)",
    statistics={
        "tangling_90": "90th percentile of Q over all conditions and times, 1/s^2",
        "tangling_mean": "mean of Q, 1/s^2",
    },
    bounds={"tangling_90": NOT_NEGATIVE, "tangling_mean": NOT_NEGATIVE},
    landmarks="(2 pi f)^2 x 4 / (4 + epsilon) for a circle at f Hz",
    zero="",
    one="",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="pairs of states x components, for the activity and each surrogate; memory does not grow with the pairs",
    pitfalls="It increases with the square of the speed (compare at the same times, bin and smoothing) and with noise "
    "in the averages, and decreases with the number of dimensions. Activity that hardly changes has low tangling: "
    "compare it with that of the muscles or outputs that have to be produced. It depends on components and epsilon. "
    "time_shift and phase_randomised treat the window as periodic, which causes jumps: every activity is less tangled "
    "than these surrogates. For tensor_maximum_entropy, see jpca.",
    reference="Russo et al. 2018, Motor cortex embeds muscle-like commands in an untangled population response, "
    "Neuron 97",
    lower_is_better=("tangling_90", "tangling_mean"),
)
tangling.first_look = {"of": "rate", "soft_normalise": 0.2, "components": 4, "epsilon": 0.1, "surrogates": None}
