"""The page of the packages of the code, from their docstrings."""

import ast
from pathlib import Path

from generators.markdown import cell, prose, table
from rnncompare import plugins

START = """# Packages

What each package of `rnncompare/` is for, from its docstring. How they work together:
[architecture](../architecture.md).
"""


def page() -> str:
    found = {path.parent.name: docstring_of(path) for path in sorted(plugins.PACKAGE.glob("*/__init__.py"))}
    rows = []
    for name, (first, rest) in found.items():
        text = f"[`{name}/`](../../rnncompare/{name}/__init__.py)"
        rows.append(
            [text, cell(f"{first} {rest}" if _short(rest) else first) + ("" if _short(rest) else f" [More](#{name})")]
        )
    more = [f"## {name}\n\n{prose(rest)}" for name, (_, rest) in found.items() if not _short(rest)]
    return "\n\n".join([START, table(["package", "what"], rows), *more]) + "\n"


def docstring_of(path: Path) -> tuple[str, str]:
    """The first paragraph of the docstring of a package, which is not imported, and the others."""
    first, _, rest = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n\n")
    return first, rest


def _short(rest: str) -> bool:
    return "\n\n" not in rest
