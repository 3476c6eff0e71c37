"""A model of networks trained elsewhere in a config: what it may say, and what a study is made of then."""

import copy
from pathlib import Path

import numpy as np
import pytest
import yaml

from rnncompare.__main__ import main
from rnncompare.plugins import BadOption
from rnncompare.study import contents, model_networks
from rnncompare.study.config import read_config

ROOT = Path(__file__).parents[2]
CONDITIONS = [str(45 * k) for k in range(8)]


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """The demo's config in a folder of its own, with three networks' files; its model `mine` is of them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    (tmp_path / "runs").mkdir()
    for k in (0, 2, 10):
        rate = np.random.default_rng(k).standard_normal((8, 121, 6))
        np.savez(tmp_path / f"runs/gru_{k}.npz", rate=rate, time=np.arange(-70, 51) * 0.01, condition=CONDITIONS)
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    config["studies"] = {"demo": config["studies"]["demo"]}
    config["studies"]["demo"] |= {"first_seed": 7}
    config["studies"]["demo"]["models"]["mine"] = {"activities": "runs/gru_*.npz"}
    config["probes"] = {n: p | {"sources": ["recording"]} for n, p in config["probes"].items()}
    config["studies"]["demo"]["probes"], config["views"] = [], {}
    return config


def with_model(config, **entry):
    config = copy.deepcopy(config)
    config["studies"]["demo"]["models"]["mine"] |= entry
    return config


def test_each_file_is_a_seed_in_natural_order_and_all_are_used(demo):
    study = read_config(demo).studies["demo"]
    assert study.models["mine"].activities == ["runs/gru_0.npz", "runs/gru_2.npz", "runs/gru_10.npz"]
    assert model_networks.seeds(study, "mine") == [7, 8, 9] and model_networks.seeds(study, "regularized") == [7, 8]
    assert model_networks.imported(study) == ["mine"] and "mine" not in model_networks.simulated(study)
    assert "mine" in contents.compared(study)


def test_seeds_take_the_first_files(demo):
    study = read_config(with_model(demo, seeds=2)).studies["demo"]
    assert study.models["mine"].activities == ["runs/gru_0.npz", "runs/gru_2.npz"]
    with pytest.raises(BadOption, match=r"demo\.models\.mine\.seeds: found 4 and 3 files, wanted a file for each seed"):
        read_config(with_model(demo, seeds=4))


def test_a_config_that_was_read_and_written_is_the_same_config(demo):
    once = read_config(demo)
    assert read_config(once.model_dump()) == once


def test_rates_are_smoothed_as_the_studys_networks_are_unless_the_model_says_otherwise(demo):
    assert model_networks.reading_options(read_config(demo).studies["demo"], "mine") == {"smooth": 0.025}
    own = read_config(with_model(demo, options={"smooth": 0})).studies["demo"]
    assert model_networks.reading_options(own, "mine") == {"smooth": 0}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"training": None}, r"models\.mine: found activities and training, wanted one or the other"),
        ({"network": {"g": 2}, "training": {}}, r"models\.mine: found activities and network, wanted one"),
        ({"weights": "data/a/b.pt"}, r"models\.mine: found activities and weights, wanted one or the other"),
        ({"activities": None, "options": {"smooth": 0}}, r"mine: found options without activities, wanted those of"),
        (
            {"activities": "runs/lstm_*"},
            r"mine\.activities: found no file that matches 'runs/lstm_\*'.*runs contains gru_0",
        ),
        ({"activities": "/runs/*.npz"}, r"mine\.activities: found '/runs/\*\.npz', which leads out of the project"),
        ({"activities": "runs"}, r"mine\.activities: 'runs' matches runs, which is not a file"),
        ({"activities": 3}, r"models\.mine\.activities.*\(found 3\)"),
        ({"activitis": "a"}, r"models\.mine\.activitis: found unknown key.*Did you mean 'activities'\?"),
        ({"options": {"smoth": 0}}, r"mine\.options: found option 'smoth'.*Did you mean 'smooth'\?"),
        ({"options": {"smooth": -1}}, r"mine\.options\.smooth: found -1\.0, wanted the SD of a Gaussian of at least 0"),
        (
            {"options": {"time": {"start": 0, "step": 0}}},
            r"mine\.options\.time: found .*wanted a start and a step above",
        ),
        ({"options": {"conditions": "abc"}}, r"mine\.options\.conditions: "),
    ],
)
def test_what_a_model_of_files_cannot_say_is_refused(demo, entry, message):
    with pytest.raises(BadOption, match=message):
        read_config(with_model(demo, **entry))


def test_networks_of_files_alone_need_no_task(demo):
    study = demo["studies"]["demo"]
    study |= {"models": {"mine": study["models"]["mine"]}, "contrasts": [], "figures": [], "task": None}
    study |= {
        "controls": {},
        "ceilings": {},
        "network": {},
        "training": {},
        "claim": None,
        "sweep": None,
        "within": None,
        "recovery": None,
    }
    assert read_config(demo).studies["demo"].task is None
    study["models"]["other"] = {}
    with pytest.raises(BadOption, match="found models but no task"):
        read_config(demo)


def test_networks_that_share_no_seed_are_not_ranked_seed_by_seed(demo):
    demo["studies"]["demo"] |= {"contrasts": [["mine", "regularized"]], "claim": None}
    study = read_config(demo).studies["demo"]
    assert model_networks.unpaired(study) == ["mine", *study.controls]
    demo["studies"]["demo"]["sweep"]["sources"].append("mine")
    with pytest.raises(
        BadOption, match=r"contrasts: found \['mine', 'regularized'\], both swept, of which mine shares"
    ):
        read_config(demo)
    shared = read_config(with_model(demo, shares_seeds=True)).studies["demo"]
    assert model_networks.unpaired(shared) == list(shared.controls)


def test_a_probe_of_weights_leaves_them_out_and_others_do_not(demo):
    whole = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    demo["probes"] = {n: whole["probes"][n] for n in ("axis_overlap", "participation_ratio")}
    for probe in demo["probes"].values():
        probe["sources"] = ["regularized", "mine"]
    config = read_config(demo)
    of = {probe: contents.probed(config, config.studies["demo"], probe) for probe in config.probes}
    assert of == {"axis_overlap": ["regularized"], "participation_ratio": ["regularized", "mine"]}


def checked(config, capsys):
    Path("c.yaml").write_text(yaml.safe_dump(config))
    status = main(["check", "--config", "c.yaml"])
    return status, capsys.readouterr()


def test_check_reads_every_file_and_says_what_it_holds(demo, capsys):
    status, said = checked(demo, capsys)
    assert status == 0 and "4 models, 9 networks" in said.out
    assert "mine: 3 networks (runs/gru_0.npz, runs/gru_2.npz, runs/gru_10.npz): conditions 0, 45, 90" in said.out
    assert "121 times from -0.7 to 0.5 s, 6 units" in said.out and "caution" not in said.out
    np.savez("runs/gru_2.npz", rate=np.zeros((8, 121, 6)), time=np.arange(121))
    status, said = checked(demo, capsys)
    assert status == 1 and "runs/gru_2.npz: found conditions neither in the file" in said.err


def test_check_says_where_times_are_not_the_recordings(demo, capsys):
    for k in (0, 2, 10):
        rate = np.random.default_rng(k).standard_normal((8, 41, 6))
        np.savez(f"runs/gru_{k}.npz", rate=rate, time=np.arange(-20, 21) * 0.03, condition=CONDITIONS)
    status, said = checked(demo, capsys)
    assert (
        status == 0 and "mine: caution: times in steps of 0.03 s, among which are 34 of the recording's 101" in said.out
    )
    for k in (0, 2, 10):
        rate = np.random.default_rng(k).standard_normal((8, 41, 6))
        np.savez(f"runs/gru_{k}.npz", rate=rate, time=np.arange(1, 42) * 1.0, condition=CONDITIONS)
    status, said = checked(demo, capsys)
    assert status == 1 and "runs/gru_0.npz: found times from 1 to 41 s, wanted some of the recording's" in said.err
