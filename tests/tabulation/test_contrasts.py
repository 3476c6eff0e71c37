"""Contrasts: paired differences between two models."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rnncompare.statistics.jackknife import condition_interval
from rnncompare.statistics.p_values import sign_flip_max_t
from rnncompare.statistics.unpaired import permutation_max_t, permutation_p
from rnncompare.tabulation.contrasts import contrast

HOLM = {"s": {"method": "holm", "family": None}}
MAX_T = {"s": {"method": "max_t", "family": None}}


def rows(model, values, measure="m", **more):
    labels = {"study": "s", "recording": "r", "model": model, "measure": measure, "statistic": "t"}
    return pd.DataFrame([labels | {"seed": k, "value": v} | more for k, v in enumerate(values)])


def similarity(model, values, measure="m"):
    return rows(model, values, measure, condition_independent="removed", null_mean=0.0, null_95=0.1, draws=10)


def contrasted(table, draws=None, corrections=HOLM):
    return contrast(table, draws or {}, {"s": [("a", "b")]}, corrections=corrections, seed=0, bootstrap=2000)


def test_a_contrast_is_paired_by_seed_and_ignores_unpaired_seeds():
    found = contrasted(pd.concat([rows("a", [3.0, 5.0, 100.0]), rows("b", [1.0, 2.0])])).iloc[0]
    assert found.difference == 2.5 and found.seeds == 2 and found.model == "a" and found.minus == "b"
    assert found.prediction_low < found.difference < found.prediction_high


def test_networks_with_the_same_random_inputs_count_once():
    """A contrast of 4 sets of 2 networks is that of the 4 means, in everything but the number of networks."""
    one, other = np.random.default_rng(0).standard_normal((2, 8))
    sets = [7, 5, 6, 4] * 2
    table = [rows(m, v).assign(input_set=sets) for m, v in (("a", one), ("b", other))]
    found = contrasted(pd.concat(table)).iloc[0]
    means = [(v[:4] + v[4:]) / 2 for v in (one, other)]
    wanted = contrasted(pd.concat([rows("a", means[0]), rows("b", means[1])])).iloc[0]
    assert found.seeds == 8 and found.input_sets == 4 and wanted.seeds == 4
    for name in ("difference", "low", "high", "prediction_low", "prediction_high", "p"):
        assert found[name] == pytest.approx(wanted[name], abs=1e-12)
    assert found.p >= 2**-3  # the smallest p of 4 pairs, whatever the number of networks


def test_networks_whose_inputs_are_not_random_are_paired_with_those_of_a_set():
    """The difference of two models, of which one has input sets, is over sets whichever of them is the first."""
    one, other = np.random.default_rng(3).standard_normal((2, 6))
    random, same = rows("a", one).assign(input_set=[0, 1, 2] * 2), rows("b", other)
    found = contrasted(pd.concat([random, same])).iloc[0]
    back = contrasted(pd.concat([random.assign(model="b"), same.assign(model="a")])).iloc[0]
    assert found.input_sets == back.input_sets == 3 and found.seeds == 6
    assert found.p == back.p >= 2**-2 and found.difference == pytest.approx(-back.difference)


def test_resamples_of_units_are_averaged_over_the_networks_of_a_set():
    one, other = np.random.default_rng(1).standard_normal((2, 6))
    resampled = np.random.default_rng(2).standard_normal((2, 5, 6))
    sets = [0, 1, 2, 0, 1, 2]

    def drawn(scores):
        return {
            ("s", m, "m"): xr.Dataset({"resampled|t|removed": (("resample", "source"), v)})
            for m, v in zip("ab", scores, strict=True)
        }

    table = pd.concat([similarity(m, v).assign(input_set=sets) for m, v in (("a", one), ("b", other))])
    found = contrasted(table, drawn(resampled)).iloc[0]
    half = (resampled[..., :3] + resampled[..., 3:]) / 2
    means = pd.concat([similarity(m, (v[:3] + v[3:]) / 2) for m, v in (("a", one), ("b", other))])
    wanted = contrasted(means, drawn(half)).iloc[0]
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))


def test_a_contrast_of_equal_models_is_0():
    found = contrasted(pd.concat([rows("a", [3.0, 5.0, 4.0]), rows("b", [3.0, 5.0, 4.0])])).iloc[0]
    assert found.difference == 0 and found.p == 1.0


def test_descriptive_statistics_have_no_contrast_but_probes_without_a_null_have():
    no_null = {"null_95": np.nan, "draws": 0}
    table = [similarity(model, [1.0, 2.0], "compared") for model in "ab"]
    table += [rows(model, [1.0, 2.0], "described", condition_independent="removed", **no_null) for model in "ab"]
    table += [rows(model, [1.0, 2.0], "probed", **no_null) for model in "ab"]
    assert contrasted(pd.concat(table)).measure.tolist() == ["compared", "probed"]


def test_signs_are_flipped_for_all_measures_of_a_family_together():
    rng = np.random.default_rng(0)
    values = {m: (1 + rng.standard_normal(8), rng.standard_normal(8)) for m in ("x", "y", "z_in_sample")}
    table = pd.concat(
        [similarity(model, v, m) for m, both in values.items() for model, v in zip("ab", both, strict=True)]
    )
    found = contrasted(table, corrections=MAX_T).set_index("measure").p_corrected
    deltas = np.stack([values[m][0] - values[m][1] for m in ("x", "y")], axis=1)
    np.testing.assert_allclose(found[["x", "y"]], sign_flip_max_t(deltas))
    assert np.isnan(found["z_in_sample"])


def test_measures_with_different_networks_are_corrected_by_holm():
    table = pd.concat(
        [similarity(m, v * np.arange(1.0, n + 1), x) for x, n in (("x", 8), ("y", 6)) for m, v in (("a", 1), ("b", 0))]
    )
    found = contrasted(table, corrections=MAX_T).set_index("measure")
    assert found.p.tolist() == [2 / 2**8, 2 / 2**6]
    assert found.p_corrected.tolist() == [4 / 2**8, 2 / 2**6]


@pytest.mark.parametrize("shared", [True, False])
def test_resampled_units_widen_the_interval_only_if_they_change_the_difference(shared):
    """Effects of resampled units that are equal for both models do not widen the interval of their difference."""
    rng = np.random.default_rng(0)
    seeds = {model: rng.normal(size=8) for model in "ab"}
    shifts = {model: rng.normal(scale=10, size=(40, 1)) for model in "ab"}
    draws = {
        ("s", model, "m"): xr.Dataset(
            {"resampled|t|removed": (("resample", "source"), seeds[model] + shifts["a" if shared else model])}
        )
        for model in "ab"
    }
    table = pd.concat([similarity(model, seeds[model]) for model in "ab"])
    alone, both = (contrasted(table, d).iloc[0] for d in ({}, draws))
    assert both.difference == alone.difference
    width, expected = both.high - both.low, alone.high - alone.low
    assert width == pytest.approx(expected, rel=0.1) if shared else width > 10 * expected


def without_each(scores):
    """Draws with made-up scores (left_out, network) of each model without each of 5 conditions."""
    rng = np.random.default_rng(3)
    return {
        ("s", model, "m"): xr.Dataset(
            {"jackknifed|t|removed": (("left_out_5", "source"), values + rng.normal(0, 0.2, (5, len(values))))}
        )
        for model, values in scores.items()
    }


OVER_CONDITIONS = ["jackknife_se", "condition_low", "condition_high"]


def test_the_error_over_conditions_leaves_the_same_condition_out_of_both_models():
    """By plain loops, with networks that only one of the models has."""
    scores = {"a": np.array([0.5, 0.7, 0.9, 0.4]), "b": np.array([0.1, 0.6, 0.2])}
    draws = without_each(scores)
    found = contrasted(pd.concat([similarity(m, v) for m, v in scores.items()]), draws).iloc[0]
    deltas, deleted = [scores["a"][k] - scores["b"][k] for k in range(3)], []
    for c in range(5):
        one, other = (draws["s", m, "m"]["jackknifed|t|removed"].values[c] for m in "ab")
        deleted.append(sum(one[k] - other[k] for k in range(3)) / 3)
    mean = sum(deleted) / 5
    assert found.jackknife_se == pytest.approx((4 / 5 * sum((d - mean) ** 2 for d in deleted)) ** 0.5)
    wanted = condition_interval(np.array(deltas), deleted=np.array(deleted))
    assert {name: found[name] for name in wanted} == pytest.approx(wanted)
    assert found.condition_low < found.difference < found.condition_high


def test_networks_with_the_same_random_inputs_count_once_in_the_interval_over_conditions():
    scores = dict(zip("ab", np.random.default_rng(0).standard_normal((2, 6)), strict=True))
    draws = without_each(scores)
    table = pd.concat([similarity(m, v).assign(input_set=[0, 1, 2] * 2) for m, v in scores.items()])
    halves = {m: (v[:3] + v[3:]) / 2 for m, v in scores.items()}
    means = {}
    for key, data in draws.items():
        values = data["jackknifed|t|removed"].values
        means[key] = xr.Dataset(
            {"jackknifed|t|removed": (("left_out_5", "source"), (values[:, :3] + values[:, 3:]) / 2)}
        )
    found = contrasted(table, draws).iloc[0]
    wanted = contrasted(pd.concat([similarity(m, v) for m, v in halves.items()]), means).iloc[0]
    assert found[OVER_CONDITIONS].tolist() == pytest.approx(wanted[OVER_CONDITIONS].tolist())


def test_networks_that_share_no_seed_have_an_interval_over_networks_and_conditions():
    scores = {"a": np.array([0.5, 0.7, 0.9, 0.4]), "b": np.array([0.1, 0.6, 0.2])}
    draws = without_each(scores)
    found = unpaired(pd.concat([similarity(m, v) for m, v in scores.items()]), draws).iloc[0]
    deleted = [draws["s", m, "m"]["jackknifed|t|removed"].values.mean(axis=1) for m in "ab"]
    wanted = condition_interval(scores["a"], scores["b"], deleted=deleted[0] - deleted[1])
    assert {name: found[name] for name in wanted} == pytest.approx(wanted)


def test_models_of_which_not_the_same_conditions_were_left_out_have_no_error_over_conditions():
    scores = {"a": np.array([0.5, 0.7, 0.9]), "b": np.array([0.1, 0.6, 0.2])}
    table = pd.concat([similarity(m, v) for m, v in scores.items()])
    draws = without_each(scores)
    for model, conditions in (("a", "0, 45"), ("b", "0, 90")):
        draws["s", model, "m"] = draws["s", model, "m"].assign_attrs(conditions=conditions)
    one = {key: data for key, data in without_each(scores).items() if key[1] == "a"}
    for given in ({}, one, draws):
        assert contrasted(table, given).iloc[0][OVER_CONDITIONS].isna().all()


def unpaired(table, draws=None, corrections=HOLM):
    how = {"corrections": corrections, "seed": 0, "bootstrap": 2000, "unpaired": {"s": ["b"]}}
    return contrast(table, draws or {}, {"s": [("a", "b")]}, **how)


def test_models_that_share_no_seed_are_compared_by_all_of_their_networks():
    a, b = [3.0, 5.0, 4.0], [1.0, 2.0, 0.0, 3.0, 1.5]
    found = unpaired(pd.concat([rows("a", a), rows("b", b)])).iloc[0]
    assert found.difference == pytest.approx(np.mean(a) - np.mean(b)) and (found.seeds, found.minus_seeds) == (3, 5)
    assert found.p == permutation_p(np.array(a), np.array(b)) and found.low < found.difference < found.high
    assert np.isnan(found.prediction_low) and np.isnan(found.prediction_high)  # only for pairs


def test_the_order_of_networks_that_share_no_seed_does_not_matter():
    a, b = [3.0, 5.0, 4.0, 2.0], [1.0, 2.0, 0.0, 3.5]
    one, other = (unpaired(pd.concat([rows("a", a), rows("b", c)])).iloc[0] for c in (b, b[::-1]))
    assert (one.difference, one.p) == pytest.approx((other.difference, other.p))
    paired = [contrasted(pd.concat([rows("a", a), rows("b", c)])).iloc[0].high for c in (b, b[::-1])]
    assert paired[0] != paired[1]


def test_one_network_that_shares_no_seed_is_no_contrast():
    assert len(unpaired(pd.concat([rows("a", [3.0, 5.0, 4.0]), rows("b", [1.0])]))) == 0


def test_networks_are_permuted_for_all_measures_of_a_family_at_once():
    rng = np.random.default_rng(0)
    values = {m: (1 + rng.standard_normal(5), rng.standard_normal(7)) for m in ("x", "y")}
    table = pd.concat(
        [similarity(model, v, m) for m, both in values.items() for model, v in zip("ab", both, strict=True)]
    )
    found = unpaired(table, corrections=MAX_T).set_index("measure").p_corrected
    sides = [np.stack([values[m][side] for m in ("x", "y")], axis=1) for side in (0, 1)]
    np.testing.assert_allclose(found[["x", "y"]], permutation_max_t(*sides))


def test_resampled_units_are_in_the_interval_of_models_that_share_no_seed():
    rng = np.random.default_rng(0)
    scores = {"a": rng.normal(size=4), "b": rng.normal(size=6)}
    shifts = {model: rng.normal(scale=10, size=(40, 1)) for model in "ab"}
    draws = {
        ("s", model, "m"): xr.Dataset({"resampled|t|removed": (("resample", "source"), scores[model] + shifts[model])})
        for model in "ab"
    }
    table = pd.concat([similarity(model, scores[model]) for model in "ab"])
    alone, both = (unpaired(table, d).iloc[0] for d in ({}, draws))
    assert both.high - both.low > 5 * (alone.high - alone.low)
