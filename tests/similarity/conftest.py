"""Small smooth activities as pairs, without files."""

import numpy as np
import pytest

from rnncompare.nulls import condition_orders
from rnncompare.pair import Pair


def make_smooth(seed, conditions=6, times=25, units=8, rank=None, shared=0.0):
    """(condition, time, unit) smooth; of a rank where asked, with a condition-independent bump where asked."""
    rng = np.random.default_rng(seed)
    kernel = np.exp(-0.5 * (np.arange(-9, 10) / 3) ** 2)
    white = rng.standard_normal((conditions, times + 18, rank or units))
    smooth = np.apply_along_axis(np.convolve, 1, white, kernel, "valid")
    if rank:
        smooth = smooth @ rng.standard_normal((rank, units))
    bump = np.exp(-0.5 * ((np.arange(times) - times / 2) / 4) ** 2)
    return smooth + shared * bump[:, None] * rng.standard_normal(units)


def make_pair(x, y, signal="removed", draws=20, seed=0):
    return Pair(x, y, condition_orders(len(x), permutations=draws, seed=seed), signal)


@pytest.fixture
def smooth():
    return make_smooth


@pytest.fixture
def pair():
    return make_pair


@pytest.fixture(params=["removed", "kept"])
def signal(request):
    return request.param


@pytest.fixture(params=["plain", "low_rank", "ill_conditioned", "more_units_than_samples", "bump"])
def hard(request):
    """Two activities of a kind that is hard on linear algebra, the second a noisy mixture of the first."""
    x = {
        "plain": lambda: make_smooth(1),
        "low_rank": lambda: make_smooth(1, rank=3),
        "ill_conditioned": lambda: make_smooth(1) * np.logspace(0, -3, 8),
        "more_units_than_samples": lambda: make_smooth(1, conditions=5, times=6, units=60),
        "bump": lambda: make_smooth(1, shared=5.0),
    }[request.param]()
    rng = np.random.default_rng(2)
    mixed = x @ rng.standard_normal((x.shape[-1], 7))
    return x, mixed + mixed.std() * make_smooth(3, conditions=len(x), times=x.shape[1], units=7)
