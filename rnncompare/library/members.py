"""Members by name or alias, with their default options."""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from rnncompare import plugins
from rnncompare.comparison.evaluation import name_of
from rnncompare.library.defaults import ALIASES, options_of
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption, nearest


def names_in(folder: str) -> list[str]:
    """The names and aliases of the members of a folder, in alphabetical order."""
    return sorted({*plugins.available(folder), *ALIASES.get(folder, {})})


def meant_by(folder: str, name: str, where: str) -> dict[str, Any]:
    """{use, ...}: the member of a folder that a name or alias denotes, and its default options. Raises BadOption."""
    names = names_in(folder)
    if name not in names:
        raise BadOption(f"{where}: found '{name}', wanted one of {', '.join(names)}.{nearest(name, names)}")
    entry = ALIASES.get(folder, {}).get(name, {"use": name})
    return options_of(folder, entry["use"]) | entry


def bound(folder: str, entry: Mapping[str, Any], where: str) -> Callable:
    """A member with its options bound, after their values are checked. Raises BadOption, which names the option."""
    options = dict(entry)
    function = plugins.find(folder, options.pop("use"))
    plugins.check(function, options, where)
    check_values(function, options, where)
    return partial(function, **options)


def measures(given: Any, where: str) -> dict[str, Callable]:
    """Name -> measure with its options bound, for the argument `measures` of `compare`. Raises BadOption.

    given: a name; a function of two arrays (condition, time, unit) that returns named statistics; a list of names and
    functions; or a mapping of names to options, in which `use` names the measure if the key does not.
    """
    if isinstance(given, str) or callable(given):
        given = [given]
    if not isinstance(given, Mapping | list | tuple):
        wanted = "a name, a function, a list of them, or options by name"
        raise BadOption(f"{where}: found a {type(given).__name__}, wanted {wanted}")
    if not isinstance(given, Mapping):
        entries = {one if isinstance(one, str) else name_of(_function(one, where)): one for one in given}
        if len(entries) < len(given):
            raise BadOption(f"{where}: found one of {list(entries)} twice, wanted each measure once")
        given = {name: {} if isinstance(one, str) else one for name, one in entries.items()}
    if not given:
        raise BadOption(f"{where}: found none, wanted at least one of {', '.join(names_in('similarity'))}")
    return {name: _measure(name, entry, f"{where}.{name}") for name, entry in given.items()}


def _measure(name: str, entry: Any, where: str) -> Callable:
    if callable(entry):
        return _function(entry, where)
    if not isinstance(entry, Mapping):
        wanted = "a mapping of options, such as {'components': 5}, or a function"
        raise BadOption(f"{where}: found {entry!r}, wanted {wanted}")
    entry = dict(entry)
    return bound("similarity", meant_by("similarity", entry.pop("use", name), where) | entry, where)


def _function(given: Any, where: str) -> Callable:
    """A user's own measure. Raises BadOption unless it can be called with two arrays, or with a `Pair`."""
    if not callable(given):
        raise BadOption(f"{where}: found {given!r}, wanted the name of a measure or a function of two arrays")
    taken = list(inspect.signature(given).parameters.values())
    wanted = 1 if taken and taken[0].name == "pair" else 2
    needed = [
        p.name for p in taken[wanted:] if p.default is p.empty and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
    ]
    if len(taken) < wanted or needed:
        found = f"found a function of {', '.join(p.name for p in taken) or 'nothing'}"
        raise BadOption(f"{where}: {found}, wanted one of two arrays (condition, time, unit) alone")
    return given
