"""Layouts of composed figures: places of letters, and errors in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncompare.options.mosaic import LETTERS, Place, places


def test_a_letter_covers_its_rows_and_columns():
    assert places(["aab", "aac", "ddd"], 4) == {
        "a": Place(0, 2, 0, 2),
        "b": Place(0, 1, 2, 3),
        "c": Place(1, 2, 2, 3),
        "d": Place(2, 3, 0, 3),
    }


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_rows_of_equal_panels_fill_the_page(counts):
    """The areas of all panels together are that of the page."""
    rows, first = [], 0
    for count in counts:
        rows.append("".join(letter * (12 // count) for letter in LETTERS[first : first + count]))
        first += count
    found = places(rows, first)
    assert list(found) == list(LETTERS[:first])
    assert sum((p.bottom - p.top) * (p.right - p.left) for p in found.values()) == 12 * len(rows)


@pytest.mark.parametrize(
    ("layout", "count", "words"),
    [
        ([], 2, r"found rows \[\], wanted rows with equal"),
        (["aab", "cc"], 3, r"found rows \[aab, cc\], wanted rows with equal numbers of letters"),
        (["ab"], 3, r"found letters ab, wanted abc, a letter for each of the 3 panels"),
        (["abd"], 3, r"found letters abd, wanted abc"),
        (["ba"], 2, r"found letters in the order ba, wanted ab: panels are lettered in reading order"),
        (["aba"], 2, r"found places of a that are no rectangle in \[aba\]"),
        (["aab", "abb"], 2, r"found places of a that are no rectangle"),
        (["aaaab"], 2, r"found panel b on 1 of 5 columns, wanted at least a quarter"),
    ],
)
def test_a_layout_that_does_not_fit_is_an_error_in_words(layout, count, words):
    with pytest.raises(ValueError, match=words):
        places(layout, count)
