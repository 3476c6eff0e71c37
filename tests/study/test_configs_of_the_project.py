"""The configs of the project are valid, and those that repeat a study change in it what they state."""

from pathlib import Path

import pytest

from rnncompare.study import config_file, model_networks
from rnncompare.study.config import read_config
from rnncompare.study.model_tasks import task_options

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "workflow" / "config").glob("*.yaml"))
ABOVE = sorted((ROOT / "workflow" / "config").glob("*/*.yaml"))  # each is given after the config of the same name


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_config_of_the_project_is_valid(path):
    assert read_config(path).studies


@pytest.mark.parametrize("path", ABOVE, ids=lambda p: p.parent.name)
def test_every_config_that_is_given_after_another_is_valid_and_has_results_of_its_own(path):
    base = path.parents[1] / path.name
    config = read_config(config_file.merged([base, path], {}))
    assert config.studies and config.results != read_config(base, deep=False).results


def test_the_rerun_of_the_reach_study_has_other_networks_of_the_models_of_the_claim_and_differs_in_nothing_else():
    files = [ROOT / f"workflow/config/{name}reach.yaml" for name in ("", "reruns/")]
    base, rerun = read_config(files[0]), read_config(config_file.merged(files, {}))
    assert base.results != rerun.results and base.animals == rerun.animals
    assert set(rerun.studies) == {name for names in base.animals.values() for name in names}
    for name, second in rerun.studies.items():
        first = base.studies[name]
        for key in (
            "recording",
            "task",
            "network",
            "training",
            "comparison",
            "smooth",
            "controls",
            "seeds",
            "input_sets",
        ):
            assert getattr(first, key) == getattr(second, key)
        assert {"regularized", "unregularized"} < set(second.models)
        for model, options in second.models.items():
            assert options == first.models[model]
            for numbers in (model_networks.seeds, model_networks.input_sets):
                used = [set(numbers(study, model)) for study in (first, second)]
                assert len(used[0]) == len(used[1]) and not used[0] & used[1]


def test_the_variants_of_the_reach_study_change_one_choice_of_both_models_of_the_claim():
    files = [ROOT / f"workflow/config/{name}reach.yaml" for name in ("", "variants/")]
    (study,) = read_config(config_file.merged(files, {})).studies.values()
    base = read_config(files[0]).studies["reach"]
    for part in ("recording", "task", "network", "training", "comparison"):
        assert getattr(study, part) == getattr(base, part)
    changed = [pair for pair in study.contrasts if pair[1] != "unregularized"]
    assert len(changed) == 7
    for pair in changed:
        one, other = (
            differences(_all_options(study, model), _all_options(base, of))
            for model, of in zip(pair, ("regularized", "unregularized"), strict=True)
        )
        assert one == other and one, pair


def test_other_architectures_have_the_task_the_units_and_the_error_of_the_unregularized_networks():
    files = [ROOT / f"workflow/config/{name}reach.yaml" for name in ("", "architectures/")]
    base, (study,) = read_config(files[0]), read_config(config_file.merged(files, {})).studies.values()
    reach = base.studies["reach"]
    assert all(getattr(study, part) == getattr(reach, part) for part in ("recording", "task", "smooth"))
    assert study.comparison.preparation == reach.comparison.preparation
    assert study.comparison.correction == reach.comparison.correction
    leaky = [name for name in study.models if name in reach.models]
    assert all(_all_options(study, model) == _all_options(reach, model) for model in leaky)
    others = [name for name in study.models if name not in reach.models and not name.startswith("untrained_")]
    for model in others:
        own, standard = (_all_options(study, name) for name in (model, "unregularized"))
        assert own["network"]["use"] != "leaky" and own["network"]["units"] == standard["network"]["units"]
        assert own["task"] == standard["task"]
        assert own["training"] == standard["training"] | {"at_least": 0}
        twin = model_networks.model_options(study, f"untrained_{own['network']['use']}")
        assert twin == {"network": own["network"], "training": None}
    assert {_all_options(study, model)["network"]["use"] for model in others} == {"gru", "lstm", "ugrnn"}


def test_the_sensitivity_study_changes_one_choice_of_the_checkerboard_study_at_a_time():
    base, varied = (read_config(ROOT / f"workflow/config/{name}.yaml") for name in ("checkerboard", "sensitivity"))
    study, of = varied.studies["sensitivity"], base.studies["checkerboard"]
    for part in ("task", "simulation", "network", "training"):
        assert getattr(study, part) == getattr(of, part)
    assert varied.probes["decoding"].options == base.probes["decoding"].options
    standard = model_networks.model_options(of, "three_area")
    for name in study.models:
        changed = differences(model_networks.model_options(study, name), standard)
        assert len(changed) == (name != "three_area")


def _all_options(study, model):
    return model_networks.model_options(study, model) | {"task": task_options(study, model)}


def differences(a, b):
    """Return the places, as tuples of keys, at which two nested mappings differ."""
    if not (isinstance(a, dict) and isinstance(b, dict)):
        return [()] if a != b else []
    return [(key, *rest) for key in a | b for rest in differences(a.get(key), b.get(key))]
