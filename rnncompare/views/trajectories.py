"""Trajectories of populations in their first principal components, as a table."""

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity, condition_average, match
from rnncompare.comparison.soft_normalisation import soft_normalised
from rnncompare.options.ranges import Components, NotNegative
from rnncompare.plugins import BadOption
from rnncompare.views._sources import activities


def trajectories(
    sources: dict[str, list[xr.Dataset]], *, components: Components, soft_normalise: NotNegative | None
) -> pd.DataFrame:
    """Trajectories of condition averages in the first principal components of each source.

    Columns: source, seed, condition, time (s), pc1, pc2, .., variance_explained (by all components shown, 0 to 1). The
    mean over conditions is removed at each time. The trajectories of all sources but the first are rotated or reflected
    to align with those of the first (orthogonal Procrustes over common conditions and times). This alignment is fitted
    to the displayed data and is no evidence of similarity. Each source has its own scale. Only the first activity of
    each source is used. Raises BadOption, BadActivity.
    """
    if components < 1:
        raise BadOption(f"trajectories: found components {components}, wanted at least 1")
    first = {name: condition_average(data[0]) for name, data in activities(sources).items()}
    reference, tables = None, []
    for name, average in first.items():
        path, explained = principal_path(average, components, soft_normalise, name)
        paths = activity.build(
            path,
            time=average.time.values,
            unit=[f"pc{k + 1}" for k in range(components)],
            condition=average.condition.values,
            source=name,
        )
        if reference is not None:
            path = path @ rotation(*(a.rate.values.reshape(-1, components) for a in match(paths, reference)))
        else:
            reference = paths
        tables.append(_table(name, average, path, explained))
    return pd.concat(tables, ignore_index=True)


def principal_path(
    average: xr.Dataset, components: int, soft_normalise: float | None, name: str
) -> tuple[np.ndarray, float]:
    """(condition, time, component) trajectories about the mean over conditions, and the variance that they explain."""
    rate = soft_normalised(average.rate.values, soft_normalise)
    about = rate - rate.mean(axis=0)
    left, singular, _ = np.linalg.svd(about.reshape(-1, about.shape[2]), full_matrices=False)
    if not singular[0] > 1e-12 * np.linalg.norm(rate):
        raise BadActivity(f"trajectories of {name}: found equal rates in all conditions, wanted conditions that differ")
    if len(singular) < components:
        raise BadActivity(
            f"trajectories of {name}: found {len(singular)} units, wanted at least {components}, one per component"
        )
    path = (left * singular)[:, :components].reshape(*about.shape[:2], components)
    return path, float((singular[:components] ** 2).sum() / (singular**2).sum())


def rotation(path: np.ndarray, onto: np.ndarray) -> np.ndarray:
    """The orthogonal matrix that aligns `path` (sample, component) with `onto` (Schönemann 1966)."""
    left, _, right = np.linalg.svd(path.T @ onto)
    return left @ right


def _table(name: str, average: xr.Dataset, path: np.ndarray, explained: float) -> pd.DataFrame:
    count, times, components = path.shape
    return pd.DataFrame(
        {
            "source": name,
            "seed": 0,
            "condition": np.repeat(average.condition.values, times),
            "time": np.tile(average.time.values, count),
            **{f"pc{k + 1}": path[..., k].ravel() for k in range(components)},
            "variance_explained": explained,
        }
    )
