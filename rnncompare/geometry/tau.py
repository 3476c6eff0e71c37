"""Kendall's tau-a of many pairs of rows at once, in n log n and in whole numbers."""

import math

import numpy as np

SMALL = 12  # numbers that are compared one by one; longer rows are merged from such
AT_ONCE = 2**16  # numbers worked on at a time, so that they stay near the processor


def tau_a(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(...,) concordant less discordant pairs of entries over all pairs, tied ones counting nothing: -1 to 1.

    x, y: (..., n) with n > 1; leading dimensions are broadcast. The counts are exact (Kendall 1938; tau-a between
    dissimilarities: Nili et al. 2014).
    """
    n = x.shape[-1]
    if n < 2 or y.shape[-1] != n:
        raise ValueError(f"tau: found rows of {n} and {y.shape[-1]} numbers, wanted as many in both, at least 2")
    bad = sum(int(np.isnan(side).sum()) for side in (x, y))
    if bad:
        raise ValueError(f"tau: found {bad} numbers that are NaN, wanted an order")
    return concordance(ranks(x), ranks(y)) / (n * (n - 1) // 2)


def ranks(values: np.ndarray) -> np.ndarray:
    """(..., n) int: how many different numbers of its row are smaller than each; values: (..., n)."""
    order = values.argsort(axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    steps = np.zeros(values.shape, dtype=np.int32 if values.shape[-1] < 2**15 else np.int64)
    np.cumsum(ordered[..., 1:] != ordered[..., :-1], axis=-1, out=steps[..., 1:])
    found = np.empty_like(steps)
    np.put_along_axis(found, order, steps, axis=-1)
    return found


def ties(ordered: np.ndarray) -> np.ndarray:
    """(row,) int: pairs of equal entries of each row; ordered: (row, n), sorted."""
    new = ordered[:, 1:] != ordered[:, :-1]
    if new.all():
        return np.zeros(len(ordered), dtype=np.int64)
    starts = np.zeros(ordered.shape, dtype=np.int64)  # of the run of equal entries that each belongs to
    starts[:, 1:] = np.where(new, np.arange(1, ordered.shape[1]), 0)
    return (np.arange(ordered.shape[1]) - np.maximum.accumulate(starts, axis=1)).sum(axis=1)


def concordance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(...,) int: concordant less discordant pairs of entries; x, y: (..., n) int ranks, broadcast."""
    shape, n = (1, *np.broadcast_shapes(x.shape, y.shape)), x.shape[-1]
    rows, size = math.prod(shape[:-1]), max(1, AT_ONCE // n)
    x, y = (np.broadcast_to(side, shape) for side in (x, y))
    found = []
    for start in range(0, rows, size):  # rows by their places: to reshape what is broadcast would copy all of it
        some = np.unravel_index(np.arange(start, min(start + size, rows)), shape[:-1])
        found.append(row_concordance(x[some], y[some]))
    return np.concatenate(found).reshape(shape[1:-1])


def row_concordance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(row,) as `concordance`; x, y: (row, n) int.

    Sorted by x, and by y where x ties, a pair is discordant where the larger y comes first.
    """
    n, bits = x.shape[-1], x.shape[-1].bit_length()
    both = np.sort((x << bits) | y, axis=-1)
    in_order = both & (2**bits - 1)
    tied = ties(both >> bits) + ties(np.sort(y, axis=-1)) - ties(both)
    return n * (n - 1) // 2 - tied - 2 * inversions(in_order)


def inversions(values: np.ndarray) -> np.ndarray:
    """(row,) int: pairs of each row whose larger entry comes first; values: (row, n) int.

    Short blocks by comparison; then neighbouring blocks are sorted together, their entries marked: the sum of places
    that the right block's entries get tells how many of the left block's come after them.
    """
    rows, n = values.shape
    doublings = max(0, math.ceil(math.log2(n / SMALL)))
    width = -(-n // 2**doublings)
    merged = np.full((rows, width << doublings), values.max(), dtype=values.dtype)  # the largest comes last
    merged[:, :n] = values
    found = block_inversions(merged.reshape(-1, width)).reshape(rows, -1).sum(axis=1)
    for _ in range(doublings):
        marked = (2 * merged).reshape(rows, -1, 2, width)
        marked[:, :, 1] += 1
        marked = marked.reshape(rows, -1, 2 * width)
        marked.sort(axis=-1)
        places = (marked & 1) @ np.arange(2 * width, dtype=marked.dtype)
        found += (width**2 + width * (width - 1) // 2 - places.astype(np.int64)).sum(axis=1)
        merged, width = marked >> 1, 2 * width
    return found


def block_inversions(blocks: np.ndarray) -> np.ndarray:
    """(block,) int, by comparing all entries of a block with each other; blocks: (block, entry)."""
    entries = np.ascontiguousarray(blocks.T)
    found = np.zeros(len(blocks), dtype=np.int64)
    for k, entry in enumerate(entries[:-1], start=1):
        found += (entry > entries[k:]).sum(axis=0, dtype=np.int16)
    return found
