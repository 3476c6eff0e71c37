"""Who may import whom: the table of docs/architecture.md, held with `ast`."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "rnncompare"
AT_THE_ROOT = {"__init__.py", "__main__.py", "plugins.py"}
ONLY_IN = {  # library: rooms
    "torch": {"models", "training", "imported", "library", "steps"},
    "sklearn": {"probes", "similarity", "decoding"},
    "pynwb": {"readers", "reading", "exports", "simulators"},
    "nwbinspector": {"reading"},
    "h5py": {"readers", "reading", "simulators", "files"},
    "hdmf": {"reading", "simulators"},
    "scipy.io": {"readers", "reading", "simulators"},
    "matplotlib": {"figures", "drawing"},
    "rsatoolbox": {"exports"},
    "pynapple": {"exports"},
}
# What each room may import beside `plugins`, which all may: itself, and rooms further up. So there can be no circle.
ROOMS = {
    "files": "",
    "options": "",
    "reproducibility": "",
    "cluster": "",
    "statistics": "",
    "condensing": "",
    "activity": "files",
    "comparison": "files options statistics activity",
    "crossvalidation": "activity comparison",
    "geometry": "activity comparison crossvalidation",
    "populations": "files activity comparison statistics geometry",
    "dynamics": "activity comparison crossvalidation populations",
    "behaviour": "files activity comparison statistics populations",
    "choice": "files activity comparison statistics populations",
    "decoding": "files activity comparison populations",
    "recordings": "files options activity comparison",
    "reading": "files activity recordings",
    "readers": "files options activity recordings reading",
    "published": "files options activity comparison statistics reading",
    "simulators": "files options",
    "exports": "files activity",
    "tasks": "options activity recordings",
    "training": "files options reproducibility condensing activity behaviour recordings",
    "models": "options activity training",
    "imported": "files options activity recordings reading training",
    "fixed_points": "",
    "systems": "",
    "surrogates": "options activity comparison",
    "linearisation": "activity fixed_points",
    "controls": "options activity recordings",
    "similarity": "options activity comparison crossvalidation geometry dynamics",
    "probes": "files options activity comparison statistics recordings geometry populations dynamics behaviour "
    "choice decoding",
    "mechanisms": "options activity comparison condensing statistics behaviour fixed_points linearisation",
    "views": "files options activity comparison recordings geometry fixed_points linearisation",
    "calibration": "options activity comparison statistics controls",
    "study": "files options reproducibility condensing activity comparison recordings training imported",
    "provenance": "files reproducibility recordings study",
    "tabulation": "files comparison statistics",
    "verdict": "comparison statistics",
    "scores": "files comparison statistics study provenance tabulation",
    "drawing": "comparison",
    "figures": "files options comparison statistics drawing",
    "report": "files reproducibility statistics activity comparison recordings tabulation verdict",
    "library": "files options activity comparison statistics behaviour recordings study tabulation drawing figures",
}
LAST = {"steps", "__main__.py"}  # they may import everything
FILES = sorted(PACKAGE.rglob("*.py"))
CONFIGS = sorted((PACKAGE.parent / "workflow" / "config").glob("*.yaml"))


@cache
def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def test_no_loose_file_stands_beside_the_rooms():
    assert {path.name for path in PACKAGE.glob("*.py")} == AT_THE_ROOT
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"} == {
        *ROOMS,
        *LAST - {"__main__.py"},
    }


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_libraries_are_imported_only_where_the_table_says(path):
    for library, allowed in ONLY_IN.items():
        used = any(name == library or name.startswith(library + ".") for name in imports(path))
        assert not used or room(path) in allowed, f"{path} imports {library}"


def test_every_folder_of_the_package_says_what_it_contains():
    for path in PACKAGE.rglob("__init__.py"):
        first = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        assert first.endswith(".") and len(first) > 20, path


def test_every_room_imports_only_rooms_above_it():
    above = set()
    for name, allowed in ROOMS.items():
        assert set(allowed.split()) <= above, f"{name} is to import a room that stands below it in the table"
        above.add(name)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_the_rooms_that_the_table_says(path):
    here = room(path)
    if here in LAST | AT_THE_ROOT:
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "rnncompare" and len(parts) > 1 and (PACKAGE / parts[1]).is_dir():
            assert parts[1] in {here, *ROOMS[here].split()}, f"{path} imports {name}"


def test_no_file_imports_one_that_imports_it():
    known = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in FILES}
    below = {name: imports(path) & known.keys() for name, path in known.items()}

    def reached(start: str) -> set[str]:
        found, waiting = set(), [start]
        while waiting:
            for name in below[waiting.pop()] - found:
                found.add(name)
                waiting.append(name)
        return found

    assert [name for name in known if name in reached(name)] == []


def loaded(code: str, libraries: set[str]) -> str:
    """Which of some libraries a line of Python imports."""
    code = f"{code}\nimport sys; print(*sorted({libraries} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    return done.stdout.strip()


def test_importing_the_command_line_loads_no_heavy_library():
    """A job pays for what it uses: torch, sklearn, pynwb, matplotlib and pydantic are imported inside steps."""
    heavy = {"torch", "sklearn", "pynwb", "matplotlib", "snakemake", "pydantic"}
    assert loaded("import rnncompare.__main__", heavy) == ""


@pytest.mark.parametrize("config", CONFIGS, ids=lambda p: p.stem)
def test_planning_the_jobs_of_a_checked_config_loads_no_library_of_arrays(config):
    """Importing them would take longer than the rest of a run that has nothing to do."""
    plan = f"""
from rnncompare.recordings import fingerprints
from rnncompare.recordings.card import read_card
from rnncompare.reproducibility.code import code, whole_package
from rnncompare.study import check_record
from rnncompare.study.config import read_config
from rnncompare.study.paths import Paths
paths = Paths(read_config({str(config)!r}, deep=False))
cards = [read_card(path, deep=False) for path in paths.cards()]
rows = [paths.probes(), paths.similarity("rows.csv"), paths.networks()]
code("comparison/compare")
"""
    assert loaded(plan, {"numpy", "pandas", "xarray", "scipy"}) == ""


@pytest.mark.parametrize("config", CONFIGS, ids=lambda p: p.stem)
def test_checking_a_config_loads_no_heavy_library(config):
    """Each run of the workflow looks at the signatures of all members, and runs none of them."""
    heavy = {"torch", "sklearn", "scipy", "pynwb", "h5py", "matplotlib"}
    assert loaded(f"from rnncompare.study.config import read_config; read_config({str(config)!r})", heavy) == ""
