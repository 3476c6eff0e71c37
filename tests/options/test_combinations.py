"""An option that another one restricts is refused with what was found, what is wanted and why."""

import pytest

from rnncompare.options.combinations import require
from rnncompare.plugins import BadOption


@pytest.mark.parametrize(
    ("found", "wanted", "words"),
    [
        (0.123456789, 1.0, "found rate 0.123456789 with this rule, wanted 1: it has no steps"),
        (2, None, "found rate 2 with this rule, wanted null: it has no steps"),
        (None, ("adam", "sgd"), "found rate null with this rule, wanted adam or sgd: it has no steps"),
    ],
)
def test_values_stand_in_the_error_as_in_a_config(found, wanted, words):
    with pytest.raises(BadOption) as error:
        require("rate", found, wanted, given="this rule", reason="it has no steps")
    assert str(error.value) == words


@pytest.mark.parametrize(("found", "wanted"), [(1, 1.0), (None, None), ("sgd", ("adam", "sgd"))])
def test_a_value_that_is_wanted_is_not_refused(found, wanted):
    require("rate", found, wanted, given="this rule", reason="it has no steps")
