"""Text of the code as Markdown: docstrings, cells of tables, and code."""

import inspect
import re

SPECIAL = re.compile(r"([\\*_<>\[\]|$#~])")
CODE = re.compile(r"(`[^`]*`)")


def prose(text: str) -> str:
    """Plain text in which only `code` has a meaning in Markdown; its paragraphs and lists are kept."""
    return "".join(part if part.startswith("`") else SPECIAL.sub(r"\\\1", part) for part in CODE.split(text))


def docstring(function) -> str:
    """The docstring of a function or class as Markdown, '' if it has none."""
    return prose(inspect.getdoc(function) or "")


def cell(text: str) -> str:
    """Plain text as a cell of a table."""
    return prose(" ".join(text.split()))


def code_cell(text: str) -> str:
    """Code as a cell of a table."""
    return f"`{' '.join(text.split())}`".replace("|", "\\|") if text else ""


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def signature(name: str, function) -> str:
    """A function with a line for each parameter, as Python."""
    parameters = list(inspect.signature(function).parameters.values())
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    lines = [f"{stars.get(each.kind, '')}{each.name}{default(each)}," for each in parameters]
    first = next((k for k, each in enumerate(parameters) if each.kind is each.KEYWORD_ONLY), None)
    if first is not None and not any(each.kind is each.VAR_POSITIONAL for each in parameters):
        lines.insert(first, "*,")
    return f"{name}(\n" + "".join(f"    {line}\n" for line in lines) + ")"


def default(parameter: inspect.Parameter) -> str:
    return "" if parameter.default is parameter.empty else f"={parameter.default!r}"
