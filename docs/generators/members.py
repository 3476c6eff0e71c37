"""The page of all members: measures, probes, tasks, networks, .., with their options and the ranges of these."""

import inspect

from generators.kinds import hints, in_words
from generators.markdown import cell, docstring, prose, table
from rnncompare import plugins
from rnncompare.comparison.measure_card import card_of
from rnncompare.library import defaults

FOLDERS = {  # where a member is named in a config or card
    "tasks": "`task` of a study",
    "models": "`network` of a study or model; `inputs`, `outputs`, `dt` and `seed` are given by the workflow",
    "controls": "`controls` of a study",
    "similarity": "`similarity` of a config; definitions and pitfalls: [measure cards](measure_cards.md)",
    "surrogates": "`nulls` of a comparison",
    "probes": "`probes` of a config; definitions and pitfalls: [measure cards](measure_cards.md)",
    "mechanisms": "`mechanisms` of a config",
    "views": "`views` of a config",
    "figures": "`figures` of a study",
    "readers": "`reader` of a card; `bin`, `smooth`, `window` and `minimum_rate` are given by a study",
    "simulators": "`made_by` of a file of a card",
    "published": "`published` of a card",
    "exports": "`rnncompare export --to`",
}
START = """# Members and their options

Every file of these folders of `rnncompare/` has one function of the same name, whose options are those that a config or
card gives. Made from signatures and docstrings. [Adding](../adding.md#what-to-write) says how to write another one.
"""


def page() -> str:
    parts = [START]
    for folder, where in FOLDERS.items():
        parts += [f"## {folder}", f"Named in {where}."]
        for name in plugins.available(folder):
            parts += member(folder, name)
    return "\n\n".join(parts) + "\n"


def member(folder: str, name: str) -> list[str]:
    """Heading, docstring and options of a member."""
    function = plugins.find(folder, name)
    kinds = hints(function)
    notebook = defaults.OPTIONS.get(folder)  # of functions of arrays; a config gives every option
    rows = []
    for option, parameter in plugins.options_of(function).items():
        kind = in_words(kinds[option]) if option in kinds else str(parameter.annotation)
        needed = "required" if parameter.default is inspect.Parameter.empty else f"`{parameter.default}`"
        usual = notebook[name] if notebook else {}
        in_notebook = [f"`{usual[option]!r}`" if option in usual else ""] if notebook else []
        rows.append([f"`{option}`", cell(kind), needed, *in_notebook])
    heads = ["option", "value", "default", *(["default in a notebook"] if notebook else [])]
    cost = card_of(function).cost
    found = [f"### {folder}: {name}", docstring(function), *([f"Computing time: {prose(cost)}."] if cost else [])]
    return [*found, table(heads, rows)] if rows else found
