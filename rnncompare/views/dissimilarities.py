"""Dissimilarities between conditions of each source, as a table."""

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity import BadActivity, condition_average
from rnncompare.activity.selection import within
from rnncompare.comparison.preparation import varied
from rnncompare.geometry.condition_pairs import square
from rnncompare.geometry.dissimilarities import Side, over_times
from rnncompare.options.ranges import NotNegative, Window
from rnncompare.plugins import BadOption
from rnncompare.views._sources import activities


def dissimilarities(
    sources: dict[str, list[xr.Dataset]], *, window: Window, soft_normalise: NotNegative | None
) -> pd.DataFrame:
    """Squared Euclidean distances between conditions, over units and times in `window` (s).

    Columns: source, condition, other, value. The distances of each activity are divided by their mean over pairs of
    different conditions, so that 1 is the mean, and then averaged over the activities (seeds) of the source; the
    diagonal is 0. soft_normalise as in comparisons. Raises BadOption, BadActivity.
    """
    tables = []
    for name, seeds in activities(sources).items():
        averages = [condition_average(data) for data in seeds]
        names = averages[0].condition.values
        if any(a.condition.values.tolist() != names.tolist() for a in averages):
            raise BadActivity(
                f"dissimilarities of {name}: found activities with different conditions, wanted the same in all"
            )
        value = np.mean([relative_distances(a, window, soft_normalise, name) for a in averages], axis=0)
        pairs = {"condition": np.repeat(names, len(names)), "other": np.tile(names, len(names))}
        tables.append(pd.DataFrame({"source": name, **pairs, "value": value.ravel()}))
    return pd.concat(tables, ignore_index=True)


def relative_distances(
    average: xr.Dataset, window: tuple[float, float], soft_normalise: float | None, name: str
) -> np.ndarray:
    """(condition, condition) squared distances, divided by their mean over different conditions."""
    times, inside = average.time.values, within(average, window)
    if not inside.any():
        raise BadOption(
            f"dissimilarities of {name}: found no time in window {window[0]:g} to {window[1]:g} s, "
            f"wanted some times between {times[0]:g} and {times[-1]:g} s"
        )
    if average.sizes["trial"] < 2:
        raise BadActivity(f"dissimilarities of {name}: found one condition, wanted at least two")
    rate = varied(average.isel(time=inside), soft_normalise, name)
    distance = over_times(Side(rate, None, name), "sqeuclidean", average="dissimilarities", axes=(0,), trial_folds=None)
    return square(distance[None] / distance.mean(), len(rate)).reshape(len(rate), len(rate))
