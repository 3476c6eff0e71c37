"""Both sides of the benchmark do the same work."""

import importlib.util
from pathlib import Path

import numpy as np

FILE = Path(__file__).parents[2] / "benchmarks" / "checkerboard.py"


def loaded():
    spec = importlib.util.spec_from_file_location("benchmarks_checkerboard", FILE)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    return bench


def test_ours_and_the_peer_have_the_same_curves():
    bench = loaded()
    np.testing.assert_allclose(bench.our_fits(5), bench.loop_fits(5), rtol=0.01, atol=0.002)


def test_ours_and_the_peer_have_trials_of_the_same_kind():
    bench = loaded()
    for ours, theirs in zip(bench.our_trials(1000), bench.loop_trials(1000), strict=True):
        assert ours.dtype == theirs.dtype and ours.shape[2:] == theirs.shape[2:]
        np.testing.assert_allclose(np.abs(ours).sum() / 1000, np.abs(theirs).sum() / 1000, rtol=0.03)
