"""The page of the names of the package that Python code imports."""

import inspect

import rnncompare
from generators.markdown import docstring, signature
from rnncompare import plugins
from rnncompare.library import result

START = """# Functions for Python

What `import rnncompare` provides, from the docstrings of the code. [From a notebook](../library.md) has
examples of all.
"""


def page() -> str:
    parts = [START]
    for name in rnncompare.__all__:
        found = getattr(rnncompare, name)
        parts += function(f"rnncompare.{name}", found, "##") if inspect.isfunction(found) else room(name, found)
    parts += ["## Results", "What measures and probes that are called as functions return."]
    for name, found in inspect.getmembers(result, inspect.isclass):
        if found.__module__ == result.__name__ and not name.startswith("_"):
            parts += [f"### {name}", docstring(found)]
    return "\n\n".join(parts) + "\n"


def function(name: str, found, level: str) -> list[str]:
    return [f"{level} {name}", f"```text\n{signature(name, found)}\n```", docstring(found)]


def room(name: str, module) -> list[str]:
    """The functions of a module that are public."""
    parts = [f"## rnncompare.{name}", docstring(module)]
    if name in ("similarity", "probes"):
        names = ", ".join(f"`{member}`" for member in plugins.available(name))
        return [*parts, f"Members as functions of arrays: {names}. Options: [members](members.md#{name})."]
    for public in getattr(module, "__all__", []):
        found = getattr(module, public)
        if inspect.isfunction(found):
            parts += function(f"rnncompare.{name}.{public}", found, "###")
    return parts
