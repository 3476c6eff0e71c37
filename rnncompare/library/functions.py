"""Members as functions of arrays: `rnncompare.similarity.cca(x, y)`, `rnncompare.probes.decoding(rates, labels)`.

`plugins.Folder` asks for them by name. A function is made of the member itself, so that a new file of a folder has one
without a line here: its signature is the member's options, with what a notebook takes where nothing is said.
"""

import inspect
from collections.abc import Callable
from functools import cache
from inspect import Parameter, Signature
from typing import Any, get_type_hints

from rnncompare import plugins
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.measure_pages import entries
from rnncompare.library import probing
from rnncompare.library.comparing import FRAME
from rnncompare.library.measuring import measured, probed
from rnncompare.library.members import meant_by, names_in
from rnncompare.library.result import Result
from rnncompare.plugins import BadOption, nearest

__all__ = ["function_of", "names_in"]

FILLED = ("window", "variable", "fixed", "channels")  # options that follow from the data: see `probing.fitted`
OTHERWISE = {"nulls": None}  # in place of FRAME's, for one measure: a value alone unless more is asked for

SAID_OF_MEASURES = """Here x and y are arrays (sample, unit) or (condition, time, unit), activities, or, for x, a list
of them: the networks of a model. A Result has the statistics by name, and float(result) is the first. nulls, intervals,
ceilings, signal, folds, units, window, bin, smooth, lag, soft_normalise and seed are those of `rnncompare.compare`, but
that nothing is permuted unless nulls says so."""
SAID_OF_PROBES = """Here data is an activity, an array (trial, time, unit) or (trial, unit), or, of behaviour alone, a
table with a row a trial. Beside an array condition, time, per_trial and per_unit say what its trials, times and units
are, as in rnncompare.activity.from_arrays. An option that is None and may not be follows from the data: window is all
times, channels all of the behavior, variable what the second argument gave, else choice or condition. A Result has the
statistics by name, and float(result) is the first."""


def function_of(folder: str, name: str) -> Callable:
    """The function of arrays that a member is, by the name of its folder and its own.

    Raises AttributeError for a name that is none. A file that cannot be imported gives a function that says so when it
    is called, so that listing a folder does not fail because of it.
    """
    names = names_in(folder)
    if name not in names:
        found = f"module 'rnncompare.{folder}' has no attribute '{name}'"
        raise AttributeError(f"{found}; it has {', '.join(names)}.{nearest(name, names)}")
    usual = meant_by(folder, name, folder)
    try:
        member = plugins.find(folder, usual["use"])
    except Exception as error:
        return _broken(folder, name, error)
    return _made(folder, name, member)


@cache
def _made(folder: str, name: str, member: Callable) -> Callable:
    """The same function whenever it is asked for; another one once the member is another one."""
    if folder == "similarity":
        call, before, after = measured, ["x", "y"], [_of_frame(p) for p in FRAME.values()]
        said = SAID_OF_MEASURES
    else:
        call, before, after = probed, _arguments(name, member), [_keyword(n, None) for n in probing.OF_ARRAYS]
        said = SAID_OF_PROBES
    usual = meant_by(folder, name, folder)
    taken = {"x", "y", *(p.name for p in after)}
    kinds = _kinds(member)
    options = [
        _option(p.replace(annotation=kinds.get(n, p.annotation)), usual)
        for n, p in plugins.options_of(member).items()
        if n not in taken
    ]
    positional = [p if isinstance(p, Parameter) else Parameter(p, Parameter.POSITIONAL_OR_KEYWORD) for p in before]
    needed_first = sorted(options, key=lambda p: p.default is not Parameter.empty)
    signature = Signature([*positional, *needed_first, *after], return_annotation=Result)

    def function(*args, **kwargs) -> Result:
        _refuse_unknown(name, kwargs, signature)
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        return call(name, dict(given.arguments), [p.name for p in options])

    function.__name__ = function.__qualname__ = name
    function.__module__ = f"rnncompare.{folder}"
    function.__doc__ = _doc(member, said)
    function.__signature__ = signature
    function.card = card_of(member)
    return function


def _broken(folder: str, name: str, error: Exception) -> Callable:
    """A function that raises what its file raised when it was imported."""

    def function(*args, **kwargs):
        raise BadOption(f"rnncompare/{folder}/{name}.py: found that it cannot be imported ({error!r})") from error

    function.__name__ = function.__qualname__ = name
    function.__module__ = f"rnncompare.{folder}"
    function.__doc__ = f"rnncompare/{folder}/{name}.py cannot be imported: {error!r}"
    return function


def _arguments(name: str, member: Callable) -> list[Parameter]:
    """What a probe takes by position: the data, and what else it needs or what tells its trials apart."""
    positional = {"data": Parameter.empty}
    if name in probing.SECOND:
        positional[probing.SECOND[name][0]] = None
    for extra, default in (("target", None), ("weights", Parameter.empty)):
        if plugins.takes(member, extra):
            positional[extra] = default
    return [Parameter(n, Parameter.POSITIONAL_OR_KEYWORD, default=default) for n, default in positional.items()]


def _kinds(member: Callable) -> dict[str, Any]:
    """Plain annotations: the ranges of numbers are for `check_values`. None where a user's own cannot be resolved."""
    try:
        return get_type_hints(member)
    except Exception:
        return {}


def _option(parameter: Parameter, usual: dict[str, Any]) -> Parameter:
    """An option of a member, by keyword, with the default of a notebook if it has one."""
    if parameter.name in usual:
        return parameter.replace(default=usual[parameter.name])
    if parameter.name == "seed":
        return parameter.replace(default=0)
    return parameter.replace(default=None) if parameter.name in FILLED else parameter


def _of_frame(parameter: Parameter) -> Parameter:
    return parameter.replace(default=OTHERWISE.get(parameter.name, parameter.default))


def _keyword(name: str, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default)


def _refuse_unknown(name: str, given: dict[str, Any], signature: Signature) -> None:
    """Raise BadOption for an argument that there is not, with the nearest that there is, or for one that is missing."""
    known = signature.parameters
    for argument in given:
        if argument not in known:
            raise BadOption(
                f"{name}: found argument '{argument}', wanted one of {', '.join(known)}.{nearest(argument, known)}"
            )
    needed = [n for n, p in known.items() if p.kind is Parameter.KEYWORD_ONLY and p.default is Parameter.empty]
    missing = [n for n in needed if n not in given]
    if missing:
        raise BadOption(f"{name}: found no {', '.join(missing)}, wanted a value: it depends on the question")


def _doc(member: Callable, said: str) -> str:
    """The member's own docstring, what is said of all functions, and the member's card."""
    card = [f"{label}: {text}" for label, text in entries(member, card_of(member)) if text]
    return "\n\n".join([inspect.getdoc(member) or "", said, *(["\n".join(card)] if card_of(member).statistics else [])])
