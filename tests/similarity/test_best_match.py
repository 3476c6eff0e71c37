import numpy as np
import pytest
from support.slow import folds, matched_correlation, split_folds

from rnncompare.similarity.best_match import best_match
from rnncompare.similarity.matching import matching

WAYS = ["correlation_source_to_recording", "correlation_recording_to_source"]


def best_in_columns(values):
    weights = np.zeros(values.shape)
    for column, one in enumerate(values.T):
        weights[np.argmax(one), column] = 1 / values.shape[1]
    return weights


PLAIN = [best_in_columns, lambda values: best_in_columns(values.T).T]


def first(p):
    return [best_match(p).values[way][0] for way in WAYS]


def test_every_pairing_agrees_with_single_pairs_of_units(hard, signal, pair):
    p = pair(*hard, signal)
    found = best_match(p).values
    for draw, order in enumerate(p.orders):
        plain = [matched_correlation(folds(p.x, p.y, order, signal), way) for way in PLAIN]
        assert [found[way][draw] for way in WAYS] == pytest.approx(plain, abs=1e-8)


def test_left_out_groups_and_trials_agree_with_single_pairs_of_units(smooth, signal, pair, grouped, split):
    x, y = smooth(1, conditions=9), smooth(1, conditions=9)[..., :4] + smooth(2, conditions=9, units=4)
    groups, trials = grouped(x, y, signal), split(pair(x, y, signal))
    of_groups, of_trials = best_match(groups).values, best_match(trials).values
    for draw in range(5):
        parts = list(folds(x, y, groups.orders[draw], signal, groups.groups))
        plain = [matched_correlation(parts, way) for way in PLAIN]
        assert [of_groups[way][draw] for way in WAYS] == pytest.approx(plain, abs=1e-8)
        plain = [matched_correlation(split_folds(trials.splits, trials.orders[draw], signal), way) for way in PLAIN]
        assert [of_trials[way][draw] for way in WAYS] == pytest.approx(plain, abs=1e-8)


def test_a_subset_of_the_units_of_the_source_is_matched_perfectly_but_not_vice_versa(smooth, signal, pair):
    x = smooth(1)
    there, back = first(pair(x, 3 * x[..., [4, 1]] + 2, signal, draws=0))
    assert there == pytest.approx(1.0, abs=1e-10) and back < 0.9


def test_a_source_with_few_kinds_of_units_is_distinguished_by_matching_only(smooth, signal, pair):
    """The recording has four kinds of units once each; the source has one of them five times."""
    y = smooth(1, units=4)
    x = y[..., [0, 1, 2, 3, 0, 0, 0, 0]]
    assert first(pair(x, y, signal, draws=0)) == pytest.approx([1.0, 1.0], abs=1e-10)
    assert matching(pair(x, y, signal, draws=0), match="soft").values["correlation"][0] < 0.9


def test_the_two_directions_are_exchanged_when_sides_are_swapped(hard, signal, pair):
    there, back = (first(pair(*sides, signal, draws=0)) for sides in (hard, hard[::-1]))
    assert there == pytest.approx(back[::-1], abs=1e-10)


def test_the_order_of_units_that_respond_in_the_same_single_condition_has_no_effect(smooth, signal, pair):
    x, y = smooth(1), smooth(1)[..., :7] + smooth(2, units=7)
    x[1:, :, :3] = y[1:, :, :2] = 1.0
    there, back = (first(pair(*sides, signal, draws=0)) for sides in ((x, y), (x[..., ::-1], y[..., ::-1])))
    assert there == pytest.approx(back, abs=1e-10)
