"""Tasks that cannot be trained on are refused with what was found and what is wanted."""

import numpy as np
import pytest
from support.deciding import perceptual_network, small_context, small_perceptual
from training.test_train_context import OPTIONS

from rnncompare.plugins import BadOption
from rnncompare.training.measurement import decisions_of
from rnncompare.training.options import Training
from rnncompare.training.task_checks import check_data
from rnncompare.training.train import train
from rnncompare.training.trials import BadTraining


@pytest.fixture(scope="module")
def task():
    return small_perceptual(train_trials=40, test_trials=2)


def changed(task, name, at, value):
    values = task[name].values.copy()
    values[at] = value
    return task.assign({name: task[name].copy(data=values)})


def test_tasks_of_both_losses_are_valid(task):
    check_data(task)
    check_data(small_context())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop_vars("answer_class"), "found answer_class none, wanted dimensions ('trial', 'time') for the"),
        (lambda t: small_context().assign_attrs(loss="cross_entropy"), "found answer_class none, wanted dimensions"),
        (lambda t: t.assign_attrs(loss="mse"), "found targets none, wanted dimensions ('trial', 'time', 'output')"),
        (
            lambda t: t.assign_attrs(loss="hinge"),
            "found the loss 'hinge' of the task, wanted one of mse, cross",
        ),
        (lambda t: changed(t, "answer_class", (0, 0), 3), "found class 3 in answer_class, wanted 0 to 2"),
        (lambda t: changed(t, "answer_class", (0, 0), -2), "found class -2 in answer_class, wanted 0 to 2"),
        (lambda t: t.assign(answer_class=t.answer_class.astype(float)), "found answer_class of type float64, wanted w"),
        (lambda t: changed(t, "mask", 3, 0), "found 1 trials without any time in the mask, wanted at least one in ea"),
        (lambda t: changed(t, "answer_class", 3, -1), "found 1 trials without any time in the mask"),
        (lambda t: changed(t, "mask", (2, 1), -0.5), "found a mask of -0.5, wanted weights of at least 0"),
        (lambda t: changed(t, "mask", (2, 1), np.nan), "values of mask NaN or infinite, wanted none"),
        (lambda t: changed(t, "inputs", (2, 1, 0), np.inf), "found 1 of 3120 values of inputs NaN or infinite, wanted"),
        (lambda t: t.assign(epoch=("trial", np.zeros(t.sizes["trial"]))), "found epoch ('trial',), wanted dimensions"),
    ],
)
def test_an_invalid_task_is_refused_with_its_reason(task, change, message):
    with pytest.raises(BadTraining) as error:
        check_data(change(task))
    assert message in str(error.value)


def test_an_unknown_rule_of_decision_is_refused_and_a_task_without_its_period_has_no_decisions(task):
    with pytest.raises(BadTraining, match="found decide 'vote', a rule of the task, wanted race or argmax"):
        decisions_of(task.assign_attrs(decide="vote"))
    assert decisions_of(task).threshold is None and decisions_of(task.drop_vars("decision_on")) is None


def test_a_share_of_correct_decisions_above_that_of_the_ideal_observer_is_refused(task):
    options = Training(**OPTIONS | {"stop_correct": 0.95})
    with pytest.raises(BadOption, match=r"found stop_correct 0.95, wanted a share above 0 and at most 0.8"):
        train(perceptual_network(), task, options, seed=0, progress=None)
