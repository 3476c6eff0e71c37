from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.slow import canonical_directions, folds, principal_axes, split_folds

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.similarity.cca import cca


def fold_sums(found_folds, components):
    """Held-out sums of each fold by refitting on whole arrays: products, squares, and the variance explained."""
    for train_x, test_x, train_y, test_y in found_folds:
        axes_x, axes_y = principal_axes(train_x, components[0]), principal_axes(train_y, components[1])
        wx, wy, _ = canonical_directions(train_x @ axes_x, train_y @ axes_y)
        k = min(components)
        u, v = (test_x @ axes_x @ wx)[:, :k], (test_y @ axes_y @ wy)[:, :k]
        held = (((test_y @ axes_y).T @ v) ** 2).sum(axis=0) / (v**2).sum(axis=0)
        yield np.array([(u * v).sum(axis=0), (u**2).sum(axis=0), (v**2).sum(axis=0), held])


def statistics_of(sums):
    xy, xx, yy, held = sum(sums)
    r = xy / np.sqrt(xx * yy)
    return {"mean": r.mean(), "first": r[0], "variance_weighted": (r * held).sum() / held.sum()}


def plain_cca(x, y, order, signal, components, groups=None):
    return statistics_of(list(fold_sums(folds(x, y, order, signal, groups), components)))


def test_all_pairings_at_once_agree_with_refitting_each(hard, signal, pair):
    p = pair(*hard, signal, draws=30)
    found = cca(p, components=4, curve=[]).values
    kept = (found["components_source"], found["components_recording"])
    for draw, order in enumerate(p.orders):
        plain = plain_cca(p.x, p.y, order, signal, kept)
        assert {name: found[name][draw] for name in plain} == pytest.approx(plain, abs=1e-8)


def test_halves_of_a_real_population_agree_with_refitting(real_halves, signal, pair):
    p = pair(*real_halves, signal, draws=3)
    found = cca(p, components=10, curve=[]).values
    for draw, order in enumerate(p.orders):
        plain = plain_cca(p.x, p.y, order, signal, (10, 10))
        assert {name: found[name][draw] for name in plain} == pytest.approx(plain, abs=1e-8)


def test_groups_of_conditions_are_left_out_together(smooth, signal, pair, grouped):
    p = grouped(smooth(1, conditions=9), smooth(2, conditions=9), signal)
    found = cca(p, components=3, curve=[]).values
    for draw, order in enumerate(p.orders):
        plain = plain_cca(p.x, p.y, order, signal, (3, 3), p.groups)
        assert {name: found[name][draw] for name in plain} == pytest.approx(plain, abs=1e-8)
    alone = cca(pair(p.x, p.y, signal, draws=0), components=3, curve=[]).values
    assert alone["mean"][0] != pytest.approx(found["mean"][0], abs=1e-3)


def test_left_out_trials_are_tested_on_averages_of_all_conditions(smooth, signal, pair, split):
    p = split(pair(smooth(1), smooth(1) + smooth(2), signal, draws=5))
    found = cca(p, components=3, curve=[]).values
    for draw, order in enumerate(p.orders):
        plain = statistics_of(list(fold_sums(split_folds(p.splits, order, signal), (3, 3))))
        assert {name: found[name][draw] for name in plain} == pytest.approx(plain, abs=1e-8)


def test_a_point_of_the_curve_is_the_mean_with_that_number_of_components(hard, signal, pair):
    p = pair(*hard, signal, draws=5)
    found = cca(p, components=4, curve=[1, 2, 4]).values
    assert list(found)[3:6] == ["mean_of_1", "mean_of_2", "mean_of_4"]
    for count in (1, 2, 4):
        alone = cca(p, components=count, curve=[]).values["mean"]
        assert found[f"mean_of_{count}"] == pytest.approx(alone, abs=1e-8)


@pytest.mark.parametrize("curve", [[0], [5], [2, 9]])
def test_the_curve_stays_within_the_components(curve, smooth, pair):
    with pytest.raises(BadOption, match="wanted numbers of components from 1 to 4"):
        cca(pair(smooth(1), smooth(2)), components=4, curve=curve)


def test_statistics_without_each_fold_are_those_of_the_other_folds(smooth, signal, pair):
    p = pair(smooth(1), smooth(1) + smooth(2), signal, draws=3)
    sums = list(fold_sums(folds(p.x, p.y, p.orders[0], signal), (3, 3)))
    rounds = [statistics_of(sums[:k] + sums[k + 1 :]) for k in range(len(sums))]
    plain = {name: np.array([r[name] for r in rounds]) for name in rounds[0]}
    found = cca(p, components=3, curve=[]).deleted
    assert found.keys() == plain.keys()
    assert all(found[name] == pytest.approx(plain[name], abs=1e-8) for name in plain)


def test_the_algorithms_for_few_and_many_pairings_agree(smooth, signal, pair):
    many = pair(smooth(1), smooth(2), signal, draws=200)
    few = pair(smooth(1), smooth(2), signal, draws=0)
    assert len(few.orders) == 1
    values = [cca(p, components=3, curve=[]).values["mean"][0] for p in (few, many)]
    assert values[0] == pytest.approx(values[1], abs=1e-12)


def test_invertible_maps_have_no_effect_only_if_all_components_are_used(smooth, signal, pair):
    x, y, mix = smooth(1), smooth(2), np.random.default_rng(0).standard_normal((8, 8))
    whole, part = (
        [cca(pair(a, y, signal), components=k, curve=[]).values["mean"] for a in (x, x @ mix)] for k in (8, 3)
    )
    assert whole[0] == pytest.approx(whole[1], abs=1e-8)
    assert part[0] != pytest.approx(part[1], abs=1e-3)


def test_mean_and_first_are_symmetric(smooth, signal, pair):
    p, q = (pair(a, b, signal, draws=0) for a, b in ((smooth(1), smooth(2)), (smooth(2), smooth(1))))
    forth, back = (cca(side, components=4, curve=[]).values for side in (p, q))
    assert forth["mean"] == pytest.approx(back["mean"], abs=1e-10)
    assert forth["first"] == pytest.approx(back["first"], abs=1e-10)


@settings(deadline=None, max_examples=10, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), kind=st.sampled_from(["removed", "kept"]))
def test_the_mean_is_invariant_to_rotation_translation_and_scale(seed, kind, smooth, pair):
    rng = np.random.default_rng(seed)
    x, y = smooth(seed), smooth(seed + 1)
    turn = np.linalg.qr(rng.standard_normal((8, 8)))[0]
    moved = 3.0 * x @ turn + rng.standard_normal(8)
    found = [cca(pair(a, y, kind, draws=3), components=3, curve=[]).values["mean"] for a in (x, moved)]
    assert found[0] == pytest.approx(found[1], abs=1e-9)


def test_independent_activities_score_about_0_but_high_in_sample(smooth, pair):
    from rnncompare.similarity.cca_in_sample import cca_in_sample

    pairs = [pair(smooth(2 * k), smooth(2 * k + 1), draws=0) for k in range(20)]
    assert abs(np.mean([cca(p, components=4, curve=[]).values["mean"] for p in pairs])) < 0.1
    assert np.mean([cca_in_sample(p, components=4)["first"] for p in pairs]) > 0.5


def test_permuting_the_recording_equals_permuting_the_pairing(smooth, signal, pair):
    p = pair(smooth(1), smooth(1) + smooth(2), signal, draws=10)
    moved = pair(p.x, p.y[p.orders[3]], signal, draws=0)
    assert cca(moved, components=3, curve=[]).values["mean"][0] == pytest.approx(
        cca(p, components=3, curve=[]).values["mean"][3], abs=1e-10
    )


def test_left_out_trials_equal_to_the_training_mean_are_refused(smooth, pair, split):
    p = split(pair(smooth(1), smooth(2), draws=0))
    still = p.splits.x_training.mean(axis=1, keepdims=True) + 0 * p.splits.x_left_out
    with pytest.raises(BadActivity, match="source: found left-out data that equal"):
        cca(replace(p, splits=p.splits._replace(x_left_out=still)), components=3, curve=[])
