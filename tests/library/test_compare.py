"""`rnncompare.compare` gives the pipeline's numbers on arrays, and names the argument that it cannot use."""

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from conftest import make_activity

import rnncompare
from rnncompare import activity, plugins, steps
from rnncompare.activity import BadActivity
from rnncompare.comparison.compare import compare_measures, score_seeds
from rnncompare.library.defaults import COMPARED, OPTIONS
from rnncompare.plugins import BadOption
from rnncompare.tabulation import tables

WHOLE = {"window": None, "bin": None, "smooth": 0.0, "lag": 0.0, "soft_normalise": None}
FOLDS = {"by": "condition", "groups": None}
ALL = {"count": None, "repeats": 1}
NULLS = {"conditions": {"use": "conditions", "draws": 30}}
MEASURES = {name: {"use": name} | OPTIONS["similarity"].get(name, {}) for name in ("ridge", "rsa", "cca", "cka")}
MEASURES["procrustes"] = {"use": "shape", "alpha": 1.0, "components": 10}
NUMBERS = ["value", "low", "high", "null_mean", "null_95", "p"]


def smooth(seed, conditions=6, times=25, units=12):
    """(condition, time, unit)."""
    return make_activity(seed, conditions, times, units).rate.values


def as_activity(rate):
    """What a user of the pipeline would have on disk: conditions and units with names, times in s."""
    conditions, times, units = rate.shape
    time, unit = np.arange(times) * 0.01, [f"n{k}" for k in range(units)]
    return activity.build(rate, time=time, unit=unit, condition=[str(k) for k in range(conditions)], source="made up")


def pipeline(x, y, measures, **changed):
    """Rows of the pipeline's own frame, of activities and of options as a config has them."""
    bound = {name: plugins.bind("similarity", options, name) for name, options in measures.items()}
    frame = {"preparation": WHOLE, "folds": FOLDS, "units": ALL, "nulls": NULLS, "seed": 0}
    frame |= {"intervals": {"draws": 2000, "units": 4}} | changed
    return compare_measures([as_activity(one) for one in x], [as_activity(y)], bound, **frame)


def assert_same(table, rows, numbers=NUMBERS):
    """Numbers of a table to 1e-12, row by row; what the one has none of, the other has none of."""
    rows = [dict(zip(("measure", *row), (name, *row.values()), strict=True)) for name, each in rows for row in each]
    wanted = pd.DataFrame(rows).rename(columns={"mean": "value"})
    keys = ["measure", "statistic", "condition_independent"]
    for own in (table, wanted):
        own["order"] = own.groupby(keys, sort=False).cumcount()
    both = table.merge(wanted, on=[*keys, "order"], suffixes=("", "_wanted"), validate="one_to_one")
    assert len(both) == len(table) == len(wanted)
    for name in numbers:
        np.testing.assert_allclose(
            both[name].astype(float), both[f"{name}_wanted"].astype(float), rtol=0, atol=1e-12, equal_nan=True
        )


def test_arrays_give_what_the_pipelines_frame_gives():
    x, y = smooth(1), smooth(2, units=9)
    found = rnncompare.compare(x, y, nulls=30, intervals=4, signal="both")
    assert list(dict.fromkeys(found.measure)) == list(COMPARED)
    made = pipeline([x], y, {name: MEASURES[name] for name in COMPARED})
    assert_same(found, [(name, each.summary) for name, each in made.items()])
    assert found.low.notna().any() and found.p.notna().any()


def test_several_networks_give_what_the_frame_gives_of_their_mean_and_of_each():
    x, y = [smooth(k) for k in (1, 2, 3)], smooth(4)
    measures = {name: MEASURES[name] for name in ("rsa", "cka")}
    made = pipeline(x, y, measures)
    options = {"nulls": 30, "intervals": 4, "signal": "both"}
    assert_same(rnncompare.compare(x, y, ["rsa", "cka"], **options), [(n, m.summary) for n, m in made.items()])
    each = rnncompare.compare(x, y, ["rsa", "cka"], **options, rows="each")
    assert each.seed.tolist() == [0, 1, 2] * 4
    assert_same(each, [(name, m.rows) for name, m in made.items()])


def test_every_argument_reaches_the_frame():
    """Each as a config writes it, on activities whose clock they are of."""
    x, y = smooth(1), smooth(2)
    surrogates = {"time_shift": {"use": "time_shift", "draws": 3}}
    made = pipeline(
        [x], y, {"cca": MEASURES["cca"] | {"components": 3}},
        preparation={"window": (0.05, 0.2), "bin": 0.02, "smooth": 0.01, "lag": 0.02, "soft_normalise": 0.3},
        folds={"by": "condition", "groups": 3}, units={"count": 8, "repeats": 10},
        nulls=NULLS | surrogates, intervals={"draws": 50, "units": 2}, seed=7,
    )  # fmt: skip
    found = rnncompare.compare(
        as_activity(x), as_activity(y), {"cca": {"components": 3}}, window=(0.05, 0.2), bin=0.02, smooth=0.01, lag=0.02,
        soft_normalise=0.3, folds=3, units=8, nulls={"conditions": 30, "time_shift": 3},
        intervals={"draws": 50, "units": 2}, seed=7, signal="both",
    )  # fmt: skip
    assert_same(found, [("cca", made["cca"].summary)])
    second = [row for row in made["cca"].nulls if row["null"] == "time_shift"]
    shown = found[found.time_shift_p.notna()]
    assert shown.time_shift_mean.tolist() == [row["null_mean"] for row in second]
    assert (shown["null"] == "conditions").all()


def test_the_step_of_the_workflow_writes_the_same_numbers(tmp_path):
    """As far as its tables have digits: the command that a job runs, on files."""
    x, y = smooth(1), smooth(2)
    for name, rate in (("x", x), ("y", y)):
        activity.write(as_activity(rate), tmp_path / f"{name}.nc")
    comparison = {"preparation": WHOLE, "folds": FOLDS, "units": ALL, "nulls": NULLS}
    outputs = {name: tmp_path / f"{name}.csv" for name in ("rows", "summary", "nulls")}
    steps.compare(
        [tmp_path / "x.nc"], [tmp_path / "y.nc"], **outputs, draws=tmp_path / "draws.nc",
        measures=[["cka", MEASURES["cka"]]], comparison=comparison | {"intervals": {"draws": 2000, "units": 3}},
        seed=0, columns={"study": "s", "model": "m"},
    )  # fmt: skip
    written = tables.read(outputs["summary"]).rename(columns={"mean": "value"})
    found = rnncompare.compare(x, y, "cka", nulls=30, intervals=3, signal="both")
    np.testing.assert_allclose(found[NUMBERS].to_numpy(), written[NUMBERS].to_numpy(), rtol=1e-7)


def test_samples_are_conditions_of_one_time_each():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 12, 5))
    found = rnncompare.compare(x, y, "cka", nulls=20)
    # CKA of conditions is that of courses of one time; the same time twice makes no difference to it.
    twice = rnncompare.compare(np.repeat(x[:, None], 2, axis=1), np.repeat(y[:, None], 2, axis=1), "cka", nulls=20)
    pd.testing.assert_frame_equal(found, twice, rtol=1e-9)


def test_many_samples_are_left_out_in_ten_blocks_and_few_one_by_one():
    rng = np.random.default_rng(0)
    for count, blocks in ((30, 10), (20, 20)):
        x, y = rng.standard_normal((2, count, 4))
        found = rnncompare.compare(x, y, "ridge", nulls=None)
        pd.testing.assert_frame_equal(found, rnncompare.compare(x, y, "ridge", nulls=None, folds=blocks))


def test_turns_and_mirrorings_of_the_directions_of_an_activity_are_a_null(made_up):
    found = rnncompare.compare(made_up(1), made_up(1), "rsa", nulls={"conditions": 20, "ring_orders": 15})
    assert found.loc[0, ["p", "ring_orders_p", "ring_orders_draws"]].tolist() == [1 / 21, 1 / 16, 15]
    with pytest.raises(BadActivity, match="null ring_orders of array: found no coordinate 'angle'"):
        rnncompare.compare(smooth(1), smooth(2), "rsa", nulls="ring_orders")


def test_without_nulls_there_are_intervals_and_no_p():
    found = rnncompare.compare(smooth(1), smooth(2), "cka", nulls=None, intervals=5)
    assert found.low.notna().all() and found.p.isna().all() and found.null_95.isna().all()
    again = rnncompare.compare(smooth(1), smooth(2), "cka", nulls=10, intervals=5)
    assert found.low.tolist() == again.low.tolist()


def test_a_surrogate_by_its_name_is_the_null():
    found = rnncompare.compare(smooth(1), smooth(2), "rsa", nulls="tensor_maximum_entropy")
    assert found["null"].tolist() == ["tensor_maximum_entropy"] and found.draws.tolist() == [49]


def test_the_ceiling_of_halves_is_the_mean_over_random_splits_of_the_units():
    x, y = smooth(1), smooth(2)
    found = rnncompare.compare(x, y, "cca", nulls=None, ceilings=3).set_index("statistic")
    split = plugins.find("controls", "units")
    halves = [[split(as_activity(y), None, seed=k, half=half) for k in range(3)] for half in ("first", "second")]
    rows = score_seeds(
        *halves, plugins.bind("similarity", MEASURES["cca"], ""), preparation=WHOLE, folds=FOLDS, units=ALL, seed=0
    )  # fmt: skip
    wanted = np.mean([r["value"] for r in rows if (r["statistic"], r["condition_independent"]) == ("mean", "removed")])
    assert found.ceiling["mean"] == pytest.approx(wanted, abs=1e-12)
    full = found.ceiling_spearman_brown["mean"]
    assert full == pytest.approx(2 * wanted / (1 + wanted) if wanted > 0 else wanted)
    assert np.isnan(found.ceiling_spearman_brown["components_source"])


def test_another_individual_is_a_ceiling_by_its_name():
    x, y, other = smooth(1), smooth(2), smooth(3)
    found = rnncompare.compare(x, y, "rsa", nulls=None, ceilings={"animal": other, "halves": "units"})
    alone = rnncompare.compare(other, y, "rsa", nulls=None)
    assert found.ceiling_animal.tolist() == alone.value.tolist() and found.ceiling_halves.notna().all()


def test_a_function_of_ones_own_is_measured_beside_others():
    def product(a, b):
        """The mean product."""
        return {"product": (a * b[..., : a.shape[-1]]).mean()}

    x, y = smooth(1), smooth(2)
    found = rnncompare.compare(x, y, [product, "cka"], nulls=20)
    assert found.statistic.tolist() == ["product", "cka"]
    a, b = (side - side.mean(axis=0) for side in (x, y))
    assert found.value[0] == pytest.approx((a * b).mean()) and 0 < found.p[0] <= 1


def test_a_measure_can_stand_under_two_names():
    found = rnncompare.compare(smooth(1), smooth(2), {"few": {"use": "cca", "components": 2}, "cca": {}}, nulls=None)
    mean = found[found.statistic == "mean"].set_index("measure").value
    alone = rnncompare.compare(smooth(1), smooth(2), {"cca": {"components": 2}}, nulls=None)
    assert mean["few"] == alone.value[0] != mean["cca"]


def test_tables_of_pandas_are_samples():
    rng = np.random.default_rng(0)
    x, y = (pd.DataFrame(side) for side in rng.standard_normal((2, 12, 5)))
    pd.testing.assert_frame_equal(
        rnncompare.compare(x, y, "cka", nulls=10), rnncompare.compare(x.to_numpy(), y.to_numpy(), "cka", nulls=10)
    )


def test_the_arrays_are_left_alone():
    x, y = smooth(1), smooth(2)
    rnncompare.compare(x, y, ["cca", "ridge"], nulls=5, intervals=2, soft_normalise=0.2)
    assert (x == smooth(1)).all() and (y == smooth(2)).all()


def test_the_table_survives_json():
    found = rnncompare.compare(smooth(1), smooth(2), nulls=5)
    assert len(json.loads(found.to_json(orient="records"))) == len(found)


X = np.random.default_rng(0).standard_normal((6, 10, 4))
ACTIVITY = make_activity(1, conditions=6, times=10, units=4)
WRONG = [
    ({"x": X[0, 0]}, BadActivity, r"compare: x: found an array of shape \(4,\), wanted \(sample, unit\)"),
    ({"x": X[None]}, BadActivity, r"compare: x: found an array of shape .*; several networks are given as a list"),
    ({"x": []}, BadActivity, "compare: x: found an empty list"),
    ({"x": X[:5]}, BadActivity, "compare: x: found 5 conditions or samples x 10 times, wanted 6 x 10 as in y"),
    ({"x": [X, X[:, :9]]}, BadActivity, "compare: x: found 6 conditions or samples x 9 times"),
    ({"x": ACTIVITY}, BadActivity, "compare: x: found an activity beside arrays, wanted all to be of one kind"),
    ({"x": np.full_like(X, np.nan)}, BadActivity, "compare: x: found 240 of 240 rates NaN"),
    ({"x": X.astype(str)}, BadActivity, "compare: x: found rates of type .*, wanted real numbers"),
    ({"x": xr.DataArray(X)}, BadActivity, "compare: x: found a DataArray, wanted an activity: .*from_xarray"),
    ({"y": [X, X]}, BadActivity, "compare: found 2 of y and 1 of x, wanted one of y, or one of y for each of x"),
    ({"measures": "cka_"}, BadOption, "compare.measures.cka_: found 'cka_', .* best_match, cca.*Did you mean 'cka'"),
    ({"measures": []}, BadOption, "compare.measures: found none, wanted at least one of best_match, cca"),
    ({"measures": ["cka", "cka"]}, BadOption, r"compare.measures: found one of \['cka'\] twice"),
    ({"measures": {"cca": {"component": 3}}}, BadOption, "compare.measures.cca: found option 'component'"),
    ({"measures": {"cca": {"components": 0}}}, BadOption, "compare.measures.cca.components: found 0, wanted"),
    ({"measures": [lambda a: {}]}, BadOption, "compare.measures: found a function of a, wanted one of two"),
    ({"measures": 3}, BadOption, "compare.measures: found a int, wanted a name"),
    ({"nulls": -1}, BadOption, "compare.nulls: found -1, wanted a number of draws of at least 0"),
    ({"nulls": "time_shft"}, BadOption, "compare.nulls.time_shft: found 'time_shft'.*Did you mean 'time_shift'"),
    ({"nulls": {"time_shift": 0}}, BadOption, "compare.nulls.time_shift.draws: found 0, wanted"),
    ({"nulls": {"a": {"use": "time_shift", "darws": 3}}}, BadOption, "compare.nulls.a: found 'darws'.*mean 'draws'"),
    ({"intervals": 1.5}, BadOption, "compare.intervals"),
    ({"intervals": {"unit": 3}}, BadOption, "compare.intervals: found 'unit', wanted one of draws, units"),
    ({"ceilings": 0}, BadOption, "compare.ceilings: found 0, wanted at least 1 split"),
    ({"ceilings": "unit"}, BadOption, "compare.ceilings: found 'unit', wanted 'units'.*mean 'units'"),
    ({"ceilings": {"other": X[:5]}}, BadActivity, "compare.ceilings.other: found 5 conditions"),
    ({"ceilings": "trials"}, BadActivity, "found only 1 trial in 6 conditions"),
    ({"signal": "remove"}, BadOption, "compare.signal: .*Did you mean 'removed'"),
    ({"folds": 1}, BadOption, "compare.folds: found 1, wanted a number of groups of at least 2"),
    ({"folds": {"grups": 3}}, BadOption, "compare.folds: found 'grups', wanted .*mean 'groups'"),
    ({"units": 0}, BadOption, "compare.units: found 0, wanted a number of units of at least 1"),
    ({"window": (1, 0)}, BadOption, "compare.window: found .*, wanted the start before the end"),
    ({"smooth": -1}, BadOption, "compare.smooth: found -1"),
    ({"rows": "all"}, BadOption, "compare.rows"),
    ({"seed": -1}, BadOption, "compare.seed: found -1"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "kind", "message"), WRONG, ids=[str(k) for k in range(len(WRONG))])
def test_what_cannot_be_used_is_refused_by_the_name_of_its_argument(changed, kind, message):
    given = {"x": X, "y": X, "measures": "cka", "nulls": 5} | changed
    with pytest.raises(kind, match=message):
        rnncompare.compare(given.pop("x"), given.pop("y"), given.pop("measures"), **given)
