"""Types of options in words: ranges, choices, lists and windows, as annotations state them."""

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from rnncompare.options.ranges import Range

PLAIN = {str: "text", bool: "true or false", int: "a whole number", float: "a number", type(None): "null", Any: "any"}
PLAIN |= {dict: "a mapping", list: "a list"}


def in_words(kind: Any, metadata: tuple = ()) -> str:
    """A type in words, such as 'null, or a time above 0 and at most 1e+06 s'."""
    ranges = [each.in_words for each in metadata if isinstance(each, Range)]
    if ranges:
        return ranges[0]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return in_words(inner[0], inner[1:])
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if origin in (Union, types.UnionType):
        return ", or ".join(in_words(each) for each in sorted(inner, key=lambda k: k is type(None)))
    if origin is list:
        return f"a list, each {in_words(inner[0])}"
    if origin is tuple:
        return f"a list of {len(inner)}, each {in_words(inner[0])}"
    if origin is dict:
        return "a mapping" if inner[1] is Any else f"a mapping, each value {in_words(inner[1])}"
    return PLAIN.get(kind, kind.__name__ if isinstance(kind, type) else str(kind))


def models_in(kind: Any) -> list[type[BaseModel]]:
    """The models that a type contains: `Recording` of dict[str, Recording]."""
    if isinstance(kind, type) and not get_args(kind):
        return [kind] if issubclass(kind, BaseModel) else []
    return [model for each in get_args(kind) for model in models_in(each)]


def hints(function) -> dict[str, Any]:
    """The annotations of a function's parameters, without those that cannot be evaluated."""
    try:
        return get_type_hints(function, include_extras=True)
    except NameError:
        return {}
