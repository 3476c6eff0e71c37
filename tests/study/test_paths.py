"""The paths of the files of a config: which files a job reads, and which rows a table collects."""

import copy
from pathlib import Path

import pytest
import yaml

from rnncompare.study import contents
from rnncompare.study.config import read_config
from rnncompare.study.paths import Paths

ROOT = Path(__file__).parents[2]
CONFIGS = sorted((ROOT / "workflow" / "config").glob("*.yaml"))


@pytest.fixture
def demo() -> dict:
    return yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())


def paths_of(config: dict) -> Paths:
    return Paths(read_config(copy.deepcopy(config), deep=False))


@pytest.mark.parametrize("config", CONFIGS, ids=lambda p: p.stem)
def test_every_result_is_in_a_folder_from_which_unfinished_files_are_removed(config):
    paths = Paths(read_config(config, deep=False))
    found = [*paths.recorded(), *paths.similarity("rows.csv"), *paths.sweeps(), *paths.probes(), *paths.tables()]
    found += [path for view in paths.config.views for path in paths.views(view)] + paths.figures() + paths.within()
    found += paths.recoveries() + paths.generalisations()
    found += [path for _, weights in paths.networks() for path in weights]
    assert len(set(found)) == len(found) > 0
    assert all(any(path.startswith(f"{folder}/") for folder in paths.folders()) for path in found)


def test_a_source_is_compared_with_the_recording_unless_its_control_names_another(demo):
    paths = paths_of(demo)
    recording = ["results/demo/demo/activity/recording/0.nc"]
    assert paths.references("demo", "unregularized") == paths.references("demo", "kinematics") == recording
    assert paths.references("demo", "half_of_units") == paths.activities("demo", "other_half")
    assert len(paths.activities("demo", "other_half")) == demo["studies"]["demo"]["controls"]["other_half"]["repeats"]


def test_behavior_is_decoded_from_the_recording_that_has_it(demo):
    second = demo["studies"]["demo"]["recording"]
    demo["studies"]["demo"]["others"] = {"second": second}
    paths = paths_of(demo)
    assert paths.targets("demo", "second") == paths.activities("demo", "second")
    assert paths.targets("demo", "unregularized") == paths.activities("demo", "recording")
    alone = next(name for name, study in paths.config.studies.items() if study.recording is None)
    (model, *_) = paths.config.studies[alone].models
    assert paths.targets(alone, model) == paths.activities(alone, model)


def test_weights_are_read_by_the_probes_of_connections_alone(demo):
    paths = paths_of(demo)
    read = {probe: paths.probed_weights("deciding", "two_area", probe) for probe in paths.config.probes}
    assert {tuple(found) for found in read.values()} == {(), tuple(paths.weights("deciding", "two_area"))}
    assert {p for p, found in read.items() if found} == {
        p for p, entry in paths.config.probes.items() if entry.use == "axis_overlap"
    }


def test_networks_have_weights_unless_they_are_neither_trained_nor_published(demo):
    def models(config) -> list[str]:
        return [labels["model"] for labels, _ in paths_of(config).networks() if labels["study"] == "demo"]

    assert models(demo) == ["regularized", "unregularized"]
    demo["studies"]["demo"]["models"]["untrained"]["weights"] = "data/card/weights.pt"
    assert models(demo) == ["regularized", "unregularized", "untrained"]


def test_the_robustness_of_networks_is_tabulated_if_their_task_has_a_reference_delay(demo):
    assert demo["robustness"] is not None
    tables = [path for path in paths_of(demo).probes() if "/robustness/" in path]
    assert tables == [f"results/demo/demo/robustness/{model}.csv" for model in ("regularized", "unregularized")]
    assert not any("/robustness/" in path for path in paths_of(demo | {"robustness": None}).probes())


def test_a_view_has_the_first_networks_of_each_source_in_studies_with_models(demo):
    (view, *_) = demo["views"]
    demo["views"][view] |= {"seeds": 1, "sources": ["recording", "regularized"]}
    paths = paths_of(demo)
    assert paths.shown("demo", view) == {s: paths.activities("demo", s)[:1] for s in ("recording", "regularized")}
    assert "results/demo/demo/views/" + view + ".csv" in paths.views(view)
    demo["studies"]["demo"] |= {"models": {}, "contrasts": [], "claim": None, "sweep": None}
    assert not any("/demo/views/" in path for path in paths_of(demo).views(view))


def test_a_calibration_is_cited_where_its_table_exists(demo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    demo["calibration"]["cited"] = "calibration.csv"
    assert paths_of(demo).calibration() == []
    (tmp_path / "calibration.csv").touch()
    assert paths_of(demo).calibration() == ["calibration.csv"]
    assert paths_of(demo | {"calibration": None}).calibration() == []


def test_a_calibration_has_the_comparison_of_its_study_and_null_distributions_of_its_own(demo):
    config = read_config(demo, deep=False)
    study = config.studies[config.calibration.study]
    comparison = contents.calibrated_comparison(config)
    assert comparison["nulls"] == config.calibration.model_dump()["nulls"] != study.comparison.model_dump()["nulls"]
    assert comparison["preparation"] == study.comparison.preparation.model_dump()
    assert not {"study", "nulls", "measures"} & set(contents.calibration_options(config))
