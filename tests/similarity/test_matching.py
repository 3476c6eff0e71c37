import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from support.slow import (
    correlations,
    folds,
    matched_correlation,
    split_folds,
    weights_by_linear_programming,
)

from rnncompare.activity import BadActivity
from rnncompare.crossvalidation import unit_products
from rnncompare.plugins import BadOption
from rnncompare.similarity.matching import matching


def assigned(values):
    weights = np.zeros(values.shape)
    weights[linear_sum_assignment(-values)] = 1 / min(values.shape)
    return weights


PLAIN = {"soft": weights_by_linear_programming, "one_to_one": assigned}
both_ways = pytest.mark.parametrize("match", PLAIN)


def first(p, name="correlation", match="soft"):
    return matching(p, match=match).values[name][0]


def flat(p, order):
    x, y = p.centred()
    return [side.reshape(-1, side.shape[-1]) for side in (x, y[order])]


@both_ways
def test_every_pairing_agrees_with_single_pairs_of_units_matched_by_scipy(hard, signal, pair, match):
    p = pair(*hard, signal)
    found = matching(p, match=match).values
    for draw, order in enumerate(p.orders):
        plain = matched_correlation(folds(p.x, p.y, order, signal), PLAIN[match])
        assert found["correlation"][draw] == pytest.approx(plain, abs=1e-8)
        values = correlations(*flat(p, order))
        assert found["correlation_in_sample"][draw] == pytest.approx((PLAIN[match](values) * values).sum(), abs=1e-8)


@both_ways
def test_left_out_groups_agree_with_single_pairs_of_units(smooth, signal, grouped, match):
    p = grouped(smooth(1, conditions=9, units=5), smooth(1, conditions=9, units=5)[..., :4], signal)
    found = matching(p, match=match).values["correlation"]
    for draw, order in enumerate(p.orders):
        plain = matched_correlation(folds(p.x, p.y, order, signal, p.groups), PLAIN[match])
        assert found[draw] == pytest.approx(plain, abs=1e-8)


@both_ways
def test_left_out_trials_agree_with_single_pairs_of_units(smooth, signal, pair, split, match):
    p = split(pair(smooth(1, units=5), smooth(1, units=5)[..., :4], signal, draws=12))
    found = matching(p, match=match).values["correlation"]
    for draw, order in enumerate(p.orders):
        plain = matched_correlation(split_folds(p.splits, order, signal), PLAIN[match])
        assert found[draw] == pytest.approx(plain, abs=1e-8)


def test_halves_of_a_real_recording_agree_with_single_pairs_of_units(real_halves, signal, pair):
    x, y = real_halves
    p = pair(x[..., :24], y[..., :20], signal, draws=1)
    for draw, order in enumerate(p.orders):
        plain = matched_correlation(folds(p.x, p.y, order, signal), weights_by_linear_programming)
        assert matching(p, match="soft").values["correlation"][draw] == pytest.approx(plain, abs=1e-8)


def test_products_that_do_not_fit_into_a_table_give_the_same_scores(smooth, signal, pair, grouped, monkeypatch):
    x, y = smooth(1, conditions=9), smooth(2, conditions=9, units=6)
    pairs = [pair(x, y, signal), grouped(x, y, signal)]
    before = [matching(p, match="soft").values["correlation"] for p in pairs]
    monkeypatch.setattr(unit_products, "TABLE", 0)
    for p, values in zip(pairs, before, strict=True):
        assert matching(p, match="soft").values["correlation"] == pytest.approx(values, abs=1e-12)


@both_ways
def test_reordered_units_with_other_gains_and_baselines_have_a_correlation_of_1(smooth, signal, pair, match):
    x, rng = smooth(1), np.random.default_rng(0)
    y = x[..., rng.permutation(8)] * rng.uniform(0.1, 10, 8) + rng.standard_normal(8)
    for name in ("correlation", "correlation_in_sample"):
        assert first(pair(x, y, signal, draws=0), name, match) == pytest.approx(1.0, abs=1e-10)


@both_ways
def test_the_larger_a_rotation_the_lower_the_correlation(smooth, signal, pair, match):
    """Units are turned in pairs by up to 45 degrees, after which each is matched equally with two."""
    x = smooth(1)
    x /= x.std(axis=(0, 1))
    found = []
    for angle in np.radians([0, 15, 30, 45]):
        turn = np.kron(np.eye(4), [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        found.append(first(pair(x, x @ turn, signal, draws=0), match=match))
    assert (np.diff(found) < -0.01).all() and found[-1] < 0.85


def test_copies_of_all_units_do_not_change_the_soft_matching(smooth, signal, pair):
    x, y = smooth(1), smooth(1) + smooth(2)
    for name in ("correlation", "correlation_in_sample"):
        wanted = first(pair(x, y, signal, draws=0), name)
        for copied in ((np.tile(x, 2), y), (x, np.tile(y, 3)), (np.tile(x, 3), np.tile(y, 2))):
            assert first(pair(*copied, signal, draws=0), name) == pytest.approx(wanted, abs=1e-10)


def test_only_soft_matching_is_lowered_by_units_of_one_side_that_the_other_does_not_have(smooth, signal, pair):
    x = smooth(1)
    y = np.concatenate([x, smooth(2)], axis=-1)
    assert first(pair(x, y, signal, draws=0), match="one_to_one") == pytest.approx(1.0, abs=1e-10)
    assert first(pair(x, y, signal, draws=0), match="soft") < 0.9


def test_both_ways_of_matching_are_the_same_for_equal_numbers_of_units(smooth, signal, pair):
    p = pair(smooth(1), smooth(2), signal)
    soft, single = (matching(p, match=match).values for match in ("soft", "one_to_one"))
    assert {name: list(values) for name, values in soft.items()} == {name: list(v) for name, v in single.items()}


@both_ways
def test_swapped_sides_have_the_same_correlations(hard, signal, pair, match):
    for name in ("correlation", "correlation_in_sample"):
        there, back = (first(pair(*sides, signal, draws=0), name, match) for sides in (hard, hard[::-1]))
        assert there == pytest.approx(back, abs=1e-10)


@both_ways
def test_units_that_never_vary_have_no_effect(smooth, signal, pair, match):
    x, y = smooth(1), smooth(1) + smooth(2)
    constant = np.ones((*x.shape[:2], 3)) * [0.0, 1.0, 1e6]
    for name in ("correlation", "correlation_in_sample"):
        wanted = first(pair(x, y, signal, draws=0), name, match)
        padded = first(pair(np.concatenate([constant, x], axis=-1), y, signal, draws=0), name, match)
        assert padded == pytest.approx(wanted, abs=1e-10)


def test_with_the_signal_removed_units_with_the_same_course_in_all_conditions_have_no_effect(smooth, pair):
    x, y = smooth(1), smooth(1) + smooth(2)
    course = np.broadcast_to(np.sin(np.arange(25))[:, None], (*x.shape[:2], 1))
    wanted = first(pair(x, y, draws=0))
    assert first(pair(np.concatenate([x, course], axis=-1), y, draws=0)) == pytest.approx(wanted, abs=1e-10)


@both_ways
def test_the_order_of_units_that_respond_in_the_same_single_condition_has_no_effect(smooth, signal, pair, match):
    """Without that condition they do not vary and correlate with no unit, so that every match would be as good."""
    x, y = smooth(1), smooth(1, units=8)[..., :7] + smooth(2, units=7)
    x[1:, :, :3] = y[1:, :, :2] = 1.0
    for name in ("correlation", "correlation_in_sample"):
        there, back = (
            first(pair(*sides, signal, draws=0), name, match) for sides in ((x, y), (x[..., ::-1], y[..., ::-1]))
        )
        assert there == pytest.approx(back, abs=1e-10)
    assert first(pair(x, x[..., ::-1], signal, draws=0), match=match) == pytest.approx(1.0, abs=1e-10)


def test_the_soft_matching_distance_in_sample_satisfies_the_triangle_inequality(smooth, signal, pair):
    """Khosla and Williams 2024, for units with unit variance and different numbers of units."""
    for seed in range(10):
        x, y, z = (
            smooth(seed + 100 * k, units=n) + smooth(seed, units=9)[..., :n] for k, n in ((1, 5), (2, 7), (3, 9))
        )
        xy, yz, xz = (
            np.sqrt(2 - 2 * first(pair(*sides, signal, draws=0), "correlation_in_sample"))
            for sides in ((x, y), (y, z), (x, z))
        )
        assert xz <= xy + yz + 1e-9


def test_in_sample_correlations_of_independent_units_increase_with_their_number_and_held_out_ones_do_not(smooth, pair):
    found = np.array(
        [
            [
                [first(pair(smooth(k, units=n), smooth(k + 99, units=n), draws=0), name) for k in range(12)]
                for n in (4, 30)
            ]
            for name in ("correlation", "correlation_in_sample")
        ]
    ).mean(axis=2)
    assert np.abs(found[0]).max() < 0.1
    assert found[1, 0] > 0.1 and found[1, 1] > found[1, 0] + 0.1


def test_the_correlation_without_each_fold_has_unchanged_matches(smooth, signal, pair):
    """With two identical populations the matches are the identity, so that sums over folds can be added by hand."""
    x = smooth(1)
    y = x + 0.1 * smooth(2)
    parts = list(folds(x, y, np.arange(6), signal))
    x_size, y_size = (sum((part[i] ** 2).sum(axis=0) for part in parts) for i in (1, 3))
    sums = np.array(
        [
            [(a * b / np.sqrt(x_size * y_size)).sum(), (a**2 / x_size).sum(), (b**2 / y_size).sum()]
            for _, a, _, b in parts
        ]
    )
    deleted = sums.sum(axis=0) - sums
    wanted = deleted[:, 0] / np.sqrt(deleted[:, 1] * deleted[:, 2])
    found = matching(pair(x, y, signal), match="soft").deleted
    assert found.keys() == {"correlation"} and found["correlation"] == pytest.approx(wanted, rel=1e-9)


def test_a_side_without_units_that_vary_and_an_unknown_way_are_refused(smooth, pair):
    flat = np.ones((6, 25, 4))
    with pytest.raises(BadActivity, match="recording: found no unit that varies on left-out data, wanted at least one"):
        matching(pair(smooth(1), flat), match="soft")
    with pytest.raises(BadOption, match="matching: found match 'hard', wanted soft or one_to_one"):
        matching(pair(smooth(1), smooth(2)), match="hard")
