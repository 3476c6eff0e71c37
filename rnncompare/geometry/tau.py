"""Kendall's tau-a of many pairs of rows at once, in O(n log n) and with integer arithmetic."""

import math

import numpy as np

SMALL = 12  # length of blocks whose entries are compared with each other; longer rows are merged from blocks
BATCH = 2**16  # numbers that are processed together and fit into the cache of a processor


def tau_a(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(...,) concordant minus discordant pairs of entries, divided by the number of all pairs: -1 to 1.

    x, y: (..., n) with n > 1; leading dimensions are broadcast. Tied pairs count 0. The counts are exact. (Kendall
    1938; tau-a between dissimilarities: Nili et al. 2014.) Raises ValueError.
    """
    n = x.shape[-1]
    if n < 2 or y.shape[-1] != n:
        raise ValueError(
            f"tau: found rows of {n} and {y.shape[-1]} numbers, wanted the same number in both, at least 2"
        )
    bad = sum(int(np.isnan(side).sum()) for side in (x, y))
    if bad:
        raise ValueError(f"tau: found {bad} numbers that are NaN, wanted an order")
    return concordance(ranks(x), ranks(y)) / (n * (n - 1) // 2)


def ranks(values: np.ndarray) -> np.ndarray:
    """(..., n) int: for each entry, the number of distinct smaller values in its row; values: (..., n)."""
    order = values.argsort(axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    steps = np.zeros(values.shape, dtype=np.int32 if values.shape[-1] < 2**15 else np.int64)
    np.cumsum(ordered[..., 1:] != ordered[..., :-1], axis=-1, out=steps[..., 1:])
    found = np.empty_like(steps)
    np.put_along_axis(found, order, steps, axis=-1)
    return found


def ties(ordered: np.ndarray) -> np.ndarray:
    """(row,) int: number of pairs of equal entries in each row; ordered: (row, n), sorted."""
    new = ordered[:, 1:] != ordered[:, :-1]
    if new.all():
        return np.zeros(len(ordered), dtype=np.int64)
    starts = np.zeros(ordered.shape, dtype=np.int64)  # start of the run of equal entries to which each belongs
    starts[:, 1:] = np.where(new, np.arange(1, ordered.shape[1]), 0)
    return (np.arange(ordered.shape[1]) - np.maximum.accumulate(starts, axis=1)).sum(axis=1)


def concordance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(...,) int: concordant minus discordant pairs of entries; x, y: (..., n) int ranks, broadcast."""
    shape, n = (1, *np.broadcast_shapes(x.shape, y.shape)), x.shape[-1]
    rows, size = math.prod(shape[:-1]), max(1, BATCH // n)
    x, y = (np.broadcast_to(side, shape) for side in (x, y))
    found = []
    for start in range(0, rows, size):  # by index: reshaping broadcast arrays would copy them
        some = np.unravel_index(np.arange(start, min(start + size, rows)), shape[:-1])
        found.append(row_concordance(x[some], y[some]))
    return np.concatenate(found).reshape(shape[1:-1])


def row_concordance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(row,) as `concordance`; x, y: (row, n) int.

    After sorting by x, and by y within ties of x, a pair is discordant if the larger y comes first.
    """
    n, bits = x.shape[-1], x.shape[-1].bit_length()
    both = np.sort((x << bits) | y, axis=-1)
    in_order = both & (2**bits - 1)
    tied = ties(both >> bits) + ties(np.sort(y, axis=-1)) - ties(both)
    return n * (n - 1) // 2 - tied - 2 * inversions(in_order)


def inversions(values: np.ndarray) -> np.ndarray:
    """(row,) int: number of pairs in each row whose larger entry comes first; values: (row, n) int.

    Inversions within short blocks are counted by comparison. Neighbouring blocks are then merged by sorting, with the
    entries of the right block marked: the sum of their positions gives the number of larger entries in the left block.
    """
    rows, n = values.shape
    doublings = max(0, math.ceil(math.log2(n / SMALL)))
    width = -(-n // 2**doublings)
    merged = np.full((rows, width << doublings), values.max(), dtype=values.dtype)  # padding sorts to the end
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
    """(block,) int: `inversions` by comparing all entries of a block with each other; blocks: (block, entry)."""
    entries = np.ascontiguousarray(blocks.T)
    found = np.zeros(len(blocks), dtype=np.int64)
    for k, entry in enumerate(entries[:-1], start=1):
        found += (entry > entries[k:]).sum(axis=0, dtype=np.int16)
    return found
