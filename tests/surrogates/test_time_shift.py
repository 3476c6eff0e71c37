import numpy as np
import pytest

from rnncompare.surrogates.time_shift import time_shift


def test_each_condition_is_a_circular_shift_of_its_own_time_course(hard):
    for draw in time_shift(hard, draws=5, seed=0):
        for shifted, course in zip(draw, hard, strict=True):
            assert any((shifted == np.roll(course, k, axis=0)).all() for k in range(len(course)))


def test_every_lag_is_drawn_equally_often_and_independently_for_conditions():
    data = np.tile(np.arange(10.0)[:, None], (4, 1, 2))
    found = np.array([draw[:, 0, 0] for draw in time_shift(data, draws=2000, seed=1)])
    counts = np.array([(found == k).sum() for k in range(10)])
    assert np.abs(counts / 8000 - 0.1).max() < 0.015
    assert np.abs(np.corrcoef(found.T) - np.eye(4)).max() < 0.08


def test_means_and_covariances_of_each_condition_are_preserved(hard):
    for draw in time_shift(hard, draws=3, seed=1):
        assert draw.mean(axis=1) == pytest.approx(hard.mean(axis=1), rel=1e-10, abs=1e-12)
        products = np.matmul(draw.transpose(0, 2, 1), draw)
        assert products == pytest.approx(np.matmul(hard.transpose(0, 2, 1), hard), rel=1e-10, abs=1e-12)
