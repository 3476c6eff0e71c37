"""The whole pipeline on a session too small to tell anything: all is made, made once, and made the same again."""

import copy
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
import yaml
from recordings.test_finding import unfinished_of_a_killed_process

from rnncompare.provenance.verification import verify
from rnncompare.simulators.simulated_reach import simulated_reach

ROOT = Path(__file__).parents[1]
TABLES = ["similarity", "nulls", "sweep", "ranking", "probes", "summary", "contrasts", "training", "outputs"]
TABLES += ["within_models", "verdict"]
NOT_OURS = ("._summary.csv", ".summary.csv.swp", ".DS_Store", ".gitkeep", ".summary.csv.original.csv")
HIDDEN = (".running", ".checked", ".run")  # in results: the claim of a run, the check of its config, its code
DEAD = "http://127.0.0.1:9/session.nwb"  # nothing listens on the discard port


def micro() -> dict:
    """The demo's config with little of everything."""
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    study = config["studies"].pop("demo")
    study.pop("probes")
    study["recording"]["options"] |= {"bin": 0.02, "smooth": 0.04, "window": [-0.4, 0.4], "minimum_rate": 0}
    study["task"] |= {"delays": [0.3], "reference_delay": 0.3, "reaction_time": 0.2}
    study["network"] |= {"units": 20}
    study["training"] |= {"steps": 40, "batch": 4}
    study["comparison"]["preparation"]["window"] = [-0.4, 0.4]
    study["comparison"] |= {"nulls": {"conditions": {"use": "conditions", "draws": 20}}}
    study["comparison"] |= {"intervals": {"draws": 20, "units": 2}}
    models = {"trained": {}, "untrained": {"seeds": 1, "training": None}}
    study |= {"models": models, "controls": {"inputs": {"use": "inputs"}}, "ceilings": {}, "figures": ["training"]}
    study |= {"contrasts": [["trained", "untrained"]]}  # one seed in common: a table without rows
    study["claim"] = {"contrast": ["trained", "untrained"]}
    study["sweep"] = {"sources": ["trained"], "measures": ["rsa"], "preparation": {"smooth": [0, 0.05]}, "options": {}}
    study |= {"within": {"pairs": 10}, "recovery": None}
    similarity = {name: config["similarity"][name] for name in ("rsa", "cka")}
    options = {"units": 10, "repeats": 2}
    probes = {"ratio": {"use": "participation_ratio", "options": options, "sources": ["recording", "trained"]}}
    views = {"outputs": {"use": "outputs", "options": {"seeds": 1}, "sources": ["trained"]}}
    config["calibration"] |= {"study": "micro", "null_pairs": 2, "recoveries": 1, "chunks": 1}
    config |= {"studies": {"micro": study}, "similarity": similarity, "probes": probes, "views": views}
    return config | {"results": "results", "data": "data", "robustness": None}


def project(folder: Path, config: dict) -> Path:
    """A folder to run in: the config, a smaller simulated session, and a copy of the code that may be changed."""
    for part in ("rnncompare", "workflow"):
        shutil.copytree(ROOT / part, folder / "code" / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "Snakefile", folder / "code")
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text())
    card["files"][0]["made_by"] |= {"units": 20, "directions": 5, "trials": 3}
    write(folder / "data/simulated_reach/card.yaml", card)
    write(folder / "micro.yaml", config)
    return folder


def write(path: Path, content: dict):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def start(folder: Path, *more: str) -> subprocess.Popen:
    """Snakemake at work in a folder, on two cores, in a process group of its own; what it says goes to said.txt."""
    code = folder / "code"
    words = ["--snakefile", code / "Snakefile", "--workflow-profile", code / "workflow/profiles/default"]
    words += ["--directory", folder, "--configfile", folder / "micro.yaml", "--quiet", "host", "--cores", "2", *more]
    scripts = str(Path(sys.executable).parent)  # where `rnncompare` is
    environment = os.environ | {"PATH": scripts + os.pathsep + os.environ["PATH"], "RNNCOMPARE_DATA": "elsewhere"}
    environment["PYTHONPATH"] = f"{code}:{folder / 'installed'}"
    with open(folder / "said.txt", "w") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", *map(str, words)],
            stdout=said, stderr=subprocess.STDOUT, cwd=folder, env=environment, start_new_session=True,
        )  # fmt: skip


def run(folder: Path, *more: str) -> tuple[int, str]:
    """Its status and what it said."""
    status = start(folder, *more).wait()
    return status, (folder / "said.txt").read_text()


def succeed(folder: Path, *more: str) -> str:
    status, said = run(folder, *more)
    assert status == 0, said[-3000:]
    return said


def planned(folder: Path, *more: str) -> set[str]:
    """The outputs that a run would make."""
    listed = re.findall(r"^ +output: (.*)$", succeed(folder, "--dry-run", *more), flags=re.MULTILINE)
    return {path.removeprefix("results/") for outputs in listed for path in outputs.split(", ")}


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every result: when it was written, and what it holds."""
    files = [p for p in (folder / "results").rglob("*") if p.is_file() and "logs" not in p.parts]
    return {str(p.relative_to(folder / "results")): (p.stat().st_mtime_ns, p.read_bytes()) for p in files}


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A folder in which everything has been made."""
    folder = project(tmp_path_factory.mktemp("finished"), micro())
    succeed(folder)
    return folder


def test_a_run_makes_the_tables_the_figures_and_the_report(finished):
    tables = {name: pd.read_csv(finished / f"results/tables/{name}.csv") for name in TABLES}
    similarity = tables["similarity"]
    assert {"study", "recording", "model", "seed", "measure", "statistic", "value"} <= set(similarity)
    assert set(similarity["model"]) == {"trained", "untrained", "inputs"}
    assert set(similarity["measure"]) == {"rsa", "cka"}
    assert set(tables["training"]["seed"]) == {0, 1}
    assert set(tables["probes"]["model"]) == {"recording", "trained"}
    assert {"mean", "low", "high", "null_95", "p"} <= set(tables["summary"])
    within = tables["within_models"].set_index("measure")  # of the only model with two networks
    assert within["model"].tolist() == ["trained"] * 2 and within.pairs.tolist() == [1, 1]
    means = tables["summary"].query("model == 'trained' and condition_independent == 'removed'")
    primary = means[means["statistic"].isin(within["statistic"])].set_index("measure")["mean"]
    assert within["to_animal"].tolist() == pytest.approx(primary[within.index].tolist())
    for suffix in ("pdf", "svg", "png", "csv"):
        assert (finished / f"results/figures/micro/training.{suffix}").stat().st_size > 100
    report = (finished / "results/report/index.html").read_text()
    assert "<svg" in report or "data:image/" in report
    assert not re.search(r"(src|href)=\"https?://[^\"]*\.(js|css|png|svg)", report)


def test_every_result_of_a_run_is_in_its_manifest_and_is_what_it_was_made_of(finished):
    found = verify(finished / "results")
    assert (found.faults, found.notes) == ([], [])
    listed = json.loads((finished / "results/manifest.json").read_text())["files"]
    others = {"manifest.json", "recordings/simulated_reach/simulated_reach.nwb", "recordings/hashes.json", *HIDDEN}
    assert {name for name in state(finished) if not name.endswith(".sha256")} - others == set(listed)


def test_the_engine_is_given_a_config_as_it_is_checked(tmp_path):
    folder = project(tmp_path, micro())
    text = (folder / "micro.yaml").read_text()
    (folder / "micro.yaml").write_text(text.replace("results: results", "results: 2_1"))
    assert re.search(r"output: 2_1/recordings/found\.json", succeed(folder, "--dry-run"))


def test_nothing_unfinished_lies_about(finished):
    assert [p for p in state(finished) if Path(p).name.startswith(".") and p not in HIDDEN] == []


def test_every_job_has_a_log(finished):
    logs = sorted((finished / "results/logs").rglob("*.log"))
    jobs = re.findall(r"^total +(\d+)$", (finished / "said.txt").read_text(), flags=re.MULTILINE)
    assert not jobs or len(logs) == int(jobs[0]) - 1  # all but `all`


def test_a_copy_elsewhere_has_nothing_to_do_wherever_the_package_lies(finished, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(finished, copy)
    assert "Nothing to be done" in succeed(copy)
    assert {p: b for p, (_, b) in state(copy).items()} == {p: b for p, (_, b) in state(finished).items()}
    (copy / "installed").mkdir()
    shutil.move(copy / "code/rnncompare", copy / "installed")
    for path in (copy / "installed").rglob("*.py"):
        path.touch()
    assert "Nothing to be done" in succeed(copy, "--dry-run")
    with open(copy / "installed/rnncompare/similarity/rsa.py", "a") as code:
        code.write("# edited\n")
    assert compared("trained", "untrained", "inputs") < planned(copy)


def test_a_replaced_recording_without_a_checksum_is_read_anew_whatever_its_times_and_a_moved_one_is_not(tmp_path):
    config, sessions = micro(), [tmp_path / f"{seed}.nwb" for seed in (1, 2)]
    for seed, path in enumerate(sessions):
        simulated_reach(path, seed=seed, units=5, directions=5, trials=2, choice_units=0.5)
        os.utime(path, (0, 0))
    config["studies"]["micro"]["recording"]["card"] = "brought"
    folder = project(tmp_path / "project", config)
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text())
    card |= {"name": "brought", "files": [{"file": "session.nwb", "url": None, "sha256": None, "bytes": None}]}
    write(folder / "data/brought/card.yaml", card)
    file, loaded = folder / "data/brought/session.nwb", "micro/activity/recording/0.nc"
    shutil.copy2(sessions[0], file)
    succeed(folder, f"results/{loaded}")
    (folder / "elsewhere").mkdir()
    shutil.move(file, folder / "elsewhere")
    assert "Nothing to be done" in succeed(folder, f"results/{loaded}", "--dry-run")
    shutil.copy2(sessions[1], file)
    before = state(folder)
    assert planned(folder, f"results/{loaded}") == {"recordings/found.json", loaded}
    succeed(folder, f"results/{loaded}")
    assert state(folder)[loaded][1] != before[loaded][1]


def test_a_killed_run_goes_on_where_it_stopped_and_ends_in_the_same_bytes(finished, tmp_path):
    """Nor does it matter where, or when, or in how many goes the tables are made."""
    folder = tmp_path / "copy"
    shutil.copytree(finished, folder)
    for made in (*folder.glob("results/micro/**/trained*"), *folder.glob("results/tables/*")):
        shutil.rmtree(made) if made.is_dir() else made.unlink()
    running = start(folder, *(f"results/tables/{name}.csv" for name in TABLES))
    deadline = time.monotonic() + 300
    while not list(folder.glob("results/micro/activity/trained/[!.]*.nc")):
        assert running.poll() is None and time.monotonic() < deadline, (folder / "said.txt").read_text()[-3000:]
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert not (folder / "results/tables/similarity.csv").exists()
    (left,) = unfinished_of_a_killed_process("files.atomic", "atomic", folder / "results/tables/summary.csv")
    others = [folder / "results/tables" / name for name in NOT_OURS]
    for other in others:
        other.write_text("")
    killed = state(folder)
    succeed(folder, *(f"results/tables/{name}.csv" for name in TABLES))
    after = state(folder)
    for path in ("recordings/found.json", "micro/task.nc", *(f"micro/weights/trained/{seed}.pt" for seed in (0, 1))):
        assert after[path][0] == killed[path][0], path
    assert not left.exists() and all(other.exists() for other in others)
    whole = state(finished)
    for name in after.keys() & whole.keys() - set(HIDDEN):
        assert after[name][1] == whole[name][1], name  # with the records of what each was made from
    assert {f"tables/{name}.csv" for name in TABLES} <= after.keys()


def compared(*sources: str) -> set[str]:
    kinds = ("rows.csv", "summary.csv", "nulls.csv", "draws.nc")
    return {f"micro/similarity/{s}.{kind}" for s in sources for kind in kinds}


def test_only_what_depends_on_an_edit_a_lost_activity_and_a_changed_option_is_made_again(finished):
    before = state(finished)
    figures = {f"figures/micro/training.{suffix}" for suffix in ("pdf", "svg", "png", "csv")}
    tables = {
        f"tables/{name}.csv"
        for name in ("similarity", "nulls", "sweep", "ranking", "summary", "contrasts", "within_models", "verdict")
    }
    tables |= {"micro/sweep/trained.csv", "micro/within/trained.csv"}
    with open(finished / "code/rnncompare/similarity/rsa.py", "a") as code:
        code.write("# edited\n")
    edited = planned(finished)
    everything = compared("trained", "untrained", "inputs")
    assert edited == everything | tables | figures | {"provenance.json", "report/index.html", "manifest.json"}

    (finished / "results/micro/activity/trained/0.nc").unlink()
    lost = planned(finished) - edited
    activities = {f"micro/activity/trained/{seed}.nc" for seed in (0, 1)}
    assert lost == activities | {"micro/probes/ratio/trained.csv", "micro/views/outputs.csv"} | {
        "tables/probes.csv", "tables/outputs.csv"
    }  # fmt: skip

    config = copy.deepcopy(micro())
    config["similarity"]["cka"]["samples"] = "times"
    write(finished / "micro.yaml", config)
    assert planned(finished) == edited | lost

    succeed(finished, "results/tables/similarity.csv")
    after = state(finished)
    assert after["micro/activity/trained/0.nc"][1] == before["micro/activity/trained/0.nc"][1]
    old, new = (pd.read_csv(BytesIO(found["tables/similarity.csv"][1])) for found in (before, after))
    pd.testing.assert_frame_equal(old.query("measure == 'rsa'"), new.query("measure == 'rsa'"))
    assert not old.query("measure == 'cka'").equals(new.query("measure == 'cka'"))
    for name in ("weights/trained/0.pt", "activity/untrained/0.nc", "task.nc", "probes/ratio/recording.csv"):
        assert after[f"micro/{name}"][0] == before[f"micro/{name}"][0], name


def test_a_card_that_changes_is_read_again_by_the_same_run(finished):
    """Not only its files are looked for again: all that was read by it follows."""
    card = finished / "data/simulated_reach/card.yaml"
    card.write_text(card.read_text().replace("trials: 3", "trials: 4"))
    plan = planned(finished)
    assert {"recordings/found.json", "micro/activity/recording/0.nc", "micro/task.nc", "report/index.html"} <= plan


def test_a_calibration_is_made_where_it_is_asked_for(finished):
    assert not (finished / "results/calibration").exists()
    succeed(finished, "calibration")
    table = pd.read_csv(finished / "results/calibration/calibration.csv")
    assert set(table["measure"]) == {"rsa", "cka"} and (table["pairs"] == 2).all()
    assert (finished / "results/calibration/micro/calibration.png").stat().st_size > 100


def test_without_files_and_network_nothing_is_trained(tmp_path):
    config = micro()
    options = {"bin": 0.05, "smooth": 0.025, "window": [-0.5, 0.4], "minimum_rate": 1}
    config["studies"]["micro"]["others"] = {"second_animal": {"card": "stevenson2011_m1", "options": options}}
    folder = project(tmp_path, config)
    card = yaml.safe_load((ROOT / "data/stevenson2011_m1/card.yaml").read_text())
    card["files"] = [{"file": name, "url": DEAD, "sha256": "0" * 64, "bytes": 9} for name in ("one.mat", "two.mat")]
    write(folder / "data/stevenson2011_m1/card.yaml", card)
    status, said = run(folder)
    assert status == 1
    for name in ("one.mat", "two.mat"):
        assert f"stevenson2011_m1/{name}: found neither" in said
    assert DEAD in said
    assert "RNNCOMPARE_DATA (elsewhere)" in said
    assert "Traceback" not in said
    made = [p for p in state(folder) if p not in HIDDEN and not p.startswith("recordings/simulated_reach")]
    assert made == []


def test_a_wrong_config_is_refused_before_any_job(tmp_path):
    folder = project(tmp_path, micro())
    with open(folder / "micro.yaml", "a") as config:
        config.write("seed: 2\n")
    status, said = run(folder)
    assert status == 1
    assert "found key 'seed' twice" in said
    assert "Traceback" not in said
    assert not (folder / "results").exists()


def test_a_job_reads_again_what_a_config_says_and_leaves_the_rest_to_the_run_that_started_it(tmp_path):
    config = micro()
    config["similarity"]["rsa"]["distance"] = "sqeuclidian"
    folder = project(tmp_path, config)
    status, said = run(folder, "--list-rules")
    assert status == 1 and "similarity.rsa.distance: " in said
    # In these modes snakemake starts jobs in processes of their own.
    assert "compare" in succeed(folder, "--list-rules", "--mode", "subprocess")
    write(folder / "micro.yaml", config | {"permutatoins": 3})
    status, said = run(folder, "--list-rules", "--mode", "remote")
    assert status == 1 and "found unknown key 'permutatoins'" in said


def test_random_inputs_and_two_animals_run_to_their_tables(tmp_path):
    """Two sets of inputs with two networks each, a similar study of a second animal, and contrasts over both."""
    config = micro()
    study = config["studies"]["micro"]
    study["task"] |= {"inputs": "random", "numbers": 4}
    study |= {"input_sets": 2, "seeds": 4, "controls": {}, "figures": ["contrasts_by_animal", "verdict"]}
    study["models"] |= {"untrained": {"training": None}, "held_out": {"training": {"validation": 1}}}
    study["recovery"] = {"models": ["trained", "untrained"], "trials": 20, "noise": "poisson", "smooth": 0.04}
    for key in ("recovery", "within"):
        study[key]["measures"] = ["rsa", "cka"]
    config["similarity"]["procrustes"] = {"use": "shape", "alpha": 1.0, "components": 3}
    study["generalisation"] = {"models": ["held_out", "trained"], "conditions": 1, "measures": None}
    second = {"like": "micro", "recording": {"card": "second_reach"}, "seeds": 2, "sweep": None, "figures": []}
    second |= {"recovery": None, "generalisation": None, "models": {"held_out": None}}
    config["studies"]["second"] = second
    config["probes"]["ratio"]["sources"] = ["trained"]
    config |= {"animals": {"reaching": ["micro", "second"]}, "calibration": None, "views": {}}
    folder = project(tmp_path, config)
    card = yaml.safe_load((folder / "data/simulated_reach/card.yaml").read_text())
    card["name"], card["files"][0]["file"] = "second_reach", "second.nwb"
    card["files"][0]["made_by"] |= {"seed": 7}
    write(folder / "data/second_reach/card.yaml", card)
    succeed(folder)
    names = ("similarity", "sweep", "probes", "contrasts", "animals", "within_models", "recovery", "training")
    names += ("generalisation",)
    tables = {name: pd.read_csv(folder / f"results/tables/{name}.csv") for name in names}
    for name in ("similarity", "sweep", "probes"):
        trained = tables[name].query("study == 'micro' and model == 'trained'")
        assert set(zip(trained["seed"], trained["input_set"], strict=True)) == {(0, 0), (1, 1), (2, 0), (3, 1)}, name
    sizes = tables["contrasts"][["study", "seeds", "input_sets"]].drop_duplicates()
    assert sizes.values.tolist() == [["micro", 4, 2], ["second", 2, 2]]
    within = tables["within_models"].query("study == 'micro'").groupby(["model", "measure"])[["inputs", "pairs"]]
    assert {str(rows.values.tolist()) for _, rows in within} == {"[['same', 2], ['different', 4]]"}
    assert len(within) == 3 * 2 and (tables["within_models"]["input_sets"] == 2).all()
    recovered = tables["recovery"]  # one set of inputs remains for each recording
    assert recovered["generator"].tolist() == ["trained", "untrained"] * 2 and set(recovered["study"]) == {"micro"}
    assert (recovered["recordings"] == 4).all() and (recovered["networks"] == 1).all()
    assert (recovered["undecided"] == 1).all() and recovered["low"].notna().all()
    general = tables["generalisation"]
    assert general[["model", "trained_on_all", "measure", "statistic"]].values.tolist() == [
        [model, on_all, *statistic]
        for model, on_all in (("held_out", False), ("trained", True))
        for statistic in (("task", "error"), ("procrustes", "angle"))
    ]
    sizes = general[["networks", "input_sets", "trained_conditions", "held_out_conditions"]].drop_duplicates()
    assert sizes.values.tolist() == [[4, 2, 4, 1]] and general.notna().all(axis=None)
    errors = tables["training"].query("study == 'micro' and model == 'held_out'").groupby("seed").last()
    assert general.loc[0, ["trained", "held_out"]].tolist() == pytest.approx(
        errors[["error", "validation_error"]].mean().tolist(), rel=1e-4
    )
    over = tables["animals"][tables["animals"]["study"].isna()]
    assert len(over) and (over["animals"] == 2).all() and over["p"].isna().all()
    verdict = pd.read_csv(folder / "results/tables/verdict.csv").query("study == 'micro'")
    assert verdict[["animals", "input_sets", "smallest_p"]].drop_duplicates().values.tolist() == [[2, 2, 0.5]]
    for name in ("contrasts_by_animal", "verdict"):
        assert (folder / f"results/figures/micro/{name}.png").stat().st_size
