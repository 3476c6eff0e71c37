"""In-sample canonical correlations of the components that explain a given share of the variance."""

from functools import partial
from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.measure_card import SHARE, MeasureCard
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.cache import cached
from rnncompare.crossvalidation.pairings import paired_products
from rnncompare.crossvalidation.projection import axes_of, projected, rank_of, spread
from rnncompare.options.ranges import PositiveShare
from rnncompare.plugins import BadOption


class Whitened(NamedTuple):
    """The components of one side that explain a share of its variance, orthonormal over samples."""

    basis: np.ndarray  # (condition, time, component)
    loading: np.ndarray  # (unit, component) inner products of the units with the basis


def svcca(pair: Pair, *, variance: PositiveShare) -> dict[str, np.ndarray]:
    """Mean canonical correlation of the principal components that explain the share `variance` (0 to 1) of each side.

    mean_in_sample: (draw,), 0 to 1; components_source, components_recording: numbers of components. variance 1: all
    components that are not rounding error. Raises BadOption, BadActivity. (Raghu et al. 2017.)
    """
    x, y = whitened_sides(pair, variance)
    return {
        "mean_in_sample": paired_products(x.basis, y.basis, pair.orders, then=mean_correlation),
        "components_source": x.basis.shape[-1],
        "components_recording": y.basis.shape[-1],
    }


def mean_correlation(products: np.ndarray) -> np.ndarray:
    """(draw,) mean correlations from products of orthonormal bases, (draw, component of x, component of y)."""
    return np.minimum(np.linalg.svd(products, compute_uv=False), 1.0).mean(axis=-1)


def whitened_sides(pair: Pair, variance: float) -> tuple[Whitened, Whitened]:
    """The whitened components of both sides. Raises BadOption, and BadActivity for a side without variance."""
    if not 0.0 < variance <= 1.0:
        raise BadOption(f"components: found variance {variance:g}, wanted a share above 0 and at most 1")
    return tuple(
        cached(data, ("whitened", pair.axes, variance), partial(whitened, data, pair.axes, variance, side))
        for side, data in (("source", pair.x), ("recording", pair.y))
    )


def whitened(data: np.ndarray, axes: tuple[int, ...], variance: float, side: str) -> Whitened:
    """The whitened components of one side (condition, time, unit) about its mean over `axes`."""
    found = spread(data, axes)
    values, vectors = axes_of(found.scatter, len(found.scatter))
    rank = rank_of(values, found.floor)
    if rank == 0:
        raise BadActivity(f"{side}: found no variance, wanted at least one component")
    held = values[:rank].cumsum()
    kept = 1 + min(int(np.searchsorted(held, variance * held[-1])), rank - 1)
    values, vectors = values[:kept], vectors[:, :kept]
    # Coordinates on components with little variance are only approximately orthogonal over samples.
    basis, triangle = np.linalg.qr(projected(data, found.mean, vectors).reshape(-1, kept))
    loading = np.linalg.solve(triangle.T, (vectors * values).T).T
    return Whitened(basis.reshape(*data.shape[:2], kept), loading)


svcca.card = MeasureCard(
    formula="mean of the singular values of U'V; U, V: orthonormal bases over samples of the first principal "
    "components of each side that explain the share `variance`; the number of correlations is the smaller number of "
    "components",
    statistics={"mean_in_sample": "mean of all canonical correlations, in sample"},
    bounds={"mean_in_sample": SHARE},
    zero="the two sides are orthogonal over samples",
    one="the components of one side are a linear map of those of the other",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="orders singular value decompositions of components x components",
    pitfalls="Scored in sample: independent smooth activities score far above 0, the more the more components, and 1 "
    "with as many components as samples. Interpret it only relative to its null distribution. Every component has the "
    "same weight, however little its variance. The two sides have different numbers of components.",
    reference="Raghu, Gilmer, Yosinski & Sohl-Dickstein 2017",
)
svcca.first_look = {"variance": 0.9}
