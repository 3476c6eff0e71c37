"""How much of an activity's motion is rotation."""

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, interval
from rnncompare.comparison.measure_card import NOT_NEGATIVE, SHARE, MeasureCard
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
    """Linear dynamics dx/dt = M x of the condition averages, M free and M skew-symmetric, which can only rotate.

    x: the first `components` principal components of the soft-normalised averages in `window` (s) without their mean
    over conditions, half way between two times; dx/dt: their difference. Rows an area: ratio (r2_skew /
    r2_unconstrained, 0 to 1), r2_skew, r2_unconstrained (shares of dx/dt explained) against surrogates, whose whole
    course is measured in the same way; frequency (Hz) of the fastest plane of the skew-symmetric M. Raises BadActivity,
    BadOption. (Churchland et al. 2012.)
    """
    if components < 2:
        raise BadOption(f"jpca: found components {components}, wanted at least 2: nothing rotates in one dimension")
    step, where = interval(data), f"jpca of {name_of(data)}"
    rows = []
    for area, rate in averages(data, of="rate", window=window, soft_normalise=soft_normalise, probe="jpca"):

        def measure(rate: np.ndarray) -> dict[str, float]:
            course = states(rate, components=components, axes=(0,))
            if course.shape[-1] == 0 or not np.diff(course, axis=1).any():
                raise BadActivity(f"{where}: found no motion that differs between conditions, wanted some")
            return rotation(course, step)

        found = beside_surrogates(rate, measure, surrogates=surrogates, seed=seed, lower=False, where=where)
        found["frequency"] = {"value": found["frequency"]["value"]}
        about = {"condition_independent": "removed", "units": rate.shape[-1]} | area
        rows += [{"statistic": name} | row | about for name, row in found.items()]
    return rows


def rotation(course: np.ndarray, step: float) -> dict[str, float]:
    """The statistics of `jpca` for (condition, time, component), times `step` s apart."""
    state = ((course[:, 1:] + course[:, :-1]) / 2).reshape(-1, course.shape[-1])
    motion = (np.diff(course, axis=1) / step).reshape(state.shape)
    free, skew = best_map(state, motion), best_skew_map(state, motion)
    cross, total = motion.T @ state, (motion**2).sum()
    # a least-squares map explains as much as its inner product with what it was fitted to
    r2, r2_skew = (float((m * cross).sum() / total) for m in (free, skew))
    turning = np.linalg.svd(skew, compute_uv=False)[0]  # rad/s, of the straight line between the two times
    return {
        "ratio": r2_skew / r2 if r2 > 0 else 0.0,
        "r2_skew": r2_skew,
        "r2_unconstrained": r2,
        "frequency": float(np.arctan(turning * step / 2) / (np.pi * step)),
    }


def best_map(state: np.ndarray, motion: np.ndarray) -> np.ndarray:
    """(component, component) M with the least |motion - state M'|^2; both: (sample, component)."""
    return np.linalg.lstsq(state, motion, rcond=None)[0].T


def best_skew_map(state: np.ndarray, motion: np.ndarray) -> np.ndarray:
    """The same with M = -M': it solves M C + C M = B - B', C = state' state, B = motion' state, on the axes of C."""
    sizes, axes = np.linalg.eigh(state.T @ state)
    cross = axes.T @ (motion.T @ state) @ axes
    sums = np.maximum(sizes[:, None] + sizes, 0.0)
    solved = np.divide(cross - cross.T, sums, out=np.zeros_like(sums), where=sums > 1e-14 * sizes[-1])
    return axes @ solved @ axes.T


jpca.card = MeasureCard(
    formula="ratio = R2 of dx/dt = M x with M = -M' / R2 with M free; x: principal components without the mean over "
    "conditions",
    statistics={
        "ratio": "share of the linearly explained motion that a rotation explains",
        "r2_skew": "share of dx/dt explained by the best skew-symmetric M",
        "r2_unconstrained": "share of dx/dt explained by the best M",
        "frequency": "of the fastest plane of the skew-symmetric M, Hz; describes, has no null",
    },
    bounds={"ratio": SHARE, "r2_skew": SHARE, "r2_unconstrained": SHARE, "frequency": NOT_NEGATIVE},
    zero="linear motion is all growth, decay and shear along fixed axes",
    one="linear motion is all rotation",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="one eigendecomposition of the units' covariance, for the activity and each surrogate",
    pitfalls="Smooth responses look rotational whatever made them (independent smooth units: ratio .85 to .95): only "
    "the distance to surrogates counts. time_shift and phase_randomised take the window for a circle, which is "
    "rotation: p is then near 1. tensor_maximum_entropy that keeps units is too easily beaten where conditions and "
    "times are few: false positives at .05 among independent smooth units .48 for 8 conditions x 40 times x 100 units "
    "and .05 for 27 x 80 x 100; that keeps times alone .03 and .08. Says nothing of motion that no linear map "
    "explains: read it beside r2_unconstrained. Depends on window, components and soft-normalisation. Differs from the "
    "2012 code in that x lies half way between the times of its difference, so that a pure rotation has ratio 1.",
    reference="Churchland et al. 2012, Neural population dynamics during reaching, Nature 487; surrogates: Elsayed and "
    "Cunningham 2017, Nature Neuroscience 20",
)
jpca.first_look = {"soft_normalise": 0.2, "components": 4, "surrogates": None}
