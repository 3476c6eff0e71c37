import math

import numpy as np
import pytest

from rnncompare.nulls import against_null, condition_orders, jackknife_error


def test_orders_begin_with_the_true_one_and_are_permutations():
    orders = condition_orders(8, permutations=100, seed=0)
    assert orders.shape == (101, 8)
    assert (orders[0] == np.arange(8)).all()
    assert (np.sort(orders, axis=1) == np.arange(8)).all()


def test_orders_follow_the_seed():
    first, again, other = (condition_orders(8, permutations=50, seed=s) for s in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("conditions", [3, 4, 5])
def test_where_all_orders_are_fewer_than_asked_for_each_is_drawn_once(conditions):
    orders = condition_orders(conditions, permutations=1000, seed=0)
    assert len({tuple(o) for o in orders}) == len(orders) == math.factorial(conditions)
    assert (orders[0] == np.arange(conditions)).all()


def test_all_orders_are_taken_only_if_there_are_no_more_of_them():
    assert len(condition_orders(4, permutations=23, seed=0)) == 24
    assert len(condition_orders(4, permutations=22, seed=0)) == 23


def test_p_counts_draws_at_least_as_good_and_the_value_itself():
    values = np.array([3.0, 1.0, 2.0, 3.0, 4.0])
    found = {"value": 3.0, "null_mean": 2.5, "null_95": 3.85, "p": 3 / 5, "draws": 4}
    assert against_null(values, lower=False) == pytest.approx(found)
    mirrored = {"value": -3.0, "null_mean": -2.5, "null_95": -3.85, "p": 3 / 5, "draws": 4}
    assert against_null(-values, lower=True) == pytest.approx(mirrored)
    assert against_null(values, lower=True)["p"] == 4 / 5


def test_a_tie_but_for_rounding_is_a_tie():
    assert against_null(np.array([0.3, 0.1 + 0.2, 0.0]), lower=True)["p"] == 1.0
    assert against_null(np.array([0.1 + 0.2, 0.3, 0.0]), lower=False)["p"] == 2 / 3


def test_a_single_number_has_no_null():
    found = against_null(np.array(4.0), lower=False)
    assert found == {"value": 4.0, "null_mean": None, "null_95": None, "p": None, "draws": 0}


def test_the_jackknife_error_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(0).standard_normal(12)
    deleted = np.array([np.delete(values, k).mean() for k in range(12)])
    assert jackknife_error(deleted) == pytest.approx(values.std(ddof=1) / np.sqrt(12))
