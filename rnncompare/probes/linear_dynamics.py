"""Linear dynamics of an activity: how far they explain and predict it, and the frequencies and rates of their modes."""

from collections.abc import Callable

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, interval
from rnncompare.activity.dynamical import refuse_without_dynamics
from rnncompare.comparison.measure_card import NOT_NEGATIVE, SHARE, MeasureCard
from rnncompare.dynamics import linear_systems as systems
from rnncompare.dynamics.trajectories import averages, beside_surrogates, states
from rnncompare.files.labels import names
from rnncompare.options.ranges import NotNegative, PlaneComponents, Resamples, Seed, Window
from rnncompare.plugins import BadOption
from rnncompare.populations.population import by_area, name_of
from rnncompare.statistics.bounds import ANY
from rnncompare.statistics.intervals import hierarchical_interval
from rnncompare.statistics.resampled_units import resample_units

TESTED = ("r2_held_out", "r2_in_sample", "r2_trajectory", "time_to_failure")  # against surrogates
CENSORED = ("time_to_failure", "failed")  # they have no interval: a bootstrap of censored times is not centred
DRAWS = 10_000  # of the resamples, for the ends of an interval


def linear_dynamics(
    data: xr.Dataset,
    *,
    seed: Seed,
    window: Window,
    soft_normalise: NotNegative | None,
    components: PlaneComponents,
    resamples: Resamples,
    surrogates: dict | None,
) -> list[dict]:
    """Fit of linear dynamics dx/dt = M x to condition averages: conditions left out, courses predicted, and modes.

    x: as in `jpca`, the first `components` principal components of the soft-normalised averages in `window` (s) minus
    their mean over conditions, at the midpoints between times; dx/dt: their differences. There are rows for each area.
    With the mean over conditions, the components and M of all conditions but one: r2_held_out, of dx/dt of that one;
    r2_trajectory, of its course after the first time, predicted from the state at the first; r2_no_change, of a
    prediction that it stays there; time_to_failure (s), when the squared error of the predicted course first exceeds
    the mean squared deviation over the window, both summed over conditions, or the length of the window where `failed`
    is 0; variance_in_components and slopes_in_components, the shares of x and dx/dt of all units that are in the
    components. With all conditions: r2_in_sample, of dx/dt; frequency (Hz) and growth_rate (1/s) of the mode with the
    highest frequency; frequency_slowest and growth_rate_slowest of the one that decays most slowly. R2 are 1 - squared
    errors / squared deviations from the mean over the fitted conditions, in the components. low, high: 95 % interval
    over `resamples` draws of the units with replacement (0: none). Raises BadActivity, BadOption.
    """
    step, where = interval(data), f"linear_dynamics of {name_of(data)}"
    refuse_without_dynamics(data, where)
    parts = averages(data, of="rate", window=window, soft_normalise=soft_normalise, probe="linear_dynamics")
    rows = []
    for (area, rate), (_, part) in zip(parts, by_area(data), strict=True):
        _check(rate, components, where)

        def measure(rate: np.ndarray) -> dict[str, float]:
            return _in_sample(rate, components, step, where) | _held_out(rate, components, step, where)

        found = beside_surrogates(rate, measure, surrogates=surrogates, seed=seed, lower=False, where=where)
        again = _resampled(rate, measure, _sessions(part), resamples, seed)
        about = {"condition_independent": "removed", "units": rate.shape[-1]} | area
        for name in linear_dynamics.card.statistics:
            row = found[name] if name in TESTED else {"value": found[name]["value"]}
            rows.append({"statistic": name} | row | _interval(name, row["value"], again, seed) | about)
    return rows


def _check(rate: np.ndarray, components: int, where: str) -> None:
    """Raise BadActivity, or BadOption for too many components."""
    conditions, times, units = rate.shape
    if conditions < 3:
        raise BadActivity(
            f"{where}: found {conditions} conditions, wanted at least 3, because one is left out and the others have "
            "to differ from their mean"
        )
    most = min(units, (conditions - 2) * (times - 1) - 1)  # what a map of that many components does not fit exactly
    if components > most:
        raise BadOption(
            f"{where}: found {components} components, {units} units, {conditions} conditions and {times} times, wanted "
            f"at most as many components as units and fewer than (conditions - 2) x (times - 1): at most {most}"
        )


def _in_sample(rate: np.ndarray, components: int, step: float, where: str) -> dict[str, float]:
    course = states(rate, components=components, axes=(0,))
    state, motion = systems.midpoints_and_slopes(course, step)
    if not motion.any():
        raise BadActivity(f"{where}: found no dynamics that differ between conditions, wanted some")
    matrix = systems.best_map(state, motion)
    values = systems.modes(matrix, step, where)
    fast, slow = systems.fastest(values), systems.slowest(values)
    return {
        "r2_in_sample": systems.share_predicted((motion - state @ matrix.T) ** 2, motion**2),
        "frequency": systems.hertz(fast),
        "growth_rate": float(fast.real),
        "frequency_slowest": systems.hertz(slow),
        "growth_rate_slowest": float(slow.real),
    }


def _held_out(rate: np.ndarray, components: int, step: float, where: str) -> dict[str, float]:
    folds = list(systems.held_out(rate, components=components, step=step))
    slopes = sum(systems.slope_errors(fold, step) for fold in folds)
    errors, still, squares = sum(systems.course_errors(fold, step, where) for fold in folds)
    time, failed = systems.time_to_failure(errors, squares, step)
    of_slopes, of_states = sum(fold.power for fold in folds)
    return {
        "r2_held_out": systems.share_predicted(*slopes),
        "r2_trajectory": systems.share_predicted(errors, squares),
        "r2_no_change": systems.share_predicted(still, squares),
        "time_to_failure": time,
        "failed": float(failed),
        "variance_in_components": systems.share(squares.sum(), of_states),
        "slopes_in_components": systems.share(slopes[1], of_slopes),
    }


def _sessions(part: xr.Dataset) -> np.ndarray:
    """(unit,) the session of each unit; all equal if they were recorded together."""
    known = "session" in part.coords and part.session.dims == ("unit",)
    return names(part.session.values) if known else np.zeros(part.sizes["unit"])


def _resampled(rate: np.ndarray, measure: Callable, sessions: np.ndarray, draws: int, seed: int) -> list[dict]:
    """The statistics with units drawn with replacement, without draws whose units have no dynamics."""
    found = []
    for units in resample_units(sessions, draws=draws, seed=seed):
        try:
            found.append(measure(rate[..., units]))
        except BadActivity:
            continue
    return found


def _interval(name: str, value: float, again: list[dict], seed: int) -> dict[str, float]:
    """low and high of a statistic; empty for a censored one, and with fewer than two resamples."""
    if len(again) < 2 or name in CENSORED:
        return {}
    drawn = np.array([[scores[name]] for scores in again])
    bounds = linear_dynamics.card.bounds_of(name)
    low, high = hierarchical_interval(np.array([value]), resampled=drawn, seed=seed, draws=DRAWS, bounds=bounds)
    return {"low": low, "high": high}


linear_dynamics.needs_dynamics = True
linear_dynamics.card = MeasureCard(
    formula="1 - squared errors of dx/dt = M x / squares of dx/dt, summed over conditions left out in turn; x: "
    "principal components without the mean over conditions, and M, all of the other conditions",
    statistics={
        "r2_held_out": "share of dx/dt of left-out conditions explained by M",
        "r2_in_sample": "share of dx/dt explained by M, fitted to all conditions",
        "r2_trajectory": "share of the courses of left-out conditions that M predicts from their first states",
        "r2_no_change": "share predicted if they stayed in these states",
        "time_to_failure": (
            "time after the first at which the squared error of M's prediction first exceeds the mean squared "
            "deviation, s; where failed is 0, the length of the window, a lower bound"
        ),
        "failed": "whether it does within the window, 1 or 0",
        "variance_in_components": (
            "share of the squared deviations of all units in the components, of left-out conditions"
        ),
        "slopes_in_components": "the same of dx/dt",
        "frequency": "the highest frequency of a mode, Hz; 0: no mode oscillates",
        "growth_rate": "growth rate of that mode, 1/s; below 0: it decays",
        "frequency_slowest": "frequency of the mode that decays most slowly or grows fastest, Hz",
        "growth_rate_slowest": "its growth rate, 1/s",
    },
    bounds={
        "r2_held_out": (None, 1),
        "r2_in_sample": SHARE,
        "r2_trajectory": (None, 1),
        "r2_no_change": (None, 1),
        "time_to_failure": NOT_NEGATIVE,
        "failed": SHARE,
        "variance_in_components": SHARE,
        "slopes_in_components": SHARE,
        "frequency": NOT_NEGATIVE,
        "growth_rate": ANY,
        "frequency_slowest": NOT_NEGATIVE,
        "growth_rate_slowest": ANY,
    },
    landmarks="below 0: worse than no difference from the mean over the other conditions (r2_trajectory is given as "
    "-1e6 where it would be lower)",
    zero="as good as no difference from the mean over the other conditions",
    one="left-out conditions follow the linear dynamics of the others exactly",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="one eigendecomposition of the covariance of units for each condition, for the activity, each surrogate and "
    "each resample",
    pitfalls="R2 refer to the components, which are those of other conditions and can contain a small part of a "
    "left-out one: multiplied by slopes_in_components, r2_held_out is that of all units, and r2_trajectory so by "
    "variance_in_components. Modes describe dynamics only as far as M predicts conditions to which it was not fitted; "
    "smooth activity of any origin has modes. Frequencies depend on window, components and smoothing. States that "
    "hardly change stay near their first ones: compare r2_trajectory with r2_no_change. For resampled units, the mode "
    "that decays most slowly can be another one: its interval is then wide. Noise in the averages lowers every R2 "
    "and, because M is regressed on noisy states, the frequencies. Soft normalisation uses the ranges of units over "
    "all conditions. For surrogates, see jpca; with only the covariance of times kept, independent smooth units (8 "
    "conditions x 40 times x 100 units, 40 activities) are significant at .05 in .15 by r2_held_out, .10 by "
    "r2_trajectory, .05 by time_to_failure and 0 by r2_in_sample; with those of units and conditions kept as well, in "
    ".23 by r2_held_out and 0 by the others.",
    reference="the fit is that of jPCA without its constraint: Churchland et al. 2012, Neural population dynamics "
    "during reaching, Nature 487",
)
linear_dynamics.first_look = {"soft_normalise": 0.2, "components": 4, "resamples": 0, "surrogates": None}
