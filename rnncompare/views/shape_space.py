"""Where activities lie in the space of shapes, as a table."""

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
    """Angles among all activities of all sources (`rnncompare.shapes`), and a plane that shows them.

    Columns source, seed, other, other_seed, angle (rad, in sample, one row an ordered pair, 0 with itself), x, y (rad,
    of source and seed in the plane; angle 0 is one point), plane_share (of the whole table), conditions, times (how
    many were compared). All activities are taken at the conditions and times that all have, times in `window` (s), the
    mean over conditions removed at each time. soft_normalise as in comparisons. Raises BadOption, BadActivity.
    """
    labels = [(name, seed) for name, data in activities(sources).items() for seed in range(len(data))]
    rates = shared([condition_average(sources[name][seed]) for name, seed in labels], window)
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
    """Condition averages at the conditions and times that all of them have, in the first one's order."""
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
    """(point, 2) coordinates whose distances come closest to `distances`, and the share of those that they hold.

    Classical multidimensional scaling (Torgerson 1952). The share is that of the two eigenvalues in the sum of all
    magnitudes: what is left is further dimensions, or distances that no flat space has. The first coordinate is the
    longest direction; of each, the largest magnitude is positive, so that the picture is always the same way round.
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
