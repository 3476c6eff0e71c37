"""Who may import whom: the table of docs/architecture.md, held with `ast`."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "rnncompare"
ONLY_IN = {
    "torch": {"models", "training", "steps.py"},
    "sklearn": {"probes", "similarity"},
    "pynwb": {"datasets", "exports", "simulators"},
    "nwbinspector": {"datasets"},
    "h5py": {"datasets", "simulators", "matlab.py", "hdf5.py"},
    "hdmf": {"datasets", "simulators"},
    "scipy.io": {"datasets", "simulators", "matlab.py"},
    "matplotlib": {"figures"},
    "rsatoolbox": {"exports"},
    "pynapple": {"exports"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_libraries_are_imported_only_where_the_table_says(path):
    for library, allowed in ONLY_IN.items():
        used = any(name == library or name.startswith(library + ".") for name in imports(path))
        assert not used or place(path) in allowed, f"{path} imports {library}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_folders_do_not_import_each_other(path):
    here = place(path)
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir()} - {here}
    if here in {"steps.py", "config_checks.py", "card.py"}:
        return
    allowed = {("models", "training")}
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "rnncompare" and len(parts) > 1 and parts[1] in folders:
            assert (here, parts[1]) in allowed, f"{path} imports {name}"


def test_importing_the_command_line_loads_no_heavy_library():
    """A job pays for what it uses: torch, sklearn, pynwb and matplotlib are imported inside steps."""
    import subprocess
    import sys

    heavy = {"torch", "sklearn", "pynwb", "matplotlib", "snakemake"}
    code = f"import rnncompare.__main__, sys; print(sorted({heavy} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
