"""The page of the cards of recordings: what each card states, by name."""

import re
from pathlib import Path

from generators.markdown import cell, table
from rnncompare.recordings.card import Card, read_card

ROOT = Path(__file__).parents[2]
STATUSES = {
    "measured": "measured from the files",
    "stated": "stated by their source",
    "inferred": "inferred: nobody has confirmed it",
}
START = """# Cards of the recordings

What the cards in `data/` state: files, licences, citations and facts. What else is known of a recording, and where
files are looked for: [recordings](../recordings.md).
"""


def page() -> str:
    parts = [START]
    for path in sorted((ROOT / "data").glob("*/card.yaml")):
        parts += section(read_card(path, deep=False))
    return "\n\n".join(parts) + "\n"


def section(card: Card) -> list[str]:
    """The heading of a card, its entries as a table, and its facts."""
    entries = {
        "what": f"{card.title}: {card.animal}; {card.area}; {card.task}",
        "licence": card.licence,
        "cite": card.citation,
        "source": card.source,
        "files": "; ".join(_described(file) for file in card.files) or "none",
    }
    rows = [[name, cell(text)] for name, text in entries.items()]
    facts = [
        [cell(fact.fact), STATUSES[fact.status]] for status in STATUSES for fact in card.facts if fact.status == status
    ]
    card_file = f"[card](../../data/{card.name}/card.yaml)"
    found = [f"## {card.name}", table([card_file, ""], rows)]
    found += [table(["fact", "status"], facts)] if facts else []
    return [*found, f"```yaml\n{reader}```"] if (reader := _reader(card)) else found


def _reader(card: Card) -> str:
    """How the files are read: this part of the card, with its comments."""
    found = re.search(r"^reader:.*?\n(?=\w)", card.path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


def _described(file) -> str:
    """Name, size and origin of a file."""
    size = f" ({file.bytes:,} bytes)" if file.bytes else ""
    origin = f" from {file.url}" if file.url else ", simulated" if file.made_by else ", which you provide"
    return f"{file.file}{size}{origin}"
