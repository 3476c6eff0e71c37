import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform
from scipy.stats import ortho_group

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Pair
from rnncompare.comparison.preparation import prepare
from rnncompare.plugins import BadOption
from rnncompare.similarity.shape import shape
from rnncompare.views.shape_space import plane, shape_space

OPTIONS = {"window": (-0.1, 0.1), "soft_normalise": 0.1, "alpha": 0.5, "components": 4}


def angles(table):
    """(activity, activity) angles of a table."""
    count = int(np.sqrt(len(table)))
    return table["angle"].to_numpy().reshape(count, count)


def test_angles_agree_with_the_in_sample_measure(made_up):
    x, y = made_up(1), made_up(2, units=30)
    table = shape_space({"recording": [x], "model": [y]}, **OPTIONS)
    x, y, *_ = prepare(x, y, window=OPTIONS["window"], soft_normalise=OPTIONS["soft_normalise"])
    alone = shape(Pair(x, y, np.arange(len(x))[None], "removed"), alpha=0.5, components=4)
    assert angles(table)[0, 1] == pytest.approx(alone.values["angle_in_sample"][0], abs=1e-10)
    assert set(table["times"]) == {21}


def test_there_is_a_row_for_every_pair_of_activities(made_up):
    table = shape_space({"recording": [made_up(1)], "model": [made_up(2), made_up(3)]}, **OPTIONS)
    pairs = list(zip(table["source"], table["seed"], table["other"], table["other_seed"], strict=True))
    own = [("recording", 0), ("model", 0), ("model", 1)]
    assert pairs == [(*a, *b) for a in own for b in own]
    assert (angles(table) == angles(table).T).all()


def test_only_common_conditions_and_times_are_compared(made_up):
    x, y = made_up(1), made_up(2)
    z = made_up(3).isel(trial=[5, 1, 0, 2], time=slice(3, None, 2))
    table = shape_space({"recording": [x], "model": [y], "other": [z]}, **OPTIONS | {"window": None})
    cut = [a.isel(trial=[0, 1, 2, 5], time=slice(3, None, 2)) for a in (x, y)]
    alone = shape_space({"recording": [cut[0]], "model": [cut[1]]}, **OPTIONS | {"window": None})
    assert angles(table)[0, 1] == pytest.approx(angles(alone)[0, 1], abs=1e-12)
    assert (table["conditions"].iloc[0], table["times"].iloc[0]) == (4, 19)


def test_a_rotated_activity_has_the_same_coordinates(made_up):
    data = made_up(1)
    turned = data.assign(rate=(data.rate.dims, data.rate.values @ ortho_group.rvs(20, random_state=0)))
    sources = {"recording": [data], "turned": [turned], "model": [made_up(2), made_up(3)]}
    table = shape_space(sources, **OPTIONS | {"soft_normalise": None})
    place = table.groupby("source", sort=False)[["x", "y"]].first()
    assert place.loc["turned"].to_numpy() == pytest.approx(place.loc["recording"].to_numpy(), abs=1e-6)


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.integers(0, 2**16), st.integers(3, 12))
def test_points_in_a_plane_are_represented_exactly(seed, count):
    points = np.random.default_rng(seed).standard_normal((count, 2))
    distances = squareform(pdist(points))
    place, share = plane(distances)
    np.testing.assert_allclose(squareform(pdist(place)), distances, atol=1e-6)
    assert share == pytest.approx(1)
    again, _ = plane(squareform(pdist(points @ [[0, 1], [-1, 0]] + 5)))
    np.testing.assert_allclose(again, place, atol=1e-6)


def test_equal_distances_between_many_points_are_poorly_represented():
    _, share = plane(1 - np.eye(20))
    assert share == pytest.approx(2 / 19)


def test_the_first_coordinate_has_the_largest_variance_and_a_fixed_sign():
    line = np.array([0.0, 1.0, 5.0])
    place, share = plane(np.abs(line[:, None] - line))
    np.testing.assert_allclose(place, [[-2, 0], [-1, 0], [3, 0]], atol=1e-7)
    assert share == pytest.approx(1)
    assert plane(np.zeros((1, 1)))[0].tolist() == [[0, 0]]


def test_activities_without_common_conditions_or_times_are_refused(made_up):
    x, y = made_up(1), made_up(2)
    with pytest.raises(BadOption, match="found 0 times in window 1 to 2 s that all activities have"):
        shape_space({"recording": [x], "model": [y]}, **OPTIONS | {"window": (1, 2)})
    with pytest.raises(BadActivity, match="found 1 conditions that all activities have, wanted at least 2"):
        shape_space({"recording": [x.isel(trial=[0, 1])], "model": [y.isel(trial=[1, 2])]}, **OPTIONS)
