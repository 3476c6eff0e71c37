import numpy as np
import pytest

from rnncompare.comparison.components_needed import captured, fewest

AXES = {"removed": (0,), "kept": (0, 1)}
ORDER = np.array([2, 0, 1, 5, 3, 4])


@pytest.fixture
def y():
    """(condition, time, unit) = (6, 15, 7) of rank 5."""
    rng = np.random.default_rng(0)
    kernel = np.exp(-0.5 * (np.arange(-6, 7) / 2) ** 2)
    white = rng.standard_normal((6, 27, 5)) * [5, 3, 2, 1, 0.5]
    return np.apply_along_axis(np.convolve, 1, white, kernel, "valid") @ rng.standard_normal((5, 7)) + 3


@pytest.mark.parametrize("axes", AXES.values())
def test_all_components_right_are_the_recording_and_none_is_wrong_conditions(y, axes):
    found = captured(y, components=20, axes=axes)
    assert len(found.directions) == 5  # the rank
    mean = y.mean(axis=axes)
    np.testing.assert_allclose(found.made(ORDER, 5), y, atol=1e-9)
    np.testing.assert_allclose(found.made(ORDER, 0) - mean, y[ORDER] - mean, atol=1e-12)


@pytest.mark.parametrize("axes", AXES.values())
def test_captured_components_are_right_and_the_others_wrong(y, axes):
    mean = y.mean(axis=axes)
    axes_of_y = np.linalg.svd((y - mean).reshape(-1, 7), full_matrices=False)[2]
    taken_apart = captured(y, components=3, axes=axes)
    for m in range(4):
        found = (taken_apart.made(ORDER, m) - mean) @ axes_of_y.T
        np.testing.assert_allclose(found[..., :m], ((y - mean) @ axes_of_y.T)[..., :m], atol=1e-9)
        np.testing.assert_allclose(found[..., m:], ((y - mean) @ axes_of_y.T)[ORDER][..., m:], atol=1e-9)


@pytest.mark.parametrize(
    ("value", "expected"), [(0.05, 0), (0.1, 0), (0.3, 1), (0.31, 2), (0.85, 2), (0.86, None), (0.95, None)]
)
def test_the_fewest_that_score_as_high_are_needed_unless_the_most_do_not(value, expected):
    curve = [0.1, 0.3, 0.9, 0.85]
    assert fewest(lambda count, _: {"a": curve[count]}, 3, {"a": value}) == {"a": expected}


def test_what_is_found_is_looked_for_no_further():
    curves, asked = {"a": [1, 1, 1, 1], "b": [0, 0, 1, 1], "c": [2, 2, 2, 0]}, []

    def scores(count, waiting):
        asked.append((count, sorted(waiting)))
        return {name: curves[name][count] for name in waiting}

    assert fewest(scores, 3, dict.fromkeys("abc", 0.5)) == {"a": 0, "b": 2, "c": None}
    assert asked == [(3, ["a", "b", "c"]), (0, ["a", "b"]), (1, ["b"]), (2, ["b"])]


def test_a_tie_but_for_rounding_is_a_tie():
    assert fewest(lambda count, _: {"a": [0.0, 0.3, 0.4][count]}, 2, {"a": 0.1 + 0.2}) == {"a": 1}
