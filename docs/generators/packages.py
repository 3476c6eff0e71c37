"""The page of the packages of the code, from their docstrings."""

import ast
from pathlib import Path

from generators.markdown import cell, table
from rnncompare import plugins

START = """# Packages

What each package of `rnncompare/` is for, from its docstring. How they work together:
[architecture](../architecture.md).
"""


def page() -> str:
    rows = [
        [f"[`{path.parent.name}/`](../../rnncompare/{path.parent.name}/__init__.py)", cell(purpose(path))]
        for path in sorted(plugins.PACKAGE.glob("*/__init__.py"))
    ]
    return "\n\n".join([START, table(["package", "what"], rows)]) + "\n"


def purpose(path: Path) -> str:
    """The docstring of a package, which is not imported."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
