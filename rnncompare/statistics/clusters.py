"""Do items of known groups cluster: distances within and between groups, silhouettes, permutations of the labels."""

from itertools import permutations, product
from math import factorial, prod

import numpy as np

from rnncompare.statistics.bounds import Bounds
from rnncompare.statistics.jackknife import jackknife_interval
from rnncompare.statistics.p_values import TIE

CHUNK = 1000  # arrangements of labels that are evaluated at once
BOUNDS: dict[str, Bounds] = {"within": (0, None), "between": (0, None), "ratio": (0, None), "silhouette": (-1, 1)}


def clustering(
    distances: np.ndarray,
    labels: np.ndarray,
    blocks: np.ndarray,
    *,
    draws: int,
    seed: int,
    left_out: np.ndarray | None = None,
) -> dict[str, float]:
    """Mean distance within and between groups, their ratio, and the mean silhouette, with intervals and p values.

    distances: (n, n), symmetric; labels: (n,) the group of each item; blocks: (n,) the block, such as the seed;
    left_out: (n, n) bool, symmetric, the pairs of items that are in no mean, for example because of a common origin.
    within and between are means over the pairs of items of equal and of different groups; ratio: between / within,
    NaN if within is 0. silhouette: mean over items of (b - a) / max(a, b), where a is the mean distance of an item to
    the others of its group, and b that to the nearest other group (Rousseeuw 1987). An item that is alone in its group
    has no silhouette, so that within, ratio, silhouette and their p are NaN without a group of two;
    with one group, all but within are NaN.

    p: the fraction of arrangements (see `arrangements`) in which `within` is at most the observed one. As no
    arrangement changes the mean of all distances, `between` and `ratio` order arrangements in the same way.
    silhouette_p: that in which the silhouette is at least the observed one. The null hypothesis is that the labels of a
    block are exchangeable. `.._low` and `.._high`: jackknife intervals over blocks, each of which is left out with all
    of its items, because items of a block are not independent of each other. Raises ValueError.
    """
    distances, labels, blocks = checked(distances, labels, blocks)
    left_out = np.zeros(distances.shape, dtype=bool) if left_out is None else left_out
    drawn = over_arrangements(distances, arrangements(labels, blocks, draws, seed), left_out)
    found = {name: values[0] for name, values in drawn.items()}
    of_within = drawn["within"] + 0 * drawn["between"]  # not defined with one group, whose labels do not differ
    found |= {"p": lower_tail(of_within), "silhouette_p": lower_tail(-drawn["silhouette"])}
    kept = [blocks != block for block in np.unique(blocks)]
    parts = [(labels[k][None], np.ix_(k, k)) for k in kept if k.any()]
    without = [over_arrangements(distances[part], own, left_out[part]) for own, part in parts]
    for name, bounds in BOUNDS.items():
        values = np.array([each[name][0] for each in without])
        found[f"{name}_low"], found[f"{name}_high"] = jackknife_interval(found[name], values, bounds=bounds)
    return {name: float(value) for name, value in found.items()}


def mean_distance(distances: np.ndarray, blocks: np.ndarray, other_blocks: np.ndarray) -> dict[str, float]:
    """Mean of distances (pair,) with its jackknife interval over blocks: `mean`, `low`, `high`; NaN without pairs.

    blocks, other_blocks: (pair,) the blocks of both items of a pair; a block is left out with all pairs that it is in.
    """
    if not len(distances):
        return dict.fromkeys(("mean", "low", "high"), float("nan"))
    kept = [(blocks != k) & (other_blocks != k) for k in np.unique(np.concatenate([blocks, other_blocks]))]
    without = np.array([distances[k].mean() if k.any() else np.nan for k in kept])
    low, high = jackknife_interval(distances.mean(), without, bounds=(0, None))
    return {"mean": float(distances.mean()), "low": low, "high": high}


def checked(distances: np.ndarray, labels: np.ndarray, blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The arguments as arrays, with labels as numbers. Raises ValueError unless they fit together."""
    distances, labels, blocks = np.asarray(distances, dtype=float), np.asarray(labels), np.asarray(blocks)
    if distances.shape != (len(labels),) * 2 or blocks.shape != labels.shape:
        raise ValueError(
            f"clustering: found distances {distances.shape}, labels {labels.shape} and blocks {blocks.shape}, wanted "
            "(n, n), (n,) and (n,)"
        )
    if not np.isfinite(distances).all() or not (distances == distances.T).all() or np.diag(distances).any():
        raise ValueError("clustering: found distances that are not finite, not symmetric or not 0 to the item itself")
    return distances, np.unique(labels, return_inverse=True)[1], blocks


def arrangements(labels: np.ndarray, blocks: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """(arrangement, n) labels permuted within blocks, first unchanged.

    All permutations of all blocks if there are at most `draws` besides the unchanged one, else `draws` at random.
    """
    members = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    if prod(factorial(len(m)) for m in members) <= draws + 1:
        orders = [np.concatenate(order) for order in product(*(list(permutations(m)) for m in members))]
    else:
        rng = np.random.default_rng(seed)
        orders = [np.concatenate(members)] + [
            np.concatenate([rng.permutation(m) for m in members]) for _ in range(draws)
        ]
    found = np.empty((len(orders), len(labels)), dtype=int)
    found[:, np.concatenate(members)] = labels[np.array(orders, dtype=int)]
    return found


def over_arrangements(distances: np.ndarray, labels: np.ndarray, left_out: np.ndarray) -> dict[str, np.ndarray]:
    """within, between, ratio and silhouette (arrangement,) for labels (arrangement, n), which are 0, 1, ...

    left_out: (n, n) bool, the pairs that are in no mean.
    """
    groups = labels.max(initial=0) + 1
    parts = [labels[k : k + CHUNK] for k in range(0, len(labels), CHUNK)]
    found = [_of_chunk(distances, part, groups, left_out) for part in parts]
    return {name: np.concatenate([each[name] for each in found]) for name in BOUNDS}


def _of_chunk(distances: np.ndarray, labels: np.ndarray, groups: int, left_out: np.ndarray) -> dict[str, np.ndarray]:
    member = (labels[..., None] == np.arange(groups)).astype(float)  # (arrangement, item, group)
    sums, sizes = np.where(left_out, 0, distances) @ member, member.sum(axis=1)[:, None]
    if left_out.any():
        sizes = sizes - left_out @ member  # of each group, (arrangement, item, group): without pairs that are left out
    own = (sums * member).sum(axis=-1)
    size = (member * sizes).sum(axis=-1)  # of the group of each item
    pairs = (size - 1).sum(axis=-1)  # ordered ones of equal groups
    with np.errstate(divide="ignore", invalid="ignore"):
        within = own.sum(axis=-1) / pairs
        others = labels.shape[1] * (labels.shape[1] - 1) - left_out.sum() - pairs
        between = (sums * (1 - member)).sum(axis=(-2, -1)) / others
        ratio = np.where(within > 0, between / within, np.nan)
        silhouette = _silhouettes(own / (size - 1), sums / sizes, member)
    return {"within": within, "between": between, "ratio": ratio, "silhouette": silhouette}


def _silhouettes(own: np.ndarray, to_groups: np.ndarray, member: np.ndarray) -> np.ndarray:
    """(arrangement,) mean silhouettes from mean distances (.., item) to the own and (.., item, group) to all groups."""
    nearest = np.where((member == 0) & np.isfinite(to_groups), to_groups, np.inf).min(axis=-1)
    larger = np.maximum(own, nearest)
    values = np.where(larger > 0, (nearest - own) / larger, 0.0)
    known = np.isfinite(own) & np.isfinite(nearest)
    return np.where(known, values, 0.0).sum(axis=-1) / known.sum(axis=-1)


def lower_tail(values: np.ndarray) -> float:
    """The fraction of values (arrangement,) that are at most the first; NaN if it is not defined."""
    if not np.isfinite(values[0]):
        return float("nan")
    return float((values <= values[0] + TIE * np.abs(values).max()).mean())
