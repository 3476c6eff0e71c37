"""Sliding windows over the times of an activity."""

import numpy as np
import pytest
from probes.planted import trials

from rnncompare.plugins import BadOption
from rnncompare.populations.windows import sliding_windows

DATA = trials(np.zeros((2, 81, 3)), condition=["a", "b"], time=np.arange(81) * 0.01 - 0.35)


def test_windows_are_centred_on_multiples_of_the_step_and_lie_within_the_times():
    spans = sliding_windows(DATA, {"width": 0.2, "step": 0.1}, "probe")
    assert list(spans) == [-0.2, -0.1, 0.0, 0.1, 0.2, 0.3]
    assert all(b - a == pytest.approx(0.2) and a > -0.351 and b < 0.451 for a, b in spans.values())


def test_a_window_that_fits_exactly_is_included():
    assert list(sliding_windows(DATA, {"width": 0.8, "step": 0.05}, "probe")) == [0.05]


@pytest.mark.parametrize(
    ("windows", "message"),
    [
        ({"width": 0.1}, "wanted a width of at least 0 and a step above 0, s"),
        ({"width": 0.1, "step": 0.0}, "wanted a width of at least 0 and a step above 0, s"),
        ({"width": 0.9, "step": 0.1}, "found windows of 0.9 s every 0.1 s, wanted windows that fit into -0.35 to 0.45"),
    ],
)
def test_invalid_windows_are_refused(windows, message):
    with pytest.raises(BadOption) as error:
        sliding_windows(DATA, windows, "probe")
    assert message in str(error.value)
