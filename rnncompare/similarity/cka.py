"""Debiased centred kernel alignment with linear or Gaussian kernels."""

from typing import Literal

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import NEGLIGIBLE, varies
from rnncompare.comparison.measure_card import CORRELATION, MeasureCard
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.pairings import batches, blocks, paired_products, paired_sum
from rnncompare.geometry.dissimilarities import deviations, summed_kernel
from rnncompare.geometry.kernels import block_products, median_distance, squared_distances, unbiased_dependence
from rnncompare.options.ranges import Positive
from rnncompare.plugins import BadOption

MOST_SAMPLES = 15_000  # of an explicit kernel, whose size is the square of their number
LOOKUP_COST = 16  # cost of one product in a table of all blocks, in sums of blocks
PART = 2**21  # products that are computed together, in numbers
LARGEST = 2**25  # largest size of all blocks together, in numbers


def cka(
    pair: Pair,
    *,
    samples: Literal["times", "conditions"],
    kernel: Literal["linear", "rbf"],
    bandwidth: Positive | None,
) -> dict[str, np.ndarray]:
    """Debiased CKA: agreement of the similarities between samples on both sides.

    cka: (draw,). samples: times, where each condition at each time is a sample; conditions, where each whole trajectory
    is a sample. kernel: linear, inner products; rbf, exp(-distance^2 / (2 s^2)), where s is `bandwidth` times the
    median distance between the samples of that side (None with linear). Raises BadActivity for fewer than 4 conditions
    as samples, for more than MOST_SAMPLES times with rbf, and if the similarities of a side do not vary; BadOption.
    (Kornblith et al. 2019; unbiased estimator of Song et al. 2012; debiased as in Murphy et al. 2024.)
    """
    together(samples, kernel, bandwidth)
    if samples == "conditions" and len(pair.x) < 4:
        raise BadActivity(f"cka with samples conditions: found {len(pair.x)} conditions, wanted at least 4")
    identity = np.arange(len(pair.x))[None]
    for role, side in (("source", pair.x), ("recording", pair.y)):
        if samples == "times" and not varies(side, pair.axes):
            raise BadActivity(no_variation(kernel, samples, role))
    if samples == "times" and kernel == "linear":
        x, y = pair.centred()
        dependence, sizes = linear_dependence, [np.vdot(side, side) ** 2 for side in (x, y)]
    else:
        x, y = (kernel_of(side, pair.axes, samples, bandwidth) for side in (pair.x, pair.y))
        dependence, sizes = kernel_dependence, [np.vdot(side, side) for side in (x, y)]
    own = [dependence(side, side, identity)[0] for side in (x, y)]
    for side, value, size in zip(("source", "recording"), own, sizes, strict=True):
        if not value > NEGLIGIBLE * size:
            raise BadActivity(no_variation(kernel, samples, side))
    return {"cka": dependence(x, y, pair.orders) / np.sqrt(own[0] * own[1])}


cka.card = MeasureCard(
    formula="HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L)); K, L: kernels between the samples of each side; HSIC: the "
    "unbiased Hilbert-Schmidt independence criterion",
    statistics={"cka": "agreement of the similarities between samples on both sides"},
    bounds={"cka": CORRELATION},
    zero="the mean for unrelated activities with independent samples; negative by chance",
    one="equal similarities: with a linear kernel, equal up to rotation, translation and scale",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="linear: conditions x times x units^2, and conditions x units^2 for each permutation; rbf: (conditions x "
    "times)^2 x units, and conditions^4 x times^2 for all permutations; samples conditions: negligible",
    pitfalls="Debiasing assumes independent samples, but neighbouring times are nearly equal: with samples times, "
    "independent smooth populations (150 and 141 units, SD 50 ms) score .63 with 8 conditions of 1.2 s and .19 with "
    "27 of 2.5 s, and 0 with samples conditions. Interpret samples times only relative to the null distribution; only "
    "with them does a condition-independent signal increase the value. Components with large variance dominate. rbf: "
    "a small bandwidth compares only nearest neighbours.",
    reference="Kornblith et al. 2019; Song et al. 2012, eq. 5; debiased: Murphy et al. 2024",
)
cka.first_look = {"samples": "conditions", "kernel": "linear", "bandwidth": None}


def together(samples: str, kernel: str, bandwidth: float | None) -> None:
    """Raise BadOption for unknown names, for kernel rbf without a bandwidth, and for kernel linear with one."""
    if samples not in ("times", "conditions") or kernel not in ("linear", "rbf"):
        raise BadOption(
            f"cka: found samples '{samples}' and kernel '{kernel}', wanted samples times or conditions and kernel "
            "linear or rbf"
        )
    if (bandwidth is not None) if kernel == "linear" else (bandwidth is None or bandwidth <= 0):
        wanted = "a number above 0" if kernel == "rbf" else "None, because this kernel has no bandwidth"
        raise BadOption(f"cka with kernel {kernel}: found bandwidth {bandwidth}, wanted {wanted}")


cka.together = together


def no_variation(kernel: str, samples: str, side: str) -> str:
    return (
        f"cka with kernel {kernel}: found all samples {samples} of the {side} equally similar, wanted similarities "
        "that vary"
    )


def kernel_of(data: np.ndarray, axes: tuple[int, ...], samples: str, bandwidth: float | None) -> np.ndarray:
    """(time, condition, time, condition) kernel with a zero diagonal; one time if whole trajectories are samples.

    data: (condition, time, unit). The kernel is linear if bandwidth is None.
    """
    conditions, times = data.shape[:2]
    if samples == "conditions":
        products, times = summed_kernel((chunk, chunk) for chunk in deviations(data)), 1
    elif conditions * times > MOST_SAMPLES:
        raise BadActivity(
            f"cka with kernel rbf and samples times: found {conditions} conditions x {times} times, wanted at most "
            f"{MOST_SAMPLES} samples: use longer bins or samples conditions"
        )
    else:
        about = data - data.mean(axis=axes, keepdims=True, dtype=float)
        flat = about.transpose(1, 0, 2).reshape(times * conditions, -1)
        products = flat @ flat.T
    found = products if bandwidth is None else gaussian(products, bandwidth)
    np.fill_diagonal(found, 0.0)
    return found.reshape(times, conditions, times, conditions)


def gaussian(products: np.ndarray, bandwidth: float) -> np.ndarray:
    """(sample, sample) Gaussian kernel from inner products, in place."""
    squared = squared_distances(products)
    median = median_distance(squared)
    if not median**2 > NEGLIGIBLE * squared.max():
        raise BadActivity("cka with kernel rbf: found a median distance of 0 between samples, wanted one above 0")
    squared *= -0.5 / (bandwidth * median) ** 2
    return np.exp(squared, out=squared)


def kernel_dependence(k: np.ndarray, other: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) unbiased HSIC estimates, times n (n - 3), of kernels with zero diagonals.

    k, other: (time, condition, time, condition); n: number of samples.
    """
    rows = (side.sum(axis=(2, 3)).T for side in (k, other))
    return unbiased_dependence(block_products(k, other, orders), *rows, orders)


def linear_dependence(x: np.ndarray, y: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) unbiased HSIC estimates, times n (n - 3), of the kernels xx' and yy', which are not formed.

    x, y: (condition, time, unit), centred; n: number of samples (see `geometry.kernels.unbiased_dependence`).
    """
    x_self, y_self = (np.einsum("ctu,ctu->ct", side, side) for side in (x, y))  # the diagonals
    x_rows, y_rows = (side @ side.sum(axis=(0, 1)) - own for side, own in ((x, x_self), (y, y_self)))
    both = cross_products(x, y, orders) - paired_sum(x_self @ y_self.T, orders)
    return unbiased_dependence(both, x_rows, y_rows, orders)


def cross_products(x: np.ndarray, y: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) squared Frobenius norm of the products of all units of x with all of y, summed over paired samples.

    With few conditions, it is computed from a table of the products of all blocks with all blocks.
    """
    conditions = len(x)
    if conditions**3 > LOOKUP_COST * len(orders) or conditions**2 * x.shape[2] * y.shape[2] > LARGEST:
        parts = batches(x.shape[2], len(orders) * y.shape[2], PART)
        return sum(paired_products(x[..., units], y, orders, then=squared_norms) for units in parts)
    flat = blocks(x, y).reshape(conditions**2, -1)
    table = flat @ flat.T
    block = np.arange(conditions) * conditions + orders  # (draw, condition of x)
    return table[block[:, :, None], block[:, None]].sum(axis=(1, 2))


def squared_norms(products: np.ndarray) -> np.ndarray:
    return np.einsum("dij,dij->d", products, products)
