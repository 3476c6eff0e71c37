"""Comparison of the data that a task or control requires with the data that a recording's card provides.

It is made before any job runs. A task or control defines its requirements by `NAME.needs(**options) -> Needs`, a reader
the data that it provides by `NAME.gives(**options) -> Gives`, both as functions of their options in the config or card.
If either is not defined, nothing is compared.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from rnncompare import plugins
from rnncompare.plugins import BadOption

if TYPE_CHECKING:
    from rnncompare.recordings.card_model import Card


class Gives(NamedTuple):
    """The channels of behavior and the coordinates along trial that a reader provides."""

    channels: list[str]
    per_trial: list[str]


class Needs(NamedTuple):
    """The data of a recording that are required.

    channels: {purpose: alternative sets of channels of behavior, in order of preference}; per_trial: {coordinate along
    trial: its meaning}; muscles: whether the study must have a recording of muscles.
    """

    channels: dict[str, list[list[str]]]
    per_trial: dict[str, str]
    muscles: bool = False


def mapped(
    *,
    choice: str | None = None,
    per_trial: dict[str, str] | None = None,
    events: dict[str, str] | None = None,
    behavior: dict[str, list[str | None]] | None = None,
    **_,
) -> Gives:
    """`gives` of a reader whose options map contents of a file to names; a column 'time' is not a channel."""
    channels = [name for names in (behavior or {}).values() for name in names if name not in (None, "time")]
    return Gives(channels, [*(per_trial or {}), *(events or {}), *(["choice"] if choice else [])])


def always(channels: list[str], per_trial: list[str]) -> Callable[..., Gives]:
    """`gives` of a reader of a single recording, which does not depend on its options."""
    return lambda **_: Gives(channels, per_trial)


def check_needs(folder: str, entry: dict[str, Any], card: "Card | None", muscles: bool, where: str) -> None:
    """Raise BadOption if a member of `folder` requires data that the recording's card does not provide.

    entry: `use` and options; card: of the study's recording, or None if the study has none; muscles: whether the study
    has a recording of muscles.
    """
    options = {name: value for name, value in entry.items() if name != "use"}
    needs_of = getattr(plugins.find(folder, entry["use"]), "needs", None)
    if needs_of is None:
        return
    needs: Needs = needs_of(**options)
    if needs.muscles and not muscles:
        raise BadOption(f"{where}: found no `muscles` in the study, wanted the name of an entry of `others` with EMG")
    reader = getattr(plugins.find("readers", card.reader["use"]), "gives", None) if card is not None else None
    if reader is not None:
        gives = reader(**{name: value for name, value in card.reader.items() if name != "use"})
        _compare(needs, gives, card, where)


def _compare(needs: Needs, gives: Gives, card: "Card", where: str) -> None:
    for what, sets in needs.channels.items():
        lacking = [[name for name in names if name not in gives.channels] for names in sets]
        if all(lacking):
            others = [name for name in gives.channels if not any(name in names for names in sets)]
            near = next(filter(None, (plugins.nearest(name, others) for names in lacking for name in names)), "")
            raise BadOption(
                f"{where}: {card.path} provides behavior {', '.join(gives.channels) or 'none'}; found no "
                f"{', and no '.join(', '.join(names) for names in lacking)} in it, wanted {what}: `behavior` of the "
                f"card names the channels.{near}"
            )
    known = {*gives.per_trial, *(name for names in card.conditions.values() for name in names)}
    for name, what in needs.per_trial.items():
        if name not in known:
            raise BadOption(
                f"{where}: {card.path} provides {', '.join(gives.per_trial) or 'nothing'} for each trial; found no "
                f"'{name}' in it, wanted {what}: `per_trial: {{{name}: COLUMN}}` of its reader, or `conditions`"
            )
