from itertools import permutations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from support.slow import transport_by_linear_programming

from rnncompare.geometry.transport import best_for_columns, best_for_rows, one_to_one, soft

SIZES = [(1, 1), (1, 4), (2, 3), (3, 6), (4, 6), (5, 7), (7, 5), (8, 8), (9, 3), (10, 21), (21, 10)]


def values_of(shape, kind, seed=0):
    rng = np.random.default_rng([seed, *shape])
    return {
        "normal": lambda: rng.standard_normal(shape),
        "integer": lambda: rng.integers(-1, 2, shape).astype(float),  # with many ties
        "equal": lambda: np.full(shape, 0.3),
        "zero": lambda: np.zeros(shape),
        "low rank": lambda: np.outer(rng.standard_normal(shape[0]), rng.standard_normal(shape[1])),
        "small": lambda: 1e-9 * rng.standard_normal(shape),
    }[kind]()


def full(match, shape):
    weights = np.zeros(shape)
    np.add.at(weights, (match.rows, match.columns), match.weights)
    return weights


def total(match, values):
    return match.weights @ values[match.rows, match.columns]


@pytest.mark.parametrize("kind", ["normal", "integer", "equal", "zero", "low rank", "small"])
@pytest.mark.parametrize("shape", SIZES)
def test_soft_matching_reaches_the_optimum_of_a_linear_program_with_uniform_weights(shape, kind):
    for seed in range(5):
        values = values_of(shape, kind, seed)
        match = soft(values)
        weights = full(match, shape)
        assert (match.weights > 0).all()
        assert weights.sum(axis=1) == pytest.approx(np.full(shape[0], 1 / shape[0]), abs=1e-14)
        assert weights.sum(axis=0) == pytest.approx(np.full(shape[1], 1 / shape[1]), abs=1e-14)
        size = np.abs(values).max() or 1.0
        assert total(match, values) / size == pytest.approx(transport_by_linear_programming(values / size), abs=1e-9)


def test_populations_of_realistic_size_are_matched_as_well_as_by_a_linear_program():
    values = np.tanh(values_of((60, 64), "normal"))
    assert total(soft(values), values) == pytest.approx(transport_by_linear_programming(values), abs=1e-9)


def test_equal_numbers_are_matched_one_to_one_by_the_assignment_of_scipy():
    values = values_of((30, 30), "normal")
    rows, columns = linear_sum_assignment(-values)
    wanted = np.zeros(values.shape)
    wanted[rows, columns] = 1 / 30
    assert full(soft(values), values.shape) == pytest.approx(wanted, abs=1e-15)


@pytest.mark.parametrize("shape", SIZES)
def test_the_transposed_values_have_the_transposed_match(shape):
    values = values_of(shape, "normal")
    for there, back in ((soft, soft), (one_to_one, one_to_one), (best_for_rows, best_for_columns)):
        assert full(there(values), shape) == pytest.approx(full(back(values.T), shape[::-1]).T, abs=1e-14)


@pytest.mark.parametrize("copies", [2, 3])
def test_copies_of_all_columns_do_not_change_the_soft_match(copies):
    values = values_of((6, 8), "normal")
    copied = full(soft(np.tile(values, copies)), (6, 8 * copies)).reshape(6, copies, 8).sum(axis=1)
    assert copied == pytest.approx(full(soft(values), (6, 8)), abs=1e-14)


def test_a_constant_for_each_row_and_column_does_not_change_the_soft_match():
    values, rng = values_of((7, 12), "normal"), np.random.default_rng(1)
    moved = values + rng.standard_normal((7, 1)) + rng.standard_normal(12)
    assert full(soft(moved), (7, 12)) == pytest.approx(full(soft(values), (7, 12)), abs=1e-14)


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (5, 3)])
def test_one_to_one_is_the_best_of_all_matchings_of_the_smaller_side(shape):
    values = values_of(shape, "normal")
    wide = values if shape[0] <= shape[1] else values.T
    best = max(
        wide[np.arange(len(wide)), order].mean() for order in map(list, permutations(range(wide.shape[1]), len(wide)))
    )
    match = one_to_one(values)
    assert total(match, values) == pytest.approx(best, abs=1e-12)
    assert len(set(match.rows.tolist())) == len(set(match.columns.tolist())) == min(shape)


def test_the_best_match_is_the_largest_value_of_each_row_or_column():
    values = values_of((4, 7), "normal")
    assert total(best_for_columns(values), values) == pytest.approx(values.max(axis=0).mean())
    assert total(best_for_rows(values), values) == pytest.approx(values.max(axis=1).mean())
