"""The page of all keys of a config, from the types that check them."""

from dataclasses import fields

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from generators.kinds import hints, in_words, models_in
from generators.markdown import cell, docstring, table
from rnncompare.study.config_keys import Config
from rnncompare.training.options import Training

START = """# Keys of a config

Made from the types that check a config (`rnncompare/study/config_keys.py`). A key without a default has to be given.
Options of members (`task`, `network`, measures, probes, controls, ..) are in [members and their options](members.md).
`rnncompare study` writes a config with comments ([how to](../howto.md#a-new-study)).
"""


def page() -> str:
    """The page: a section for each model of the config, the outermost first."""
    parts = [START]
    for model in in_order(Config):
        parts += [f"## {model.__name__}", docstring(model), table(["key", "value", "default", "meaning"], rows(model))]
    return "\n\n".join([*parts, *training()]) + "\n"


def in_order(outermost: type[BaseModel]) -> list[type[BaseModel]]:
    """All models that are reached from one, each once."""
    found, waiting = [], [outermost]
    while waiting:
        model = waiting.pop(0)
        if model not in found:
            found.append(model)
            waiting += [each for field in model.model_fields.values() for each in models_in(field.annotation)]
    return found


def rows(model: type[BaseModel]) -> list[list[str]]:
    return [[f"`{name}`", *value(field), cell(field.description or "")] for name, field in model.model_fields.items()]


def value(field: FieldInfo) -> list[str]:
    """What a key may hold, with links to sections of their own, and its default."""
    inner = models_in(field.annotation)
    kind = cell(in_words(field.annotation, tuple(field.metadata)))
    for model in inner:
        kind = kind.replace(model.__name__, f"[{model.__name__}](#{model.__name__.lower()})")
    return [kind, "required" if field.is_required() else f"`{shown(field.default)}`"]


def shown(default) -> str:
    """A default as it is written in a config."""
    return "null" if default is None else str(default).lower() if isinstance(default, bool) else str(default)


def training() -> list[str]:
    """The options of `training`, which are checked with those of models."""
    kinds = hints(Training)
    lines = [[f"`{field.name}`", cell(in_words(kinds[field.name]))] for field in fields(Training)]
    return ["## Training", docstring(Training), table(["key", "value"], lines)]
