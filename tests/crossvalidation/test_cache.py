import numpy as np
import pytest

from rnncompare.crossvalidation.cache import MOST, RECENT, SMALL, recalled


@pytest.fixture(autouse=True)
def empty():
    RECENT.clear()


def test_what_was_computed_of_an_array_is_not_computed_again():
    calls, data = [], np.zeros(3)
    for about in ("sum", "sum", "mean"):
        assert recalled(data, about, lambda about=about: calls.append(about) or about) == about
    assert calls == ["sum", "mean"]


def test_an_equal_array_is_another_one():
    first, second = np.zeros(3), np.zeros(3)
    assert recalled(first, "a", lambda: 1) == 1 and recalled(second, "a", lambda: 2) == 2


def test_an_array_of_which_something_is_known_cannot_be_changed():
    data = np.zeros(3)
    recalled(data, "sum", data.sum)
    with pytest.raises(ValueError, match="read-only"):
        data += 1


def test_no_more_is_kept_than_fits():
    for k in range(2 * RECENT.maxlen):
        recalled(np.full(3, k), "a", lambda: None)
    assert len(RECENT) == RECENT.maxlen
    recalled(np.broadcast_to(0.0, SMALL + 1), "a", lambda: None)
    assert all(data.size <= SMALL for data, *_ in RECENT)
    for k in range(3 * MOST // SMALL):
        recalled(np.broadcast_to(float(k), SMALL), "a", lambda: None)
    assert sum(data.size for data, *_ in RECENT) == MOST


def test_what_was_asked_for_last_is_kept_longest():
    calls, often = [], np.zeros(3)
    for k in range(3 * RECENT.maxlen):
        recalled(often, "a", lambda: calls.append(1))
        recalled(np.full(3, k), "a", lambda: None)
    assert calls == [1]
