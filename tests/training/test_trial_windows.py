"""The times of activities lie in the trials of their tasks."""

from pathlib import Path

import pytest

from rnncompare import plugins
from rnncompare.steps.networks import task
from rnncompare.study.config import read_config
from rnncompare.study.model_tasks import task_options
from rnncompare.training.trial_windows import asked_trials, steps_of_bins

CONFIGS = Path(__file__).parents[2] / "workflow/config"


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_windows_of_every_config_are_in_the_trials_of_its_tasks(path):
    made = []
    for study in read_config(path, deep=False).studies.values():
        for model in (None, *study.models) if study.simulation else ():
            options = task_options(study, model)
            if options not in made:
                trials = asked_trials(plugins.bind("tasks", options, "task")(None, None))
                first, (_, offsets, _) = steps_of_bins(trials, **study.simulation.model_dump())
                assert (first + offsets[0] >= 0).all() and (first + offsets[-1] < trials.sizes["time"]).all()
                made.append(options)


def test_a_window_that_leaves_the_trials_is_refused_before_any_network_is_trained(tmp_path):
    study = read_config(CONFIGS / "discrimination.yaml", deep=False).studies["delayed_discrimination"]
    made = {"out": tmp_path / "task.nc", "options": task_options(study, None) | {"train_trials": 20}}
    with pytest.raises(plugins.BadOption, match=r"the first bin begins 0\.01 s before the window"):
        task(**made, simulation={"window": [-0.2, 1.08], "bin": 0.02})
    assert not (tmp_path / "task.nc").exists()
    task(**made, simulation={"window": [-0.18, 1.08], "bin": 0.02})
    assert (tmp_path / "task.nc").exists()
