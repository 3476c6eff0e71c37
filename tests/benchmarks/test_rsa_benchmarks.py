"""Both sides of the benchmarks of dissimilarities and of tau-a give the same numbers."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("rsatoolbox")
FOLDER = Path(__file__).parents[2] / "benchmarks"


def module(name):
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", FOLDER / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_both_sides_have_the_same_squared_distances():
    ours, peer = module("dissimilarities").squared(np.random.default_rng(0).standard_normal((5, 3, 7)))
    np.testing.assert_allclose(ours(), peer(), atol=1e-10)


def test_crossnobis_distances_differ_only_by_the_shrinkage_of_the_noise():
    trials = np.random.default_rng(0).standard_normal((4 * 9, 3, 6))
    ours, peer = module("dissimilarities").crossed(trials, np.tile(np.arange(9), 4))
    np.testing.assert_allclose(ours(), peer(), atol=0.05 * np.abs(peer()).max())


def test_both_sides_have_the_same_taus():
    x, y = np.random.default_rng(0).random((2, 4, 21))
    ours, peer = module("tau_a").all_with_all(x, y)
    np.testing.assert_allclose(ours(), peer(), atol=1e-12)
