"""The benchmark compares the same work: ours comes to the package's angle, or below it."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "dsa.py"


def test_our_angle_is_below_the_packages_and_close_to_it():
    pytest.importorskip("DSA", reason="needs the package dsa-metric")
    spec = importlib.util.spec_from_file_location("benchmarks_dsa", PATH)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    [(_, ours, peer)] = bench.dsa()
    mine, theirs = ours(), peer()
    assert 0.8 * theirs < mine < theirs
