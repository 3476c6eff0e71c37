"""Networks trained on a recording, from the task to the tables: the steps of the workflow on a very small session."""

import copy
import json

import numpy as np
import pandas as pd
import pytest
import yaml
from support.tiny_run import step
from test_workflow import ROOT, micro, write

from rnncompare import activity
from rnncompare.comparison.compare import compare
from rnncompare.plugins import bind
from rnncompare.study import contents, model_networks, recorded_training
from rnncompare.study.config import read_config
from rnncompare.study.paths import Paths
from rnncompare.tabulation import tables
from rnncompare.training import checkpoint

STUDY, HELD = "micro", 2
ENTRY = {
    "weight": 1.0, "task": 1.0, "source": "recording", "units": {"share": 0.5, "seed": 1}, "soft_normalise": 0.2,
    "readout_penalty": 1e-3, "shuffle": None,
}  # fmt: skip
RIDGE = {"use": "ridge", "components": 3, "penalties": [0.1]}


def config_of() -> dict:
    """Networks of both objectives, of the task alone, of the activity alone, and untrained ones."""
    config = micro()
    study = config["studies"][STUDY]
    study |= {"within": None, "sweep": None, "question": None, "claim": None, "controls": {}, "contrasts": []}
    study["comparison"]["intervals"] = {"draws": 10, "units": 0}
    study["network"] |= {"units": 12}
    study["training"] |= {"steps": 40, "learning_rate": 0.02, "validation": HELD, "stop_at": None}
    recorded = {"joint": {}, "activity_only": {"task": 0.0}, "shuffled": {"shuffle": 0}}
    study["models"] = {name: {"training": {"recorded": copy.deepcopy(ENTRY) | more}} for name, more in recorded.items()}
    study["models"] |= {"task_only": {}, "untrained": {"training": None}}
    study["generalisation"] = {"models": list(study["models"]), "conditions": HELD, "measures": None}
    config |= {"similarity": {"ridge": RIDGE}, "probes": {}, "views": {}, "calibration": None}
    return config


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Paths:
    """The files of a finished run, in its folder."""
    folder = tmp_path_factory.mktemp("recorded")
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text())
    card["files"][0]["made_by"] |= {"units": 12, "directions": 7, "trials": 3}
    write(folder / "data/simulated_reach/card.yaml", card)
    write(folder / "config.yaml", config_of())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        config = read_config("config.yaml")
        run(config)
        yield Paths(config)


def run(config) -> None:
    paths, study, found = Paths(config), config.studies[STUDY], f"{config.results}/recordings/found.json"
    step("fetch", cards=paths.cards(), folder=f"{config.results}/recordings", out=found)
    (recording,), task = paths.activities(STUDY, "recording"), paths.task(STUDY)
    step("load", card=paths.cards()[0], records=found, out=recording, options=study.recording.options)
    step("task", recording=recording, out=task, options=study.task)
    for model in study.models:
        made(paths, study, model, task)
    units = {"trained_units": recorded_training.units_of_generalisation(study)}
    measures, conditions = contents.with_options(config, ["ridge"]), study.generalisation.conditions
    how = {"measures": measures, "seed": config.seed, "validation": conditions, "task": task, "recording": recording}
    how |= {"comparison": study.comparison.model_dump(include={"preparation", "units"})}
    for model in study.models:
        own = {"networks": paths.activities(STUDY, model), "weights": paths.weights(STUDY, model)}
        columns = contents.labels(config, STUDY, model=model)
        out = f"{config.results}/{STUDY}/generalisation/{model}.csv"
        step("generalise", **own, **how, **units, out=out, columns=columns)
    seeds = {"seeds": recorded_training.seeds_of_generalisation(study)}
    out = paths.generalisations()[-1]
    step("generalise_recording", **how, **units, **seeds, out=out, columns=contents.labels(config, STUDY))
    step("generalisation_table", rows=paths.generalisations(), out=f"{config.results}/tables/generalisation.csv")
    step("history", weights=[list(each) for each in paths.networks()], out=f"{config.results}/tables/training.csv")


def made(paths, study, model: str, task: str) -> None:
    """The weights and the activities of the networks of a model."""
    options, weights = model_networks.model_options(study, model), paths.weights(STUDY, model)
    if options["training"] is None:
        seeds = {"seeds": model_networks.seeds(study, model), "label": f"{STUDY}/{model}"}
        step("initialise", task=task, out=weights, options=options, **seeds)
    recording = paths.trained_on(STUDY, model)
    recorded = {"recording": recording[0], "smooth": study.smooth} if recording else {}
    for seed, path in enumerate(weights if options["training"] else []):
        step("train", task=task, out=path, seed=seed, options=options, label=f"{model}/{seed}", **recorded)
    step("simulate", weights=weights, task=task, out=paths.activities(STUDY, model), smooth=study.smooth)


def table(paths: Paths, name: str) -> pd.DataFrame:
    return tables.read(f"{paths.config.results}/tables/{name}.csv")


def test_every_model_is_beside_the_controls_of_the_recording_itself(finished):
    found = table(finished, "generalisation").set_index(["model", "measure", "statistic"])
    models = ["joint", "activity_only", "shuffled", "task_only", "untrained"]
    names = [(model, measure) for model in models for measure in ("task", "ridge")]
    names += [(model, "prediction") for model in models[:3]]
    names += [("half_of_units", "ridge"), ("cosine_tuning", "prediction")]
    names += [("tuning_of_two_harmonics", "prediction")]
    assert {(model, measure) for model, measure, _ in found.index} == set(names)
    assert (found["trained_conditions"] == 5).all() and (found["held_out_conditions"] == HELD).all()
    assert found["trained_on_all"].isna().tolist() == [model == "untrained" for model, *_ in found.index]
    trained = found["trained"]
    assert trained["joint", "prediction", "r2"] > 0.1 > 0 > trained["shuffled", "prediction", "r2"]
    assert trained["activity_only", "prediction", "r2"] >= trained["joint", "prediction", "r2"] - 0.1
    assert trained["task_only", "task", "error"] < trained["activity_only", "task", "error"]


def test_the_prediction_is_that_of_the_readout_without_a_fit(finished):
    rows = pd.read_csv(f"{finished.config.results}/{STUDY}/generalisation/joint.csv").query("measure == 'prediction'")
    recording = activity.condition_average(activity.read(finished.activities(STUDY, "recording")[0]))
    networks = zip(finished.weights(STUDY, "joint"), finished.activities(STUDY, "joint"), strict=True)
    for k, (weights, own) in enumerate(networks):
        readout, rates = checkpoint.load(weights)["readout"], activity.read(own)  # smoothed and cut as the recording
        names = rates.condition.values.tolist()
        y = recording.rate.values[[recording.condition.values.tolist().index(name) for name in names]]
        y = y[:, :, [recording.unit.values.tolist().index(name) for name in readout["units"]]]
        made = (rates.rate.values @ readout["weights"].numpy().T + readout["offset"].numpy()) * readout["scale"].numpy()
        made = made + readout["mean"].numpy()
        held = ~np.isin(names, readout["conditions"])
        error, power = (((y[held] - of) / readout["scale"].numpy()) ** 2 for of in (made[held], y[~held].mean(axis=0)))
        value = rows.query(f"seed == {k} and conditions == 'held_out'")["value"].item()
        assert held.sum() == HELD and value == pytest.approx(1 - error.sum() / power.sum(), abs=1e-4)


def test_networks_are_compared_with_units_on_which_they_were_not_trained(finished):
    recording = activity.read(finished.activities(STUDY, "recording")[0])
    frame = {"preparation": {"window": None, "soft_normalise": 0.2}, "seed": 0}
    frame["nulls"] = {"conditions": {"use": "conditions", "draws": 2, "options": {}, "measures": None}}
    for model in ("joint", "task_only"):
        network = activity.read(finished.activities(STUDY, model)[0])
        label = json.loads(network.attrs.get("trained_on", '{"units": {}}'))
        rows = compare(network, recording, bind("similarity", RIDGE, "ridge"), **frame)
        assert len(label["units"]) == (recording.sizes["unit"] // 2 if model == "joint" else 0)
        assert {row["units_recording"] for row in rows} == {recording.sizes["unit"] - len(label["units"])}
        others = recording.isel(unit=~np.isin(recording.unit.values, list(label["units"])))
        network.attrs.pop("trained_on", None)
        again = compare(network, others, bind("similarity", RIDGE, "ridge"), **frame)
        assert [row["value"] for row in again] == [row["value"] for row in rows]


def test_the_curve_of_training_has_the_term_of_the_recording(finished):
    found = table(finished, "training")
    assert found.groupby("model")["recorded"].count().eq(0).to_dict() == {
        "joint": False, "activity_only": False, "shuffled": False, "task_only": True,
    }  # fmt: skip
    last = found[found["model"] == "joint"].groupby("seed")["recorded"].last()
    assert (last < 0.9).all()


def test_the_summary_marks_networks_that_were_trained_on_the_recording():
    from rnncompare.tabulation.summary import marked

    rows = pd.DataFrame({"study": ["a", "a", "b"], "model": ["joint", "other", "joint"], "mean": [1.0, 2.0, 3.0]})
    found = marked(rows, {"a": {"joint": "half"}}, {})["trained_on"]
    assert found[0] == "half" and found.isna().tolist() == [False, True, True]
    assert marked(rows, {}, {}) is rows


@pytest.mark.parametrize(("baseline", "kept"), [("ring", ["ring", "other"]), ("shuffled", ["joint", "shuffled"])])
def test_scores_with_other_units_have_no_margin_over_a_baseline_and_exceed_no_ceiling(baseline, kept):
    from rnncompare.tabulation.summary import marked

    rows = pd.DataFrame({"study": "a", "model": ["ring", "joint", "shuffled", "other"]})
    rows = rows.assign(over_baseline=0.1, above_ceiling="ceiling")
    found = marked(rows, {"a": {"joint": "half", "shuffled": "half"}}, {"a": baseline}).set_index("model")
    assert found.index[found["over_baseline"].notna()].tolist() == kept
    assert found["above_ceiling"].tolist() == ["ceiling", "", "", "ceiling"]
