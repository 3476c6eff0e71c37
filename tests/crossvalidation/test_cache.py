import numpy as np
import pytest

from rnncompare.crossvalidation.cache import CAPACITY, ENTRIES, LARGEST, cached


@pytest.fixture(autouse=True)
def empty():
    ENTRIES.clear()


def test_a_cached_result_is_not_computed_again():
    calls, data = [], np.zeros(3)
    for about in ("sum", "sum", "mean"):
        assert cached(data, about, lambda about=about: calls.append(about) or about) == about
    assert calls == ["sum", "mean"]


def test_results_are_cached_by_identity_not_by_equality():
    first, second = np.zeros(3), np.zeros(3)
    assert cached(first, "a", lambda: 1) == 1 and cached(second, "a", lambda: 2) == 2


def test_an_array_with_cached_results_is_read_only():
    data = np.zeros(3)
    cached(data, "sum", data.sum)
    with pytest.raises(ValueError, match="read-only"):
        data += 1


def test_the_cache_stays_within_its_limits():
    for k in range(2 * ENTRIES.maxlen):
        cached(np.full(3, k), "a", lambda: None)
    assert len(ENTRIES) == ENTRIES.maxlen
    cached(np.broadcast_to(0.0, LARGEST + 1), "a", lambda: None)
    assert all(data.size <= LARGEST for data, *_ in ENTRIES)
    for k in range(3 * CAPACITY // LARGEST):
        cached(np.broadcast_to(float(k), LARGEST), "a", lambda: None)
    assert sum(data.size for data, *_ in ENTRIES) == CAPACITY


def test_the_least_recently_used_entry_is_removed_first():
    calls, often = [], np.zeros(3)
    for k in range(3 * ENTRIES.maxlen):
        cached(often, "a", lambda: calls.append(1))
        cached(np.full(3, k), "a", lambda: None)
    assert calls == [1]
