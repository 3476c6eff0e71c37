"""Training in stages: what ends a stage, what is the same as without stages, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from support.deciding import small_discrimination, small_network, small_rules
from training.test_train_context import OPTIONS

from rnncompare.plugins import BadOption
from rnncompare.probes.correct_decisions import correct_decisions
from rnncompare.report.option_words import training as in_words
from rnncompare.training.curriculum import train_in_stages
from rnncompare.training.options import Training
from rnncompare.training.simulate import as_activity
from rnncompare.training.train import train
from rnncompare.training.trials import BadTraining

EASY, HARD = {"coherences": [0.5]}, {"coherences": [0.1]}
SHARED = OPTIONS | {"steps": 60, "batch": 32, "check_every": 5, "validation": 20, "learning_rate": 5e-3}


def network(seed=0):
    return small_network(inputs=2, dt=0.05, tau=0.1, units=30, g=1.1, nonlinearity="relu", seed=seed)


def stage(options, correct):
    return {"task": {"use": "perceptual_discrimination", **options}, "until": {"correct": correct}}


def staged(correct=0.9, **changes):
    return Training(**SHARED | {"curriculum": [stage(EASY, correct)]} | changes)


def weights(one):
    return torch.cat([parameter.detach().ravel() for parameter in one.parameters()])


@pytest.fixture(scope="module")
def tasks():
    return [small_discrimination(**EASY), small_discrimination(**HARD)]


@pytest.fixture(scope="module")
def trained(tasks):
    made = network()
    return made, train_in_stages(made, tasks, staged(), seed=0, progress=None)


def test_without_a_curriculum_it_is_the_training_on_the_task(tasks):
    one, other, options = network(), network(), Training(**SHARED | {"steps": 10})
    found = train_in_stages(one, tasks[1:], options, seed=0, progress=None)
    wanted = train(other, tasks[1], options, seed=0, progress=None)
    assert torch.equal(weights(one), weights(other)) and found.keys() == wanted.keys()
    assert "stage" not in found and found["error"].tolist() == wanted["error"].tolist()


def test_a_stage_ends_at_the_first_check_with_enough_correct_held_out_trials(trained):
    history = trained[1]
    first = history["correct"][history["stage"] == 1]
    assert first[-1] >= 0.9 and (first[:-1] < 0.9).all() and len(first) > 2
    assert history["stages"] == "reached"


def test_stages_are_trainings_one_after_another_with_a_new_optimiser(tasks, trained):
    by_hand = network()
    easy = Training(**SHARED | {"stop_correct": 0.9})
    first = train(by_hand, tasks[0], easy, seed=0, progress=None)
    second = train(by_hand, tasks[1], Training(**SHARED), seed=0, progress=None)
    made, history = trained
    assert torch.equal(weights(by_hand), weights(made))
    assert history["step"].tolist() == [*first["step"], *(first["final_step"] + second["step"])]
    assert history["final_step"] == first["final_step"] + second["final_step"]
    assert history["final_correct"] == second["final_correct"] and history["stopped"] == second["stopped"] == "steps"


def test_a_stage_that_is_not_passed_ends_after_its_updates_and_is_recorded(tasks):
    """One update is too few; the criteria of the last training do not end the first."""
    options = staged(steps=1, check_every=1, stop_at=50.0, at_least=1, patience=1)
    history = train_in_stages(network(), tasks, options, seed=0, progress=None)
    assert history["stages"] == "steps" and history["stopped"] == "reached"
    assert history["stage"].tolist() == [1, 1, 2, 2] and history["step"].tolist() == [0, 1, 1, 2]


def test_a_stage_that_a_network_masters_already_has_no_update(tasks, trained):
    made = network()
    made.load_state_dict(trained[0].state_dict())
    options = staged(correct=0.5, steps=2)
    history = train_in_stages(made, tasks, options, seed=0, progress=None)
    assert (history["stage"] == 1).sum() == 1 and history["final_step"] == 2


def by_rule(network, task):
    """Share of correct trials of the test set by rule."""
    data = as_activity(network, task, smooth=0.0, window=(-0.1, 0.35), bin=0.05, seed=0)
    rows = correct_decisions(data, seed=0, by="rule")
    return {r["variable"]: r["value"] for r in rows if r["statistic"] == "fraction_correct" and "variable" in r}


def test_a_stage_without_a_criterion_takes_all_updates_and_anti_without_rule_inputs_undoes_go():
    """The same inputs then have opposite answers, so that no network can be right under both rules."""
    options = SHARED | {"steps": 100, "check_every": 50, "validation": 5, "decay": "cosine", "learning_rate": 1e-2}
    tasks = [small_rules(share_go=share, rule_inputs=False) for share in (1.0, 0.0)]
    made, alone = (small_network(inputs=11, outputs=9, dt=0.05, tau=0.1, units=40, g=1.0, nonlinearity="relu")
                   for _ in range(2))  # fmt: skip
    staged = Training(**options | {"curriculum": [{"task": {}, "until": {"correct": None}}]})
    history = train_in_stages(made, tasks, staged, seed=0, progress=None)
    train(alone, tasks[0], Training(**options), seed=0, progress=None)
    assert history["stages"] == "steps" and history["final_step"] == 200
    assert by_rule(alone, tasks[1]) == {"go": 1.0, "anti": 0.0} and by_rule(made, tasks[1]) == {"go": 0.0, "anti": 1.0}
    assert "a preceding stage of the task of as many updates" in in_words({"curriculum": staged.curriculum})


def test_tasks_that_do_not_fit_the_network_or_the_stages_are_refused(tasks):
    with pytest.raises(BadTraining, match="found 1 tasks for 1 stages, wanted 2"):
        train_in_stages(network(), tasks[1:], staged(), seed=0, progress=None)
    slow = small_discrimination(dt=0.1, reaction=0.1)
    with pytest.raises(BadTraining, match=r"found time steps of 0\.1 s of the task of stage 1, wanted 0\.05 s"):
        train_in_stages(network(), [slow, tasks[1]], staged(), seed=0, progress=None)
    renamed = tasks[0].assign_coords(input=["a", "b"])
    with pytest.raises(
        BadTraining, match=r"found inputs \['a', 'b'\] of the task of stage 1, wanted \['evidence_left'"
    ):
        train_in_stages(network(), [renamed, tasks[1]], staged(), seed=0, progress=None)


@pytest.mark.parametrize(
    ("curriculum", "message"),
    [
        ([], "training.curriculum: found [], wanted at least one"),
        ([{"task": {}}], "training.curriculum.0: found no value for until, wanted one"),
        ([stage(EASY, 0.9) | {"steps": 3}], "training.curriculum.0.steps"),
        ([stage(EASY, 1.2)], "training.curriculum.0.until.correct: found 1.2, wanted a share above 0 and at most 1"),
        (
            [stage(EASY, 0.9) | {"until": {"error": 0.1}}],
            "training.curriculum.0.until: found no value for correct, wanted one",
        ),
    ],
)
def test_a_curriculum_of_another_form_is_refused(curriculum, message):
    with pytest.raises(BadOption) as error:
        Training(**SHARED | {"curriculum": curriculum})
    assert message in str(error.value)


def test_a_stage_above_the_ideal_observer_of_its_inputs_is_refused(tasks):
    noisy = small_network(inputs=2, dt=0.05, tau=0.1, units=10, noise={"recurrent": 0.0, "inputs": [2.0, 2.0]})
    with pytest.raises(BadOption, match="wanted a share above 0 and at most"):
        train_in_stages(noisy, tasks, staged(correct=0.99), seed=0, progress=None)


def test_the_history_of_a_curriculum_is_stored_and_has_a_row_for_each_check(trained, tmp_path):
    from rnncompare.training import checkpoint

    made, history = trained
    options = {
        "use": "leaky", "units": 30, "tau": 0.1, "g": 1.1, "h": 1.0, "nonlinearity": "relu", "connectivity": None,
        "noise": None,
    }  # fmt: skip
    given = {"inputs": 2, "outputs": 2, "dt": 0.05, "seed": 0}
    about = {"network": options, "training": vars(staged())}
    checkpoint.save(tmp_path / "0.pt", made, config=about, given=given, device="cpu", history=history)
    rows = checkpoint.history_rows(checkpoint.load(tmp_path / "0.pt"))
    assert [row["stage"] for row in rows] == history["stage"].tolist() and len(rows) == len(history["step"])
    assert np.isfinite([row["correct"] for row in rows]).all()
    assert replace(staged(), curriculum=None) == Training(**SHARED)
