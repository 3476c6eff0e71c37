"""The times, smoothing and selection of units that readers share."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.reading.rates import clock, margin, time_text, to_rates, within
from rnncompare.reading.unit_selection import select_units


def test_recordings_with_different_bins_share_common_times():
    fine, coarse = clock([-0.8, 0.4], 0.01, "x"), clock([-0.8, 0.4], 0.05, "x")
    assert len(fine) == 121
    assert len(coarse) == 25
    assert np.allclose(fine[::5], coarse, rtol=0, atol=1e-12)


@pytest.mark.parametrize("time", [0.0, 1e-4, -0.31, 999.99951, 1234.5678, 2282.600097, -86399.9996, 1688252801.3273287])
def test_the_text_of_a_time_on_any_clock_is_exact_to_the_millisecond(time):
    assert abs(float(time_text(time)) - time) <= 0.0005 + 1e-9
    assert len(time_text(time)) <= len("1688252801.327")


@pytest.mark.parametrize("window", [[-0.805, 0.4], [0.4, -0.8], [0], "all", None, [float("nan"), 1]])
def test_a_window_that_is_not_a_multiple_of_the_bin_or_invalid_is_refused(window):
    with pytest.raises(BadOption, match=r"x: found window .*wanted"):
        clock(window, 0.01, "x")


def test_too_many_times_for_the_memory_are_refused():
    with pytest.raises(BadActivity, match=r"x: found 2000000000001 times, which take 1.6e\+04 GB, wanted at most"):
        clock([-1e9, 1e9], 0.001, "x")


def test_times_that_a_file_does_not_have_are_refused_and_its_own_are_given():
    with pytest.raises(BadOption, match=r"found times from -0.5 to 0.4 s in steps of 0.1 s, wanted -0.8 to 0.4 s"):
        within(np.arange(-5, 5) / 10, [-0.8, 0.4], 0.1, "x")


def test_smoothing_equals_scipys_gaussian_filter_and_uses_samples_beyond_the_window():
    counts = np.random.default_rng(0).poisson(2, (3, 60)).astype(float)
    extra = margin(0.025, 0.01, "x")
    smooth = to_rates(counts, 0.025, 0.01, "x")
    assert smooth.shape == (3, 60 - 2 * extra)
    expected = gaussian_filter1d(counts / 0.01, 2.5, radius=extra, axis=1)[:, extra:-extra]
    assert np.allclose(smooth, expected, rtol=1e-12)


def test_smoothing_keeps_a_constant_rate():
    assert np.allclose(to_rates(np.full(50, 0.2), 0.03, 0.01, "x"), 20)


def test_without_smoothing_rates_are_counts_divided_by_the_bin():
    assert (to_rates(np.array([0.0, 1, 2]), 0, 0.05, "x") == [0, 20, 40]).all()


def test_units_at_the_minimum_rate_are_selected_and_an_empty_selection_is_refused():
    assert select_units(np.array([0.9, 1.0, 3.0]), 1, "x").index.tolist() == [1, 2]
    with pytest.raises(BadActivity, match=r"x: found no unit of 2 with 9 spikes/s or more \(the fastest has 3\)"):
        select_units(np.array([1.0, 3.0]), 9, "x")


@pytest.mark.parametrize("bad", [-1, float("nan"), "0.1", True])
def test_negative_and_invalid_values_of_smoothing_and_minimum_rate_are_refused(bad):
    with pytest.raises(BadOption, match=r"found smooth"):
        margin(None if bad is True else bad, 0.01, "x")
    with pytest.raises(BadOption, match=r"found minimum_rate"):
        select_units(np.ones(2), bad, "x")
