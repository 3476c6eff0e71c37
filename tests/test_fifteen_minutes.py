"""A session of an unusual structure goes from `add` to the report, by the lines of docs/own_recording.md."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from support import sessions

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/own_recording.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A folder with the code and the session of the page."""
    folder = tmp_path_factory.mktemp("mine")
    for part in ("rnncompare", "workflow"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "Snakefile", folder)
    sessions.save(folder / "session.nwb", sessions.strange())
    return folder


def write(folder: Path, text: str) -> None:
    """A block of the page to the card that its first line names."""
    path = folder / re.match(r"# ([\w./]+)", text)[1]
    card = yaml.safe_load(path.read_text()) | yaml.safe_load(text)
    card["facts"] = [fact for fact in card["facts"] if fact["status"] != "inferred"]
    path.write_text(yaml.safe_dump(card))


def run(folder: Path, line: str) -> str:
    """What a line of the page prints, as typed in the project's folder."""
    scripts = str(Path(sys.executable).parent)  # where `rnncompare` and `snakemake` are
    environment = os.environ | {"PATH": scripts + os.pathsep + os.environ["PATH"], "RNNCOMPARE_DATA": ""}
    environment["PYTHONPATH"] = str(folder)
    ended = subprocess.run(line, shell=True, cwd=folder, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, f"{line}\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
    return ended.stdout


def test_the_lines_of_the_page_lead_from_a_strange_session_to_its_report(project):
    said = ""
    for language, text in BLOCKS:
        if language == "yaml":
            write(project, text)
        else:
            said += "".join(run(project, line) for line in text.splitlines())
    assert "could not determine which event" in said and "could not determine which column names a condition" in said
    report = (project / "results/my_reach/report/index.html").read_text()
    assert "Are trained networks more similar to the recording than untrained ones?" in report
    summary = pd.read_csv(project / "results/my_reach/tables/summary.csv")
    assert {"trained", "untrained", "half_of_units"} <= set(summary.model)
    halves = summary[(summary.model == "half_of_units") & (summary.statistic == "mean")]
    assert (halves["mean"] > halves["null_95"]).all()  # the session's units are tuned, and the card maps it right
