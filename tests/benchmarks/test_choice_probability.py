"""Both sides of the benchmark do the same work."""

import importlib.util
from pathlib import Path

import numpy as np

FILE = Path(__file__).parents[2] / "benchmarks" / "choice_probability.py"


def test_ours_and_the_peer_have_the_same_areas_and_p_values():
    spec = importlib.util.spec_from_file_location("benchmarks_choice_probability", FILE)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    counts, choices = bench.session(4, 2, 30)
    for ours, theirs in zip(bench.our_areas(counts, choices), bench.loop_areas(counts, choices), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-14)
