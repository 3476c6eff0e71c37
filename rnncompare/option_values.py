"""Values of options against the annotations of the functions that take them, before any of them is called."""

import json
from collections.abc import Callable

from pydantic import TypeAdapter, ValidationError

from rnncompare import plugins


def check_values(function: Callable, options: dict, where: str) -> None:
    """Raise BadOption for the first option whose value is not of the kind that its annotation names.

    Strict: 1 is a float, but '1' and true are no numbers. A Literal is answered with the nearest of its values.
    """
    for name, parameter in plugins.options_of(function).items():
        if name not in options or parameter.annotation is parameter.empty:
            continue
        try:
            # As JSON, which is how options reach a job: a list is a tuple there, and nothing else is taken for another.
            TypeAdapter(parameter.annotation).validate_json(json.dumps(options[name]), strict=True)
        except TypeError as error:  # of a card, whose YAML knows dates and sets
            raise plugins.BadOption(f"{where}.{name}: {error}, wanted text, numbers, lists and mappings") from None
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join([where, name, *(str(p) for p in first["loc"] if isinstance(p, int))])
            raise plugins.BadOption(f"{place}: {in_words(first)}") from None


def in_words(error: dict) -> str:
    """What pydantic found and wanted."""
    found, message = error["input"], error["msg"].removeprefix("Value error, ")
    if error["type"] == "missing":
        return "found none, wanted one"
    if message.startswith("found "):
        return message
    near = plugins.nearest(found, error["ctx"]["expected"].split("'")[1::2]) if error["type"] == "literal_error" else ""
    return f"{message} (found {repr(found)[:200]}).{near}"
