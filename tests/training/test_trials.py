"""The order of trials, and which are held out."""

from itertools import islice

import numpy as np
import pytest
import xarray as xr

from rnncompare.plugins import BadOption
from rnncompare.training.trials import batches, split, split_delays, split_pool

CONDITION = np.repeat([f"c{k}" for k in range(9)], 3)
DELAY = np.tile([0.3, 0.5, 0.7], 9)


def parts(delays="all", validation=2, seed=0):
    return split_delays(CONDITION, DELAY, 0.5, delays=delays, validation=validation, seed=seed)


def test_no_condition_is_both_trained_on_and_held_out():
    part = parts()
    assert len(set(CONDITION[part.held_out])) == 2 and len(set(CONDITION[part.epoch])) == 7
    assert not set(CONDITION[part.held_out]) & set(CONDITION[part.epoch])


def test_errors_are_measured_at_the_reference_delay_for_any_trained_delays():
    for delays in ("all", "one"):
        part = parts(delays)
        assert (DELAY[part.measured] == 0.5).all() and (DELAY[part.held_out] == 0.5).all()
        assert set(CONDITION[part.measured]) == set(CONDITION[part.epoch])


def test_networks_that_share_a_seed_train_on_the_same_order_of_conditions_with_all_delays_or_one():
    streams = [islice(batches(parts(delays).epoch, 4, seed=3), 20) for delays in ("all", "one")]
    for every, one in zip(*streams, strict=True):
        assert CONDITION[every].tolist() == CONDITION[one].tolist()
        assert (DELAY[one] == 0.5).all()


def test_an_epoch_contains_each_trial_once():
    part = parts()
    epoch = np.concatenate(list(islice(batches(part.epoch, 4, seed=0), 6)))
    assert sorted(epoch) == sorted(part.epoch)


def test_the_held_out_conditions_depend_only_on_the_seed():
    drawn = {tuple(CONDITION[parts(seed=seed).held_out]) for seed in range(8)}
    assert len(drawn) > 3
    assert np.array_equal(parts(seed=5).held_out, parts(seed=5).held_out)


@pytest.mark.parametrize("batch", [21, 1000])
def test_a_batch_of_all_trials_is_an_epoch(batch):
    part = parts()
    for drawn in islice(batches(part.epoch, batch, seed=0), 3):
        assert sorted(drawn) == sorted(part.epoch)


def pool(validation=2, seed=0):
    return split_pool(CONDITION_OF_POOL, SET, validation=validation, seed=seed)


CONDITION_OF_POOL = np.array([f"c{k % 4}" for k in range(60)])
SET = np.where(np.arange(60) < 40, "train", "test")


def test_some_trials_of_each_condition_of_a_pool_are_measured_and_the_others_trained_on():
    part = pool()
    assert sorted(CONDITION_OF_POOL[part.measured]) == sorted(["c0", "c1", "c2", "c3"] * 2)
    assert sorted([*part.epoch, *part.measured]) == list(range(40))
    assert np.array_equal(part.measured, part.held_out)


def test_the_measured_trials_depend_only_on_the_seed():
    drawn = {tuple(pool(seed=seed).measured) for seed in range(8)}
    assert len(drawn) == 8 and np.array_equal(pool(seed=5).epoch, pool(seed=5).epoch)


@pytest.mark.parametrize("validation", [0, 10])
def test_holding_out_none_or_all_of_a_pool_is_refused(validation):
    with pytest.raises(BadOption, match=f"found validation {validation}, wanted from 1 to 9 held-out trials of each"):
        pool(validation)


def test_trials_are_split_by_the_set_or_the_delays_of_the_task():
    task = xr.Dataset(coords={"condition": ("trial", CONDITION_OF_POOL)})
    plain = split(task, delays=None, validation=1, seed=0)
    assert set(plain.epoch) == set(plain.measured) and len(plain.held_out) == 15
    with_set = split(task.assign_coords(set=("trial", SET)), delays=None, validation=1, seed=0)
    assert len(with_set.measured) == 4 and with_set.epoch.max() < 40
    timed = task.assign_coords(delay=("trial", np.repeat([0.1, 0.2, 0.3], 20))).assign_attrs(reference_delay=0.2)
    assert set(split(timed, delays="one", validation=0, seed=0).epoch) <= set(range(20, 40))
    with pytest.raises(BadOption, match="found delays 'all' for a task that has no delays, wanted null"):
        split(task, delays="all", validation=0, seed=0)
