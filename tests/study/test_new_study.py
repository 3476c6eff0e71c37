"""`rnncompare study` writes a config that is accepted at once, explains its keys, and overwrites nothing."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rnncompare import plugins
from rnncompare.files.file_names import NAME
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import BadCard
from rnncompare.study.config import read_config
from rnncompare.study.config_keys import Study
from rnncompare.study.new_study import LONGEST, new_study
from rnncompare.training.options import Training

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
KEY = re.compile(rf"^ *{NAME}:")


def written(folder: Path, recording: str, data: Path = DATA) -> tuple[str, Study]:
    """The text of a new config, and its study as the workflow reads it."""
    out = folder / "config/mine.yaml"
    new_study("mine", recording, data, out)
    return out.read_text(), read_config(out).studies["mine"]


@pytest.mark.parametrize("recording", ["simulated_reach", "contdata95_m1"])
def test_a_recording_of_reaches_gets_networks_that_learn_them(recording, tmp_path):
    _, study = written(tmp_path, recording)
    assert study.task["output"] == "hand_velocity" and study.task["inputs"] == "direction"
    assert set(study.models) == {"trained", "untrained"} and study.models["untrained"].training is None
    step = study.task["step"] or study.recording.options["bin"]
    assert step <= LONGEST and (study.recording.options["bin"] / step) % 1 == pytest.approx(0, abs=1e-9)
    assert study.smooth == study.recording.options["smooth"]


def test_a_recording_without_directions_gets_random_inputs(tmp_path):
    _, study = written(tmp_path, "mc_maze")
    assert (study.task["inputs"], study.task["numbers"], study.input_sets) == ("random", 15, 2)


@pytest.mark.parametrize("recording", ["datahigh_pmd", "churchland_4g10_pcs"])
def test_a_recording_without_a_hand_is_compared_with_itself_alone(recording, tmp_path):
    text, study = written(tmp_path, recording)
    assert study.task is None and study.models == {} and set(study.controls) == {"half_of_units", "other_half"}
    assert "trained" not in text.replace("that\n    # were trained elsewhere", "")


def test_the_reader_is_given_the_options_that_it_accepts(tmp_path):
    _, study = written(tmp_path, "hatsopoulos2007_m1")
    assert (study.recording.options["bin"], study.recording.options["smooth"]) == (0.01, 0.025)


def test_sessions_are_pooled(tmp_path):
    card = yaml.safe_load((DATA / "mc_maze/card.yaml").read_text())
    card |= {"name": "many", "files": [{"file": "sub-{animal}_ses-{day}.nwb", "url": None, "sha256": None}]}
    card["files"][0]["bytes"] = None
    (tmp_path / "data/many").mkdir(parents=True)
    (tmp_path / "data/many/card.yaml").write_text(yaml.safe_dump(card))
    _, study = written(tmp_path, "many", tmp_path / "data")
    assert study.recording.pool == "averages"


def test_every_key_has_a_comment_unless_keys_follow_below_it(tmp_path):
    lines = written(tmp_path, "simulated_reach")[0].splitlines()
    bare = [line.strip() for line in lines if KEY.match(line) and "#" not in line]
    opened = {"studies:", "mine:", "task:", "network:", "training:", "recording:", "controls:", "comparison:"}
    named = {"title", "question", "card", "ceiling", "preparation:", "nulls:", "intervals:", "trained", "untrained"}
    named |= {"figures", "rsa", "cca"}  # lists of members, which have cards and captions
    assert [line for line in bare if line not in opened | named and line.split(":")[0] not in named] == []


def test_the_training_and_the_task_have_every_option_and_no_other(tmp_path):
    text, _ = written(tmp_path, "simulated_reach")
    study = yaml.safe_load(text)["studies"]["mine"]
    of_gauss_newton = {"products", "damping"}  # options of an optimiser that this config does not use
    assert set(study["training"]) == set(Training.__dataclass_fields__) - of_gauss_newton
    options = set(plugins.options_of(plugins.find("tasks", "delayed_reach")))
    assert set(study["task"]) == options - {"input_sets"} | {"use"}


def test_a_config_is_never_overwritten_and_no_refused_one_is_left(tmp_path):
    out = tmp_path / "mine.yaml"
    out.write_text("mine")
    with pytest.raises(BadOption, match=r"mine.yaml: found a file, wanted none: nothing is overwritten"):
        new_study("mine", "simulated_reach", DATA, out)
    assert out.read_text() == "mine"
    with pytest.raises(BadOption, match="tables"):  # a folder of results beside those of studies
        new_study("tables", "simulated_reach", DATA, tmp_path / "other.yaml")
    with pytest.raises(ValueError, match="found name 'Mine', wanted lower-case"):
        new_study("Mine", "simulated_reach", DATA, tmp_path / "other.yaml")
    with pytest.raises(BadCard, match="Did you mean 'simulated_reach'"):
        new_study("mine", "simulated_reech", DATA, tmp_path / "other.yaml")
    with pytest.raises(BadOption, match="published statistics alone"):
        new_study("mine", "kleinman2021", DATA, tmp_path / "other.yaml")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


def test_the_workflow_plans_the_new_study(tmp_path):
    shutil.copytree(DATA / "simulated_reach", tmp_path / "data/simulated_reach")
    out = tmp_path / "mine.yaml"
    new_study("mine", "simulated_reach", DATA, out)
    out.write_text(out.read_text().replace(f"data: {DATA.as_posix()}", "data: data"))
    words = ["-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--configfile", "mine.yaml", "--dry-run"]
    plan = subprocess.run([sys.executable, *words, "--quiet", "host"], cwd=tmp_path, capture_output=True, text=True)
    assert plan.returncode == 0, plan.stderr
    counts = dict(re.findall(r"^(\S+) +(\d+)$", plan.stdout, re.MULTILINE))
    assert counts["train_mine-trained"] == "2" and counts["initialise_mine-untrained"] == "1"
