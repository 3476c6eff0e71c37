"""Names have a total order, and their control characters are shown."""

import itertools

import numpy as np
import pytest

from rnncompare.files.text import fault, natural

HARD = [
    "nan",
    "NaN",
    "inf",
    "-inf",
    "1e3",
    "1000",
    "\u0661",
    "1_0",
    "10",
    "2_1",
    "10_1",
    "2_nan",
    "",
    "a",
    "-3",
    "1e400",
]


def test_the_order_of_names_does_not_depend_on_their_initial_order():
    wanted = sorted(HARD, key=natural)
    for seed in range(30):
        assert sorted(np.random.default_rng(seed).permutation(HARD).tolist(), key=natural) == wanted
    for a, b in itertools.combinations(wanted, 2):
        assert natural(a) < natural(b) and not natural(b) < natural(a)


def test_numbers_come_before_words_and_joined_numbers_part_by_part():
    assert sorted(["10_1", "2_10", "2_9", "135", "45", "red"], key=natural) == [
        "2_9",
        "2_10",
        "10_1",
        "45",
        "135",
        "red",
    ]


@pytest.mark.parametrize(
    "name", ["a\rb", "a\nb", "a\tb", "\0", "\x7f", "\x85", "\u2028", "\u2029", "\ud800", "\x1b[2J"]
)
def test_a_control_character_is_shown_by_its_escape_sequence(name):
    assert repr(name) in fault(name) and fault(name).isprintable()


@pytest.mark.parametrize("name", ["left turn", "é", "$x$", "左", "\U0001f412", "a\u00a0b"])
def test_printable_characters_of_any_script_are_accepted(name):
    assert fault(name) == ""
