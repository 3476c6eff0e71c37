"""From cards to files, activities and published rows."""

import json
from pathlib import Path

from rnncompare import activity
from rnncompare.files.checksums import atomic_with_checksum, verify
from rnncompare.recordings.card import Card, read_card
from rnncompare.recordings.fingerprints import unchanged
from rnncompare.recordings.loading import fetch_all, load_recording, published_rows
from rnncompare.steps.registry import step
from rnncompare.tabulation import tables


@step
def fetch(cards: list[Path], folder: Path, out: Path):
    """Find, make or download every file of the cards and check it; write where each was found."""
    records = fetch_all([read_card(card) for card in cards], folder)
    with atomic_with_checksum(out) as temporary:
        temporary.write_text(json.dumps(records, indent=1, sort_keys=True) + "\n")


@step
def load(card: Path, records: Path, out: Path, options: dict, choice: dict = None):
    """Read a recording as an activity; choice: `only` and `pool` of a study's recording."""
    card = read_card(card)
    activity.write(load_recording(card, _records(card, records), options, **(choice or {})), out)


@step
def published(card: Path, records: Path, out: Path, columns: dict):
    """Statistics that others published, as rows beside ours; each says whose it is."""
    card = read_card(card)
    tables.write(tables.label(published_rows(card, _records(card, records)), columns), out)


def _records(card: Card, path: Path) -> list[dict[str, str]]:
    """Where a card's files are that `rnncompare fetch` found; they hold what they held then. Raises ValueError."""
    verify(path)
    try:
        records = json.loads(path.read_text())[card.name]
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(
            f"{path}: found no record of {card.name} ({error!r}), wanted what `rnncompare fetch` writes"
        ) from error
    return unchanged(card, records, path)
