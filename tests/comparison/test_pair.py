"""An invalid pair of activities is refused when it is made, with a message, and values are checked only once."""

from itertools import product

import numpy as np
import pytest
from similarity.conftest import make_smooth

from rnncompare.activity import BadActivity
from rnncompare.comparison import pair_checks
from rnncompare.comparison.evaluation import evaluate, from_recording, with_recording, with_units
from rnncompare.comparison.pair import Pair, Splits, Trials
from rnncompare.plugins import BadOption

X, Y = make_smooth(1), make_smooth(2, units=5)  # 6 conditions x 25 times
TRUE = np.arange(6)


def pair(x=X, y=Y, orders=TRUE[None], signal="removed", **more):
    return Pair(x, y, orders, signal, **more)


def with_value(data, value):
    changed = data.copy()
    changed[2, 3, 1] = value
    return changed


SIDES = {
    "axes swapped": (Y.swapaxes(0, 1), "6 conditions x 25 times and 25 conditions x 6 times, wanted the same"),
    "two conditions more": (np.concatenate([Y, Y[:2]]), "25 times and 8 conditions x 25 times, wanted the same"),
    "a time less": (Y[:, 1:], "6 conditions x 25 times and 6 conditions x 24 times, wanted the same"),
    "one average": (Y[0], r"found shape \(25, 5\), wanted \(condition, time, unit\) with at least one of each"),
    "no unit": (Y[..., :0], r"found shape \(6, 25, 0\), wanted \(condition, time, unit\) with at least one of each"),
    "NaN": (with_value(Y, np.nan), r"recording: found 1 of 750 values NaN or infinite, the first at \(2, 3, 1\)"),
    "infinite": (with_value(Y, np.inf), "recording: found 1 of 750 values NaN or infinite"),
    "single precision with NaN": (with_value(Y, np.nan).astype(np.float32), "found 1 of 750 values NaN or infinite"),
    "too large": (Y * 1e40, r"found values up to \d.*e\+4\d, wanted the largest between 1e-30 and 1e\+30"),
    "too small": (Y * 1e-40, r"found values up to \d.*e-(39|40), wanted the largest between 1e-30 and 1e\+30"),
    "masked": (np.ma.masked_greater(Y, np.sort(Y.ravel())[-3]), "found 2 of 750 values NaN or infinite"),
    "complex": (Y + 0j, "found values of type complex128, wanted real numbers"),
    "text": (Y.astype(str), "found values of type <U.*, wanted real numbers"),
    "objects": (Y.astype(object), "found values of type object, wanted real numbers"),
}


@pytest.mark.parametrize("kind", SIDES)
def test_an_invalid_or_unmatched_activity_is_refused_on_either_side(kind):
    wrong, words = SIDES[kind]
    with pytest.raises(BadActivity, match=words):
        pair(y=wrong)
    with pytest.raises(BadActivity):
        pair(x=wrong)


ORDERS = {
    "six of eight conditions": (np.arange(4)[None], r"found orders of shape \(1, 4\), wanted \(draw, 6\)"),
    "a single order": (TRUE, r"found orders of shape \(6,\), wanted \(draw, 6\)"),
    "none": (np.empty((0, 6), dtype=int), r"found orders of shape \(0, 6\)"),
    "repeated": ([TRUE, [0, 0, 2, 3, 4, 5]], r"found 1 of 2 orders .* first at draw 1 \(\[0, 0, 2, 3, 4, 5\]\)"),
    "out of range": ([[1, 2, 3, 4, 5, 6]], "found 1 of 1 orders that do not contain each of 6 conditions once"),
    "negative": ([[-1, 0, 1, 2, 3, 4]], "found 1 of 1 orders that do not contain each"),
    "floating point": ([TRUE * 1.0], "found orders of type float64, wanted integers"),
    "boolean": ([TRUE > 2], "found orders of type bool, wanted integers"),
}


@pytest.mark.parametrize("kind", ORDERS)
def test_orders_that_are_not_permutations_of_all_conditions_are_refused(kind):
    orders, words = ORDERS[kind]
    with pytest.raises(BadActivity, match=words):
        pair(orders=np.array(orders))


def test_trials_folds_and_groups_of_another_shape_are_refused():
    rate = np.repeat(Y, 2, axis=0)
    condition = np.repeat(TRUE, 2)
    with pytest.raises(BadActivity, match=r"trials of the recording of shape \(12, 25, 4\) .* wanted \(trial, 25, 5\)"):
        pair(y_trials=Trials(rate[..., :4], condition))
    with pytest.raises(
        BadActivity, match=r"found trials of the recording with conditions \[1, 2, .*\], wanted .* 0 to 5"
    ):
        pair(y_trials=Trials(rate, condition + 1))
    with pytest.raises(BadActivity, match="trials of the recording: found 1 of 1500 values NaN or infinite"):
        pair(y_trials=Trials(with_value(rate, np.nan), condition))
    parts = [np.repeat(side[None], 3, axis=0) for side in (X, X, Y, Y)]
    with pytest.raises(BadActivity, match=r"found y_left_out of splits of shape \(3, 5, 25, 5\)"):
        pair(splits=Splits(*parts[:3], parts[3][:, 1:]))
    with pytest.raises(BadActivity, match="the same number of folds in each"):
        pair(splits=Splits(*parts[:3], parts[3][1:]))
    with pytest.raises(BadActivity, match="x_training of splits: found 8 of 3600 values NaN or infinite"):
        pair(splits=Splits(with_value(parts[0], np.inf), *parts[1:]))
    with pytest.raises(BadActivity, match=r"found groups of shape \(5,\), wanted one for each of 6"):
        pair(groups=np.arange(5))
    with pytest.raises(BadOption, match="found condition_independent 'mean', wanted removed or kept"):
        pair(signal="mean")


@pytest.mark.parametrize("kind", [np.int16, np.uint8, np.float16, np.longdouble, ">f8", bool])
def test_other_numeric_types_are_converted_to_double_precision(kind):
    whole = (10 * X).round().clip(0, 200).astype(kind)
    found = pair(x=whole)
    assert found.x.dtype == float
    np.testing.assert_array_equal(found.x, whole.astype(float))


def test_floating_point_sides_are_not_copied_even_if_read_only_or_of_single_precision():
    x, y = X.astype(np.float32), Y[:, ::-1]
    y.flags.writeable = False
    found = pair(x=x, y=y)
    assert found.x is x and found.y is y and x.flags.writeable


def test_the_shape_and_values_of_a_replaced_side_are_checked():
    made = pair(y_trials=Trials(np.repeat(Y, 2, axis=0), np.repeat(TRUE, 2)))
    wrongs = (Y[:5], r"found a replacement of the .* of shape \(5, 25, 5\)"), (with_value(Y, np.nan), "NaN")
    for stand_in, (wrong, words) in product((with_recording, from_recording), wrongs):
        with pytest.raises(BadActivity, match=words):
            stand_in(made, wrong)


def test_values_are_not_checked_again_in_pairs_derived_from_a_pair(monkeypatch):
    made = pair(orders=np.array([TRUE, TRUE[::-1]]))
    monkeypatch.setattr(pair_checks, "check_values", None)
    assert made.true_pairing().orders.tolist() == [TRUE.tolist()]
    assert made.without(2).x.shape == (5, 25, 8)
    assert with_units(made, Y[..., [0, 0]], np.array([0, 0])).y.shape[-1] == 2


def test_one_condition_cannot_be_left_out():
    with pytest.raises(BadActivity, match="leave-one-condition-out: found 1 condition, wanted at least 2"):
        pair(X[:1], Y[:1], np.zeros((1, 1), dtype=int)).without(0)


def test_a_statistic_of_another_length_than_the_pairings_is_refused():
    def short(pair):
        return {"few": np.zeros(2)}

    with pytest.raises(ValueError, match=r"short: found few of shape \(2,\), wanted one number for each of 3 pairings"):
        evaluate(short, pair(orders=np.array([TRUE] * 3)))
