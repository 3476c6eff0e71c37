"""Every command and code block of the documentation is run, or parsed by the program that it is for."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from documentation.blocks import PAGES, ROOT, blocks_of, commands_of, inline_commands_of
from figures.made_up import made_up_tables
from packaging.requirements import Requirement
from snakemake.cli import get_argument_parser

from rnncompare import activity
from rnncompare.__main__ import functions, parsed
from rnncompare.files import plain_yaml
from rnncompare.tabulation import tables

TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
VARIABLES = set(re.findall(r"^([A-Z]+) \?=", (ROOT / "Makefile").read_text(), re.MULTILINE)) | {"UPGRADE"}
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
LANGUAGES = {"sh", "python", "snakemake", "yaml", "text", "", "{toctree}"}
BLOCKS = [block for path in PAGES for block in blocks_of(path)]
COMMANDS = [(path.stem, line) for path in PAGES for line in commands_of(path)]
# Lines that change an environment or need a cluster.
ELSEWHERE = ("source", "pip", "snakemake --configfile workflow/config/reach.yaml --profile")
RUN_HERE = ("howto", "first_run", "reading")  # their lines are run below; other tutorials have tests of their own


def make(words: list[str], page: str) -> None:
    for word in words:
        name, equals, _ = word.partition("=")
        assert name in (VARIABLES if equals else TARGETS), f"{page}: make {word}"


def rnncompare(words: list[str], page: str) -> None:
    parsed(words)


def snakemake(words: list[str], page: str) -> None:
    options = get_argument_parser().parse_args(words)
    for config in options.configfile or []:
        assert (ROOT / config).exists() or config.name in written_on(page), f"{page}: {config}"
    for profile in [*(options.profile or []), *filter(None, [options.workflow_profile])]:
        assert (ROOT / profile).is_dir(), f"{page}: {profile}"


def python(words: list[str], page: str) -> None:
    words = [word.removeprefix("INSTALLED/") for word in words]  # the folder of the project
    if words[0] == "-m":
        assert (ROOT / words[1].replace(".", "/")).exists(), f"{page}: python -m {words[1]}"
    else:
        assert (ROOT / words[0]).exists() or words[0] in written_on(page), f"{page}: python {words[0]}"


def pip(words: list[str], page: str) -> None:
    assert words[0] == "install"
    files = [word for option, word in pairwise(words) if option == "--requirement"]
    assert all((ROOT / file).exists() for file in files), f"{page}: {files}"
    for word in words[1:]:
        if word.startswith("-") or word in files:
            continue
        wanted = Requirement(word)
        assert wanted.name != "rnncompare" or wanted.extras <= set(EXTRAS), f"{page}: {word}"


def of_the_system(words: list[str], page: str) -> None:
    """These programs belong to every system on which the project runs; the lines are run below."""


PROGRAMS = {"make": make, "rnncompare": rnncompare, "snakemake": snakemake, "python": python, "pip": pip}
PROGRAMS |= dict.fromkeys(("source", "printf", "tar", "find"), of_the_system)


def written_on(page: str) -> set[str]:
    """The names of files that a page says to write: by the first line of a block, or by a command before."""
    named = {Path(block.text.split("\n")[0][2:]).name for block in BLOCKS if block.page == page}
    lines = [line for where, line in COMMANDS if where == page]
    studies = {f"{line.split()[2]}.yaml" for line in lines if line.startswith("rnncompare study ")}
    return named | studies | {line.split("> ")[1] for line in lines if "> " in line}


@pytest.mark.parametrize("page, line", COMMANDS)
def test_every_command_is_one_that_its_program_accepts(page, line):
    program, *words = shlex.split(line)
    assert program in PROGRAMS, f"{page}: found '{line}', wanted a program that this test knows"
    PROGRAMS[program](words, page)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_every_command_in_a_sentence_exists(path):
    for program, name, *_ in map(str.split, inline_commands_of(path)):
        known = TARGETS | {"TARGET"} if program == "make" else functions().keys() | {"COMMAND", "--version"}
        assert name in known or "=" in name or name.endswith(":"), (
            f"{path.stem}: {program} {name}"
        )  # : begins a message


@pytest.mark.parametrize("block", BLOCKS, ids=lambda b: f"{b.page}-{b.language}")
def test_every_block_is_of_a_known_language_and_can_be_read(block):
    assert block.language in LANGUAGES
    if block.language == "python":
        ast.parse(block.text)
    if block.language == "yaml":
        assert isinstance(plain_yaml.parse(block.text), dict)


def test_the_claims_of_the_page_on_verdicts_are_those_of_studies_of_the_project():
    for block, config in zip([b for b in BLOCKS if b.page == "verdict"], ("reach", "checkerboard"), strict=True):
        ((name, shown),) = yaml.safe_load(block.text)["studies"].items()
        study = yaml.safe_load((ROOT / f"workflow/config/{config}.yaml").read_text())["studies"][name]
        wanted = {key: study[key] for key in ("question", "claim")}
        if "statistics" in shown["claim"]:  # of which the page has the first
            wanted["claim"]["statistics"] = wanted["claim"]["statistics"][:1]
        assert shown == wanted


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A folder with the code, the demo's cards, and made-up tables and an activity in the place of the demo's."""
    folder = tmp_path_factory.mktemp("project")
    for part in ("rnncompare", "workflow", "environment"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("Snakefile", "Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy2(ROOT / part, folder / part)
    for card in ("simulated_reach", "kleinman2021"):
        shutil.copytree(ROOT / "data" / card, folder / "data" / card)
    for name, table in made_up_tables().items():
        table = table.replace({"study": {"reach": "demo"}}) if "study" in table else table
        tables.write(table, folder / "results/demo/tables" / f"{name}.csv")
    rate = np.random.default_rng(0).uniform(0, 50, (8, 5, 3))
    conditions = [str(45 * k) for k in range(8)]
    made = activity.build(rate, time=np.arange(5) * 0.01, unit=list("abc"), condition=conditions, source="made up")
    activity.write(made, folder / "results/demo/demo/activity/recording/0.nc")
    return folder


def run(line: str, folder: Path) -> str:
    """What a line prints; snakemake and make only say what they would do."""
    line = re.sub("^make", "make --dry-run", line)
    line = re.sub("^(snakemake.*)", r"\1 --dry-run", line)
    scripts = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": scripts + os.pathsep + os.environ["PATH"], "PYTHONPATH": str(folder)}
    ended = subprocess.run(["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, f"{line}\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
    return ended.stdout


@pytest.mark.parametrize("page", RUN_HERE)
def test_the_lines_of_a_page_run_in_order(page, project):
    said = {line: run(line, project) for where, line in COMMANDS if where == page and not line.startswith(ELSEWHERE)}
    more = [text for line, text in said.items() if "more_seeds.yaml" in line and line.startswith("snakemake")]
    for text in more:
        assert re.search(r"train_demo-regularized +4\b", text) or re.search(r"simulate_demo-regularized", text)
    assert said and (page == "reading" or more)


@pytest.mark.parametrize("page", RUN_HERE)
def test_the_python_of_a_page_runs(page, project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    names: dict = {}
    for text in (block.text for block in BLOCKS if block.page == page and block.language == "python"):
        exec(compile(text, page, "exec"), names)
    assert "primary" not in names or (len(names["primary"]) and isinstance(names["primary"], pd.DataFrame))


def test_snakemake_accepts_what_make_gives_it():
    targets = sorted(TARGETS - {"study", "slurm-test"})
    printed = subprocess.run(["make", "--dry-run", *targets], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [line.split() for line in printed.stdout.splitlines() if line.startswith("python workflow/run.py")]
    given = [get_argument_parser().parse_args(words[2:]) for words in lines]
    assert len(given) > 10 and [rule for args in given for rule in args.targets] == ["calibration"]
    for args in given:
        assert args.cores >= 1 and all((ROOT / config).is_file() for config in args.configfile)
