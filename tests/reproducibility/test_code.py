"""The source files that a result depends on: those that its own file imports, directly or through others."""

import ast
import textwrap
from pathlib import Path

import pytest

from rnncompare import plugins
from rnncompare.reproducibility import code

FILES = sorted(plugins.PACKAGE.rglob("*.py"))


def by_syntax_tree(text: str) -> set[str]:
    """The modules and names of the package that the syntax tree of a whole module imports."""
    nodes = list(ast.walk(ast.parse(text)))
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.startswith("rnncompare.")}


def by_us(path: Path) -> set[str]:
    found = [file.relative_to(plugins.PACKAGE.parent).with_suffix("") for file in code.imported(path)]
    return {".".join(file.parts).removesuffix(".__init__") for file in found}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(plugins.PACKAGE)))
def test_the_imports_of_a_file_are_those_of_its_syntax_tree(path):
    modules = {".".join(file.relative_to(plugins.PACKAGE.parent).with_suffix("").parts) for file in FILES}
    packages = {name.removesuffix(".__init__") for name in modules}
    assert by_us(path) == by_syntax_tree(path.read_text()) & packages


@pytest.mark.parametrize(
    "text",
    [
        "import os, rnncompare.similarity.cca",
        "import os; from rnncompare.similarity import cca",
        "from rnncompare.similarity import \\\n    cca",
        "from rnncompare.similarity.rsa import rsa, \\\n    geometry\nimport rnncompare.similarity.cca",
        "if True: from rnncompare.similarity import cca",
        "def later():\n\tfrom rnncompare.similarity.cca import (  # the measure (of both)\n\t\tcca,\n\t)",
        "from rnncompare.similarity import (rsa); from rnncompare.similarity import cca",
        "import \\\n  rnncompare.similarity.cca as measure",
        "import rnncompare.similarity.rsa as one, \\\n  rnncompare.similarity.cca as other",
    ],
)
def test_an_import_is_found_in_any_form_that_python_allows(tmp_path, text):
    (tmp_path / "own.py").write_text(text)
    assert "rnncompare.similarity.cca" in by_us(tmp_path / "own.py")


def test_an_edit_of_any_imported_file_changes_the_code_of_a_result_and_that_of_another_file_does_not(
    tmp_path, monkeypatch
):
    for name, text in {
        "members/one": "from rnncompare.rooms import deep",
        "rooms/deep": "def late():\n    from rnncompare.rooms.deeper import x",
        "rooms/deeper": "x = 1",
        "rooms/other": "x = 1",
    }.items():
        path = tmp_path / f"rnncompare/{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    monkeypatch.setattr(code, "PACKAGE", tmp_path / "rnncompare")

    def now() -> list[str]:
        for cached in (code.code, code.content, code.imported):
            cached.cache_clear()
        return code.code("members/one")

    before = now()
    assert [line.split()[0] for line in before] == ["members/one.py", "rooms/deep.py", "rooms/deeper.py"]
    with open(tmp_path / "rnncompare/rooms/other.py", "a") as file:
        file.write("# edited\n")
    assert now() == before
    with open(tmp_path / "rnncompare/rooms/deeper.py", "a") as file:
        file.write("# edited\n")
    assert [a == b for a, b in zip(now(), before, strict=True)] == [True, True, False]
