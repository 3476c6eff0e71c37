"""Matching of the rows of a matrix with its columns such that the sum of the matched values is as large as possible.

Soft matching is optimal transport between the uniform distributions over rows and over columns. It is solved exactly by
the network simplex method: the matched pairs form a spanning tree of all rows and columns, and every step replaces one
pair of the tree by one that increases the sum. With integer weights, perturbed such that no subset of rows weighs the
same as a subset of columns, every pair in the tree has a weight above 0, so that the sum increases in every step and
the method ends (Orden 1956).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

TOLERANCE = 1e-12  # relative to the largest value; smaller gains are rounding errors

Arc = tuple[int, int, int]  # row, column, weight


class Match(NamedTuple):
    """(..., pair) matched pairs of one or several matrices, and the weight of each pair; the weights sum to 1."""

    rows: np.ndarray
    columns: np.ndarray
    weights: np.ndarray


@dataclass(slots=True)
class Tree:
    """A spanning tree of nodes: the rows, then the columns; the root is row 0 and its own parent."""

    rows: int
    near: list[list[int]]  # of each node, the nodes that it is matched with
    parent: list[int]
    depth: list[int]
    weight: list[int]  # of the pair of a node and its parent
    price: list[float]  # prices of matched nodes sum to their value


def best_for_columns(values: np.ndarray) -> Match:
    """Every column of (..., row, column) with its best row; a row can be matched with several columns."""
    best = values.argmax(axis=-2)
    return Match(best, np.broadcast_to(np.arange(best.shape[-1]), best.shape), np.full(best.shape, 1 / best.shape[-1]))


def best_for_rows(values: np.ndarray) -> Match:
    """Every row of (..., row, column) with its best column."""
    return swapped(best_for_columns(values.swapaxes(-1, -2)))


def each_matrix(find: Callable[[np.ndarray], Match]) -> Callable[[np.ndarray], Match]:
    """A function that matches one matrix, for (matrix, row, column); missing pairs have a weight of 0."""

    def found(values: np.ndarray) -> Match:
        matches = [find(matrix) for matrix in values]
        shape = len(matches), max(len(match.rows) for match in matches)
        padded = Match(np.zeros(shape, dtype=int), np.zeros(shape, dtype=int), np.zeros(shape))
        for k, match in enumerate(matches):
            for whole, part in zip(padded, match, strict=True):
                whole[k, : len(part)] = part
        return padded

    return found


def one_to_one(values: np.ndarray) -> Match:
    """The best pairs in which every row and every column occurs at most once, as many as there can be."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(values, maximize=True)
    return Match(rows, columns, np.full(len(rows), 1 / len(rows)))


def soft(values: np.ndarray) -> Match:
    """The best weights of pairs in which all rows have the same total weight, and all columns have the same.

    With as many rows as columns this is `one_to_one`, because the corners of the polytope of weights are then the
    permutations (Birkhoff 1946).
    """
    rows, columns = values.shape
    if rows == columns:
        return one_to_one(values)
    if rows > columns:
        return swapped(soft(np.ascontiguousarray(values.T)))
    tree = grown(first_arcs(values), values)
    improve(tree, values)
    return weights_of(tree)


def swapped(match: Match) -> Match:
    return Match(match.columns, match.rows, match.weights)


def perturbation(rows: int) -> int:
    """The factor by which weights are multiplied before the perturbation, which is then less than half a unit."""
    return 2 * rows + 1


def first_arcs(values: np.ndarray) -> list[Arc]:
    """Perturbed weights that form a tree: the best pairs one to one, then the best of the remaining columns.

    Every row weighs as much as there are columns, and vice versa; each row is heavier by 1 of `perturbation`, and the
    last column by the sum of these.
    """
    (rows, columns), factor = values.shape, perturbation(len(values))
    of_rows, of_columns = [columns * factor + 1] * rows, [rows * factor] * columns
    of_columns[-1] += rows
    matched, partners, _ = one_to_one(values)
    free = np.setdiff1d(np.arange(columns), partners)
    best = np.argsort(-values[:, free], axis=None, kind="stable")
    pairs = [*zip(matched, partners, strict=True), *zip(best // len(free), free[best % len(free)], strict=True)]
    arcs = []
    for row, column in np.array(pairs).tolist():
        weight = min(of_rows[row], of_columns[column])
        if weight:
            of_rows[row] -= weight
            of_columns[column] -= weight
            arcs.append((row, column, weight))
    return arcs


def grown(arcs: list[Arc], values: np.ndarray) -> Tree:
    """The tree that consists of these arcs."""
    rows, size = len(values), sum(values.shape)
    near, of_pair = [[] for _ in range(size)], {}
    for row, column, weight in arcs:
        near[row].append(rows + column)
        near[rows + column].append(row)
        of_pair[row, rows + column] = of_pair[rows + column, row] = weight
    tree = Tree(rows, near, [0] * size, [0] * size, [0] * size, [0.0] * size)
    nodes = [0]
    for node in nodes:
        for child in near[node]:
            if child != tree.parent[node] or node == 0:
                row, column = min(node, child), max(node, child) - rows
                tree.parent[child], tree.depth[child] = node, tree.depth[node] + 1
                tree.weight[child] = of_pair[node, child]
                tree.price[child] = float(values[row, column]) - tree.price[node]
                nodes.append(child)
    return tree


def improve(tree: Tree, values: np.ndarray) -> None:
    """Replace pairs until no other pair has a value above the sum of its prices, which proves that the sum is largest.

    In every round, the best pair of each row is tried, because the gains of all pairs are found together.
    """
    rows, least, each = tree.rows, TOLERANCE * np.abs(values).max(), values.tolist()
    while True:
        price = np.array(tree.price)
        gains = values - price[:rows, None] - price[rows:]
        best = gains.argmax(axis=1)
        gain = gains[np.arange(rows), best]
        order = np.argsort(-gain, kind="stable")
        candidates = order[gain[order] > least].tolist()
        if not candidates:
            return
        for row in candidates:
            column = int(best[row])
            gain_now = each[row][column] - tree.price[row] - tree.price[rows + column]
            if gain_now > least:
                enter(tree, row, rows + column, gain_now)


def enter(tree: Tree, row: int, column: int, gain: float) -> None:
    """Match a row with a column as far as possible, so that another pair of the cycle that this closes is removed."""
    rows, parent, weight = tree.rows, tree.parent, tree.weight
    of_row, of_column = ways_up(tree, row, column)
    lighter = [k for k in of_row if k < rows] + [k for k in of_column if k >= rows]
    leaving = min(lighter, key=weight.__getitem__)
    moved = weight[leaving]
    for nodes, sign in ((of_row, 1), (of_column, -1)):
        for node in nodes:
            weight[node] += sign * (-moved if node < rows else moved)
    tree.near[leaving].remove(parent[leaving])
    tree.near[parent[leaving]].remove(leaving)
    tree.near[row].append(column)
    tree.near[column].append(row)
    start, above = (row, column) if leaving in of_row else (column, row)
    turn(tree, start, above, leaving, moved)
    reprice(tree, start, gain if start < rows else -gain)


def ways_up(tree: Tree, one: int, other: int) -> tuple[list[int], list[int]]:
    """The nodes from each of two nodes up to their common ancestor, without it."""
    parent, depth = tree.parent, tree.depth
    of_one, of_other = [], []
    while one != other:
        if depth[one] >= depth[other]:
            of_one.append(one)
            one = parent[one]
        else:
            of_other.append(other)
            other = parent[other]
    return of_one, of_other


def turn(tree: Tree, start: int, above: int, last: int, weight: int) -> None:
    """Hang the part of the tree below `last` on `above`, by its node `start`."""
    node = start
    while True:
        upper, of_upper = tree.parent[node], tree.weight[node]
        tree.parent[node], tree.weight[node] = above, weight
        if node == last:
            return
        node, above, weight = upper, node, of_upper


def reprice(tree: Tree, start: int, change: float) -> None:
    """Add `change` to the prices of the rows below `start`, subtract it from those of the columns; set the depths."""
    rows, near, parent, depth, price = tree.rows, tree.near, tree.parent, tree.depth, tree.price
    depth[start] = depth[parent[start]] + 1
    nodes = [start]
    for node in nodes:
        price[node] += change if node < rows else -change
        below, upper = depth[node] + 1, parent[node]
        for child in near[node]:
            if child != upper:
                depth[child] = below
                nodes.append(child)


def weights_of(tree: Tree) -> Match:
    """The weights of a tree without the perturbation; pairs whose weight was only due to it are left out."""
    nodes = np.arange(1, len(tree.parent))
    ends = np.stack([nodes, np.array(tree.parent)[1:]])
    factor, columns = perturbation(tree.rows), len(tree.parent) - tree.rows
    weight = (np.array(tree.weight[1:]) + factor // 2) // factor
    kept = weight > 0
    rows, others = ends.min(axis=0)[kept], ends.max(axis=0)[kept] - tree.rows
    return Match(rows, others, weight[kept] / (tree.rows * columns))
