"""What an activity says of itself in words: what was read, what was left out and why, and what is doubtful.

Its attribute `notes` is one text. `rnncompare check` and the report show all of it; what asks for a decision begins
with `CAUTION`, and the check marks it as a warning.
"""

from collections.abc import Iterable

BETWEEN = "; "
CAUTION = "caution: "
NAMED = 100  # things left out that are named; of more, how many there are


def together(*said: str | None) -> str:
    """Notes as one text, in order, each once; what is empty is not said."""
    return BETWEEN.join(dict.fromkeys(filter(None, said)))


def left_out(what: str, names: Iterable[object], of: int, why: str) -> str:
    """'units left out: 2 of 50 below 1 spikes/s (unit_3, unit_9)'; nothing where there are no names."""
    names = [plain(name) for name in names]
    if not names:
        return ""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{what} left out: {len(names)} of {of} {why} ({', '.join(names[:NAMED])}{more})"


def caution(said: str) -> str:
    """What asks for a decision; nothing where nothing is said."""
    return CAUTION + said if said else ""


def parts(notes: str | None) -> list[tuple[bool, str]]:
    """Each thing that notes say, and whether it asks for a decision."""
    said = [one for one in (notes or "").split(BETWEEN) if one]
    return [(one.startswith(CAUTION), one.removeprefix(CAUTION)) for one in said]


def of_session(label: str, notes: str | None) -> list[str]:
    """The notes of one of several sessions, each with its name."""
    return [(CAUTION if doubtful else "") + f"{plain(label)}: {said}" for doubtful, said in parts(notes)]


def plain(name: object) -> str:
    """A name of a file, which may hold what stands between notes."""
    return str(name).replace(";", ",")
