"""Centred kernel alignment with linear or Gaussian kernels, debiased."""

from typing import Literal

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.activity.precision import NEGLIGIBLE, varies
from rnncompare.comparison.measure_card import CORRELATION, MeasureCard
from rnncompare.comparison.pair import Pair
from rnncompare.crossvalidation.pairings import blocks, paired_products, paired_sum
from rnncompare.geometry.dissimilarities import deviations, summed_kernel
from rnncompare.geometry.kernels import block_products, median_distance, squared_distances, unbiased_dependence
from rnncompare.options.ranges import Positive
from rnncompare.plugins import BadOption

MOST = 15_000  # samples of which a kernel is held: its entries are their square
WORTH = 16  # sums of blocks that take as long as one product of a table of all blocks with all
LARGEST = 2**25  # numbers of all blocks together


def cka(
    pair: Pair,
    *,
    samples: Literal["times", "conditions"],
    kernel: Literal["linear", "rbf"],
    bandwidth: Positive | None,
) -> dict[str, np.ndarray]:
    """Debiased CKA, (draw,): how alike the two sides' similarities between samples are.

    samples: times, a condition at a time being one; conditions, a whole trajectory being one. kernel: linear, inner
    products; rbf, exp(-distance^2 / (2 s^2)), s being `bandwidth` times the median distance between samples of that
    side (None with linear). Raises BadActivity where there are fewer than 4 conditions as samples or more than MOST
    times for rbf, or where a side's similarities do not vary, and BadOption. (Kornblith et al. 2019; unbiased estimator
    of Song et al. 2012; debiased as in Murphy et al. 2024.)
    """
    together(samples, kernel, bandwidth)
    if samples == "conditions" and len(pair.x) < 4:
        raise BadActivity(f"cka with samples conditions: found {len(pair.x)} conditions, wanted at least 4")
    identity = np.arange(len(pair.x))[None]
    for role, side in (("source", pair.x), ("recording", pair.y)):
        if samples == "times" and not varies(side, pair.axes):
            raise BadActivity(alike(kernel, samples, role))
    if samples == "times" and kernel == "linear":
        x, y = pair.centred()
        dependence, sizes = linear_dependence, [np.vdot(side, side) ** 2 for side in (x, y)]
    else:
        x, y = (kernel_of(side, pair.axes, samples, bandwidth) for side in (pair.x, pair.y))
        dependence, sizes = kernel_dependence, [np.vdot(side, side) for side in (x, y)]
    own = [dependence(side, side, identity)[0] for side in (x, y)]
    for side, value, size in zip(("source", "recording"), own, sizes, strict=True):
        if not value > NEGLIGIBLE * size:
            raise BadActivity(alike(kernel, samples, side))
    return {"cka": dependence(x, y, pair.orders) / np.sqrt(own[0] * own[1])}


cka.card = MeasureCard(
    formula="HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L)); K, L: kernels of each side's samples; HSIC: unbiased",
    statistics={"cka": "agreement of the two sides' similarities between samples"},
    bounds={"cka": CORRELATION},
    zero="unrelated, on average, where samples are independent; below 0 by chance",
    one="the same similarities: with a linear kernel, the same up to rotation, translation and one scale",
    invariant_to=("permutation", "translation", "scale", "rotation"),
    symmetric=True,
    cost="linear: conditions x times x units^2, and conditions x units^2 a permutation; rbf: (conditions x times)^2 x "
    "units, and conditions^4 x times^2 for all permutations; samples conditions: next to nothing",
    pitfalls="Debiasing leaves out each sample's similarity with itself, as if samples were independent; neighbouring "
    "times are nearly the same sample. Independent smooth populations (150 and 141 units, SD 50 ms) score .63 with 8 "
    "conditions of 1.2 s and .19 with 27 of 2.5 s with samples times, 0 with samples conditions: read times beside its "
    "null only. With times, a condition-independent signal counts as similarity; with conditions it makes no "
    "difference. Large components dominate. rbf: a small bandwidth compares nearest neighbours only.",
    reference="Kornblith et al. 2019; Song et al. 2012, eq. 5; debiased: Murphy et al. 2024",
)
cka.first_look = {"samples": "conditions", "kernel": "linear", "bandwidth": None}


def together(samples: str, kernel: str, bandwidth: float | None) -> None:
    """Raise BadOption for unknown names, and for a kernel without the bandwidth that it needs or with one of no use."""
    if samples not in ("times", "conditions") or kernel not in ("linear", "rbf"):
        raise BadOption(f"cka: found samples '{samples}', kernel '{kernel}', wanted times or conditions, linear or rbf")
    if (bandwidth is not None) if kernel == "linear" else (bandwidth is None or bandwidth <= 0):
        wanted = "a number above 0" if kernel == "rbf" else "None: it has none"
        raise BadOption(f"cka with kernel {kernel}: found bandwidth {bandwidth}, wanted {wanted}")


cka.together = together


def alike(kernel: str, samples: str, side: str) -> str:
    return (
        f"cka with kernel {kernel}: found all samples {samples} of the {side} equally alike, wanted some more alike "
        "than others"
    )


def kernel_of(data: np.ndarray, axes: tuple[int, ...], samples: str, bandwidth: float | None) -> np.ndarray:
    """(time, condition, time, condition) kernel, one time where whole trajectories are samples; its diagonal is 0.

    data: (condition, time, unit). Linear where bandwidth is None.
    """
    conditions, times = data.shape[:2]
    if samples == "conditions":
        products, times = summed_kernel((chunk, chunk) for chunk in deviations(data)), 1
    elif conditions * times > MOST:
        raise BadActivity(
            f"cka with kernel rbf and samples times: found {conditions} conditions x {times} times, wanted at most "
            f"{MOST} samples; longer bins or samples conditions need fewer"
        )
    else:
        about = data - data.mean(axis=axes, keepdims=True, dtype=float)
        flat = about.transpose(1, 0, 2).reshape(times * conditions, -1)
        products = flat @ flat.T
    found = products if bandwidth is None else gaussian(products, bandwidth)
    np.fill_diagonal(found, 0.0)
    return found.reshape(times, conditions, times, conditions)


def gaussian(products: np.ndarray, bandwidth: float) -> np.ndarray:
    """(sample, sample) Gaussian kernel from inner products, in their place."""
    squared = squared_distances(products)
    median = median_distance(squared)
    if not median**2 > NEGLIGIBLE * squared.max():
        raise BadActivity("cka with kernel rbf: found no distance between half of the samples, wanted some")
    squared *= -0.5 / (bandwidth * median) ** 2
    return np.exp(squared, out=squared)


def kernel_dependence(k: np.ndarray, other: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) unbiased dependence of kernels (time, condition, time, condition) whose diagonals are 0."""
    rows = (side.sum(axis=(2, 3)).T for side in (k, other))
    return unbiased_dependence(block_products(k, other, orders), *rows, orders)


def linear_dependence(x: np.ndarray, y: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) unbiased dependence of the kernels xx' and yy', neither of which is formed; (condition, time, unit)."""
    x_self, y_self = (np.einsum("ctu,ctu->ct", side, side) for side in (x, y))  # the diagonals
    x_rows, y_rows = (side @ side.sum(axis=(0, 1)) - own for side, own in ((x, x_self), (y, y_self)))
    both = cross_products(x, y, orders) - paired_sum(x_self @ y_self.T, orders)
    return unbiased_dependence(both, x_rows, y_rows, orders)


def cross_products(x: np.ndarray, y: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """(draw,) squared Frobenius norm of the products of all units of x with all of y, summed over paired samples.

    Where conditions are few, from a table of all blocks with all blocks: the norm of a sum of blocks is a sum of those.
    """
    conditions = len(x)
    if conditions**3 > WORTH * len(orders) or conditions**2 * x.shape[2] * y.shape[2] > LARGEST:
        return paired_products(x, y, orders, then=lambda products: np.einsum("dij,dij->d", products, products))
    flat = blocks(x, y).reshape(conditions**2, -1)
    table = flat @ flat.T
    block = np.arange(conditions) * conditions + orders  # (draw, condition of x)
    return table[block[:, :, None], block[:, None]].sum(axis=(1, 2))
