"""Small smooth activities, including numerically difficult ones."""

import numpy as np
import pytest


def make_smooth(seed, conditions=6, times=25, units=8):
    """(condition, time, unit) smooth rates with an offset for each unit and a bump common to all conditions."""
    rng = np.random.default_rng(seed)
    kernel = np.exp(-0.5 * (np.arange(-9, 10) / 3) ** 2)
    smooth = np.apply_along_axis(
        np.convolve, 1, rng.standard_normal((conditions, times + 18, units)), kernel, mode="valid"
    )
    bump = np.exp(-0.5 * ((np.arange(times) - times / 2) / 4) ** 2)
    return smooth + 2 * bump[:, None] * rng.standard_normal(units) + 10 * rng.random(units)


@pytest.fixture
def smooth():
    return make_smooth


HARD = {
    "plain": lambda: make_smooth(1),
    "white": lambda: np.random.default_rng(1).standard_normal((4, 6, 5)),
    "low_rank": lambda: make_smooth(1, units=3) @ np.random.default_rng(0).standard_normal((3, 9)),
    "ill_conditioned": lambda: make_smooth(1) * np.logspace(0, -4, 8),
    "more_units_than_samples": lambda: make_smooth(1, conditions=4, times=5, units=60),
    "without_condition_mean": lambda: make_smooth(1) - make_smooth(1).mean(axis=0),
    "two_conditions": lambda: make_smooth(1, conditions=2),
    "one_unit": lambda: make_smooth(1, units=1),
    "a_silent_unit": lambda: make_smooth(1) * (np.arange(8) > 0),
    "tiny_numbers": lambda: make_smooth(1) * 1e-6,
}


@pytest.fixture(params=HARD)
def hard(request):
    return HARD[request.param]()
