import numpy as np
import pytest

from rnncompare.captured import capturing, curves, needed
from rnncompare.nulls import condition_orders

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
def test_capturing_ends_with_the_recording_and_begins_with_wrong_conditions(y, axes):
    made = list(capturing(y, ORDER, components=20, axes=axes))
    assert len(made) == 6  # 0 to the rank
    mean = y.mean(axis=axes)
    np.testing.assert_allclose(made[-1], y, atol=1e-9)
    np.testing.assert_allclose(made[0] - mean, y[ORDER] - mean, atol=1e-12)


@pytest.mark.parametrize("axes", AXES.values())
def test_captured_components_are_right_and_the_others_wrong(y, axes):
    mean = y.mean(axis=axes)
    axes_of_y = np.linalg.svd((y - mean).reshape(-1, 7), full_matrices=False)[2]
    for m, made in enumerate(capturing(y, ORDER, components=3, axes=axes)):
        found = (made - mean) @ axes_of_y.T
        np.testing.assert_allclose(found[..., :m], ((y - mean) @ axes_of_y.T)[..., :m], atol=1e-9)
        np.testing.assert_allclose(found[..., m:], ((y - mean) @ axes_of_y.T)[ORDER][..., m:], atol=1e-9)


def test_scores_grow_from_chance_to_those_of_the_recording_itself(y):
    def score(made):
        sides = [side - side.mean(axis=0) for side in (made, y)]
        cosine = (sides[0] * sides[1]).sum() / np.linalg.norm(sides[0]) / np.linalg.norm(sides[1])
        return {"cosine": cosine, "distance": np.linalg.norm(sides[0] - sides[1])}

    found = curves(score, y, condition_orders(6, permutations=20, seed=0)[1:], components=5, axes=(0,))
    assert found["cosine"].shape == found["distance"].shape == (6,)
    assert (np.diff(found["cosine"]) > 0).all() and (np.diff(found["distance"]) < 0).all()
    assert abs(found["cosine"][0]) < 0.2 and found["cosine"][-1] == pytest.approx(1)
    assert found["distance"][-1] == pytest.approx(0, abs=1e-9)


def test_curves_are_means_over_orders(y):
    orders = condition_orders(6, permutations=3, seed=0)[1:]

    def score(made):
        return {"first": made[0, 0, 0], "size": (made**2).sum()}

    each = [curves(score, y, order[None], components=2, axes=(0,)) for order in orders]
    found = curves(score, y, orders, components=2, axes=(0,))
    for name in ("first", "size"):
        assert found[name] == pytest.approx(np.mean([curve[name] for curve in each], axis=0))


@pytest.mark.parametrize(
    ("value", "lower", "expected"),
    [(0.05, False, 0), (0.3, False, 1), (0.31, False, 2), (0.9, False, 2), (0.95, False, None), (0.2, True, 0)],
)
def test_the_fewest_components_that_do_as_well_are_needed(value, lower, expected):
    assert needed(np.array([0.1, 0.3, 0.9, 0.85]), value, lower=lower) == expected


def test_lower_scores_need_more_where_lower_is_better():
    curve = np.array([1.5, 1.0, 0.4])
    assert [needed(curve, v, lower=True) for v in (2.0, 1.2, 1.0, 0.5, 0.4, 0.1)] == [0, 1, 1, 2, 2, None]


def test_a_tie_but_for_rounding_is_a_tie():
    assert needed(np.array([0.0, 0.3]), 0.1 + 0.2, lower=False) == 1
