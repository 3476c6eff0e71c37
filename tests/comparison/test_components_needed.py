import numpy as np
import pytest

from rnncompare.comparison.components_needed import decompose, fewest

AXES = {"removed": (0,), "kept": (0, 1)}
ORDER = np.array([2, 0, 1, 5, 3, 4])


@pytest.fixture
def y():
    """(condition, time, unit) = (6, 15, 7), of rank 5."""
    rng = np.random.default_rng(0)
    kernel = np.exp(-0.5 * (np.arange(-6, 7) / 2) ** 2)
    white = rng.standard_normal((6, 27, 5)) * [5, 3, 2, 1, 0.5]
    return np.apply_along_axis(np.convolve, 1, white, kernel, "valid") @ rng.standard_normal((5, 7)) + 3


@pytest.mark.parametrize("axes", AXES.values())
def test_with_all_components_the_source_is_the_recording_and_with_none_a_permutation_of_it(y, axes):
    found = decompose(y, components=20, axes=axes)
    assert len(found.directions) == 5  # the rank
    mean = y.mean(axis=axes)
    np.testing.assert_allclose(found.with_components(5, ORDER), y, atol=1e-9)
    np.testing.assert_allclose(found.with_components(0, ORDER) - mean, y[ORDER] - mean, atol=1e-12)


@pytest.mark.parametrize("axes", AXES.values())
def test_the_first_components_match_the_recording_and_the_others_are_permuted(y, axes):
    mean = y.mean(axis=axes)
    axes_of_y = np.linalg.svd((y - mean).reshape(-1, 7), full_matrices=False)[2]
    decomposed = decompose(y, components=3, axes=axes)
    for m in range(4):
        found = (decomposed.with_components(m, ORDER) - mean) @ axes_of_y.T
        np.testing.assert_allclose(found[..., :m], ((y - mean) @ axes_of_y.T)[..., :m], atol=1e-9)
        np.testing.assert_allclose(found[..., m:], ((y - mean) @ axes_of_y.T)[ORDER][..., m:], atol=1e-9)


@pytest.mark.parametrize(
    ("value", "expected"), [(0.05, 0), (0.1, 0), (0.3, 1), (0.31, 2), (0.85, 2), (0.86, None), (0.95, None)]
)
def test_the_smallest_sufficient_number_is_found_unless_the_largest_does_not_suffice(value, expected):
    curve = [0.1, 0.3, 0.9, 0.85]
    assert fewest(lambda count, _: {"a": curve[count]}, 3, {"a": value}) == {"a": expected}


def test_a_score_that_is_reached_is_not_searched_for_again():
    curves, asked = {"a": [1, 1, 1, 1], "b": [0, 0, 1, 1], "c": [2, 2, 2, 0]}, []

    def scores(count, waiting):
        asked.append((count, sorted(waiting)))
        return {name: curves[name][count] for name in waiting}

    assert fewest(scores, 3, dict.fromkeys("abc", 0.5)) == {"a": 0, "b": 2, "c": None}
    assert asked == [(3, ["a", "b", "c"]), (0, ["a", "b"]), (1, ["b"]), (2, ["b"])]


def test_scores_that_differ_by_rounding_error_are_equal():
    assert fewest(lambda count, _: {"a": [0.0, 0.3, 0.4][count]}, 2, {"a": 0.1 + 0.2}) == {"a": 1}
