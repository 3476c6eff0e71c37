"""Both sides of the benchmark search the same map, and agree where there is one point without slow places."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "fixed_points.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("benchmarks_fixed_points", PATH)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def case(bench):
    network, context = bench.trained(units=20, g=0.8, seed=0, updates=5), bench.CONTEXTS["motion"]
    return network, context, bench.starts(network, context, 50)


def test_the_peer_and_ours_find_the_only_point_of_a_network_with_weak_connections(bench, case):
    ours, (ends, q) = bench.our_points(*case), bench.peer_points(*case)
    assert len(ours.fixed) == 1 and len(ends) == 1
    np.testing.assert_allclose(ends[0], ours.states[0], atol=1e-4)
    assert (q < bench.PEER["tolerance"]).all()


def test_both_jacobians_are_the_same(bench, case):
    network, context, x = case
    ours, theirs = network.dynamics().jacobian(x, context), bench.peer_jacobians(*case)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_ends_are_unique_beyond_the_distance_and_the_lowest_is_kept(bench):
    ends = np.array([[0.0], [5e-4], [2e-3]])
    kept, q = bench.unique(ends, np.array([2.0, 1.0, 3.0]))
    assert kept.ravel().tolist() == [5e-4, 2e-3] and q.tolist() == [1, 3]
