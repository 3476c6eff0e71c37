"""Members as functions of arrays: `rnncompare.similarity.cca(x, y)`, `rnncompare.probes.decoding(rates, labels)`.

`plugins.Folder` requests the functions by name. Each function is generated from its member, so that a new file of a
folder needs no further code: the keyword arguments are the options of the member, with the default values of
`defaults.OPTIONS`.
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

FILLED = ("window", "variable", "fixed", "channels")  # options whose default depends on the data: see `probing.fitted`
OTHER_DEFAULTS = {"nulls": None}  # defaults of a single measure that differ from those of `compare`

MEASURE_ARGUMENTS = """As a function of arrays: x and y are arrays (sample, unit) or (condition, time, unit), or
activities; x may also be a list of these, the networks of one model. The arguments nulls, intervals, ceilings, signal,
folds, units, window, bin, smooth, lag, soft_normalise and seed are those of `rnncompare.compare`, except that by
default there is no null distribution. Returns a Result, a mapping from the names of the statistics to their values;
float(result) is the first statistic."""
PROBE_ARGUMENTS = """As a function of arrays: data is an activity; an array (trial, time, unit) or (trial, unit); or,
for behaviour without rates, a table with a row for each trial. For an array, the arguments condition, time, per_trial
and per_unit describe its trials, times and units, as in rnncompare.activity.from_arrays. The defaults of some options
depend on the data: window is all times; channels are all channels of the behavior; variable is the second argument if
it is given, and otherwise the choice or the condition; fixed is the condition if it has several trials. Returns a
Result, a mapping from the names of the statistics to their values; float(result) is the first statistic."""


def function_of(folder: str, name: str) -> Callable:
    """Return a member as a function of arrays; name: that of the member or an alias.

    Raises AttributeError for an unknown name. If the file of the member cannot be imported, the error is raised only
    when the function is called, so that the folder can still be listed.
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
    """Create the function of a member; it is cached, and created again only if the member is replaced."""
    if folder == "similarity":
        call, before, after = measured, ["x", "y"], [_of_frame(p) for p in FRAME.values()]
        described = MEASURE_ARGUMENTS
    else:
        call, before, after = probed, _arguments(name, member), [_keyword(n, None) for n in probing.OF_ARRAYS]
        described = PROBE_ARGUMENTS
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
    function.__doc__ = _doc(member, described)
    function.__signature__ = signature
    function.card = card_of(member)
    return function


def _broken(folder: str, name: str, error: Exception) -> Callable:
    """A function that raises BadOption with the error that occurred when its file was imported."""

    def function(*args, **kwargs):
        wanted = "wanted a file that can be imported"
        raise BadOption(f"rnncompare/{folder}/{name}.py: found {error!r} during import, {wanted}") from error

    function.__name__ = function.__qualname__ = name
    function.__module__ = f"rnncompare.{folder}"
    function.__doc__ = f"rnncompare/{folder}/{name}.py cannot be imported: {error!r}"
    return function


def _arguments(name: str, member: Callable) -> list[Parameter]:
    """The positional arguments of a probe: the data, and the labels, the target or the weights that it uses."""
    positional = {"data": Parameter.empty}
    if name in probing.SECOND:
        positional[probing.SECOND[name][0]] = None
    for extra, default in (("target", None), ("weights", Parameter.empty)):
        if plugins.takes(member, extra):
            positional[extra] = default
    return [Parameter(n, Parameter.POSITIONAL_OR_KEYWORD, default=default) for n, default in positional.items()]


def _kinds(member: Callable) -> dict[str, Any]:
    """Annotations without the ranges that `check_values` uses; empty if those of a user's own cannot be resolved."""
    try:
        return get_type_hints(member)
    except Exception:
        return {}


def _option(parameter: Parameter, usual: dict[str, Any]) -> Parameter:
    """An option of a member as a keyword argument, with its default in notebooks if it has one."""
    if parameter.name in usual:
        return parameter.replace(default=usual[parameter.name])
    if parameter.name == "seed":
        return parameter.replace(default=0)
    return parameter.replace(default=None) if parameter.name in FILLED else parameter


def _of_frame(parameter: Parameter) -> Parameter:
    return parameter.replace(default=OTHER_DEFAULTS.get(parameter.name, parameter.default))


def _keyword(name: str, default: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default)


def _refuse_unknown(name: str, given: dict[str, Any], signature: Signature) -> None:
    """Raise BadOption for an unknown keyword argument, with the nearest known one, or for a missing one."""
    known = signature.parameters
    for argument in given:
        if argument not in known:
            raise BadOption(
                f"{name}: found argument '{argument}', wanted one of {', '.join(known)}.{nearest(argument, known)}"
            )
    needed = [n for n, p in known.items() if p.kind is Parameter.KEYWORD_ONLY and p.default is Parameter.empty]
    missing = [n for n in needed if n not in given]
    if missing:
        raise BadOption(f"{name}: found no {', '.join(missing)}, wanted a value of each required argument")


def _doc(member: Callable, described: str) -> str:
    """The docstring of the member, the description of the arguments of all functions, and the card of the member."""
    card = "\n".join(f"{label}: {text}" for label, text in entries(member, card_of(member)) if text)
    return "\n\n".join([inspect.getdoc(member) or "", described, *([card] if card_of(member).statistics else [])])
