import numpy as np
import pytest
from slow import canonical_directions, folds, principal_axes

from rnncompare.similarity.cca import cca


def plain_cca(x, y, order, signal, components):
    """Mean, first and variance-weighted held-out canonical correlation by refitting on whole arrays."""
    sums = {name: 0.0 for name in ("xy", "xx", "yy", "held")}
    for train_x, test_x, train_y, test_y in folds(x, y, order, signal):
        axes_x, axes_y = principal_axes(train_x, components[0]), principal_axes(train_y, components[1])
        wx, wy, _ = canonical_directions(train_x @ axes_x, train_y @ axes_y)
        k = min(components)
        u, v = (test_x @ axes_x @ wx)[:, :k], (test_y @ axes_y @ wy)[:, :k]
        sums["xy"] += (u * v).sum(axis=0)
        sums["xx"] += (u**2).sum(axis=0)
        sums["yy"] += (v**2).sum(axis=0)
        sums["held"] += (((test_y @ axes_y).T @ v) ** 2).sum(axis=0) / (v**2).sum(axis=0)
    r = sums["xy"] / np.sqrt(sums["xx"] * sums["yy"])
    return {"mean": r.mean(), "first": r[0], "variance_weighted": (r * sums["held"]).sum() / sums["held"].sum()}


def test_all_pairings_at_once_equal_refitting_one_by_one(hard, signal, pair):
    p = pair(*hard, signal, draws=30)
    found = cca(p, components=4)
    kept = (found["components_source"], found["components_recording"])
    for draw, order in enumerate(p.orders):
        plain = plain_cca(p.x, p.y, order, signal, kept)
        assert {name: found[name][draw] for name in plain} == pytest.approx(plain, abs=1e-8)


def test_few_pairings_and_many_take_different_ways_to_the_same_sums(smooth, signal, pair):
    many = pair(smooth(1), smooth(2), signal, draws=200)
    few = pair(smooth(1), smooth(2), signal, draws=0)
    assert len(few.orders) == 1
    assert cca(few, components=3)["mean"][0] == pytest.approx(cca(many, components=3)["mean"][0], abs=1e-12)


def test_an_invertible_map_of_few_units_changes_nothing_and_of_many_does(smooth, signal, pair):
    x, y, mix = smooth(1), smooth(2), np.random.default_rng(0).standard_normal((8, 8))
    whole, part = ([cca(pair(a, y, signal), components=k)["mean"] for a in (x, x @ mix)] for k in (8, 3))
    assert whole[0] == pytest.approx(whole[1], abs=1e-8)
    assert part[0] != pytest.approx(part[1], abs=1e-3)


def test_mean_and_first_are_symmetric(smooth, signal, pair):
    p, q = (pair(a, b, signal, draws=0) for a, b in ((smooth(1), smooth(2)), (smooth(2), smooth(1))))
    forth, back = cca(p, components=4), cca(q, components=4)
    assert forth["mean"] == pytest.approx(back["mean"], abs=1e-10)
    assert forth["first"] == pytest.approx(back["first"], abs=1e-10)


def test_independent_activities_score_about_nothing_where_in_sample_they_score_high(smooth, pair):
    from rnncompare.similarity.cca_in_sample import cca_in_sample

    pairs = [pair(smooth(2 * k), smooth(2 * k + 1), draws=0) for k in range(20)]
    assert abs(np.mean([cca(p, components=4)["mean"] for p in pairs])) < 0.1
    assert np.mean([cca_in_sample(p, components=4)["first"] for p in pairs]) > 0.5


def test_condition_labels_permuted_and_permuted_back_change_nothing(smooth, signal, pair):
    p = pair(smooth(1), smooth(1) + smooth(2), signal, draws=10)
    order = p.orders[3]
    assert cca(pair(p.x, p.y[order], signal, draws=0), components=3)["mean"][0] == pytest.approx(
        cca(p, components=3)["mean"][3], abs=1e-10
    )
