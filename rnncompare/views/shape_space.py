"""Shape distances among activities and their embedding in a plane, as a table."""

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity import RESOLUTION, BadActivity, condition_average
from rnncompare.comparison.preparation import varied
from rnncompare.geometry.shapes import shape_distances
from rnncompare.options.ranges import Components, NotNegative, Share, Window
from rnncompare.plugins import BadOption
from rnncompare.views._sources import activities


def shape_space(
    sources: dict[str, list[xr.Dataset]],
    *,
    window: Window | None,
    soft_normalise: NotNegative | None,
    alpha: Share,
    components: Components | None,
) -> pd.DataFrame:
    """Angles between all activities of all sources (see `geometry.shapes`), and their embedding in a plane.

    Columns: source, seed, other, other_seed, angle (rad, in sample, one row for each ordered pair, 0 with itself), x, y
    (rad, coordinates of source and seed in the plane), plane_share (share of the distances that the plane represents),
    conditions, times (their numbers). Activities are compared at the conditions and times that all of them have, with
    times in `window` (s), after removing the mean over conditions at each time. soft_normalise as in comparisons.
    Raises BadOption, BadActivity.
    """
    shown = activities(sources)
    labels = [(name, seed) for name, data in shown.items() for seed in range(len(data))]
    rates = shared([condition_average(shown[name][seed]) for name, seed in labels], window)
    rates = [varied(data, soft_normalise, name) for data, (name, _) in zip(rates, labels, strict=True)]
    angles = shape_distances([r - r.mean(axis=0) for r in rates], alpha=alpha, components=components)
    place, share = plane(angles)
    count = len(labels)
    names, seeds = (np.array(part) for part in zip(*labels, strict=True))
    return pd.DataFrame(
        {
            "source": np.repeat(names, count),
            "seed": np.repeat(seeds, count),
            "other": np.tile(names, count),
            "other_seed": np.tile(seeds, count),
            "angle": angles.ravel(),
            "x": np.repeat(place[:, 0], count),
            "y": np.repeat(place[:, 1], count),
            "plane_share": share,
            "conditions": rates[0].shape[0],
            "times": rates[0].shape[1],
        }
    )


def shared(averages: list[xr.Dataset], window: tuple[float, float] | None) -> list[xr.Dataset]:
    """Condition averages at the conditions and times that all of them have, in the order of the first."""
    conditions = [a.condition.values.tolist() for a in averages]
    ticks = [np.round(a.time.values / RESOLUTION).astype(int) for a in averages]
    names = [c for c in conditions[0] if all(c in others for others in conditions)]
    common = ticks[0][[all(t in others for others in ticks) for t in ticks[0]]]
    if window is not None:
        start, stop = window
        common = common[(common > start / RESOLUTION - 1) & (common < stop / RESOLUTION + 1)]
    if len(names) < 2:
        raise BadActivity(f"shape_space: found {len(names)} conditions that all activities have, wanted at least 2")
    if len(common) < 2:
        where = "" if window is None else f" in window {window[0]:g} to {window[1]:g} s"
        raise BadOption(f"shape_space: found {len(common)} times{where} that all activities have, wanted at least 2")
    return [
        a.isel(trial=[c.index(n) for n in names], time=np.searchsorted(t, common))
        for a, c, t in zip(averages, conditions, ticks, strict=True)
    ]


def plane(distances: np.ndarray) -> tuple[np.ndarray, float]:
    """(point, 2) coordinates by classical multidimensional scaling, and the share of `distances` that they represent.

    (Torgerson 1952.) The share is that of the two largest eigenvalues in the sum of the absolute values of all; the
    rest is due to further dimensions or to non-Euclidean distances. The first coordinate has the largest variance. The
    sign of each coordinate is chosen such that its largest absolute value is positive.
    """
    square = distances**2
    centred = square - square.mean(axis=0) - square.mean(axis=1, keepdims=True) + square.mean()
    values, vectors = np.linalg.eigh(-centred / 2)
    kept = np.maximum(values[::-1][:2], 0.0)
    place = np.zeros((len(distances), 2))
    place[:, : len(kept)] = vectors[:, ::-1][:, :2] * np.sqrt(kept)
    largest = np.take_along_axis(place, np.abs(place).argmax(axis=0)[None], axis=0)
    magnitude = np.abs(values).sum()
    return place * np.where(largest < 0, -1.0, 1.0), float(kept.sum() / magnitude) if magnitude > 0 else 1.0
