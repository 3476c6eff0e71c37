"""Small smooth activities as pairs."""

from dataclasses import replace

import numpy as np
import pytest

from rnncompare.comparison.pair import Pair, Splits
from rnncompare.comparison.permutations import condition_orders


def make_smooth(seed, conditions=6, times=25, units=8, rank=None, shared=0.0):
    """Smooth (condition, time, unit), with a given rank and amplitude of the condition-independent signal."""
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
    """Two activities that are numerically difficult; the second is a noisy mixture of the first."""
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


@pytest.fixture
def real_halves(real_recording):
    """Two halves of the units of a real M1 recording, (condition, time, unit) each, at every fourth time."""
    from rnncompare.activity import condition_average
    from rnncompare.readers.hatsopoulos2007_m1 import hatsopoulos2007_m1

    files = {p.name: p for p in real_recording("hatsopoulos2007_m1").iterdir()}
    data = hatsopoulos2007_m1(files, bin=0.01, smooth=0.025, minimum_rate=0, window=[-0.8, 0.4])
    rate = condition_average(data).rate.values[:, ::4]
    return rate[..., ::2], rate[..., 1::2]


@pytest.fixture
def grouped():
    """A function that makes a pair with groups of three conditions, and orders that keep the groups together."""

    def make(x, y, signal, draws=12):
        rng = np.random.default_rng(0)
        groups = np.arange(len(x)) % (len(x) // 3)
        orders = [np.arange(len(x))]
        for _ in range(draws):
            order, to = np.empty(len(x), dtype=int), rng.permutation(groups.max() + 1)
            for group, partner in enumerate(to):
                order[groups == group] = rng.permutation(np.flatnonzero(groups == partner))
            orders.append(order)
        return Pair(x, y, np.array(orders), signal, groups=groups)

    return make


@pytest.fixture
def split():
    """A function that adds noisy averages of trials in three folds to a pair."""

    def make(pair, noise=0.3):
        rng = np.random.default_rng(5)
        parts = []
        for side in (pair.x, pair.y):
            parts += [side + noise * side.std() * rng.standard_normal((3, *side.shape)) for _ in range(2)]
        return replace(pair, splits=Splits(*parts))

    return make
