"""Which states count as one point."""

import numpy as np

from rnncompare.fixed_points.merging import distinct, linked, merge_distance

CHAIN = np.array([[0.0], [0.9], [1.8], [2.7], [5.0]])


def test_distinct_states_are_apart_and_each_state_is_near_its_own():
    kept, place = distinct(CHAIN, 1.0)
    assert kept.tolist() == [0, 2, 4] and place.tolist() == [0, 0, 1, 1, 2]


def test_linked_states_are_connected_by_steps_of_the_distance():
    assert linked(CHAIN, 1.0).tolist() == [0, 0, 0, 0, 1]
    assert linked(CHAIN[::-1], 0.8).tolist() == [0, 1, 2, 3, 4]


def test_the_largest_difference_of_a_variable_counts():
    pair = np.array([[0.0, 0.0], [0.9, 0.9]])
    assert distinct(pair, 1.0)[0].tolist() == [0] and len(distinct(pair, 0.85)[0]) == 2


def test_the_merge_distance_is_relative_to_the_range_of_the_states():
    states = np.array([[0.0, 5.0], [1.0, 5.5]])
    assert merge_distance(states) == 1e-3
    assert merge_distance(1e6 * states) == 1e3
    assert merge_distance(states, np.array([[3.0, 5.0]])) == 3e-3


def test_a_single_state_has_a_merge_distance_of_its_own_scale():
    assert merge_distance(np.array([[2.0, -4.0]])) == 4e-3
    assert merge_distance(np.zeros((3, 2))) == 1e-3
