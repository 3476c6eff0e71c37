"""Participation ratio: the dimensionality of an activity."""

import numpy as np
import xarray as xr

from rnncompare.activity import Unmeasurable, condition_average
from rnncompare.activity.precision import varies
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.options.ranges import Repeats, Seed, UnitCount
from rnncompare.plugins import BadOption
from rnncompare.populations.population import by_area, name_of, unit_count


def participation_ratio(data: xr.Dataset, *, seed: Seed, units: UnitCount | None, repeats: Repeats) -> list[dict]:
    """(sum of l)^2 / sum of l^2, where l are the eigenvalues of the covariance of units over condition averages.

    It is 1 if all units have the same time course, and the number of units if they are uncorrelated with equal variance
    (Gao et al. 2017). It increases with the number of units: compare at equal `units`, for which the mean over
    `repeats` random choices of units is given (None: all units, once). Noise in averages of few trials increases it.
    There are rows for each area with condition_independent `kept` or `removed` (the mean over conditions is subtracted
    at each time). Raises BadActivity, BadOption, Unmeasurable.
    """
    if repeats < 1:
        raise BadOption(f"participation_ratio: found repeats {repeats}, wanted at least 1")
    rows = []
    for area, part in by_area(condition_average(data)):
        rate = part.rate.values.astype(float)
        count = unit_count(units, rate.shape[2], "participation_ratio", name_of(data))
        rng = np.random.default_rng(seed)
        draws = [
            rng.choice(rate.shape[2], count, replace=False) for _ in range(repeats if count < rate.shape[2] else 1)
        ]
        for signal, axes in (("removed", (0,)), ("kept", (0, 1))):
            samples = (rate - rate.mean(axis=axes, keepdims=True)).reshape(-1, rate.shape[2])
            if not varies(rate, axes):
                raise Unmeasurable(
                    f"participation_ratio of {name_of(data)}: found {rate.shape[2]} units without variance "
                    f"(condition-independent signal {signal}), wanted some that vary"
                )
            covariance = samples.T @ samples
            values = [_ratio(covariance[np.ix_(d, d)]) for d in draws]
            row = {"statistic": "participation_ratio", "value": float(np.mean(values)), "condition_independent": signal}
            rows.append(row | area | {"units": count})
    return rows


def _ratio(covariance: np.ndarray) -> float:
    """trace^2 / sum of squares, which equals the ratio in terms of eigenvalues."""
    return float(np.trace(covariance) ** 2 / (covariance**2).sum())


participation_ratio.card = MeasureCard(
    formula="(sum l)^2 / sum l^2; l: eigenvalues of the covariance of units over conditions and times",
    statistics={"participation_ratio": "effective number of dimensions of the variance"},
    bounds={"participation_ratio": (1, None)},
    landmarks="at most the number of units",
    zero="",
    one="all units have the same time course",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="one covariance of the units, and a sum over its entries for each choice of units",
    pitfalls="It increases with the number of units (compare at equal `units`) and with noise in averages of few "
    "trials. The largest components dominate: 4 dimensions of equal variance and 40 small ones give about 4. With "
    "fewer than all units, it is not invariant to rotations, which change the units that are chosen.",
    reference="Gao et al. 2017, A theory of multineuronal dimensionality, dynamics and measurement, bioRxiv 214262",
)
participation_ratio.first_look = {"units": None, "repeats": 1}
