"""Comparison of what a task, control, view or probe requires with what a study and the card of its recording provide.

It is made before any job runs. A task, control, view or probe defines its requirements by `NAME.needs(**options) ->
Needs`, a reader the data that it provides by `NAME.gives(**options) -> Gives`, both as functions of their options in
the config or card. If a reader does not define them, no data are compared.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
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
    """The data of a recording, and the parts of a study, that are required.

    channels: {purpose: alternative sets of channels of behavior, in order of preference}; per_trial: {coordinate along
    trial: its meaning}; muscles: whether the study must have a recording of muscles; task: whether it must have a task;
    reference_delay: whether that task must have a reference delay instead of a test set of trials; simulation: whether
    networks are simulated on such a test set, within the window of `simulation`.
    """

    channels: Mapping[str, list[list[str]]] = MappingProxyType({})
    per_trial: Mapping[str, str] = MappingProxyType({})
    muscles: bool = False
    task: bool = False
    reference_delay: bool = False
    simulation: bool = False


class Provided(NamedTuple):
    """The parts of a study: the card of its recording, and whether it has muscles, a task, and `simulation`."""

    card: "Card | None"
    muscles: bool
    task: bool
    simulation: bool


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


def needs_of(folder: str, entry: dict[str, Any]) -> Needs:
    """The requirements of a member of `folder` with these options; entry: `use` and options."""
    options = plugins.options_in(entry)
    needs = getattr(plugins.find(folder, entry["use"]), "needs", None)
    return Needs() if needs is None else needs(**options)


def check_needs(folder: str, entry: dict[str, Any], provided: Provided, where: str) -> None:
    """Raise BadOption if a member of `folder` requires what the study, or the card of its recording, does not provide.

    entry: `use` and options.
    """
    needs = needs_of(folder, entry)
    _check_parts(needs, entry["use"], provided, where)
    check_data(needs, provided.card, where)


def check_data(needs: Needs, card: "Card | None", where: str) -> None:
    """Raise BadOption if data that are required are not provided by a recording with this card."""
    reader = getattr(plugins.find("readers", card.reader["use"]), "gives", None) if card is not None else None
    if reader is not None:
        gives = reader(**plugins.options_in(card.reader))
        _compare(needs, gives, card, where)


def _check_parts(needs: Needs, name: str, provided: Provided, where: str) -> None:
    if needs.muscles and not provided.muscles:
        raise BadOption(f"{where}: found no `muscles` in the study, wanted the name of an entry of `others` with EMG")
    if needs.task and not provided.task:
        raise BadOption(f"{where}: found no `task` in the study, wanted one, because {name} is made from it")
    if needs.reference_delay and provided.simulation:
        raise BadOption(
            f"{where}: found a task with a test set of trials (`simulation`), wanted one with a reference delay, "
            f"because {name} is made from the trials at that delay"
        )
    if needs.simulation and not provided.simulation:
        raise BadOption(
            f"{where}: found no `simulation` in the study, wanted its window: networks are simulated on the test set "
            f"of {name}, whose trials do not have the times of a recording"
        )


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
