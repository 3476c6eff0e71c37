"""The adapter of neurogym: trials of a stand-in whose content is known, and the package where it is installed."""

import importlib.util
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from support.deciding import small_network
from training.test_train import OPTIONS as TRAINING

from rnncompare.plugins import BadOption
from rnncompare.tasks.neurogym import neurogym
from rnncompare.training.options import Training
from rnncompare.training.simulate import as_activity
from rnncompare.training.train import train

INSTALLED = metadata.version("neurogym") if importlib.util.find_spec("neurogym") else None
STAND_IN = Path(__file__).parents[1] / "support/stand_in_neurogym.py"
OPTIONS = {
    "env": "Sides-v0", "kwargs": {}, "version": "9.9.9", "condition": ["ground_truth", "long"], "onset": "stimulus",
    "decision": "decision", "outputs": ["fixate", "left", "right"], "train_trials": 60, "test_trials": 24, "seed": 0,
}  # fmt: skip


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """The stand-in as the package that is installed."""
    (tmp_path / "neurogym-9.9.9.dist-info").mkdir()
    (tmp_path / "neurogym-9.9.9.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: neurogym\nVersion: 9.9.9\n"
    )
    (tmp_path / "neurogym.py").write_text(STAND_IN.read_text())
    monkeypatch.delitem(sys.modules, "neurogym", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("neurogym", None)


def task(**changes):
    return neurogym(None, None, **OPTIONS | changes)


@pytest.mark.usefixtures("stand_in")
def test_each_trial_has_its_own_inputs_and_classes_and_nothing_after_its_end():
    """Arrays that were not copied would have the content of the last trial; here the answer is in the inputs."""
    found = task()
    length = np.rint(found.end.values / 0.02).astype(int)
    assert set(length) == {7, 8, 9, 10} and found.sizes == {"trial": 84, "time": 10, "input": 3, "output": 3}
    for k, steps in enumerate(length):
        one = found.isel(trial=k)
        side = int(one.trial_ground_truth)
        assert one.mask.values.tolist() == [1] * steps + [0] * (10 - steps)
        assert one.answer_class.values.tolist() == [0] * (steps - 2) + [1 + side] * 2 + [-1] * (10 - steps)
        assert one.epoch.values.tolist() == [0] * (steps - 2) + [1] * 2 + [0] * (10 - steps)
        assert one.inputs.values[:, 0].tolist() == [1, 1] + [0] * 8
        stimulus = np.zeros((10, 2))
        stimulus[2 : 7 if one.trial_long else 5, side] = 1
        np.testing.assert_array_equal(one.inputs.values[:, 1:], stimulus)
        assert str(one.answer.values) == ["left", "right"][side]
        assert str(one.condition.values) == f"{side} {bool(one.trial_long)}"


@pytest.mark.usefixtures("stand_in")
def test_periods_are_times_and_a_trial_without_one_does_not_have_that_of_the_trial_before():
    found = task()
    delayed = np.rint(found.end.values / 0.02).astype(int) - np.where(found.trial_long, 9, 7) == 1
    assert 0 < delayed.sum() < 84
    np.testing.assert_array_equal(np.isnan(found.delay_on.values), ~delayed)
    np.testing.assert_allclose(found.delay_off - found.delay_on, np.where(delayed, 0.02, np.nan))
    assert (found.onset == 0.04).all() and (found.onset == found.stimulus_on).all() and (found.fixation_on == 0).all()
    np.testing.assert_allclose(found.stimulus_off - found.stimulus_on, np.where(found.trial_long, 0.1, 0.06))
    np.testing.assert_allclose(found.decision_on, found.end - 0.04)
    assert (found.offset == found.end).all()


@pytest.mark.usefixtures("stand_in")
def test_names_are_those_of_the_config_or_of_neurogym_and_arrays_are_not_labels():
    assert task().output.values.tolist() == ["fixate", "left", "right"]
    plain = task(outputs=None)
    assert plain.output.values.tolist() == ["fixation", "choice_1", "choice_2"]
    assert plain.input.values.tolist() == ["fixation", "stimulus_1", "stimulus_2"]
    assert {n for n in plain.coords if n.startswith("trial_")} == {"trial_ground_truth", "trial_long"}
    assert plain.attrs["neurogym"] == "9.9.9" and plain.attrs["env"] == "Sides-v0"


@pytest.mark.usefixtures("stand_in")
def test_the_seed_decides_the_trials_and_the_test_set_has_random_numbers_of_its_own():
    noisy = {"kwargs": {"sigma": 1.0}}
    first = task(**noisy)
    np.random.seed(1)
    assert first.identical(task(**noisy)) and not first.equals(task(**noisy, seed=1))
    fewer = task(**noisy, train_trials=10)
    tests = [part.isel(trial=part["set"].values == "test") for part in (first, fewer)]
    assert tests[0].inputs.equals(tests[1].inputs)
    train_part = first.isel(trial=first["set"].values == "train").inputs.values[:24]
    assert not np.allclose(train_part, tests[0].inputs.values)


@pytest.mark.usefixtures("stand_in")
def test_ground_truth_that_is_not_a_class_gives_targets():
    found = task(env="Forces-v0", decision=None, outputs=["force", "hold"])
    assert "answer_class" not in found and "answer" not in found.coords and found.attrs["loss"] == "mse"
    scored = found.mask.values[..., None] > 0
    wanted = np.stack([found.inputs[..., 1] - found.inputs[..., 2], found.inputs[..., 0]], axis=-1)
    np.testing.assert_array_equal(found.targets.values, np.where(scored, wanted, 0))


@pytest.mark.usefixtures("stand_in")
def test_a_network_learns_a_task_of_neurogym_and_its_choices_are_those_of_the_named_outputs():
    data = task(train_trials=200)
    network = small_network(inputs=3, outputs=3, dt=0.02, tau=0.1, nonlinearity="relu", g=1.0)
    options = Training(**TRAINING | {"delays": None, "validation": 3, "steps": 100, "batch": 16, "check_every": 50})
    history = train(network, data, options, seed=0, progress=None)
    assert history["correct"][0] < 0.8 < 0.95 < history["final_correct"]
    found = as_activity(network, data, smooth=0.0, window=(0.0, 0.08), bin=0.02, seed=0)
    assert found.sizes["trial"] == 24 and (found.choice.values == data.answer.values[-24:]).mean() > 0.95


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": "2.3.1"}, "found version 9.9.9 of the package neurogym, wanted 2.3.1"),
        ({"env": "Side-v0"}, "found env 'Side-v0' with {}, which cannot be made: \"Environment `Side-v0`"),
        ({"kwargs": {"size": 1}}, "with {'size': 1}, which cannot be made: "),
        ({"env": "Bandit-v0"}, "found env 'Bandit-v0', wanted an environment with new_trial"),
        ({"env": "Rewarded-v0"}, "found a trial of Rewarded without ground truth, wanted both"),
        ({"env": "Unseeded-v0"}, "found other trials of env 'Unseeded-v0' when they were drawn again with the seed 0"),
        ({"condition": ["coh"]}, "found no number or text 'coh' in a trial of env 'Sides-v0', wanted one of"),
        ({"condition": ["noise"]}, "found no number or text 'noise' in a trial"),
        ({"onset": "stimulus1"}, "found no step of the period 'stimulus1' in a trial of env 'Sides-v0'"),
        ({"onset": "delay"}, "found no step of the period 'delay' in a trial"),
        ({"outputs": ["left", "right"]}, "found 2 outputs ['left', 'right'], wanted a name for each of fixation, cho"),
        ({"env": "Forces-v0", "outputs": None}, "found decision 'decision' of env 'Forces-v0', wanted null"),
        ({"train_trials": 0, "test_trials": 0}, "found 0 train_trials and 0 test_trials, wanted at least one"),
    ],
)
def test_what_cannot_be_a_task_is_refused(changes, message):
    with pytest.raises(BadOption) as error:
        task(**changes)
    assert message in str(error.value)


def test_without_the_package_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        BadOption, match=r"found no package neurogym, wanted version 9\.9\.9: pip install 'rnncompare\["
    ):
        task()


@pytest.mark.skipif(INSTALLED is None, reason="neurogym is not installed")
@pytest.mark.filterwarnings("ignore")
def test_the_package_itself_gives_the_perceptual_decision():
    found = task(
        env="PerceptualDecisionMaking-v0", version=INSTALLED, condition=["ground_truth", "coh"],
        kwargs={"dt": 20, "sigma": 0.0, "timing": {"stimulus": 1000}},
    )  # fmt: skip
    shown = found.inputs.sel(time=0.5)
    sign = np.where(found.answer == "left", 1, -1)
    np.testing.assert_allclose(shown[:, 1] - shown[:, 2], sign * found.trial_coh / 100, atol=1e-6)
    assert found.sizes["time"] == 60 and (found.stimulus_on == 0.1).all() and (found.decision_on == 1.1).all()
    wanted = np.where(found.answer == "left", 1, 2)
    np.testing.assert_array_equal(found.answer_class.values, np.where(found.time >= 1.1 - 1e-9, wanted[:, None], 0))
