"""Paths of each area through its first principal components by choice and strength of the evidence, as a table."""

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
    """Columns source, seed, area ('all' where units have none), choice, strength, time (s), pc1, pc2, ..,
    variance_explained (of all components shown, 0 to 1).

    Principal components are each area's own, of averages over trials of the same choice and strength; of each, the
    component is turned so that the choice that comes last in natural order ends higher. condition_independent: whether
    the course that all averages have in common is `kept` (units' means over everything are subtracted) or `removed`
    (the mean over averages at each time is). soft_normalise as in comparisons. First activity of each source only, or
    of networks the first that can be shown, after rows with a `note` on those that cannot. Other options: of `cells`.
    Raises BadOption, BadActivity.
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
    """(cell, time, component), and the share of the variance it holds."""
    if min(about.shape[2], about.shape[0] * about.shape[1]) < components:
        raise BadActivity(f"{where}: found {about.shape[2]} units, wanted at least {components} for as many components")
    left, singular, _ = np.linalg.svd(about.reshape(-1, about.shape[2]), full_matrices=False)
    if not singular[0] > 0:
        raise Unmeasurable(f"{where}: found rates that are the same everywhere, wanted some difference")
    path = (left * singular)[:, :components].reshape(*about.shape[:2], components)
    return path, float((singular[:components] ** 2).sum() / (singular**2).sum())


def _upright(path: np.ndarray, choice: np.ndarray) -> np.ndarray:
    """(component,) 1 or -1: the last choice ends above the others, or, with one choice alone, the end above the
    beginning.
    """
    last = choice == choice[-1]
    others = path[~last, -1].mean(axis=0) if (~last).any() else path[:, 0].mean(axis=0)
    return np.where(path[last, -1].mean(axis=0) >= others, 1.0, -1.0)
