"""Both sides of the benchmark give the same angles."""

import importlib.util
from pathlib import Path

import numpy as np

SPEC = importlib.util.spec_from_file_location(
    "benchmarks_shape_distances", Path(__file__).parents[2] / "benchmarks" / "shape_distances.py"
)


def test_ours_and_the_peer_find_the_same_angles():
    bench = importlib.util.module_from_spec(SPEC)
    SPEC.loader.exec_module(bench)
    activities = bench.networks(4, conditions=6, times=20, units=10)
    found = bench.ours(activities, alpha=1.0, components=None)
    np.testing.assert_allclose(found, bench.pair_by_pair(activities), atol=1e-10)
    assert found[0, 1] > 0.1
