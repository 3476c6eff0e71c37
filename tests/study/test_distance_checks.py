"""The key `distances` of a study: the models and files that it leads to, and what is refused."""

import pytest
import yaml
from study.test_config import ROOT
from study.test_input_sets import random_demo

from rnncompare.plugins import BadOption
from rnncompare.study.config import read_config
from rnncompare.study.network_distances import comparison, networks_from, own_untrained, sharing, stages
from rnncompare.study.paths import Paths

NAME = "context_integration"


def config_with(distances=None, models=None, **study) -> dict:
    """The study of universality with other entries of `distances`, other models, and other keys of the study."""
    config = yaml.safe_load((ROOT / "workflow/config/universality.yaml").read_text())
    config["studies"][NAME]["distances"] |= ({} if models is None else {"sets": {}}) | (distances or {})
    config["studies"][NAME] |= study | ({} if models is None else {"models": models})
    return config


def test_trained_models_are_compared_with_the_untrained_model_that_has_their_network():
    study = read_config(config_with()).studies[NAME]
    kinds = ["tanh", "relu", "rectified_tanh", "softplus", "gru", "lstm", "ugrnn", "slow_units"]
    rules = dict.fromkeys(["e_prop", "random_feedback", "outputs_alone", "full_force"], "untrained_slow_units")
    others = ["tanh_128", "gru_128", "low_noise", "high_noise"]
    assert own_untrained(study) == {kind: f"untrained_{kind}" for kind in kinds} | rules
    assert sorted(stages(study)["untrained"]) == sorted(f"untrained_{kind}" for kind in kinds)
    assert sorted(stages(study)["trained"]) == sorted([*kinds, *rules, *others])


def test_an_untrained_model_with_another_task_is_no_counterpart():
    models = {"tanh": {}, "untrained": {"training": None, "task": {"delay": [0.3, 0.3]}}}
    study = read_config(config_with(models=models)).studies[NAME]
    assert own_untrained(study) == {} and stages(study) == {"trained": ["tanh"], "untrained": ["untrained"]}


def test_models_share_what_their_networks_with_the_same_seed_received_or_began_with():
    assert sharing(read_config(config_with()).studies[NAME]) == []
    models = {"tanh": {}, "relu": {}, "longer": {"start": {"model": "tanh"}}, "longest": {"start": {"model": "longer"}}}
    assert sharing(read_config(config_with(models=models)).studies[NAME]) == [["tanh", "longer", "longest"]]


def test_a_job_compares_a_model_with_itself_and_all_later_ones():
    models = {"tanh": {}, "relu": {"network": {"nonlinearity": "relu"}}, "untrained": {"training": None, "seeds": 2}}
    paths = Paths(read_config(config_with(models=models, seeds=1)))
    assert networks_from(paths.config.studies[NAME], "relu") == ["relu", "untrained"]
    folder = f"results/universality/{NAME}"
    assert paths.distances() == [f"{folder}/distances/{model}.csv" for model in models]
    assert paths.distant(NAME, "relu") == {
        "relu": [f"{folder}/activity/relu/0.nc"],
        "untrained": [f"{folder}/activity/untrained/{k}.nc" for k in (0, 1)],
    }
    rows = {m: [f"{folder}/mechanisms/{m}/{model}.csv" for model in models] for m in ("topology", "modes")}
    assert paths.distance_mechanisms() == list(rows.items())
    assert {f"results/universality/tables/{t}.csv" for t in ("network_distances", "universality")} <= set(
        paths.tables()
    )


def test_both_networks_are_prepared_and_left_out_as_the_study_says():
    given = {"window": [-0.5, 0.0], "soft_normalise": None, "groups": None}
    assert comparison(read_config(config_with(given)).studies[NAME]) == {
        "preparation": {"window": (-0.5, 0.0), "soft_normalise": None},
        "folds": {"by": "condition", "groups": None},
    }


def test_without_the_key_there_are_no_distances():
    paths = Paths(read_config(yaml.safe_load((ROOT / "workflow/config/mechanism.yaml").read_text())))
    assert paths.distances() == [] == paths.distance_mechanisms()
    assert not any("distances" in path or "universality" in path for path in paths.tables())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"distances": {"measures": []}}, "distances.measures: "),
        ({"distances": {"measures": ["csa"]}}, "distances.measures: found 'csa', wanted a similarity measure"),
        (
            {"distances": {"mechanisms": ["selection"]}},
            "found selection, which uses selection, wanted a mechanism with",
        ),
        ({"distances": {"mechanisms": ["modis"]}}, "found 'modis', wanted a mechanism of the study"),
        ({"distances": {"draws": 0}}, "distances.draws: found 0"),
        (
            {"distances": {"widow": 1}},
            "distances.widow: found unknown key 'widow', wanted one of measures, mechanisms, window",
        ),
        ({"distances": {"sets": {"all": ["tanh"]}}}, "distances.sets: found a set 'all', wanted another name"),
        (
            {"distances": {"sets": {"own": ["untrained_tanh"]}}},
            "sets.own: found 'untrained_tanh', wanted a",
        ),
        ({"models": {"tanh": {}}, "seeds": 1}, "distances: found 1 networks of the study's models, wanted at least 2"),
    ],
)
def test_an_entry_without_meaning_is_refused(change, message):
    with pytest.raises(BadOption) as error:
        read_config(config_with(**change))
    assert message in str(error.value)


def test_measures_without_a_distance_and_mechanisms_of_some_models_are_refused():
    config = config_with({"measures": ["ridge"]})
    config["similarity"]["ridge"] = {"use": "ridge", "components": 5, "penalties": [1.0]}
    with pytest.raises(BadOption, match=r"distances\.measures: ridge: found a measure that is not symmetric"):
        read_config(config)
    config = config_with()
    config["mechanisms"]["modes"]["sources"] = ["tanh"]
    with pytest.raises(BadOption, match=r"found no rows of modes for relu, .*, wanted it applied to all models"):
        read_config(config)


def test_networks_that_share_random_inputs_are_refused_and_those_with_a_set_each_are_not():
    given = {"measures": ["procrustes"], "mechanisms": [], "window": [-0.3, 0.2]}
    given |= {"soft_normalise": None, "groups": None, "draws": 9}
    with pytest.raises(BadOption, match="found 4 networks of regularized with 2 sets of inputs, wanted a set for each"):
        read_config(random_demo(distances=given))
    study = read_config(random_demo(distances=given, input_sets=4)).studies["demo"]
    assert study.distances.draws == 9 and sharing(study) == [list(study.models)]
