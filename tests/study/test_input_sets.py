"""Sets of random inputs in a config: which network has which, and the numbers of them that make sense."""

import pytest
import yaml
from study.test_config import ROOT, changed

from rnncompare.plugins import BadOption
from rnncompare.study import model_networks
from rnncompare.study.config import read_config

DEMO = ["studies", "demo"]


def random_demo(**keys):
    """The demo with random inputs."""
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    config["studies"]["demo"]["task"] |= {"inputs": "random", "numbers": 15}
    config["studies"]["demo"] |= {"input_sets": 2, "seeds": 4} | keys
    return config


def test_networks_of_all_models_with_the_same_seed_have_the_same_inputs():
    config = random_demo()
    config["studies"]["demo"]["models"]["untrained"] |= {"seeds": 1}
    study = read_config(config).studies["demo"]
    assert model_networks.input_sets(study, "regularized") == [0, 1, 0, 1]
    assert model_networks.input_sets(study, "untrained") == [0]
    assert model_networks.input_sets(study, "recording") is None and model_networks.all_input_sets(study) == [0, 1]


def test_a_repetition_with_other_seeds_has_other_inputs():
    first, second = (read_config(random_demo(first_seed=k)).studies["demo"] for k in (0, 4))
    assert model_networks.input_sets(second, "regularized") == [4, 5, 4, 5]
    assert not set(model_networks.all_input_sets(first)) & set(model_networks.all_input_sets(second))


def test_without_random_inputs_there_are_no_sets():
    study = read_config(ROOT / "workflow/config/demo.yaml").studies["demo"]
    assert model_networks.input_sets(study, "regularized") is None and model_networks.all_input_sets(study) is None


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"input_sets": None},
            "studies.demo.input_sets: found None for random inputs of config: studies.demo.task, wanted at least 2",
        ),
        (
            {"input_sets": 1},
            "studies.demo.input_sets: found 1 for random inputs of config: studies.demo.task, wanted at least 2",
        ),
        ({"input_sets": 3}, "models.regularized: found 4 networks and 3 input sets, wanted at most one network for"),
    ],
)
def test_numbers_of_sets_without_meaning_are_refused(keys, message):
    with pytest.raises(BadOption) as error:
        read_config(random_demo(**keys))
    assert message in str(error.value)


def test_sets_of_inputs_that_are_not_random_are_refused():
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    with pytest.raises(BadOption, match="found 2 for a task whose inputs are not random, wanted null"):
        read_config(changed(config, [*DEMO, "input_sets"], 2))
