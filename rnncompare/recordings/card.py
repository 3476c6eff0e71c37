"""Reading and checking of cards, which describe recordings, their files and how they are read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rnncompare import plugins
from rnncompare.files import plain_yaml, records
from rnncompare.files.checksums import sha256
from rnncompare.files.file_names import refuse_same_but_case
from rnncompare.options.values import check_values
from rnncompare.recordings.card_model import Card, Fact, File

LARGEST = 1 << 17  # bytes of a card
SHOWN = 200  # letters of a value in an error


class BadCard(ValueError):
    """A card that cannot be used; the message names the card, the key, what was found and what was wanted."""


def read_card(path: str | Path, *, deep: bool = True) -> Card:
    """Read data/<name>/card.yaml and check it: keys, file names, reader and simulators with their options.

    deep: if false, options are not checked against the reader and the simulators, which are then not imported.
    Raises BadCard or plugins.BadOption; FileNotFoundError if there is no card.
    """
    path = Path(path)
    size = path.stat().st_size
    if not path.is_file() or size > LARGEST:
        raise BadCard(f"{path}: found {size} bytes or no ordinary file, wanted a card of at most {LARGEST} bytes")
    try:
        found = plain_yaml.parse(path.read_text(encoding="utf-8"))
        records.note_source(f"{path.absolute().parent.name}/{path.name}", sha256(path))
    except (plain_yaml.BadYAML, UnicodeDecodeError) as error:
        raise BadCard(f"{path}: found no readable YAML ({error}), wanted a card") from error
    if not isinstance(found, dict):
        raise BadCard(f"{path}: found {type(found).__name__}, wanted keys {', '.join(Card.model_fields)}")
    try:
        card = Card.model_validate(found)
    except ValidationError as error:
        raise BadCard(_in_words(error, path)) from error
    card._path = path
    _check_names(card)
    if deep:
        _check_members(card)
    return card


def _check_names(card: Card) -> None:
    """Check the name of the folder, and that no file is named twice. Raises BadCard."""
    where = card.path
    if card.name != where.absolute().parent.name:
        raise BadCard(f"{where}: found name '{card.name}', wanted the folder's, '{where.absolute().parent.name}'")
    names = [f.file for f in card.files]
    if len(set(names)) < len(names):
        raise BadCard(f"{where}: found the same file twice in files ({', '.join(names)}), wanted each once")
    try:
        refuse_same_but_case(names, f"{where}: files")
    except ValueError as error:
        raise BadCard(str(error)) from None


def _check_members(card: Card) -> None:
    """Check the options of reader, published statistics and simulators. Raises BadCard or BadOption."""
    where = card.path
    if card.published is not None:
        published = plugins.bind("published", card.published, f"{where}: published").func
        check_values(published, plugins.options_in(card.published), f"{where}: published")
    if card.reader is not None:
        if "use" not in card.reader:
            members = ", ".join(plugins.available("readers"))
            raise BadCard(f"{where}: found reader without 'use', wanted one of {members}")
        reader = _member("readers", card.reader["use"], f"{where}: reader")
        # The study gives the other options, so only the names can be checked here.
        known = dict.fromkeys(plugins.options_of(reader))
        plugins.check(reader, known | plugins.options_in(card.reader), f"{where}: reader")
        check_values(reader, plugins.options_in(card.reader), f"{where}: reader")
    for file in card.files:
        if file.made_by:
            simulator = _member("simulators", file.made_by["use"], f"{where}: made_by of {file.file}")
            plugins.check(simulator, plugins.options_in(file.made_by), f"{where}: made_by of {file.file}")
            check_values(simulator, plugins.options_in(file.made_by), f"{where}: made_by of {file.file}")


def _member(folder: str, name: Any, where: str) -> Callable:
    """The member of a folder that a card names. Raises BadOption."""
    try:
        return plugins.find(folder, name)
    except plugins.BadOption as error:
        raise plugins.BadOption(f"{where}: {error}") from None


def _in_words(error: ValidationError, path: Path) -> str:
    """The first error of pydantic as file, key, found and wanted."""
    first = error.errors()[0]
    place = ".".join(str(p) for p in first["loc"]) or "card"
    if first["type"] == "extra_forbidden":
        model = {"files": File, "facts": Fact}.get(str(first["loc"][0]), Card) if len(first["loc"]) > 1 else Card
        near = plugins.nearest(first["loc"][-1], model.model_fields)
        return f"{path}: found unknown key '{place}', wanted keys among {', '.join(model.model_fields)}.{near}"
    if first["type"] == "missing":
        return f"{path}: found no '{place}', wanted one"
    message = first["msg"].removeprefix("Value error, ")
    if message.startswith("found "):
        return f"{path}: {place}: {message}"
    return f"{path}: {place}: found {repr(first['input'])[:SHOWN]}; {message[0].lower()}{message[1:]}"
