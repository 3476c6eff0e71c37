"""The page of the command line, from the functions that it calls."""

import inspect
from pathlib import Path
from typing import Annotated, get_args, get_origin

from generators.markdown import cell, docstring, table
from rnncompare.steps import COMMANDS, STEPS

START = """# Command line

Made from the functions of `rnncompare/steps/`; `rnncompare COMMAND --help` prints the same.

## Commands
"""


def page() -> str:
    parts = [START]
    for name in sorted(COMMANDS):
        parts += command(name, COMMANDS[name], "###")
    parts += ["## Steps of the workflow", "The rules of the workflow run these; their options are files and JSON."]
    parts.append(table(["step", "what it does"], [[f"`{name}`", summary(STEPS[name])] for name in sorted(STEPS)]))
    return "\n\n".join(parts) + "\n"


def summary(function) -> str:
    return cell((inspect.getdoc(function) or "").partition("\n")[0])


def command(name: str, function, level: str) -> list[str]:
    """A command: heading, docstring, and its values and options."""
    rows = []
    for option, parameter in inspect.signature(function).parameters.items():
        kind, about = parameter.annotation, ""
        if get_origin(kind) is Annotated:
            kind, about = get_args(kind)
        positional = parameter.kind is parameter.POSITIONAL_ONLY
        shown = option.upper() if positional else f"--{option.replace('_', '-')}"
        rows.append([f"`{shown}`", cell(about), default(parameter)])
    found = [f"{level} rnncompare {name}", docstring(function)]
    return [*found, table(["", "meaning", "default"], rows)] if rows else found


def default(parameter: inspect.Parameter) -> str:
    if parameter.default is parameter.empty:
        return "required"
    value = parameter.default
    return "" if value is None else f"`{value.as_posix() if isinstance(value, Path) else value}`"
