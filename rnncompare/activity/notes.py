"""Notes of an activity: what was read, what was left out and why, and which of its properties are uncertain.

The attribute `notes` is one text of several notes. `rnncompare check` and the report show all of them. Notes on which
the user has to decide begin with `CAUTION`, and `rnncompare check` shows them as warnings.
"""

from collections.abc import Iterable

SEPARATOR = "; "
CAUTION = "caution: "
MOST_NAMED = 100  # up to this many omitted items are listed; of further ones, the note gives the number


def join_notes(*notes: str | None) -> str:
    """The notes as one text, in order and without repetition; empty ones are omitted."""
    return SEPARATOR.join(dict.fromkeys(filter(None, notes)))


def left_out(what: str, names: Iterable[object], of: int, why: str) -> str:
    """A note such as 'units left out: 2 of 50 below 1 spikes/s (unit_3, unit_9)'; '' if there are no names."""
    names = [plain(name) for name in names]
    if not names:
        return ""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{what} left out: {len(names)} of {of} {why} ({', '.join(names[:MOST_NAMED])}{more})"


def caution(note: str) -> str:
    """The note marked as one on which the user has to decide; '' for an empty note."""
    return CAUTION + note if note else ""


def split_notes(notes: str | None) -> list[tuple[bool, str]]:
    """The single notes, each as (whether it is marked as a caution, its text)."""
    single = [note for note in (notes or "").split(SEPARATOR) if note]
    return [(note.startswith(CAUTION), note.removeprefix(CAUTION)) for note in single]


def session_notes(label: str, notes: str | None) -> list[str]:
    """The notes of one of several sessions, each preceded by the name of the session."""
    return [(CAUTION if doubtful else "") + f"{plain(label)}: {note}" for doubtful, note in split_notes(notes)]


def plain(name: object) -> str:
    """A name from a file with ';' replaced by ',', because ';' separates notes."""
    return str(name).replace(";", ",")
