"""Both sides of the benchmarks of similarity measures give the same numbers."""

import importlib.util
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


def module(name):
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))  # as in run.py, because benchmarks import each other's activities
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", FOLDER / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def quiet():
    """Suppress warnings of scikit-learn about the limit of iterations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("components", [None, 5])
def test_left_out_correlations_are_the_same(components, quiet, monkeypatch):
    bench = module("left_out_conditions")
    x, y = bench.activities(conditions=6, times=60, units=6, shared_sources=4)
    monkeypatch.setattr(bench, "COMPONENTS", components or 6)
    found = bench.ours(x, y, components or 6)
    assert found == pytest.approx(bench.peer(x, y, components, 6), abs=5e-3)


def test_permuted_correlations_are_the_same(quiet):
    bench = module("condition_permutations")
    pair = bench.pair_of(6, 40, 12, 20)
    sides = bench.scores_of(pair, 4)
    found = bench.ours(pair, 4)
    assert found[1:6] == pytest.approx(bench.by_qr(*sides, pair.orders[1:6]), abs=1e-8)
    assert found[1:6] == pytest.approx(bench.by_sklearn(*sides, pair.orders[1:6]), abs=1e-3)


def test_all_measures_have_options_and_give_the_same_one_at_a_time():
    bench = module("all_measures")
    pair = bench.pair_of(8, 30, 12, 20)
    for measure in bench.measures().values():
        together, alone = bench.run(measure, pair), bench.one_by_one(measure, pair, 2)
        for name, values in together.items():
            if np.ndim(values):
                assert values[:2] == pytest.approx([row[name][0] for row in alone], abs=1e-8)


def test_the_time_of_partial_work_is_scaled_and_a_budget_is_a_time(monkeypatch):
    run = module("run")
    times = iter([1.0, 1.0, 2.0, 3.0])
    monkeypatch.setattr(run, "seconds", lambda work: next(times))
    assert run.compare("case", print, print, rounds=1, share=0.5)["ratio"] == 3.0
    times = iter([1.0, 4.0])
    assert run.compare("case", print, 10.0, rounds=1)["ratio"] == 2.5


def test_both_soft_matchings_have_the_same_sum_of_correlations():
    bench = module("unit_matching")
    values = bench.correlations((12, 9))
    assert bench.ours(values) == pytest.approx(bench.peer(values), abs=1e-9)
