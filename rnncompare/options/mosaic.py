"""The places of the panels of a composed figure, from rows of letters such as [aab, ccc]."""

import string
from collections.abc import Sequence
from typing import NamedTuple

LETTERS = string.ascii_lowercase
NARROWEST = 4  # a panel has at least this part (a quarter) of the width


class Place(NamedTuple):
    """The rows and columns of a layout that a panel covers; the stops are not included."""

    top: int
    bottom: int
    left: int
    right: int


def places(layout: Sequence[str], count: int) -> dict[str, Place]:
    """Return the place of each of `count` panels by its letter; the letters are those of the panels in their order.

    Raises ValueError, in words, if the rows have different lengths, if letters are missing, unknown or not in reading
    order, if the places of a letter are no rectangle, or if a panel is narrower than a quarter of the width.
    """
    wanted, found = LETTERS[:count], "".join(dict.fromkeys("".join(layout)))
    if not layout or len({len(row) for row in layout}) > 1 or not layout[0]:
        raise ValueError(f"found rows {_rows(layout)}, wanted rows with equal numbers of letters, such as [aab, ccc]")
    if set(found) != set(wanted):
        raise ValueError(f"found letters {found}, wanted {wanted}, a letter for each of the {count} panels")
    if found != wanted:
        raise ValueError(f"found letters in the order {found}, wanted {wanted}: panels are lettered in reading order")
    return {letter: _place(letter, layout) for letter in wanted}


def _place(letter: str, layout: Sequence[str]) -> Place:
    cells = [(i, j) for i, row in enumerate(layout) for j, here in enumerate(row) if here == letter]
    rows, columns = ([cell[k] for cell in cells] for k in (0, 1))
    place = Place(min(rows), max(rows) + 1, min(columns), max(columns) + 1)
    if len(cells) != (place.bottom - place.top) * (place.right - place.left):
        raise ValueError(f"found places of {letter} that are no rectangle in {_rows(layout)}, wanted a rectangle")
    if (place.right - place.left) * NARROWEST < len(layout[0]):
        raise ValueError(
            f"found panel {letter} on {place.right - place.left} of {len(layout[0])} columns, wanted at least a "
            "quarter of the width: narrower panels are not legible"
        )
    return place


def _rows(layout: Sequence[str]) -> str:
    return f"[{', '.join(layout)}]"
