"""`rnncompare study`: the config of a new study, with a comment on every key, for a recording that has a card."""

import json
import math
from pathlib import Path
from typing import Any

from rnncompare.files import plain_yaml
from rnncompare.files.atomic import atomic
from rnncompare.files.file_names import identifier
from rnncompare.plugins import BadOption
from rnncompare.recordings.card_model import Card
from rnncompare.recordings.check import READ, card_named, reading_options
from rnncompare.recordings.needs import Needs, check_data, needs_of
from rnncompare.study import places
from rnncompare.study.config import read_config

TEMPLATE = Path(__file__).with_name("new_study.yaml")
ABOUT = {  # of the usual options for reading; others are explained by the reader
    "bin": "s, width of a bin",
    "smooth": "s, SD of the Gaussian that smooths the rates",
    "window": "s from time 0, the event of the card",
    "minimum_rate": "spikes/s; units with a lower mean rate are left out",
}
FINEST = 0.01  # s; the time step of networks for recordings whose bins are too long for them
LONGEST = 0.02  # s; the longest time step of networks with a time constant of 50 ms
LARGEST_TITLE = 200  # characters


def new_study(name: str, recording: str, data: Path, out: Path) -> str:
    """Write the config of a study of a recording, check it, and return what it contains in a sentence.

    Nothing is overwritten, and a config that would be refused is not written. The reading options are those of
    `rnncompare check`. Networks learn to move the hand, if the card names its movement; otherwise only the two halves
    of the recorded units are compared. Raises BadOption, BadCard.
    """
    identifier(name)
    if out.exists() or out.is_symlink():
        raise BadOption(f"{out}: found a file, wanted none: nothing is overwritten; give --out FILE or remove it")
    card = card_named(recording, Path(places.card(data.as_posix(), recording)).parents[1])
    if card.reader is None:
        raise BadOption(f"{card.path}: found published statistics alone, wanted a recording with a reader")
    written = values(name, card, data, out)
    text = config_text(written)
    read_config(plain_yaml.parse(text))
    with atomic(out) as temporary:
        temporary.write_text(text, encoding="utf-8")
    what = "trained and untrained networks" if written["networks"] else "no networks, because it has no hand movement"
    return f"{out}: {card.title}; {what}"


def values(name: str, card: Card, data: Path, out: Path) -> dict[str, Any]:
    """The values that the template needs."""
    options = reading_options(card, {})
    directions = _provides(card, {"output": "direction", "inputs": "direction"})
    bin_width = options.get("bin", LONGEST)
    return {
        "name": name,
        "title": " ".join(card.title.split())[:LARGEST_TITLE],
        "title_text": _flow(f"{card.title}: networks and the recording"),
        "card": card.name,
        "data": data.as_posix(),
        "results": f"results/{name}",
        "file": out.as_posix(),
        "options": {option: _flow(value) for option, value in options.items()},
        "about": {option: ABOUT.get(option, f"of the reader {card.reader['use']}") for option in options},
        "pooled": card.files[0].of_a_session,
        "networks": _provides(card, {"output": "hand_velocity", "inputs": "random"}),
        "directions": directions,
        "step": _flow(None if bin_width <= LONGEST else bin_width / math.ceil(bin_width / FINEST - 1e-9)),
        "smooth": _flow(options.get("smooth", 0)),
        "window": _flow(options.get("window", READ["window"])),
    }


def config_text(values: dict[str, Any]) -> str:
    """The config as YAML text with comments."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(values)


def _provides(card: Card, task: dict[str, str]) -> bool:
    """Whether the card names what this kind of delayed reach requires; a reader that does not say so is trusted."""
    needs: Needs = needs_of("tasks", {"use": "delayed_reach", "arm": None, **task})
    try:
        check_data(needs, card, card.name)
    except BadOption:
        return False
    return True


def _flow(value: Any) -> str:
    """A value as YAML in one line."""
    return json.dumps(value, ensure_ascii=False)
