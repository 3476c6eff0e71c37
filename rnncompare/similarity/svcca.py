"""Canonical correlations of as many components as hold a share of the variance, where they were fitted."""

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
    """The components of one side that hold a share of its variance, made orthonormal over samples."""

    basis: np.ndarray  # (condition, time, component)
    loading: np.ndarray  # (unit, component) inner products of each unit's activity with the basis


def svcca(pair: Pair, *, variance: PositiveShare) -> dict[str, np.ndarray]:
    """Mean canonical correlation of the principal components that hold `variance` (0 to 1) of each side's variance.

    mean_in_sample: (draw,), 0 to 1; components_source, components_recording: how many. variance 1: all that are more
    than rounding. Raises BadOption, BadActivity. (Raghu et al. 2017.)
    """
    x, y = whitened_sides(pair, variance)
    return {
        "mean_in_sample": paired_products(x.basis, y.basis, pair.orders, then=mean_correlation),
        "components_source": x.basis.shape[-1],
        "components_recording": y.basis.shape[-1],
    }


def mean_correlation(products: np.ndarray) -> np.ndarray:
    """(draw,) from products of orthonormal bases, (draw, component of x, component of y)."""
    return np.minimum(np.linalg.svd(products, compute_uv=False), 1.0).mean(axis=-1)


def whitened_sides(pair: Pair, variance: float) -> tuple[Whitened, Whitened]:
    """Both sides of a pair. Raises BadOption, and BadActivity where nothing varies."""
    if not 0.0 < variance <= 1.0:
        raise BadOption(f"found variance {variance:g}, wanted a share of the variance above 0 and at most 1")
    return tuple(
        cached(data, ("whitened", pair.axes, variance), partial(whitened, data, pair.axes, variance, side))
        for side, data in (("source", pair.x), ("recording", pair.y))
    )


def whitened(data: np.ndarray, axes: tuple[int, ...], variance: float, side: str) -> Whitened:
    """One side, (condition, time, unit), about its mean over `axes`."""
    found = spread(data, axes)
    values, vectors = axes_of(found.scatter, len(found.scatter))
    rank = rank_of(values, found.floor)
    if rank == 0:
        raise BadActivity(f"{side}: found nothing that varies, wanted at least one component")
    held = values[:rank].cumsum()
    kept = 1 + min(int(np.searchsorted(held, variance * held[-1])), rank - 1)
    values, vectors = values[:kept], vectors[:, :kept]
    # Coordinates on small components are orthogonal only roughly: once more, over samples.
    basis, triangle = np.linalg.qr(projected(data, found.mean, vectors).reshape(-1, kept))
    loading = np.linalg.solve(triangle.T, (vectors * values).T).T
    return Whitened(basis.reshape(*data.shape[:2], kept), loading)


svcca.card = MeasureCard(
    formula="mean of the singular values of U'V: U, V orthonormal bases over samples of the first principal components "
    "of each side, as many as hold the share `variance` of it; as many correlations as the smaller side has components",
    statistics={"mean_in_sample": "of all canonical correlations, on the conditions that they were fitted to"},
    bounds={"mean_in_sample": SHARE},
    zero="orthogonal in time",
    one="the components of one side are a linear map of the other's",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="orders singular value decompositions of components x components",
    pitfalls="In sample: independent smooth activities score far above 0, more with more components, and 1 where there "
    "are as many components as samples: read it only beside its null. Every component counts the same, however little "
    "variance it has. The two sides have different numbers of components.",
    reference="Raghu, Gilmer, Yosinski & Sohl-Dickstein 2017",
)
svcca.first_look = {"variance": 0.9}
