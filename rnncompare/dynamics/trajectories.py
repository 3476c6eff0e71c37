"""Low-dimensional trajectories of a population, for the probes of its dynamics."""

from collections.abc import Callable, Iterator

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, condition_average
from rnncompare.activity.precision import NEGLIGIBLE, varies
from rnncompare.comparison.pair_checks import check_values
from rnncompare.comparison.permutations import against_null
from rnncompare.comparison.soft_normalisation import soft_normalised
from rnncompare.crossvalidation.projection import axes_of, rank_of
from rnncompare.plugins import bind
from rnncompare.populations.population import by_area, name_of
from rnncompare.populations.trials import cropped


def averages(
    data: xr.Dataset, *, of: str, window: tuple[float, float], soft_normalise: float | None, probe: str
) -> Iterator[tuple[dict[str, str], np.ndarray]]:
    """({'area': name}, (condition, time, unit) soft-normalised averages) for each area.

    window: s, both ends included. of: rate, or behavior, which has no areas. Raises BadOption, BadActivity.
    """
    where = f"{probe} of {name_of(data)}"
    if of not in data:
        raise BadActivity(f"{where}: found no {of}, wanted an activity that has it")
    average = cropped(condition_average(data), window, 3, probe)
    check_values(average[of].values, f"{name_of(data)}: {of}")
    for area, part in by_area(average) if of == "rate" else [({}, average)]:
        values = soft_normalised(np.array(part[of].values, dtype=float), soft_normalise)
        if not varies(part[of].values, (0, 1)):
            raise BadActivity(f"{where}: found no variance in {values.shape[-1]} columns of {of}, wanted some")
        yield area, values


def states(rate: np.ndarray, *, components: int, axes: tuple[int, ...]) -> np.ndarray:
    """(condition, time, component) coordinates on the first principal components about the mean over `axes`.

    rate: (condition, time, unit). There are fewer than `components`, possibly none, if the others are rounding error.
    """
    deviation = rate - rate.mean(axis=axes, keepdims=True)
    return deviation @ principal_axes(rate, deviation, components)


def principal_axes(rate: np.ndarray, deviation: np.ndarray, components: int) -> np.ndarray:
    """(unit, component) first principal axes of `deviation`, which is `rate` (condition, time, unit) about a mean.

    There are fewer than `components`, possibly none, if the others are rounding error.
    """
    flat = deviation.reshape(-1, rate.shape[-1])
    values, vectors = axes_of(flat.T @ flat, components)
    rank = rank_of(values, NEGLIGIBLE * ((rate - rate.mean(axis=(0, 1))) ** 2).sum())
    return vectors[:, :rank]


def beside_surrogates(
    rate: np.ndarray,
    measure: Callable[[np.ndarray], dict[str, float]],
    *,
    surrogates: dict | None,
    seed: int,
    lower: bool,
    where: str,
) -> dict[str, dict]:
    """Each statistic of `measure` on (condition, time, unit), with its null distribution: see `against_null`.

    surrogates: {use: a member of surrogates/, draws: their number, and its other options}; None: no null distribution.
    """
    found = measure(rate)
    draws = [] if surrogates is None else bind("surrogates", {"seed": seed, **surrogates}, f"{where}: surrogates")(rate)
    nulls = [measure(draw) for draw in draws]
    return {
        name: against_null(np.array([value, *(null[name] for null in nulls)]), lower=lower)
        for name, value in found.items()
    }
