import tracemalloc

import numpy as np
import pytest
from support.slow import folds as plain_folds
from support.slow import principal_axes

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Pair, Splits
from rnncompare.comparison.permutations import condition_orders
from rnncompare.crossvalidation import fold_products, pairings, projection
from rnncompare.crossvalidation.folds import folds_of
from rnncompare.crossvalidation.held_out import held_out, in_sample, scores
from rnncompare.crossvalidation.pairings import paired_products
from rnncompare.crossvalidation.projection import coordinates, projections

GROUPS = {
    "alone": np.arange(8),
    "in threes and twos": np.array([4, 0, 1, 1, 0, 4, 0, 4]),
    "neighbours": np.arange(8) // 2,
}


@pytest.fixture(params=["removed", "kept"])
def signal(request):
    return request.param


@pytest.fixture(params=GROUPS)
def groups(request):
    return GROUPS[request.param]


def orders_of(groups, draws, seed=0):
    """The true order and random orders that map whole groups to whole groups of the same size."""
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(groups == g) for g in np.unique(groups)]
    orders = [np.arange(len(groups))]
    for _ in range(draws):
        order = np.empty(len(groups), dtype=int)
        for size in {len(m) for m in members}:
            alike = [k for k, m in enumerate(members) if len(m) == size]
            for k, to in zip(alike, rng.permutation(alike), strict=True):
                order[members[k]] = rng.permutation(members[to])
        orders.append(order)
    return np.array(orders)


def make_pair(x, y, signal, groups, draws=20):
    return Pair(x, y, orders_of(groups, draws), signal, groups=groups)


def test_each_fold_leaves_out_a_group_together_with_its_partner(groups):
    p = make_pair(np.zeros((8, 3, 2)), np.zeros((8, 3, 2)), "removed", groups)
    folds = folds_of(p)
    for fold, (training, left_out) in enumerate(zip(folds.training, folds.left_out, strict=True)):
        assert len(set(groups[left_out])) == 1
        assert sorted([*training, *left_out]) == list(range(8))
        for draw, order in enumerate(p.orders):
            assert sorted(order[left_out]) == sorted(folds.left_out[folds.partners[draw, fold]])


def test_orders_that_separate_a_group_and_a_single_group_are_refused():
    data, order = np.zeros((4, 3, 2)), np.array([[0, 2, 1, 3]])
    with pytest.raises(
        ValueError, match="orders: found one that maps conditions that are left out together to different"
    ):
        folds_of(Pair(data, data, order, "removed", groups=np.array([0, 0, 1, 1])))
    with pytest.raises(BadActivity, match="found 4 conditions in 1 group, wanted at least 2 groups"):
        folds_of(Pair(data, data, order, "removed", groups=np.zeros(4, dtype=int)))


def test_the_projection_does_not_depend_on_left_out_conditions(signal, groups, made_up):
    data = made_up(1).rate.values
    other, out = data.copy(), groups == groups[3]
    other[out] = made_up(2).rate.values[out] * 100
    p = make_pair(data, other, signal, groups)
    folds = folds_of(p)
    fold = next(k for k, rows in enumerate(folds.left_out) if 3 in rows)
    x, y = projections(p, folds, 4)
    first, second = (coordinates(side)[fold][folds.training[fold]] for side in (x, y))
    assert abs(first) == pytest.approx(abs(second), abs=1e-7)
    assert x.variance[fold] == pytest.approx(y.variance[fold], rel=1e-7)
    assert x.variance[fold - 1] != pytest.approx(y.variance[fold - 1])


def test_the_projection_equals_a_decomposition_of_each_training_set(signal, groups, made_up):
    data = made_up(1).rate.values
    p = make_pair(data, data, signal, groups, draws=0)
    found = projections(p, folds_of(p), 4)[0]
    held = whole = 0.0
    for fold, (train, test, _, _) in enumerate(plain_folds(data, data.copy(), range(8), signal, groups)):
        axes = principal_axes(train, 4)
        assert abs(found.left_out[fold].reshape(-1, 4)) == pytest.approx(abs(test @ axes), abs=1e-8)
        assert found.variance[fold] == pytest.approx(((train @ axes) ** 2).sum(axis=0))
        assert found.power[fold] == pytest.approx((test**2).sum(axis=0))
        held, whole = held + ((test @ axes) ** 2).sum(), whole + (test**2).sum()
    assert found.variance_explained == pytest.approx(held / whole)


def test_all_algorithms_for_sums_of_products_agree(made_up, monkeypatch):
    a, b = made_up(1).rate.values, made_up(2, units=7).rate.values
    orders = condition_orders(8, permutations=30, seed=0)
    plain = np.array([np.einsum("ctk,ctl->kl", a, b[order]) for order in orders])
    assert paired_products(a, b, orders) == pytest.approx(plain)
    assert paired_products(a, b, orders[:5]) == pytest.approx(plain[:5])
    assert paired_products(a, b, orders, then=lambda m: m.sum(axis=(1, 2))) == pytest.approx(plain.sum(axis=(1, 2)))
    about = b.mean(axis=0)
    less = plain - np.einsum("ctk,tl->kl", a, about)
    for limit in (2**30, 50, 1):  # everything in one batch, and small batches
        for name in ("TABLE", "NEAR", "MANY"):
            monkeypatch.setattr(pairings, name, limit)
        assert paired_products(a, b, orders) == pytest.approx(plain)
        for few in (orders, orders[:5]):
            total = pairings.paired_totals(a, b, few, about)
            assert np.moveaxis(total, 1, 0) == pytest.approx(less[: len(few)])


@pytest.mark.parametrize("fall", [0, 4])
def test_both_algorithms_for_training_products_agree(signal, groups, fall, made_up):
    """Also relative to the size of the components, down to 1e-8 of the variance of the first."""
    x, y = (made_up(k, units=12).rate.values * np.logspace(0, -fall, 12) for k in (1, 2))
    p = make_pair(x, y, signal, groups)
    folds = folds_of(p)
    x, y = projections(p, folds, 12)
    size = np.sqrt(x.variance[:, None, :, None] * y.variance[folds.partners.T][:, :, None, :])
    ways = [way(x, y, folds, p.orders) / size for way in (fold_products.directly, fold_products.through_totals)]
    assert ways[0] == pytest.approx(ways[1], abs=1e-8)
    assert abs(ways[0]).max() > 0.1


def moments_of(p):
    return held_out(
        p, components=3, fit=lambda train: train, sums=lambda train, test: {
            "train": (train.xy**2).sum(axis=(-1, -2)), "test": (test.xy**2).sum(axis=(-1, -2)),
            "yy": np.trace(train.yy, axis1=-1, axis2=-2), "test_yy": np.trace(test.yy, axis1=-1, axis2=-2),
        }, finish=lambda sums: sums
    )  # fmt: skip


@pytest.mark.parametrize("batch", [1, 2**19])
def test_training_and_test_moments_equal_sums_over_samples(signal, groups, batch, made_up, monkeypatch):
    monkeypatch.setattr("rnncompare.crossvalidation.held_out.BATCH", batch)
    p = make_pair(made_up(1, units=3).rate.values, made_up(2, units=3).rate.values, signal, groups, draws=10)
    found = moments_of(p).values
    for draw, order in enumerate(p.orders):
        plain = np.zeros(4)
        for a, b, c, d in plain_folds(p.x, p.y, order, signal, groups):
            plain += [((a.T @ c) ** 2).sum(), ((b.T @ d) ** 2).sum(), (c**2).sum(), (d**2).sum()]
        assert [found[k][draw] for k in ("train", "test", "yy", "test_yy")] == pytest.approx(plain)
    used = {k: found[k] for k in ("components_source", "components_recording", "variance_explained_recording")}
    assert used == {
        "components_source": 3,
        "components_recording": 3,
        "variance_explained_recording": pytest.approx(1.0),
    }


def test_the_sums_of_each_fold_of_the_true_pairing_are_left_out_in_turn():
    each = {"part": np.array([1.0, 2.0, 4.0]), "whole": np.array([2.0, 3.0, 7.0])}
    total = {"part": np.array([7.0, 0.0]), "whole": np.array([12.0])}
    found = scores(total, each, lambda sums: {"ratio": sums["part"] / sums["whole"]}, {"used": 3})
    assert found.values["ratio"] == pytest.approx([7 / 12, 0.0])
    assert found.values["used"] == 3
    assert found.deleted == {"ratio": pytest.approx([6 / 10, 5 / 9, 3 / 5])}
    assert found.alone == {"ratio": pytest.approx([1 / 2, 2 / 3, 4 / 7])}


def test_a_statistic_that_is_not_finite_without_a_fold_is_not_given_without_it():
    each, total = {"part": np.array([1.0, 2.0])}, {"part": np.array([3.0])}
    found = scores(total, each, lambda sums: {"log": np.where(sums["part"] > 2, sums["part"], np.inf)}, {})
    assert found.deleted == {}


def test_a_fold_without_a_statistic_of_its_own_has_none_and_the_others_keep_theirs():
    each, total = {"part": np.array([1.0, 2.0])}, {"part": np.array([3.0])}
    found = scores(total, each, lambda sums: {"log": np.where(sums["part"] > 1, sums["part"], np.inf)}, {})
    assert found.alone["log"].tolist() == pytest.approx([np.nan, 2.0], nan_ok=True)


def test_a_unit_that_is_active_in_one_condition_only_is_refused(made_up):
    data = np.zeros((8, 40, 1))
    data[2] = made_up(1, units=1).rate.values[2]
    p = make_pair(data, made_up(1).rate.values, "removed", GROUPS["alone"])
    with pytest.raises(
        BadActivity, match="source: found no variance in the conditions that remain when one is left out"
    ):
        projections(p, folds_of(p), 3)


def test_training_trials_that_are_equal_in_all_conditions_are_refused(made_up):
    data = made_up(1).rate.values
    flat = np.broadcast_to(data[:1], data.shape)
    p = Pair(
        data, data, np.arange(8)[None], "removed", splits=Splits(*(np.stack([s] * 2) for s in (data, data, flat, data)))
    )
    with pytest.raises(BadActivity, match="recording: found no variance in the training trials, wanted some"):
        projections(p, folds_of(p), 3)


def test_a_component_must_exist_in_every_training_set(made_up):
    data = made_up(1, units=3).rate.values
    data[np.arange(8) != 2, :, 2] = 0.0  # without condition 2, this unit has no variance
    p = make_pair(data, data, "removed", GROUPS["alone"], draws=0)
    assert projections(p, folds_of(p), 3)[0].variance.shape == (8, 2)


def test_single_precision_is_processed_in_parts_and_summed_in_double_precision(signal, monkeypatch):
    """The memory used is below half of the size of the inputs, so neither side is copied in double precision."""
    rng = np.random.default_rng(0)
    x, y = (rng.standard_normal((600, 20, 200), dtype=np.float32) for _ in range(2))
    p = make_pair(x, y, signal, np.arange(600) % 4, draws=3)
    monkeypatch.setattr(projection, "PART", 2**17)
    monkeypatch.setattr(pairings, "MANY", 2**17)
    tracemalloc.start()
    found = moments_of(p).values["train"]
    in_sample(p, components=3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.5 * (x.nbytes + y.nbytes)
    double = Pair(x.astype(float), y.astype(float), p.orders, signal, groups=p.groups)
    assert found == pytest.approx(moments_of(double).values["train"], rel=1e-9)
