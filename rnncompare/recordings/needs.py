"""What a task or a control needs of a recording, and what a recording's card promises: compared before any job runs.

A task or a control says it in `NAME.needs(**options) -> Needs`, a reader in `NAME.gives(**options) -> Gives`, of the
options that the config or the card gives it. Where either says nothing, nothing is held against the other.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from rnncompare import plugins
from rnncompare.plugins import BadOption

if TYPE_CHECKING:
    from rnncompare.recordings.card_model import Card


class Gives(NamedTuple):
    """What a reader will make of a file: names of channels of behavior, and of coordinates of trials."""

    channels: list[str]
    per_trial: list[str]


class Needs(NamedTuple):
    """What is read of a recording.

    channels: of behavior, by what each is for: several sets of which one is enough, the first at best; per_trial:
    coordinates of trials, by what each is. muscles: whether the study has to have them.
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
    """Of a reader whose card maps what a file has: the names that it maps to; a column 'time' is no channel."""
    channels = [name for names in (behavior or {}).values() for name in names if name not in (None, "time")]
    return Gives(channels, [*(per_trial or {}), *(events or {}), *(["choice"] if choice else [])])


def always(channels: list[str], per_trial: list[str]) -> Callable[..., Gives]:
    """Of a reader of one recording, which gives the same whatever its options."""
    return lambda **_: Gives(channels, per_trial)


def check_needs(folder: str, entry: dict[str, Any], card: "Card | None", muscles: bool, where: str) -> None:
    """Raise BadOption where a member of `folder` asks for what the recording's card does not promise.

    entry: `use` and options; card: of the study's recording, None where it has none; muscles: whether it has those.
    """
    options = {name: value for name, value in entry.items() if name != "use"}
    says = getattr(plugins.find(folder, entry["use"]), "needs", None)
    if says is None:
        return
    needs: Needs = says(**options)
    if needs.muscles and not muscles:
        raise BadOption(f"{where}: found no `muscles` in the study, wanted the one of `others` that holds them")
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
                f"{where}: {card.path} promises behavior {', '.join(gives.channels) or 'none'}; found no "
                f"{', and no '.join(', '.join(names) for names in lacking)} among it, wanted {what}: `behavior` of the "
                f"card names them.{near}"
            )
    known = {*gives.per_trial, *(name for names in card.conditions.values() for name in names)}
    for name, what in needs.per_trial.items():
        if name not in known:
            raise BadOption(
                f"{where}: {card.path} promises {', '.join(gives.per_trial) or 'nothing'} of each trial; found no "
                f"'{name}' among it, wanted {what}: `per_trial: {{{name}: COLUMN}}` of its reader, or `conditions`"
            )
