"""Steps from cards to files, activities and published rows."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from rnncompare import activity
from rnncompare.files.checksums import atomic_with_checksum, verify
from rnncompare.files.records import apart
from rnncompare.steps.registry import step
from rnncompare.tabulation import tables

if TYPE_CHECKING:
    from rnncompare.recordings.card_model import Card


@step
def fetch(cards: list[Path], folder: Path, out: Path):
    """Find, generate or download every file of the cards, check it, and write the location of each file."""
    from rnncompare.recordings.card import read_card
    from rnncompare.recordings.loading import fetch_all

    records = fetch_all([read_card(card) for card in cards], folder)
    with atomic_with_checksum(out) as temporary:
        temporary.write_text(json.dumps(records, indent=1, sort_keys=True) + "\n")


@step
def load(card: Path, records: Path, out: Path, options: dict, choice: dict = None):
    """Read a recording as an activity; choice: `only` and `pool` of a study's recording."""
    from rnncompare.recordings.card import read_card
    from rnncompare.recordings.loading import load_recording

    card = read_card(card)
    activity.write(load_recording(card, _records(card, records), options, **(choice or {})), out)


@step
def published(card: Path, records: Path, out: Path, columns: dict):
    """Read published statistics as rows, each with its source."""
    from rnncompare.recordings.card import read_card
    from rnncompare.recordings.loading import published_rows

    card = read_card(card)
    tables.write(tables.label(published_rows(card, _records(card, records)), columns), out)


def _records(card: "Card", path: Path) -> list[dict[str, str]]:
    """Locations of the files of a card from `rnncompare fetch`. Raises ValueError if a file has changed since."""
    from rnncompare.recordings.fingerprints import unchanged

    with apart():  # it contains places on this machine; the files themselves are noted below
        verify(path)
    try:
        records = json.loads(path.read_text())[card.name]
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(
            f"{path}: found no record of {card.name} ({error!r}), wanted the output of `rnncompare fetch`"
        ) from error
    return unchanged(card, records, path)
