"""The clock, smoothing and unit selection that readers share."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.reading.kept import fast_enough
from rnncompare.reading.rates import clock, margin, to_rates, within


def test_recordings_with_different_bins_share_the_times_that_both_can_have():
    fine, coarse = clock([-0.8, 0.4], 0.01, "x"), clock([-0.8, 0.4], 0.05, "x")
    assert len(fine) == 121
    assert len(coarse) == 25
    assert np.allclose(fine[::5], coarse, rtol=0, atol=1e-12)


@pytest.mark.parametrize("window", [[-0.805, 0.4], [0.4, -0.8], [0], "all", None, [float("nan"), 1]])
def test_a_window_off_the_bins_or_no_window_is_refused(window):
    with pytest.raises(BadOption, match=r"x: found window .*wanted"):
        clock(window, 0.01, "x")


def test_more_times_than_memory_are_refused():
    with pytest.raises(BadActivity, match=r"x: found 2000000000001 times, which take 1.6e\+04 GB, wanted at most"):
        clock([-1e9, 1e9], 0.001, "x")


def test_times_that_a_file_lacks_are_refused_with_those_it_has():
    with pytest.raises(BadOption, match=r"found times from -0.5 to 0.4 s in steps of 0.1 s, wanted -0.8 to 0.4 s"):
        within(np.arange(-5, 5) / 10, [-0.8, 0.4], 0.1, "x")


def test_smoothing_is_scipys_gaussian_and_its_edges_see_beyond_the_window():
    counts = np.random.default_rng(0).poisson(2, (3, 60)).astype(float)
    extra = margin(0.025, 0.01, "x")
    smooth = to_rates(counts, 0.025, 0.01, "x")
    assert smooth.shape == (3, 60 - 2 * extra)
    expected = gaussian_filter1d(counts / 0.01, 2.5, radius=extra, axis=1)[:, extra:-extra]
    assert np.allclose(smooth, expected, rtol=1e-12)


def test_smoothing_keeps_a_constant_rate():
    assert np.allclose(to_rates(np.full(50, 0.2), 0.03, 0.01, "x"), 20)


def test_no_smoothing_is_counts_over_the_bin():
    assert (to_rates(np.array([0.0, 1, 2]), 0, 0.05, "x") == [0, 20, 40]).all()


def test_units_at_the_minimum_rate_stay_and_an_empty_choice_is_refused():
    assert fast_enough(np.array([0.9, 1.0, 3.0]), 1, "x").index.tolist() == [1, 2]
    with pytest.raises(BadActivity, match=r"x: found no unit of 2 with 9 spikes/s or more \(the fastest has 3\)"):
        fast_enough(np.array([1.0, 3.0]), 9, "x")


@pytest.mark.parametrize("bad", [-1, float("nan"), "0.1", True])
def test_smoothing_and_minimum_rate_below_zero_or_no_numbers_are_refused(bad):
    with pytest.raises(BadOption, match=r"found smooth"):
        margin(None if bad is True else bad, 0.01, "x")
    with pytest.raises(BadOption, match=r"found minimum_rate"):
        fast_enough(np.ones(2), bad, "x")
