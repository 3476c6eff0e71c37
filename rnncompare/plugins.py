"""Registries of members: every file of a folder provides one member, the function of the same name."""

import ast
import difflib
import functools
import importlib
import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGE = Path(__file__).parent


class BadOption(ValueError):
    """An unknown name or an invalid option; for an unknown name, the message gives the nearest valid one."""


def nearest(name: str, names: Iterable[str]) -> str:
    """' Did you mean ...?' for the closest of `names`, or '' if none is close."""
    close = difflib.get_close_matches(str(name), list(names), n=1, cutoff=0.5)
    return f" Did you mean '{close[0]}'?" if close else ""


def available(folder: str) -> list[str]:
    """The names of the members of a folder, in alphabetical order."""
    return sorted(p.stem for p in (PACKAGE / folder).glob("*.py") if not p.stem.startswith("_"))


def find(folder: str, name: str) -> Callable:
    """The function `name` of rnncompare/<folder>/<name>.py. Raises BadOption if there is no such file."""
    members = available(folder)
    if name not in members:
        raise BadOption(
            f"rnncompare/{folder}/ has no {name}.py; it has {', '.join(members) or 'nothing'}.{nearest(name, members)}"
        )
    return getattr(importlib.import_module(f"rnncompare.{folder}.{name}"), name)


@functools.cache
def parameters(folder: str, name: str) -> list[str]:
    """The names of the parameters of a member, from the text of its file. Raises BadOption if there is no such file.

    The member is imported only if its file does not define it as a plain function: the workflow needs the names on
    every run, and an import takes a hundred times as long.
    """
    node = _definition(folder, name)
    if node is None:
        return list(inspect.signature(find(folder, name)).parameters)
    given = [*node.args.posonlyargs, *node.args.args, node.args.vararg, *node.args.kwonlyargs]
    return [argument.arg for argument in (*given, node.args.kwarg) if argument is not None]


@functools.cache
def returned(folder: str, name: str) -> str:
    """The name of the type that a member is annotated to return, as `parameters`; '' without an annotation."""
    node = _definition(folder, name)
    if node is not None:
        return "" if node.returns is None else ast.unparse(node.returns)
    kind = inspect.signature(find(folder, name)).return_annotation
    return "" if kind is inspect.Signature.empty else getattr(kind, "__name__", str(kind))


def _definition(folder: str, name: str) -> ast.FunctionDef | None:
    """The definition of a member in the text of its file; None if it is not defined as a plain function there."""
    if name in available(folder):
        for node in ast.parse((PACKAGE / folder / f"{name}.py").read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name == name and not node.decorator_list:
                return node
    return None


class Folder(ModuleType):
    """A ModuleType whose attributes are the members of a folder, as functions of arrays.

    For example, `rnncompare.similarity.cca(x, y)` computes the measure of similarity/cca.py for two arrays. A package
    becomes a Folder by `sys.modules[__name__].__class__ = plugins.Folder` in its __init__.py. Each function is made by
    `rnncompare.library.functions` when the attribute is read, so that a file that cannot be imported causes an error
    only if its function is called. `plugins.find`, and `from rnncompare.similarity.cca import cca`, return the member
    itself, which has no defaults; `importlib.import_module("rnncompare.similarity.cca")` returns its module.
    """

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute, unless it is the module of a member, which would hide the function of the same name."""
        # Python sets every imported submodule as an attribute of its package.
        if not isinstance(value, ModuleType) or name.startswith("_"):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Callable:
        """The member of this name as a function of arrays. Raises AttributeError if there is none."""
        if name.startswith("_"):
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")
        # Imported only when it is needed, because the library imports this file and the folders of members.
        functions = importlib.import_module("rnncompare.library.functions")
        return functions.function_of(self.__name__.rpartition(".")[2], name)

    def __dir__(self) -> list[str]:
        """The names of the members, as in `__all__`, and the attributes with two underscores that every module has."""
        return sorted({*self.__all__, *(name for name in vars(self) if name.startswith("__"))})

    @property
    def __all__(self) -> list[str]:
        """The names of the members, including the other names that some have in the library."""
        functions = importlib.import_module("rnncompare.library.functions")
        return functions.names_in(self.__name__.rpartition(".")[2])


def options_in(entry: dict[str, Any]) -> dict[str, Any]:
    """The options of an entry of a config or card, which names a member by `use`."""
    return {name: value for name, value in entry.items() if name != "use"}


def options_of(function: Callable) -> dict[str, inspect.Parameter]:
    """The keyword-only parameters of a function, which are the options that a config may set."""
    return {n: p for n, p in inspect.signature(function).parameters.items() if p.kind is p.KEYWORD_ONLY}


def check(function: Callable, options: dict, where: str, given: Iterable[str] = ()) -> None:
    """Raise BadOption for an unknown or a missing option; the program sets those in `given`, not the config."""
    known = {n: p for n, p in options_of(function).items() if n not in set(given)}
    for name in options:
        if name not in known:
            raise BadOption(
                f"{where}: found option '{name}', wanted one of {', '.join(known) or 'none'}.{nearest(name, known)}"
            )
    missing = [n for n, p in known.items() if p.default is p.empty and n not in options]
    if missing:
        raise BadOption(
            f"{where}: found no value for {', '.join(missing)}, wanted one; "
            "options that affect the results have no default"
        )


def bind(folder: str, options: dict, where: str) -> Callable:
    """The member that `options['use']` names, with the other options bound. Raises BadOption."""
    options = dict(options)
    if "use" not in options:
        raise BadOption(f"{where}: found no 'use', wanted one of {', '.join(available(folder))}")
    function = find(folder, options.pop("use"))
    check(function, options, where)
    return functools.partial(function, **options)


def first_look(function: Callable, **given) -> dict:
    """The least demanding options of a member, with which `rnncompare check` tries it on a new recording.

    A member defines them in `NAME.first_look`. Options that depend on the recording (`given`) are added if the member
    has them.
    """
    taken = {name: value for name, value in given.items() if name in options_of(function)}
    return taken | getattr(function, "first_look", {})


def takes(function: Callable, name: str) -> bool:
    """Whether a function, possibly with bound options, has a parameter of this name."""
    return name in inspect.signature(function).parameters
