"""Checks of the values of options against the annotations of a function, before the function is called."""

import inspect
import json
import math
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from functools import cache, wraps
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rnncompare import plugins
from rnncompare.plugins import BadOption

DIGITS = 300  # largest number of digits of a whole number; more would exceed the range of a float


def check_values(function: Callable, options: dict, where: str) -> None:
    """Raise BadOption for the first value that does not match its annotation, or for contradictory options.

    Types are strict: 1 is accepted as a float, but '1' and true are not numbers. For a Literal, the error suggests the
    nearest valid value; for a number outside its `ranges.Range`, NaN or infinity, it gives the valid range. A member
    can define constraints among its options by `NAME.together`, a function (or a tuple of functions) of some of them
    that raises BadOption.
    """
    for name, parameter in plugins.options_of(function).items():
        if name not in options or parameter.annotation is parameter.empty:
            continue
        refuse_not_finite(options[name], f"{where}.{name}")
        try:
            # Jobs receive options as JSON. Strict validation of JSON accepts a list for a tuple, but nothing else.
            _adapter(function, name).validate_json(json.dumps(options[name], default=_plain), strict=True)
        except TypeError as error:  # a type that JSON cannot represent
            raise BadOption(f"{where}.{name}: {error}, wanted text, numbers, lists and mappings") from None
        except ValidationError as error:
            first = most_specific(error)
            raise BadOption(f"{place(where, first['loc'], {name: options[name]}, name)}: {in_words(first)}") from None
    check_together(function, options, where)


def check_together(function: Callable, options: dict, where: str) -> None:
    """Raise BadOption if options contradict each other according to the member's `together`.

    The check is skipped while one of the options that `together` takes is not known yet, because a study may provide
    options that a card does not have.
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
    """Wrap a member so that each call first checks its options with `check_values`."""

    @wraps(function)
    def member(*given, **options):
        check_values(member, options, function.__name__)
        return function(*given, **options)

    return member


def refuse_not_finite(value: Any, where: str) -> None:
    """Raise BadOption for NaN, infinity or a whole number of more than 300 digits, at any depth of nesting."""
    if isinstance(value, dict):
        for key, inner in value.items():
            refuse_not_finite(inner, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            refuse_not_finite(inner, f"{where}.{index}")
    elif isinstance(value, float) and not math.isfinite(value):
        raise BadOption(f"{where}: found {value}, wanted a finite number")
    elif isinstance(value, int) and abs(value) >= 10**DIGITS:
        raise BadOption(f"{where}: found a whole number of more than {DIGITS} digits, wanted a smaller one")


@cache
def _adapter(function: Callable, name: str) -> TypeAdapter:
    return TypeAdapter(plugins.options_of(function)[name].annotation)


def _plain(value: Any) -> Any:
    """Convert numpy numbers, arrays and dataclasses to Python types. Raises TypeError for what JSON does not have."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if is_dataclass(value):
        return asdict(value)
    raise TypeError(f"found {type(value).__name__}")


def place(where: str, location: tuple, value: Any, *given: str) -> str:
    """The place of an error: `where`, the keys `given`, and the keys and indices of pydantic's location.

    Pydantic's location also contains the names of the types of a union; these are omitted.
    """
    parts = list(given)
    for key in given:
        value = value[key]
    for part in location:
        exists = part in value if isinstance(value, dict) else isinstance(part, int) and isinstance(value, list | tuple)
        if exists:
            parts.append(str(part))
            value = value[part] if isinstance(value, dict) or part < len(value) else None
    return ".".join([where, *parts])


def most_specific(error: ValidationError) -> dict:
    """The most specific error: for a union, that a number is out of range rather than that it is not text."""
    every = error.errors()
    return next((e for e in every if e["type"] == "value_error"), every[0])


def in_words(error: dict) -> str:
    """The message of a pydantic error, in the form 'found ..., wanted ...'."""
    found, message = error["input"], error["msg"].removeprefix("Value error, ")
    if error["type"] == "missing":
        return f"found no value for {error['loc'][-1]}, wanted one"
    if error["type"] == "finite_number":
        return f"found {found}, wanted a finite number"
    if message.startswith("found "):
        return message
    near = plugins.nearest(found, error["ctx"]["expected"].split("'")[1::2]) if error["type"] == "literal_error" else ""
    return f"{message} (found {repr(found)[:200]}).{near}"
