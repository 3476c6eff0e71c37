"""Both sides of the benchmark do the same work."""

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "decoding_splits.py"


def test_ours_and_the_peer_have_the_same_accuracy():
    spec = importlib.util.spec_from_file_location("benchmarks_decoding_splits", FILE)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    rate, labels = (part[:800] for part in bench.population())
    assert bench.our_accuracy(rate, labels) == pytest.approx(bench.loop_accuracy(rate, labels), abs=0.02)
