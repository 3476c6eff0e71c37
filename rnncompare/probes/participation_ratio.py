"""How many dimensions an activity spreads over."""

import numpy as np
import xarray as xr

from rnncompare.activity import Unmeasurable, condition_average
from rnncompare.activity.precision import varies
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.options.ranges import Repeats, Seed, UnitCount
from rnncompare.plugins import BadOption
from rnncompare.populations.population import by_area, name_of, unit_count


def participation_ratio(data: xr.Dataset, *, seed: Seed, units: UnitCount | None, repeats: Repeats) -> list[dict]:
    """(sum of l)^2 / sum of l^2, l the eigenvalues of the units' covariance over conditions and times of the averages.

    1 means that all units follow one course, the number of units that they are uncorrelated and vary alike (Gao et al.
    2017). It grows with the number of units: compare at equal `units`, the mean over `repeats` random choices of that
    many (None: all, once). Noise in averages of few trials counts as dimensions. Rows: an area and
    condition_independent `kept`, or `removed` (the mean over conditions subtracted at each time). Raises BadActivity,
    BadOption.
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
                    f"participation_ratio of {name_of(data)}: found {rate.shape[2]} units that do not vary "
                    f"(condition-independent signal {signal}), wanted some that do"
                )
            covariance = samples.T @ samples
            values = [_ratio(covariance[np.ix_(d, d)]) for d in draws]
            row = {"statistic": "participation_ratio", "value": float(np.mean(values)), "condition_independent": signal}
            rows.append(row | area | {"units": count})
    return rows


def _ratio(covariance: np.ndarray) -> float:
    """trace^2 / sum of squares, which is the same as by eigenvalues."""
    return float(np.trace(covariance) ** 2 / (covariance**2).sum())


participation_ratio.card = MeasureCard(
    formula="(sum l)^2 / sum l^2, l: eigenvalues of the units' covariance over conditions and times",
    statistics={"participation_ratio": "dimensions that the variance spreads over"},
    bounds={"participation_ratio": (1, None)},
    landmarks="at most the number of units",
    zero="",
    one="all units follow one course",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    cost="one covariance of the units, and a sum over its entries for each choice of units",
    pitfalls="Grows with the number of units: compare at equal `units`. Noise in averages of few trials counts as "
    "dimensions. Dominated by the largest components: 4 dimensions of equal variance and 40 small ones give about 4. "
    "At fewer units than all, a rotation of the units is another choice of units.",
    reference="Gao et al. 2017, A theory of multineuronal dimensionality, dynamics and measurement, bioRxiv 214262",
)
participation_ratio.first_look = {"units": None, "repeats": 1}
