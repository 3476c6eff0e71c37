"""The order of trials and who is held out."""

from itertools import islice

import numpy as np
import pytest

from rnncompare.training.trials import batches, split

CONDITION = np.repeat([f"c{k}" for k in range(9)], 3)
DELAY = np.tile([0.3, 0.5, 0.7], 9)


def parts(delays="all", validation=2, seed=0):
    return split(CONDITION, DELAY, 0.5, delays=delays, validation=validation, seed=seed)


def test_no_condition_is_both_trained_on_and_held_out():
    part = parts()
    assert len(set(CONDITION[part.held_out])) == 2 and len(set(CONDITION[part.epoch])) == 7
    assert not set(CONDITION[part.held_out]) & set(CONDITION[part.epoch])


def test_errors_are_measured_at_the_reference_delay_whichever_delays_are_trained():
    for delays in ("all", "one"):
        part = parts(delays)
        assert (DELAY[part.measured] == 0.5).all() and (DELAY[part.held_out] == 0.5).all()
        assert set(CONDITION[part.measured]) == set(CONDITION[part.epoch])


def test_twins_see_the_same_conditions_in_the_same_order_and_one_sees_one_delay():
    streams = [islice(batches(parts(delays).epoch, 4, seed=3), 20) for delays in ("all", "one")]
    for every, one in zip(*streams, strict=True):
        assert CONDITION[every].tolist() == CONDITION[one].tolist()
        assert (DELAY[one] == 0.5).all()


def test_an_epoch_shows_each_trial_once():
    part = parts()
    epoch = np.concatenate(list(islice(batches(part.epoch, 4, seed=0), 6)))
    assert sorted(epoch) == sorted(part.epoch)


def test_the_held_out_conditions_follow_from_the_seed():
    drawn = {tuple(CONDITION[parts(seed=seed).held_out]) for seed in range(8)}
    assert len(drawn) > 3
    assert np.array_equal(parts(seed=5).held_out, parts(seed=5).held_out)


@pytest.mark.parametrize("batch", [21, 1000])
def test_a_batch_of_all_trials_is_an_epoch(batch):
    part = parts()
    for drawn in islice(batches(part.epoch, batch, seed=0), 3):
        assert sorted(drawn) == sorted(part.epoch)
