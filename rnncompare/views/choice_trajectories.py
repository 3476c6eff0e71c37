"""Trajectories of each area in its first principal components by choice and strength of the evidence, as a table."""

from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity import BadActivity, Unmeasurable
from rnncompare.comparison.soft_normalisation import soft_normalised
from rnncompare.options.ranges import Components, NotNegative, TrialCount, Window
from rnncompare.plugins import BadOption
from rnncompare.views._cells import Cells, of_first


def choice_trajectories(
    sources: dict[str, list[xr.Dataset]],
    *,
    components: Components,
    condition_independent: Literal["kept", "removed"],
    soft_normalise: NotNegative | None,
    choice: str,
    strength: str,
    leave_out: list[str],
    align: str | None,
    window: Window,
    min_trials: TrialCount,
) -> pd.DataFrame:
    """Trajectories of averages over trials of the same choice and strength, in the principal components of each area.

    Columns: source, seed, area ('all' if units have no area), choice, strength, time (s), pc1, pc2, .., and
    variance_explained (by all components shown, 0 to 1). The sign of each component is chosen such that the last choice
    in natural order ends higher. condition_independent: whether the time course that all averages have in common is
    `kept` (only the means of units are subtracted) or `removed` (the mean over averages at each time is subtracted).
    soft_normalise as in comparisons. Only the first activity of each source is used; for networks, the first that can
    be shown, after rows with a `note` for those that cannot. The other options are those of `cells`. Raises BadOption,
    BadActivity.
    """
    if components < 1:
        raise BadOption(f"choice_trajectories: found components {components}, wanted at least 1")
    options = {"choice": choice, "strength": strength, "leave_out": leave_out, "align": align}
    options |= {"window": window, "min_trials": min_trials}

    def paths(found: Cells, where: str) -> pd.DataFrame:
        rate = soft_normalised(found.rate, soft_normalise)
        about = rate - rate.mean(axis=(0, 1) if condition_independent == "kept" else 0)
        path, explained = _paths(about, components, where)
        path *= _upright(path, np.array(found.choice))
        scores = {f"pc{k + 1}": path[..., k].ravel() for k in range(components)}
        return pd.DataFrame(found.columns() | scores | {"variance_explained": explained})

    return of_first(sources, "choice_trajectories", paths, **options)


def _paths(about: np.ndarray, components: int, where: str) -> tuple[np.ndarray, float]:
    """(cell, time, component) trajectories, and the share of variance that they explain."""
    if min(about.shape[2], about.shape[0] * about.shape[1]) < components:
        raise BadActivity(f"{where}: found {about.shape[2]} units, wanted at least {components}, one per component")
    left, singular, _ = np.linalg.svd(about.reshape(-1, about.shape[2]), full_matrices=False)
    if not singular[0] > 0:
        raise Unmeasurable(f"{where}: found equal rates in all averages, wanted rates that differ")
    path = (left * singular)[:, :components].reshape(*about.shape[:2], components)
    return path, float((singular[:components] ** 2).sum() / (singular**2).sum())


def _upright(path: np.ndarray, choice: np.ndarray) -> np.ndarray:
    """(component,) signs with which the last choice ends above the others, or a single choice above its start."""
    last = choice == choice[-1]
    others = path[~last, -1].mean(axis=0) if (~last).any() else path[:, 0].mean(axis=0)
    return np.where(path[last, -1].mean(axis=0) >= others, 1.0, -1.0)
