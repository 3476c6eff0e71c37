import numpy as np
import pytest

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.comparison import compare, compare_seeds, delete_one, evaluate
from rnncompare.measure_card import MeasureCard
from rnncompare.nulls import condition_orders
from rnncompare.pair import Pair

FRAME = {"window": None, "soft_normalise": None, "permutations": 50, "seed": 0}
CCA = plugins.bind("similarity", {"use": "cca", "components": 3}, "test")
ANGLE = plugins.bind("similarity", {"use": "procrustes", "components": 3}, "test")


def overlap(x, y):
    """A plain measure of two arrays."""
    return {"overlap": float((x * y.mean(axis=-1, keepdims=True)).sum())}


def overlap_at_once(pair):
    """The same for all pairings."""
    x, y = pair.centred()
    return {"overlap": [(x * y[order].mean(axis=-1, keepdims=True)).sum() for order in pair.orders]}


def distance(x, y, *, scale):
    """Falls with similarity."""
    return {"distance": scale * float(((x - y) ** 2).sum())}


distance.card = MeasureCard(lower_is_better=("distance",))


def test_a_plain_measure_is_looped_over_pairings_and_equals_the_same_at_once(made_up):
    x, y = made_up(1), made_up(2)
    looped, at_once = (compare(x, y, m, **FRAME) for m in (overlap, overlap_at_once))
    for row, same in zip(looped, at_once, strict=True):
        assert row == pytest.approx(same)


def test_a_plain_measure_sees_the_true_pairing_first_and_centred_sides(made_up):
    calls = []

    def spy(x, y):
        calls.append((x, y))
        return {"zero": 0.0}

    x, y = made_up(1).rate.values, made_up(2).rate.values
    evaluate(spy, Pair(x, y, condition_orders(8, permutations=3, seed=0), "removed"))
    assert len(calls) == 4
    assert (calls[0][1] == y - y.mean(axis=0)).all()
    assert abs(calls[0][0].mean(axis=0)).max() < 1e-12
    evaluate(spy, Pair(x, y, np.arange(8)[None], "kept"))
    assert (calls[-1][0] == x - x.mean(axis=(0, 1))).all()


def test_lower_is_better_where_the_measure_says_so(made_up):
    from functools import partial

    x = made_up(1)
    rows = compare(x, x, partial(distance, scale=2.0), **FRAME)
    assert [r["p"] for r in rows] == [1 / 51, 1 / 51]
    assert all(r["value"] == 0 < r["null_95"] < r["null_mean"] for r in rows)
    assert all(r["p"] == 1 / 51 for r in compare(x, x, ANGLE, **FRAME) if r["p"])


def test_a_row_says_what_was_compared(made_up):
    rows = compare(made_up(1), made_up(2), CCA, **FRAME | {"window": (-0.1, 0.1)})
    columns = [
        "statistic",
        "condition_independent",
        "value",
        "null_mean",
        "null_95",
        "p",
        "draws",
        "jackknife_se",
        "conditions",
        "times",
    ]
    assert set(rows[0]) == set(columns)
    assert {r["condition_independent"] for r in rows} == {"removed", "kept"}
    assert {(r["conditions"], r["times"]) for r in rows} == {(8, 21)}
    assert {r["draws"] for r in rows} == {50, 0}
    assert all(type(v) in (float, int, str, type(None)) for r in rows for v in r.values())


def test_with_four_conditions_the_test_is_exact(made_up):
    rows = compare(made_up(1, conditions=4), made_up(1, conditions=4), CCA, **FRAME)
    assert {(r["draws"], r["p"]) for r in rows if r["p"]} == {(23, 1 / 24)}


def test_same_seed_same_rows_and_another_seed_another_null(made_up):
    x, y = made_up(1), made_up(2)
    first, again, other = (compare(x, y, CCA, **FRAME | {"seed": s}) for s in (0, 0, 1))
    assert first == again
    assert [r["value"] for r in first] == pytest.approx([r["value"] for r in other])
    assert [r["null_mean"] for r in first] != [r["null_mean"] for r in other]


def test_jackknife_leaves_one_condition_out_of_everything(made_up):
    x, y = made_up(1).rate.values, made_up(2).rate.values
    orders = np.arange(8)[None]
    values = []
    for c in range(8):
        a, b = np.delete(x, c, axis=0), np.delete(y, c, axis=0)
        values.append(evaluate(CCA, Pair(a, b, np.arange(7)[None], "removed"))["mean"][0])
    error = delete_one(CCA, Pair(x, y, orders, "removed"))["mean"]
    assert error == pytest.approx(np.sqrt(7 / 8 * ((np.array(values) - np.mean(values)) ** 2).sum()))


def test_three_conditions_have_a_value_and_no_jackknife(made_up):
    rows = compare(made_up(1, conditions=3), made_up(2, conditions=3), CCA, **FRAME)
    assert all(np.isfinite(r["value"]) for r in rows)
    assert {r["jackknife_se"] for r in rows if r["condition_independent"] == "removed"} == {None}


def test_the_mean_over_seeds_has_its_own_null_draw_by_draw(made_up):
    sources, y = [made_up(k) for k in (1, 2, 3)], made_up(4)
    rows, summary = compare_seeds(sources, [y], overlap, bootstrap=200, **FRAME)
    assert [r["seed"] for r in rows] == [0, 1, 2] * 2
    orders = condition_orders(8, permutations=50, seed=0)
    draws = np.mean(
        [evaluate(overlap, Pair(x.rate.values, y.rate.values, orders, "removed"))["overlap"] for x in sources], axis=0
    )
    row = summary[0]
    assert row["mean"] == pytest.approx(draws[0])
    assert row["null_95"] == pytest.approx(np.quantile(draws[1:], 0.95))
    assert row["p"] == (1 + (draws[1:] >= draws[0]).sum()) / 51
    assert row["low"] < row["mean"] < row["high"]
    assert row["seeds"] == 3


def test_each_seed_alone_gives_the_same_row(made_up):
    sources, y = [made_up(k) for k in (1, 2)], made_up(4)
    rows, _ = compare_seeds(sources, [y], CCA, bootstrap=10, **FRAME)
    alone = [{**r, "seed": k} for k, x in enumerate(sources) for r in compare(x, y, CCA, **FRAME)]
    assert sorted(rows, key=str) == sorted(alone, key=str)


def test_each_source_may_have_its_own_reference(made_up):
    x, y = [made_up(1), made_up(2)], [made_up(3), made_up(4)]
    rows, _ = compare_seeds(x, y, overlap, bootstrap=10, **FRAME)
    assert [r["value"] for r in rows if r["seed"] == 1] == [r["value"] for r in compare(x[1], y[1], overlap, **FRAME)]
    with pytest.raises(ValueError, match="found 2 references for 3 sources, wanted one or as many"):
        compare_seeds([*x, x[0]], y, overlap, bootstrap=10, **FRAME)


def test_sources_with_different_conditions_are_not_averaged(made_up):
    with pytest.raises(BadActivity, match="found 6 and 8 conditions shared"):
        compare_seeds([made_up(1), made_up(2).isel(trial=slice(6))], [made_up(3)], overlap, bootstrap=10, **FRAME)


def test_a_measure_that_gives_nan_is_named(made_up):
    def broken(x, y):
        return {"value": float("nan")}

    with pytest.raises(ValueError, match="broken: found 51 of 51 values of value not finite, wanted none"):
        compare(made_up(1), made_up(2), broken, **FRAME)
