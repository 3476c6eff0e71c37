"""The end of a training: goals that the mean over several checks has to reach."""

import pytest

from rnncompare.training.stopping import reached

LUCKY = [0.90, 0.90, 0.94, 0.90, 0.90]  # one check is above .93, their mean is not
STEADY = [0.90, 0.92, 0.93, 0.93, 0.94]


def first(shares, over, stop_at=None, stop_correct=0.93, error=0.5):
    """The number of checks after which the goal is reached, or None."""
    checks = [(error, share) for share in shares]
    found = [k for k in range(1, len(checks) + 1) if reached(checks[:k], stop_at, stop_correct, over)]
    return found[0] if found else None


def test_one_lucky_check_does_not_reach_a_goal_of_several_and_the_mean_does():
    assert first(LUCKY, 1) == 3 and first(LUCKY, 3) is None
    assert first(STEADY, 1) == 3 and first(STEADY, 3) == 5


def test_a_single_check_may_miss_the_goal_that_the_mean_has_reached():
    assert first([0.92, 0.96, 0.92], 1) == 2 and first([0.92, 0.96, 0.92], 3) == 3


def test_a_goal_is_not_reached_before_there_are_as_many_checks():
    assert first([0.99, 0.99, 0.99], 3) == 3 and first([0.99, 0.99], 3) is None


def test_errors_are_averaged_too_and_all_goals_have_to_be_reached():
    checks = [(0.5, 0.9), (0.1, 0.9), (0.3, 0.9)]
    assert reached(checks, 0.3, None, 3) and not reached(checks, 0.29, None, 3)
    assert reached(checks, 0.3, 0.9, 3) and not reached(checks, 0.3, 0.91, 3)


@pytest.mark.parametrize("over", [1, 3])
def test_without_a_goal_none_is_reached(over):
    assert not reached([(0.0, 1.0)] * 3, None, None, over)
