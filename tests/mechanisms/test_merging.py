"""Errors after merging are those of the condensed torch networks, and are the same as long as units are copies."""

import numpy as np
import pytest
from support import deciding
from support.condensing import doubled

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.linearisation.network import NoisyDynamics
from rnncompare.mechanisms.merging import merging
from rnncompare.plugins import BadOption
from rnncompare.training.condensing import condensed
from rnncompare.training.measurement import measure
from rnncompare.training.objective import objective_of
from rnncompare.training.simulate import simulate

OPTIONS = {"by": ["loadings", "correlation", "random"], "merges": [0, 2, 5], "components": 4, "draws": 3}
WITH_TEST_SET = {
    "cue_set_go": deciding.small_timing,
    "checkerboard": deciding.small_checkerboard,
    "context_integration": deciding.small_context,
    "delayed_discrimination": deciding.small_delayed,
    "match_to_category": deciding.small_category,
    "perceptual_discrimination": deciding.small_discrimination,
}


def merged(network, task, **changes) -> dict[tuple[str, int], float]:
    made = NoisyDynamics(network.dynamics(), np.zeros(task.sizes["input"]), 0.0, 0.05)
    rows = merging(None, made, task, seed=7, **OPTIONS | changes)
    assert {row["statistic"] for row in rows} == {"error"}
    return {(row["variable"], int(row["strength"])): row["value"] for row in rows}


def errors_of_torch(network, task, merges: list[int], **options) -> list[float]:
    """Errors of the given network and of the condensed ones as training measures them."""
    train, test = (np.flatnonzero(task["set"].values == name) for name in ("train", "test"))
    objective, rates = objective_of(task), simulate(network, task.inputs.values[train])[0]
    made = [network, *condensed(network, rates, merges=max(merges), **options)]
    data = objective.tensors(task.inputs.values, network.output_bias.dtype)
    return [measure(made[count], data, test, objective.null(test))[0] for count in merges]


@pytest.mark.parametrize(
    ("network", "task"),
    [
        (lambda: deciding.timing_network(units=12), deciding.small_timing),
        (lambda: deciding.small_network(units=12, inputs=4, outputs=2, dt=0.05, tau=0.1), deciding.small_context),
    ],
)
def test_errors_are_those_of_the_condensed_networks_and_of_random_pairs_the_median_over_draws(network, task):
    network, task, merges = network().double(), task(), OPTIONS["merges"]
    found = merged(network, task)
    for by, components in (("loadings", 4), ("correlation", None)):
        wanted = errors_of_torch(network, task, merges, by=by, components=components, seed=0)
        assert [found[by, count] for count in merges] == pytest.approx(wanted, rel=1e-6)
    draws = [errors_of_torch(network, task, merges, by="random", components=None, seed=7 + k) for k in range(3)]
    assert [found["random", count] for count in merges] == pytest.approx(np.median(draws, axis=0), rel=1e-6)
    assert len({*np.round(np.array(draws)[:, 2], 6)}) == 3  # the draws are different ones
    assert len({found[by, 0] for by in OPTIONS["by"]}) == 1


def test_the_error_changes_only_when_units_that_differ_are_merged():
    _, two = doubled()
    found = merged(two, deciding.small_timing(), by=["correlation"], merges=[0, 8, 9], components=None, draws=None)
    assert found["correlation", 8] == pytest.approx(found["correlation", 0], rel=1e-9)
    assert abs(found["correlation", 9] / found["correlation", 0] - 1) > 1e-3


@pytest.mark.parametrize("name", WITH_TEST_SET)
def test_a_task_that_says_so_has_trials_of_both_sets_with_targets_and_no_other_does(name):
    task = WITH_TEST_SET[name]()
    assert {*task["set"].values.tolist()} == {"train", "test"} and task.targets.dims == ("trial", "time", "output")
    said = [
        t for t in plugins.available("tasks") if merging.of_tasks[0] in getattr(plugins.find("tasks", t), "has", ())
    ]
    assert sorted(said) == sorted(WITH_TEST_SET)


def test_a_task_without_test_trials_and_too_many_merges_are_refused():
    network = deciding.timing_network(units=10)
    with pytest.raises(BadActivity, match="found 9 training and 0 test trials, wanted some of both"):
        merged(network, deciding.small_timing(test_trials=0))
    with pytest.raises(BadOption, match="found 10 merges of 10 units, wanted 1 to 9"):
        merged(network, deciding.small_timing(), merges=[10])
