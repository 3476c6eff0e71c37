"""Units that are drawn with replacement."""

import numpy as np
import pytest

from rnncompare.statistics.resampled_units import resample_units


def test_units_are_drawn_with_replacement_equally_often():
    picked = resample_units(np.zeros(20), draws=2000, seed=0)
    assert picked.shape == (2000, 20)
    counts = np.bincount(picked.ravel(), minlength=20) / 2000
    assert np.abs(counts - 1).max() < 0.1
    distinct = np.mean([len(set(row)) for row in picked]) / 20
    assert distinct == pytest.approx(1 - (1 - 1 / 20) ** 20, abs=0.01)


def test_sessions_are_drawn_before_their_units():
    sessions = np.array(["a"] * 3 + ["b"] * 10 + ["c"] * 7)
    picked = resample_units(sessions, draws=3000, seed=0)
    assert picked.shape == (3000, 20)
    present = np.array([np.isin(["a", "b", "c"], sessions[row]) for row in picked])
    # 3 of the 27 draws of three sessions contain a single session, from which all units are then drawn
    assert (present.sum(axis=1) == 1).mean() == pytest.approx(3 / 27, abs=0.02)
    only_a = picked[(present == [True, False, False]).all(axis=1)]
    assert set(only_a.ravel()) == {0, 1, 2}


def test_resampled_units_depend_on_the_seed():
    first, again, other = (resample_units(np.zeros(9), draws=5, seed=s) for s in (0, 0, 1))
    assert (first == again).all() and (first != other).any()
