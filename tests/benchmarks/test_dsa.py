"""Both sides of the benchmark do the same work: our angle is not larger than that of the package."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "dsa.py"


def test_our_angle_is_smaller_than_that_of_the_package_by_at_most_20_percent():
    pytest.importorskip("DSA", reason="needs the package dsa-metric")
    spec = importlib.util.spec_from_file_location("benchmarks_dsa", PATH)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    [(_, ours, peer)] = bench.dsa()
    mine, theirs = ours(), peer()
    assert 0.8 * theirs < mine < theirs
