import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncompare.comparison.permutations import against_null, condition_orders


def test_orders_are_permutations_and_the_first_is_the_true_one():
    orders = condition_orders(8, permutations=100, seed=0)
    assert orders.shape == (101, 8)
    assert (orders[0] == np.arange(8)).all()
    assert (np.sort(orders, axis=1) == np.arange(8)).all()


def test_orders_depend_on_the_seed():
    first, again, other = (condition_orders(8, permutations=50, seed=s) for s in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("conditions", [3, 4, 5])
def test_each_order_occurs_once_if_there_are_fewer_than_requested(conditions):
    orders = condition_orders(conditions, permutations=1000, seed=0)
    assert len({tuple(o) for o in orders}) == len(orders) == math.factorial(conditions)
    assert (orders[0] == np.arange(conditions)).all()


def test_all_orders_are_enumerated_only_if_there_are_no_more_than_requested():
    assert len(condition_orders(4, permutations=23, seed=0)) == 24
    assert len(condition_orders(4, permutations=22, seed=0)) == 23


def whole_groups(order, groups):
    """Whether every group of x is paired with one group of y, and no two with the same group."""
    partners = [set(groups[order[groups == g]].tolist()) for g in np.unique(groups)]
    return all(len(p) == 1 for p in partners) and len(set.union(*partners)) == len(partners)


@given(groups=st.lists(st.integers(0, 3), min_size=3, max_size=9).map(np.array), seed=st.integers(0, 100))
@settings(deadline=None, max_examples=50, derandomize=True)
def test_orders_map_whole_groups_to_whole_groups(groups, seed):
    orders = condition_orders(len(groups), permutations=30, seed=seed, groups=groups)
    assert (orders[0] == np.arange(len(groups))).all()
    assert (np.sort(orders, axis=1) == np.arange(len(groups))).all()
    assert all(whole_groups(order, groups) for order in orders)


@given(groups=st.lists(st.integers(0, 2), min_size=2, max_size=6).map(np.array))
@settings(deadline=None, max_examples=50, derandomize=True)
def test_each_order_that_keeps_groups_together_occurs_once_if_there_are_few(groups):
    every = [o for o in permutations(range(len(groups))) if whole_groups(np.array(o), groups)]
    orders = condition_orders(len(groups), permutations=1000, seed=0, groups=groups)
    assert sorted(map(tuple, orders.tolist())) == every
    assert (orders[0] == np.arange(len(groups))).all()
    if len(every) > 2:
        assert len(condition_orders(len(groups), permutations=len(every) - 2, seed=0, groups=groups)) == len(every) - 1


def test_groups_of_one_condition_change_nothing():
    alone = condition_orders(8, permutations=50, seed=3, groups=np.arange(8)[::-1])
    assert (alone == condition_orders(8, permutations=50, seed=3)).all()


def test_groups_and_positions_within_groups_are_drawn_uniformly():
    groups = np.repeat(np.arange(6), 2)
    drawn = condition_orders(12, permutations=6000, seed=0, groups=groups)[1:]
    places = np.array([np.bincount(drawn[:, c], minlength=12) for c in range(12)])
    assert abs(places - 500).max() < 110  # 5 binomial SD


def test_crossed_conditions_are_relabelled_in_the_same_way_in_all_groups():
    groups = np.tile([0, 1, 2], 5)  # the groups of five conditions, interleaved
    orders = condition_orders(15, permutations=60, seed=0, groups=groups, crossed=True)
    assert orders.shape == (61, 15)
    assert (groups[orders] == groups).all()
    within = orders.reshape(-1, 5, 3) // 3  # the condition that each is mapped to, by condition and group
    assert (within == within[..., :1]).all()
    assert (within[..., 0] == condition_orders(5, permutations=60, seed=0)).all()
    assert len(condition_orders(15, permutations=1000, seed=0, groups=groups, crossed=True)) == 120


def test_p_counts_the_draws_that_are_at_least_as_good_and_the_value_itself():
    values = np.array([3.0, 1.0, 2.0, 3.0, 4.0])
    found = {"value": 3.0, "null_mean": 2.5, "null_95": 3.85, "p": 3 / 5, "draws": 4}
    assert against_null(values, lower=False) == pytest.approx(found)
    mirrored = {"value": -3.0, "null_mean": -2.5, "null_95": -3.85, "p": 3 / 5, "draws": 4}
    assert against_null(-values, lower=True) == pytest.approx(mirrored)
    assert against_null(values, lower=True)["p"] == 4 / 5


def test_values_that_differ_by_rounding_error_are_equal():
    assert against_null(np.array([0.3, 0.1 + 0.2, 0.0]), lower=True)["p"] == 1.0
    assert against_null(np.array([0.1 + 0.2, 0.3, 0.0]), lower=False)["p"] == 2 / 3


def test_a_single_number_has_no_null():
    found = against_null(np.array(4.0), lower=False)
    assert found == {"value": 4.0, "null_mean": None, "null_95": None, "p": None, "draws": 0}
