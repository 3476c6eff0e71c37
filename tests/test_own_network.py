"""Networks of the reader's own go from hidden states to the report, by the lines of docs/own_network.md."""

import hashlib
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from test_fifteen_minutes import run

from rnncompare import activity
from rnncompare.imported.hidden_states import hidden_states

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/own_network.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
NAMED = {text.split("\n", 1)[0].removeprefix("# "): text for _, text in BLOCKS if text.startswith("# ")}
LINES = [line for language, text in BLOCKS if language == "sh" for line in text.splitlines()]


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A folder with the code, the simulated session's card, and the files of the page."""
    folder = tmp_path_factory.mktemp("own")
    for part in ("rnncompare", "workflow"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "Snakefile", folder)
    card = folder / "data/simulated_reach/card.yaml"
    card.parent.mkdir(parents=True)
    text = (ROOT / "data/simulated_reach/card.yaml").read_text()
    card.write_text(text.replace("units: 96", "units: 40").replace("trials: 20", "trials: 5"))
    for name, text in NAMED.items():
        (folder / name).write_text(text)
    return folder


def test_the_lines_of_the_page_lead_from_hidden_states_to_the_report(project):
    said = "".join(run(project, line) for line in LINES)
    assert "gru: 3 networks (runs/gru_0.npz, runs/gru_1.npz, runs/gru_2.npz): conditions 0, 45, 90" in said
    assert "caution" not in said
    assert re.search(r"gru +3 +rsa +rdm", said)
    tables = {path.stem: pd.read_csv(path) for path in (project / "results/own_network/tables").glob("*.csv")}
    own = tables["summary"].query("model == 'gru' and condition_independent == 'removed' and p_corrected.notna()")
    assert set(own.measure) == {"rsa", "cca"} and (own.seeds == 3).all() and (own.low < own.high).all()
    assert (own["mean"] > own.null_95).all()  # both reach in eight directions, and their units are tuned
    assert tables["training"].groupby("seed").step.max().tolist() == [149] * 3
    report = (project / "results/own_network/report/index.html").read_text()
    assert "A GRU that was trained elsewhere" in report
    assert "rates smoothed by a Gaussian of SD 0.04 s. Left out" in report
    assert not (project / "results/own_network/own/weights").exists()


def test_the_same_line_enters_the_networks_in_the_page_of_scores(project):
    said = run(project, "rnncompare scores results/own_network --out scores.md")
    assert "results/own_network: 2 sources compared with simulated_reach" in said
    table = pd.read_csv(project / "scores/scores.csv").set_index(["model", "statistic"])
    summary = pd.read_csv(project / "results/own_network/tables/summary.csv")
    own = summary.query("model == 'gru' and condition_independent == 'removed' and p_corrected.notna()")
    assert table["mean"]["gru"].to_dict() == own.set_index("statistic")["mean"].to_dict()
    assert set(table.kind["gru"]) == {"network trained elsewhere"} and (table.networks["gru"] == 3).all()
    rows = project / "results/own_network" / table.rows["gru"].iloc[0]
    assert hashlib.sha256(rows.read_bytes()).hexdigest() == table.rows_sha256["gru"].iloc[0]
    manifest = (project / "results/own_network/manifest.json").read_bytes()
    assert set(table.manifest_sha256) == {hashlib.sha256(manifest).hexdigest()}
    page = (project / "scores.md").read_text()
    assert "| gru<br>[results/own\\_network: own](#study-own-of-resultsown_network) | network trained elsewhere" in page


def test_the_last_lines_of_the_page_write_an_activity_of_a_module(project):
    (last,) = [text for language, text in BLOCKS if language == "python" and not text.startswith("# ")]
    training = NAMED["train_gru.py"].replace("range(3)", "range(1)").replace("range(150)", "range(2)")
    (project / "again.py").write_text(training + last)
    run(project, "python again.py")
    found, saved = (hidden_states(project / f"runs/gru_0.{ending}", smooth=0) for ending in ("nc", "npz"))
    np.testing.assert_allclose(found.rate, saved.rate, rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.behavior, saved.behavior, rtol=0, atol=1e-6)
    assert activity.conditions(found) == activity.conditions(saved)


def test_the_options_of_the_page_read_an_array_alone(tmp_path):
    (entry,) = [yaml.safe_load(text) for language, text in BLOCKS if language == "yaml" and not text.startswith("# ")]
    np.save(tmp_path / "a.npy", np.random.default_rng(0).standard_normal((8, 51, 3)))
    found = hidden_states(tmp_path / "a.npy", **entry["models"]["gru"]["options"])
    assert found.condition.values.tolist() == [str(45 * k) for k in range(8)] and found.time.values[-1] == 0.5
