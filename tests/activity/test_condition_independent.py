"""The removed condition-independent signal, compared with the package dPCA."""

import numpy as np
import pytest

from rnncompare.comparison.pair import Pair
from rnncompare.comparison.permutations import condition_orders


def test_the_removed_signal_is_the_time_marginal_of_the_dpca_package():
    """Kobak et al. 2016: the mean over conditions at each time, about each unit's mean."""
    package = pytest.importorskip("dPCA.dPCA", reason="needs the package dPCA")
    rate = np.random.default_rng(0).standard_normal((5, 12, 7)) + 10 * np.sin(np.arange(12) / 3)[:, None]
    peer = package.dPCA(labels="ct", n_components=2)
    peer.opts = {"regularizer": 0}
    marginals = peer._marginalize(np.ascontiguousarray(rate.transpose(2, 0, 1)))
    orders = condition_orders(5, permutations=0, seed=0)
    kept, removed = (Pair(rate, rate, orders, signal).centred()[0] for signal in ("kept", "removed"))
    time = marginals["t"].reshape(7, 5, 12).transpose(1, 2, 0)
    rest = (marginals["c"] + marginals["ct"]).reshape(7, 5, 12).transpose(1, 2, 0)
    assert kept - removed == pytest.approx(time, abs=1e-10)
    assert removed == pytest.approx(rest, abs=1e-10)
