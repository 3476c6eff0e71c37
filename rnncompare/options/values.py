"""Values of options against the annotations of the functions that take them, before any of them is called."""

import inspect
import json
import math
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rnncompare import plugins
from rnncompare.plugins import BadOption

DIGITS = 300  # of a whole number; no option needs more than a few, and a float holds no more


def check_values(function: Callable, options: dict, where: str) -> None:
    """Raise BadOption for the first option whose value is not what its annotation names, or for two that do not agree.

    Strict: 1 is a float, but '1' and true are no numbers. A Literal is answered with the nearest of its values; a
    number outside of its `option_ranges.Range`, NaN and infinity with what was wanted. What a member's options have to
    do with each other is in `NAME.together`: a function, or a tuple of several, of some of them that raises BadOption.
    """
    for name, parameter in plugins.options_of(function).items():
        if name not in options or parameter.annotation is parameter.empty:
            continue
        refuse_endless(options[name], f"{where}.{name}")
        try:
            # As JSON, which is how options reach a job: a list is a tuple there, and nothing else is taken for another.
            _adapter(function, name).validate_json(json.dumps(options[name], default=_plain), strict=True)
        except TypeError as error:  # of a card, whose YAML knows dates and sets
            raise BadOption(f"{where}.{name}: {error}, wanted text, numbers, lists and mappings") from None
        except ValidationError as error:
            first = nearest_complaint(error)
            raise BadOption(f"{place(where, first['loc'], {name: options[name]}, name)}: {in_words(first)}") from None
    check_together(function, options, where)


def check_together(function: Callable, options: dict, where: str) -> None:
    """Raise BadOption where options contradict each other by the member's own `together`.

    Nothing is said while one of those that it looks at is not known yet: a study gives what a card leaves open.
    """
    rules = getattr(function, "together", ())
    defaults = {n: p.default for n, p in plugins.options_of(function).items() if p.default is not p.empty}
    known = defaults | options
    for rule in rules if isinstance(rules, tuple) else (rules,):
        wanted = inspect.signature(rule).parameters.keys()
        if wanted <= known.keys():
            try:
                rule(**{name: known[name] for name in wanted})
            except BadOption as error:
                raise BadOption(f"{where}: {error}") from None


def checked(function: Callable) -> Callable:
    """A member of many options that Python may call as well: it refuses what `check_values` refuses, before it runs."""

    @wraps(function)
    def member(*given, **options):
        check_values(member, options, function.__name__)
        return function(*given, **options)

    return member


def refuse_endless(value: Any, where: str) -> None:
    """Raise BadOption for NaN, an infinity or a whole number of hundreds of digits, however deep it lies."""
    if isinstance(value, dict):
        for key, inner in value.items():
            refuse_endless(inner, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            refuse_endless(inner, f"{where}.{index}")
    elif isinstance(value, float) and not math.isfinite(value):
        raise BadOption(f"{where}: found {value}, wanted a finite number")
    elif isinstance(value, int) and abs(value) >= 10**DIGITS:
        raise BadOption(f"{where}: found a whole number of more than {DIGITS} digits, wanted a smaller one")


@cache
def _adapter(function: Callable, name: str) -> TypeAdapter:
    return TypeAdapter(plugins.options_of(function)[name].annotation)


def _plain(value: Any) -> Any:
    """numpy's numbers and arrays as Python's. Raises TypeError for what JSON has no word for."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"found {type(value).__name__}")


def place(where: str, location: tuple, value: Any, *given: str) -> str:
    """`where`, the keys `given`, and those keys and positions of pydantic's location that are in the value.

    The names that pydantic gives to the kinds of a union are in its location as well, and left out.
    """
    parts = list(given)
    for key in given:
        value = value[key]
    for part in location:
        there = part in value if isinstance(value, dict) else isinstance(part, int) and isinstance(value, list | tuple)
        if there:
            parts.append(str(part))
            value = value[part] if isinstance(value, dict) or part < len(value) else None
    return ".".join([where, *parts])


def nearest_complaint(error: ValidationError) -> dict:
    """The complaint that says most: of a union, that a number is out of range, not that it is no text."""
    every = error.errors()
    return next((e for e in every if e["type"] == "value_error"), every[0])


def in_words(error: dict) -> str:
    """What pydantic found and wanted."""
    found, message = error["input"], error["msg"].removeprefix("Value error, ")
    if error["type"] == "missing":
        return "found none, wanted one"
    if error["type"] == "finite_number":
        return f"found {found}, wanted a finite number"
    if message.startswith("found "):
        return message
    near = plugins.nearest(found, error["ctx"]["expected"].split("'")[1::2]) if error["type"] == "literal_error" else ""
    return f"{message} (found {repr(found)[:200]}).{near}"
