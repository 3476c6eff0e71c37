"""States of trajectories from which fixed points are searched."""

import numpy as np
import pytest
from fixed_points.made_up import LEAK, Units

from rnncompare.fixed_points.starts import sample_states, trajectories

STATES = np.random.default_rng(0).standard_normal((6, 10, 3)) * [1.0, 10.0, 0.0]


def test_trajectories_start_from_zero_and_follow_their_inputs():
    inputs = np.random.default_rng(1).standard_normal((4, 7, 2))
    found = trajectories(Units(np.zeros((2, 2)), "linear"), inputs)
    expected = LEAK * sum((1 - LEAK) ** (6 - t) * inputs[:, t] for t in range(7))
    np.testing.assert_allclose(found[:, -1], expected)
    np.testing.assert_allclose(found[:, 0], LEAK * inputs[:, 0])


def test_without_jitter_starts_are_states_of_trajectories_each_at_most_once():
    flat = {tuple(state) for state in STATES.reshape(-1, 3).tolist()}
    drawn = [tuple(state) for state in sample_states(STATES, 60, jitter=0.0, seed=0).tolist()]
    assert set(drawn) == flat and len(drawn) == 60


def test_more_starts_than_states_repeat_them():
    assert len(sample_states(STATES, 500, jitter=0.0, seed=0)) == 500


def test_jitter_is_a_share_of_the_sd_of_each_variable():
    one = np.repeat(STATES.reshape(-1, 3), 200, axis=0)
    plain, moved = (sample_states(one, len(one), jitter=jitter, seed=2) for jitter in (0.0, 0.1))
    np.testing.assert_allclose((moved - plain).std(axis=0), 0.1 * one.std(axis=0), rtol=0.03, atol=1e-15)


def test_a_seed_gives_the_same_starts_and_another_seed_others():
    first, same, other = (sample_states(STATES, 20, jitter=0.1, seed=seed) for seed in (1, 1, 2))
    assert (first == same).all() and not np.allclose(first, other)


@pytest.mark.parametrize(
    ("states", "count", "jitter", "message"),
    [
        (STATES, 0, 0.1, "found count 0 and jitter 0.1, wanted count >= 1 and jitter >= 0"),
        (STATES, 5, -1.0, "found count 5 and jitter -1.0"),
        (STATES, 5, np.nan, "jitter nan"),
        (STATES[:0], 5, 0.1, "found 0 states of which 0 are not finite"),
        (np.full((2, 3), np.nan), 5, 0.1, "found 2 states of which 2 are not finite, wanted finite states"),
    ],
)
def test_starts_that_cannot_be_drawn_are_refused_with_a_reason(states, count, jitter, message):
    with pytest.raises(ValueError, match="starts: ") as error:
        sample_states(states, count, jitter=jitter, seed=0)
    assert message in str(error.value)


def test_inputs_without_trials_are_refused():
    with pytest.raises(ValueError, match=r"found inputs of shape \(7, 2\), wanted \(trial, time, input\)"):
        trajectories(Units(np.zeros((2, 2)), "linear"), np.zeros((7, 2)))
