"""Numbers in the tables of the report are short, and none looks like another value."""

import pytest

from rnncompare.report.formats import duration, p_value, score


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (-0.0001, "0.00"), (-0.25, "−0.25"), (0.905, "0.91"), (0.0213, "0.021")]
)
def test_scores_have_two_decimals_and_small_ones_a_third(value, text):
    assert score(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (0.0001, "< 0.001"), (0.0123, "0.012")])
def test_small_p_values_are_not_zero(value, text):
    assert p_value(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.44, "0.4 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (185, "3 min 5 s"), (7620, "2 h 7 min")],
)
def test_durations_have_at_most_two_units(seconds, text):
    assert duration(seconds) == text
