import numpy as np
import pytest
from slow import folds, principal_axes

from rnncompare.activity import BadActivity
from rnncompare.heldout import away, held_out, project
from rnncompare.nulls import condition_orders
from rnncompare.pair import Pair
from rnncompare.pairings import paired_products

SIGNALS = {"removed": (0,), "kept": (0, 1)}


@pytest.fixture(params=["removed", "kept"])
def signal(request):
    return request.param


def test_each_condition_about_the_mean_of_the_others(signal, made_up):
    data, axes = made_up(1).rate.values, SIGNALS[signal]
    found = away(data - data.mean(axis=axes, keepdims=True), axes)
    for c in range(8):
        assert found[c] == pytest.approx(data[c] - np.delete(data, c, axis=0).mean(axis=axes), abs=1e-12)


def test_projection_knows_nothing_of_the_condition_left_out(signal, made_up):
    data = made_up(1).rate.values
    other = data.copy()
    other[3] = made_up(2).rate.values[3] * 100
    first, second = (project(d, SIGNALS[signal], 4, "x") for d in (data, other))
    training = np.arange(8) != 3
    assert abs(first.coordinates[3, training]) == pytest.approx(abs(second.coordinates[3, training]), abs=1e-8)
    assert first.variance[3] == pytest.approx(second.variance[3])
    assert first.variance[2] != pytest.approx(second.variance[2])


def test_projection_equals_a_decomposition_of_each_training_set(signal, made_up):
    data = made_up(1).rate.values
    found = project(data, SIGNALS[signal], 4, "x")
    held = whole = 0.0
    for c, (train, test, _, _) in enumerate(folds(data, data.copy(), range(8), signal)):
        axes = principal_axes(train, 4)
        assert abs(found.coordinates[c, c]) == pytest.approx(abs(test @ axes), abs=1e-8)
        assert found.variance[c] == pytest.approx(((train @ axes) ** 2).sum(axis=0))
        held, whole = held + ((test @ axes) ** 2).sum(), whole + (test**2).sum()
    assert found.captured == pytest.approx(held / whole)


def test_both_ways_of_summing_products_are_the_same(made_up):
    a, b = made_up(1).rate.values, made_up(2, units=7).rate.values
    orders = condition_orders(8, permutations=30, seed=0)
    plain = [np.einsum("ctk,ctl->kl", a, b[order]) for order in orders]
    assert paired_products(a, b, orders) == pytest.approx(np.array(plain))
    assert paired_products(a, b, orders[:5]) == pytest.approx(np.array(plain[:5]))
    assert paired_products(a, b, orders, then=lambda m: m.sum(axis=(1, 2))) == pytest.approx(np.sum(plain, axis=(1, 2)))


def test_training_and_test_moments_are_those_of_the_samples(signal, made_up):
    x, y = made_up(1, units=3).rate.values, made_up(2, units=3).rate.values
    pair = Pair(x, y, condition_orders(8, permutations=10, seed=0), signal)
    sums, seen = held_out(
        pair, components=3, fit=lambda train: train, sums=lambda train, test: {
            "train": (train.xy**2).sum(axis=(-1, -2)), "test": (test.xy**2).sum(axis=(-1, -2)),
            "yy": np.trace(train.yy, axis1=-1, axis2=-2), "test_yy": np.trace(test.yy, axis1=-1, axis2=-2),
        })  # fmt: skip
    for draw, order in enumerate(pair.orders):
        plain = np.zeros(4)
        for a, b, c, d in folds(x, y, order, signal):
            plain += [((a.T @ c) ** 2).sum(), ((b.T @ d) ** 2).sum(), (c**2).sum(), (d**2).sum()]
        assert [sums[k][draw] for k in ("train", "test", "yy", "test_yy")] == pytest.approx(plain)
    assert seen == {"components_source": 3, "components_recording": 3, "captured_recording": pytest.approx(1.0)}


def test_a_unit_active_in_one_condition_only_gives_nothing_to_train_on(made_up):
    data = np.zeros((8, 40, 1))
    data[2] = made_up(1, units=1).rate.values[2]
    with pytest.raises(
        BadActivity, match="source: found a condition without which nothing varies, wanted some variance"
    ):
        project(data, (0,), 3, "source")


def test_a_component_must_exist_in_every_training_set(made_up):
    data = made_up(1, units=3).rate.values
    data[np.arange(8) != 2, :, 2] = 0.0  # this unit's component is gone without condition 2
    assert project(data, (0,), 3, "x").variance.shape == (8, 2)
