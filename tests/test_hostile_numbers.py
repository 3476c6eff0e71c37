"""Numbers that are hard on every measure, probe, surrogate and control: the right value or an error in words.

Members find themselves: a new file is tried without a new test.
"""

import warnings

import numpy as np
import pytest
from conftest import make_activity
from controls.test_contract import CONTROLS, made
from controls.test_contract import study as of_controls
from probes.test_contract import BEHAVIOUR, PROBES, rows, single_trials
from similarity.conftest import make_smooth
from similarity.test_contract import MEASURES, bound
from support.ranges import beyond
from surrogates.test_contract import SURROGATES
from surrogates.test_contract import made as surrogates

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.activity.precision import varies, without_large_offset
from rnncompare.comparison.evaluation import evaluate
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.pair import Pair
from rnncompare.comparison.permutations import condition_orders
from rnncompare.geometry.agreement import agreement
from rnncompare.geometry.noise_ceiling import noise_ceiling
from rnncompare.geometry.potent import gain
from rnncompare.geometry.tau import tau_a
from rnncompare.plugins import BadOption

X = make_smooth(1, units=6)
Y = X @ np.random.default_rng(0).standard_normal((6, 5)) / 3 + make_smooth(2, units=5)


def read_only(data):
    data = data.copy()
    data.flags.writeable = False
    return data


def levels(level):
    return lambda data: data + level * np.linspace(1, 2, data.shape[-1])


def single(data):
    return data.astype(np.float32)


SAME = {  # what is done to rates -> the same rates as far as they keep their digits, and how exactly
    "read only": (read_only, lambda d: d, 1e-12),
    "not contiguous": (np.asfortranarray, lambda d: d, 1e-9),
    "single precision": (single, lambda d: single(d).astype(float), 1e-5),
    "single precision, large": (lambda d: single(1e12 * d), lambda d: single(d).astype(float), 1e-4),
    "single precision, small": (lambda d: single(1e-12 * d), lambda d: single(d).astype(float), 1e-4),
    "a level of 1e6": (levels(1e6), lambda d: levels(1e6)(d) - levels(1e6)(0 * d), 1e-5),
    "a level of 1e9": (levels(1e9), lambda d: levels(1e9)(d) - levels(1e9)(0 * d), 1e-4),
    "small": (lambda d: 1e-12 * d, lambda d: d, 1e-6),
    "large": (lambda d: 1e12 * d, lambda d: d, 1e-6),
}
FLAT = {
    "one value": lambda d: np.full_like(d, 3.3),
    "a value for each unit": lambda d: np.full_like(d, 0.1) * np.arange(1, 1 + d.shape[-1]),
    "zero": lambda d: 0 * d,
}
FEW = {
    "one unit": lambda d: d[..., :1],
    "two times": lambda d: d[:, :2],
    "one time": lambda d: d[:, :1],
    "three conditions": lambda d: d[:3],
    "one condition": lambda d: d[:1],
    "repeated conditions": lambda d: d[[0, 0, 1, 1, 2, 2]],
    "a silent unit": lambda d: d * (np.arange(d.shape[-1]) > 0),
    "units repeated": lambda d: d[..., [0] * d.shape[-1]],
    "one condition alone differs": lambda d: np.concatenate([d[:1], np.repeat(d[1:2], len(d) - 1, 0)]),
}


def scores(name, x, y, signal="removed"):
    pair = Pair(x, y, condition_orders(len(x), permutations=4, seed=0), signal)
    return {statistic: np.ravel(v) for statistic, v in evaluate(bound(name), pair).values.items()}


@pytest.fixture(autouse=True)
def no_warning_of_numpy():
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        yield


@pytest.mark.parametrize("kind", [*SAME, "whole numbers"])
@pytest.mark.parametrize("name", MEASURES)
def test_the_same_rates_in_another_form_score_the_same(name, kind):
    def whole(data):
        return np.round(1000 * data).astype(int)

    change, same, exact = SAME.get(kind, (whole, lambda d: whole(d).astype(float), 1e-12))
    for signal in ("removed", "kept"):
        found, wanted = (scores(name, f(X), f(Y), signal) for f in (change, same))
        for statistic in wanted:
            np.testing.assert_allclose(found[statistic], wanted[statistic], atol=exact, err_msg=f"{statistic} {signal}")


@pytest.mark.parametrize("kind", FLAT)
@pytest.mark.parametrize("name", MEASURES)
def test_a_side_that_does_not_vary_has_no_score(name, kind):
    for signal in ("removed", "kept"):
        for x, y in ((FLAT[kind](X), Y), (X, FLAT[kind](Y))):
            with pytest.raises(BadActivity, match=r"found .*"):
                scores(name, x, y, signal)


@pytest.mark.parametrize("name", MEASURES)
def test_conditions_that_do_not_differ_have_no_score_without_what_they_share(name):
    with pytest.raises(BadActivity, match=r"found .*"):
        scores(name, np.repeat(X[:1], len(X), axis=0), Y)


@pytest.mark.parametrize("kind", FEW)
@pytest.mark.parametrize("name", MEASURES)
def test_of_little_there_is_a_score_within_its_bounds_or_an_error_in_words(name, kind):
    try:
        found = scores(name, FEW[kind](X), FEW[kind](Y))
    except BadActivity as error:
        assert "found" in str(error) and "wanted" in str(error)
        return
    table = [{"statistic": s, "value": float(v)} for s, values in found.items() for v in values]
    assert beyond(table, card_of(bound(name))) == []


RATES = [name for name in PROBES if name not in BEHAVIOUR]


def with_rates(change, **more):
    data = single_trials(make_activity, **more)
    return data.assign(rate=(data.rate.dims, change(data.rate.values)))


def values(found):
    named = ("statistic", "variable", "time", "unit", "area", "strength", "condition_independent")
    return {tuple(str(row.get(k)) for k in named): row["value"] for row in found}


@pytest.mark.parametrize("kind", SAME)
@pytest.mark.parametrize("name", RATES)
def test_the_same_rates_in_another_form_have_the_same_rows(name, kind):
    change, same, exact = SAME[kind]
    found, wanted = (values(rows(name, with_rates(f))) for f in (change, same))
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        assert found[key] == pytest.approx(value, rel=exact, abs=exact), key


@pytest.mark.parametrize("kind", [*FLAT, "NaN", "infinite", "too large"])
@pytest.mark.parametrize("name", RATES)
def test_rates_that_say_nothing_are_said_to_or_say_chance(name, kind):
    """What compares trials finds chance in rates that are all the same; what compares conditions or times, nothing."""
    wrong = {"NaN": lambda d: d + np.nan, "infinite": lambda d: d + np.inf, "too large": lambda d: d * 1e40}
    data = with_rates((FLAT | wrong)[kind])
    chance = {"choice_probability": {0.0, 0.5}, "decoding": {0.25}, "axis_overlap": None}
    if kind in FLAT and name in chance:
        found = rows(name, data)
        if chance[name] is None:
            assert {row["statistic"] for row in found} == {"weights_dimensionality"}
        else:
            assert {row["value"] for row in found} == chance[name]
        return
    with pytest.raises(BadActivity, match=r"made up.*found .*wanted"):
        rows(name, data)


TRIALS = {
    "one unit": {"unit": slice(1)},
    "two conditions": {"trial": slice(12)},
    "one condition": {"trial": slice(6)},
    "a trial a condition": {"trial": slice(0, 24, 6)},
    "one trial": {"trial": slice(1)},
    "two times": {"time": slice(19, 21)},
    "one time": {"time": slice(19, 20)},
}


@pytest.mark.parametrize("kind", TRIALS)
@pytest.mark.parametrize("name", PROBES)
def test_of_few_trials_times_or_units_there_are_finite_rows_or_an_error_in_words(name, kind):
    try:
        data = single_trials(make_activity).isel(TRIALS[kind])
        if name == "axis_overlap" and "unit" in TRIALS[kind]:
            return  # its weights are of ten units
        found = rows(name, data)
    except (BadActivity, BadOption) as error:
        assert "found" in str(error) or "needed" in str(error)
        assert "wanted" in str(error)
        return
    assert np.isfinite([row["value"] for row in found]).all()
    assert beyond(found, card_of(plugins.find("probes", name))) == []


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("name", SURROGATES)
def test_no_surrogate_is_made_of_what_is_not_finite_or_of_another_form(name, value):
    wrong = X.copy()
    wrong[0, 1, 2] = value
    with pytest.raises(BadActivity, match=rf"surrogate {name}: found 1 of 900 values NaN or infinite.*\(0, 1, 2\)"):
        list(surrogates(name, wrong))
    with pytest.raises(BadActivity, match=rf"surrogate {name}: found shape \(25, 6\)"):
        list(surrogates(name, X[0]))


@pytest.mark.parametrize("kind", ["read only", "not contiguous", "a level of 1e6", "small", "large"])
@pytest.mark.parametrize("name", ["time_shift", "phase_randomised"])
def test_surrogates_of_the_same_rates_in_another_form_are_the_same(name, kind):
    change, same, _ = SAME[kind]
    (found,), (wanted,) = (list(surrogates(name, f(X), draws=1)) for f in (change, same))
    back = {"small": 1e12, "large": 1e-12}.get(kind, 1.0)
    level = levels(1e6)(0 * X) if kind == "a level of 1e6" else 0.0
    np.testing.assert_allclose(back * (found - level), wanted, atol=1e-5)


def test_surrogates_of_most_entropy_keep_the_variance_of_rates_of_any_level_and_scale():
    """Not their numbers: rounding turns the signs of directions, and with them the draw."""
    (plain,) = surrogates("tensor_maximum_entropy", X, draws=1)
    for change, back in (
        (read_only, 1.0),
        (np.asfortranarray, 1.0),
        (levels(1e6), 1.0),
        (lambda d: 2.0**40 * d, 2.0**-40),
    ):
        (found,) = surrogates("tensor_maximum_entropy", change(X), draws=1)
        assert (back * (found - found.mean(axis=(0, 1)))).std() == pytest.approx(plain.std(), rel=0.2)


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_of_single_precision_or_read_only_rates_is_that_of_double(name):
    data, task = of_controls(make_activity)
    rounded = data.assign(rate=data.rate.astype(np.float32))
    wanted = made(name, data.assign(rate=rounded.rate.astype(float)), task)
    for rate in (rounded.rate.values, read_only(rounded.rate.values.astype(float))):
        found = made(name, data.assign(rate=(data.rate.dims, rate)), task)
        np.testing.assert_allclose(found.rate.values, wanted.rate.values, rtol=1e-5, atol=1e-5)


def test_the_mathematics_refuses_what_is_not_finite_or_of_another_form():
    good, bad = np.arange(6.0), np.array([0, 1, 2, np.nan, 4, 5])
    with pytest.raises(ValueError, match="tau: found 1 numbers that are NaN, wanted an order"):
        tau_a(good, bad)
    with pytest.raises(ValueError, match="tau: found rows of 6 and 5 numbers"):
        tau_a(good, good[:5])
    identity = np.arange(4)[None]
    for compare in ("kendall", "cosine", "spearman"):
        with pytest.raises(ValueError, match="agreement: found 1 of 6 dissimilarities NaN or infinite, wanted finite"):
            agreement(good[None], bad[None], identity, compare)
        with pytest.raises(ValueError, match=r"agreement: found dissimilarities of shapes \(1, 6\) and \(1, 5\) for 4"):
            agreement(good[None], good[None, :5], identity, compare)
    with pytest.raises(ValueError, match=r"noise ceiling: found dissimilarities of shape \(1, 6\), wanted"):
        noise_ceiling(good[None], "cosine")
    with pytest.raises(ValueError, match="gain: found only zero weights"):
        gain(np.ones((3, 1)), np.zeros((2, 3)))


@pytest.mark.parametrize("shape", [(6, 25, 8), (100, 500, 3)])
@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e6 + 0.1, 12345.678])
def test_what_is_all_the_same_does_not_vary_however_its_mean_is_rounded(value, shape):
    flat = np.full(shape, value)
    for data in (flat, flat.astype(np.float32)):
        assert not varies(data, (0,)) and not varies(data, (0, 1))
    assert varies(flat + value * 1e-6 * np.random.default_rng(0).standard_normal(shape), (0, 1))


def test_only_units_of_a_high_level_that_vary_are_taken_about_their_mean():
    values = np.random.default_rng(0).standard_normal((40, 4)) * [1, 1, 0, 1] + [0, 100, 1e6, 1e6]
    found = without_large_offset(values)
    assert (found[:, :3] == values[:, :3]).all()
    np.testing.assert_allclose(found[:, 3], values[:, 3] - values[:, 3].mean(), atol=1e-9)
