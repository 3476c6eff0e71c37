"""The contexts of a task are read from its test set."""

import numpy as np
import pytest

from rnncompare.activity import BadActivity
from rnncompare.linearisation.contexts import contexts
from rnncompare.plugins import find

OPTIONS = {
    "coherences": [0.1, 0.5], "cue": 0.2, "stimulus": [0.3, 1.2], "delay": [0.0, 0.6], "decision": 0.2,
    "test_stimulus": 0.6, "test_delay": 0.3, "hold": False, "target": "choice", "threshold": 0.5, "dt": 0.05,
    "train_trials": 40, "test_trials": 3, "seed": 0,
}  # fmt: skip


def task(**options):
    return find("tasks", "context_integration")(None, None, **OPTIONS | options)


def by_context(rows: list[dict]) -> dict[str, dict[str, float]]:
    """Context -> statistic -> value."""
    return {name: {r["statistic"]: r["value"] for r in rows if r["variable"] == name} for name in ("motion", "colour")}


def test_each_context_has_its_relevant_input_and_a_trial_of_each_condition():
    colour, motion = contexts(task())
    assert (colour.name, colour.other, colour.relevant, colour.irrelevant) == ("colour", "motion", 1, 0)
    assert (motion.name, motion.other, motion.relevant, motion.irrelevant) == ("motion", "colour", 0, 1)
    for context in (colour, motion):
        assert context.inputs.shape[0] == 16
        assert len(np.unique(context.inputs[:, context.stimulus, :2][:, 0], axis=0)) == 16
        assert context.stimulus.sum() == 12 and context.decision.sum() == 4
        assert context.duration == pytest.approx(0.2)
        assert (context.inputs[:, context.stimulus, :2] != 0).all()
        assert (context.inputs[:, ~context.stimulus, :2] == 0).all()
        assert (context.without_evidence[:, :2] == 0).all()
        assert (context.without_evidence[:, 2:] == context.inputs[0, :, 2:]).all()


def test_a_task_without_contexts_is_refused():
    with pytest.raises(BadActivity, match="found no context in the task, wanted a task with a context"):
        contexts(task().drop_vars("context"))
    with pytest.raises(BadActivity, match="found inputs motion with coherences"):
        contexts(task().drop_vars("colour"))


def test_test_trials_with_different_times_are_refused():
    made = task()
    onset = made.onset.values.copy()
    onset[np.flatnonzero(made["set"].values == "test")[0]] += 0.05
    with pytest.raises(BadActivity, match="test trials that differ in onset, wanted the same times"):
        contexts(made.assign_coords(onset=("trial", onset)))
