"""jPCA: the share of the dynamics of an activity that is rotational."""

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, interval
from rnncompare.activity.dynamical import refuse_without_dynamics
from rnncompare.comparison.measure_card import NOT_NEGATIVE, SHARE, MeasureCard
from rnncompare.dynamics.linear_systems import best_map, midpoints_and_slopes
from rnncompare.dynamics.trajectories import averages, beside_surrogates, states
from rnncompare.options.ranges import NotNegative, PlaneComponents, Seed, Window
from rnncompare.plugins import BadOption
from rnncompare.populations.population import name_of


def jpca(
    data: xr.Dataset,
    *,
    seed: Seed,
    window: Window,
    soft_normalise: NotNegative | None,
    components: PlaneComponents,
    surrogates: dict | None,
) -> list[dict]:
    """Fit of linear dynamics dx/dt = M x to condition averages, with an unconstrained and a skew-symmetric M.

    x: the first `components` principal components of the soft-normalised averages in `window` (s) minus their mean over
    conditions, at the midpoints between times; dx/dt: their differences. There are rows for each area: ratio (r2_skew /
    r2_unconstrained, 0 to 1), r2_skew and r2_unconstrained (shares of dx/dt explained), with a null distribution of
    surrogates that undergo the same analysis; frequency (Hz) of the fastest plane of the skew-symmetric M, which
    describes purely rotational dynamics. Raises BadActivity, BadOption. (Churchland et al. 2012.)
    """
    if components < 2:
        raise BadOption(f"jpca: found components {components}, wanted at least 2, because a rotation needs a plane")
    step, where = interval(data), f"jpca of {name_of(data)}"
    refuse_without_dynamics(data, where)
    rows = []
    for area, rate in averages(data, of="rate", window=window, soft_normalise=soft_normalise, probe="jpca"):

        def measure(rate: np.ndarray) -> dict[str, float]:
            course = states(rate, components=components, axes=(0,))
            if course.shape[-1] == 0 or not np.diff(course, axis=1).any():
                raise BadActivity(f"{where}: found no dynamics that differ between conditions, wanted some")
            return rotation(course, step)

        found = beside_surrogates(rate, measure, surrogates=surrogates, seed=seed, lower=False, where=where)
        found["frequency"] = {"value": found["frequency"]["value"]}
        about = {"condition_independent": "removed", "units": rate.shape[-1]} | area
        rows += [{"statistic": name} | row | about for name, row in found.items()]
    return rows


def rotation(course: np.ndarray, step: float) -> dict[str, float]:
    """The statistics of `jpca` for (condition, time, component), with time steps of `step` s."""
    state, motion = midpoints_and_slopes(course, step)
    free, skew = best_map(state, motion), best_skew_map(state, motion)
    cross, total = motion.T @ state, (motion**2).sum()
    # for a least-squares map, the explained sum of squares is its inner product with the products of both sides
    r2, r2_skew = (float((m * cross).sum() / total) for m in (free, skew))
    speed = np.linalg.svd(skew, compute_uv=False)[0]  # rad/s, along the straight line between two times
    return {
        "ratio": r2_skew / r2 if r2 > 0 else 0.0,
        "r2_skew": r2_skew,
        "r2_unconstrained": r2,
        "frequency": float(np.arctan(speed * step / 2) / (np.pi * step)),
    }


def best_skew_map(state: np.ndarray, motion: np.ndarray) -> np.ndarray:
    """`best_map` with M = -M', which solves M C + C M = B - B' for C = state' state and B = motion' state."""
    sizes, axes = np.linalg.eigh(state.T @ state)
    cross = axes.T @ (motion.T @ state) @ axes
    sums = np.maximum(sizes[:, None] + sizes, 0.0)
    solved = np.divide(cross - cross.T, sums, out=np.zeros_like(sums), where=sums > 1e-14 * sizes[-1])
    return axes @ solved @ axes.T


jpca.needs_dynamics = True
jpca.card = MeasureCard(
    formula="ratio = R2 of dx/dt = M x with M = -M', divided by R2 with an unconstrained M; x: principal components "
    "without the mean over conditions",
    statistics={
        "ratio": "r2_skew / r2_unconstrained: the rotational share of the linear dynamics",
        "r2_skew": "share of dx/dt explained by the best skew-symmetric M",
        "r2_unconstrained": "share of dx/dt explained by the best M",
        "frequency": "frequency of the fastest plane of the skew-symmetric M, Hz; without null distribution",
    },
    bounds={"ratio": SHARE, "r2_skew": SHARE, "r2_unconstrained": SHARE, "frequency": NOT_NEGATIVE},
    zero="the linear dynamics have no rotational part",
    one="the linear dynamics are purely rotational",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="one eigendecomposition of the covariance of units, for the activity and each surrogate",
    pitfalls="Smooth responses appear rotational whatever their origin (independent smooth units: ratio .85 to .95): "
    "only the difference from surrogates is meaningful. time_shift and phase_randomised treat the window as periodic, "
    "which is rotational: p is then near 1. tensor_maximum_entropy with the covariance of units kept has too many "
    "false positives with few conditions and times: for independent smooth units at a level of .05, .48 for 8 "
    "conditions x 40 times x 100 units and .05 for 27 x 80 x 100; with only the covariance of times kept, .03 and "
    ".08. The ratio does not describe dynamics that no linear map explains: consider r2_unconstrained. It depends on "
    "window, components and soft normalisation. Unlike in the code of 2012, x is taken at the midpoints between the "
    "times of its differences, so that a pure rotation has ratio 1.",
    reference="Churchland et al. 2012, Neural population dynamics during reaching, Nature 487; surrogates: Elsayed and "
    "Cunningham 2017, Nature Neuroscience 20",
)
jpca.first_look = {"soft_normalise": 0.2, "components": 4, "surrogates": None}
