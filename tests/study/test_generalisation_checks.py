"""The comparison in conditions on which networks were not trained, in a config."""

import inspect

import pytest
import yaml
from study.test_config import ROOT
from study.test_recovery_checks import comparison

from rnncompare import plugins
from rnncompare.comparison.evaluation import observed, subsets
from rnncompare.comparison.pair import Pair, Scores
from rnncompare.plugins import BadOption
from rnncompare.study import config_file, contents, model_networks
from rnncompare.study.config import read_config
from rnncompare.study.paths import Paths

ENTRY = {"models": ["held_out", "unregularized"], "conditions": 2}
MEASURES = plugins.available("similarity")


def demo_with(entry, models=None, **keys):
    """The demo with this entry `generalisation`, a model that is trained without two conditions, and other keys."""
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    study = config["studies"]["demo"]
    study["models"] |= {"held_out": {"training": {"validation": 2}}} | (models or {})
    study |= {"within": None, "recovery": None, "generalisation": entry} | keys
    return config


def test_every_model_has_rows_and_there_is_a_table():
    paths = Paths(read_config(demo_with(ENTRY)))
    assert paths.generalisations() == [f"results/demo/demo/generalisation/{m}.csv" for m in ENTRY["models"]]
    assert "results/demo/tables/generalisation.csv" in paths.tables()


@pytest.mark.parametrize("absent", [True, False])
def test_without_the_key_or_with_null_nothing_is_compared(absent):
    config = demo_with(None)
    if absent:
        config["studies"]["demo"].pop("generalisation")
    paths = Paths(read_config(config))
    assert paths.generalisations() == [] and not any("generalisation" in path for path in paths.tables())


def test_the_measures_are_the_cross_validated_ones_of_the_family_unless_others_are_named():
    config = read_config(demo_with(ENTRY))
    assert contents.generalisation_measures(config, config.studies["demo"]) == ["ridge", "procrustes", "cca"]
    for more, names in (({}, ["ridge"]), ({"measures": ["cca"]}, ["cca"])):
        config = read_config(demo_with(ENTRY | more, comparison=comparison(["cka", "ridge"])))
        assert contents.generalisation_measures(config, config.studies["demo"]) == names


@pytest.mark.parametrize("name", MEASURES)
def test_the_measures_that_give_scores_of_single_folds_are_those_that_are_annotated_to_return_them(name, made_up):
    function = plugins.find("similarity", name)
    if plugins.returned("similarity", name) == "Scores":
        assert inspect.signature(function).return_annotation is Scores
    measure = plugins.bind("similarity", {"use": name, **plugins.first_look(function)}, name)
    sides = [made_up(k, trials=4) for k in (1, 2)]
    x, y = (side.rate.values.reshape(8, 4, 40, 20).mean(axis=1) for side in sides)
    found = observed(measure, Pair(x, y, [list(range(8))], "removed"), subsets(20, 20, count=None, repeats=1, seed=0),
                     errors=True, jackknife=False)  # fmt: skip
    assert bool(found.alone) == (plugins.returned("similarity", name) == "Scores")


@pytest.mark.parametrize(
    ("change", "keys", "message"),
    [
        ({"conditions": 0}, {}, "demo.generalisation.conditions: found 0, wanted a whole number of at least 1"),
        ({"measures": []}, {}, "demo.generalisation.measures: "),
        ({"models": []}, {}, "demo.generalisation.models: found [], wanted at least one"),
        ({"models": ["held_out"] * 2}, {}, "demo.generalisation.models: found ['held_out', 'held_out'], wanted each"),
        ({"measures": ["rdge"]}, {}, "demo.generalisation.measures: found 'rdge', wanted a similarity measure of the"),
        (
            {"measures": ["ridge", "rsa"]},
            {},
            "demo.generalisation.measures: found rsa, which is not cross-validated, so that nothing is fitted to the "
            "trained conditions alone, wanted measures among ridge, procrustes, cca",
        ),
        (
            {},
            {"similarity": ["rsa", "cka"], "sweep": None},
            "demo.generalisation: found no cross-validated measures, wanted at least one of the study",
        ),
        ({"models": ["held_out", "inputs"]}, {}, "demo.generalisation.models: found 'inputs', wanted a model of the"),
        (
            {"models": ["held_out", "three"]},
            {"models": {"three": {"training": {"validation": 3}}}},
            "demo.generalisation.models: found three, trained with validation 3, wanted 2, the number of held-out",
        ),
        (
            {"models": ["regularized", "unregularized"]},
            {},
            "demo.generalisation.models: found regularized, unregularized, of which none is trained with validation 2",
        ),
        (
            {},
            {"comparison": comparison(by="correct")},
            "demo.generalisation: found folds by correct and groups None, wanted folds by condition with groups null",
        ),
        (
            {},
            {"comparison": comparison(groups=4)},
            "demo.generalisation: found folds by condition and groups 4, wanted folds by condition with groups null",
        ),
    ],
)
def test_an_entry_without_meaning_is_refused(change, keys, message):
    with pytest.raises(BadOption) as error:
        read_config(demo_with(ENTRY | change, **keys))
    assert message in str(error.value)


def test_untrained_networks_can_be_compared_but_not_alone():
    read_config(demo_with(ENTRY | {"models": ["held_out", "untrained"]}))
    with pytest.raises(BadOption, match="found untrained, of which none is trained with validation 2"):
        read_config(demo_with(ENTRY | {"models": ["untrained"]}))


def test_networks_with_published_weights_are_refused():
    models = {"published": {"training": None, "weights": "data/card/weights.pt"}}
    with pytest.raises(BadOption, match="found 'published', which is trained elsewhere, wanted models that"):
        read_config(demo_with(ENTRY | {"models": ["held_out", "published"]}, models))


def test_a_measure_with_the_name_of_the_error_of_the_task_is_refused():
    config = demo_with(ENTRY)
    config["similarity"]["task"] = config["similarity"]["rsa"]
    with pytest.raises(BadOption, match=r"demo\.generalisation: found a similarity measure 'task', which is the name"):
        read_config(config)


def test_a_task_that_holds_out_trials_of_all_conditions_is_refused():
    config = demo_with(ENTRY | {"models": ["held_out"]})
    deciding = config["studies"]["deciding"]
    study = {key: config["studies"]["demo"][key] for key in ("recording", "comparison", "generalisation", "smooth")}
    study |= {key: deciding[key] for key in ("title", "task", "simulation", "network", "training")}
    study["models"] = {"held_out": {"training": {"validation": 2}}}
    study |= {"similarity": ["ridge"], "probes": []}
    config |= {"studies": {"demo": study}, "views": {}, "probes": {}, "calibration": None}
    with pytest.raises(BadOption, match=r"demo\.generalisation: found a task with a test set of trials, wanted one"):
        read_config(config)


def test_a_study_without_a_recording_is_refused():
    config = demo_with(None)
    config["studies"]["deciding"]["generalisation"] = {"models": ["one_area"], "conditions": 10}
    with pytest.raises(BadOption, match=r"deciding\.generalisation: found entries in a study without a recording"):
        read_config(config)


def test_the_networks_of_the_reach_study_that_are_trained_on_all_differ_in_the_held_out_conditions_alone():
    files = [ROOT / f"workflow/config/{name}reach.yaml" for name in ("", "generalisation/")]
    base, config = read_config(files[0]), read_config(config_file.merged(files, {}))
    (study,), of_base = config.studies.values(), base.studies["reach"]
    assert study.recording == of_base.recording and study.comparison == of_base.comparison
    for name in ("regularized_direction", "unregularized_direction"):
        options = [model_networks.model_options(of, model) for of, model in (
            (of_base, name), (study, name), (study, f"{name}_held_out"))]  # fmt: skip
        assert options[0] == options[1]
        options[1]["training"] = options[1]["training"] | {"validation": study.generalisation.conditions}
        assert options[1] == options[2]
    assert contents.generalisation_measures(config, study) == ["ridge", "procrustes", "cca"]
