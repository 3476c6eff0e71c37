"""Requirements on every measure in similarity/; a new file is tested without a new test."""

import json

import numpy as np
import pytest
from support.ranges import beyond

from rnncompare import activity, plugins
from rnncompare.comparison.compare import compare, compare_seeds
from rnncompare.comparison.measure_card import card_of

OPTIONS = {
    "alpha": 1.0,
    "curve": [2],
    "variance": 0.9,
    "average": "dissimilarities",
    "bandwidth": None,
    "kernel": "linear",
    "trial_folds": None,
    "components": 4,
    "delays": 2,
    "interval": 1,
    "rank": 4,
    "starts": 2,
    "iterations": 50,
    "penalties": [1e-6, 1e-2, 1.0],
    "distance": "sqeuclidean",
    "match": "soft",
    "compare": "spearman",
    "time_resolved": True,
    "samples": "times",
}


def frame(soft_normalise=0.1, draws=20, seed=0):
    """The arguments of `compare` other than the activities and the measure."""
    return {
        "preparation": {"window": None, "soft_normalise": soft_normalise},
        "nulls": {"conditions": {"use": "conditions", "draws": draws}},
        "seed": seed,
    }


FRAME = frame()
MEASURES = plugins.available("similarity")
PERFECT = {"angle": 0.0, "angle_in_sample": 0.0}


def bound(name):
    """The measure with values of all of its options; a new option needs an entry in OPTIONS."""
    wanted = plugins.options_of(plugins.find("similarity", name))
    return plugins.bind("similarity", {"use": name} | {k: OPTIONS[k] for k in wanted if k in OPTIONS}, name)


def scores(rows):
    """The values of the statistics that can be tested, by statistic and signal."""
    blind = {s for name in MEASURES for s in card_of(plugins.find("similarity", name)).condition_blind}
    kept = [r for r in rows if r["p"] is not None or r["statistic"] in blind]
    return {(r["statistic"], r["condition_independent"]): r["value"] for r in kept}


def changed(data, function, **attributes):
    return activity.build(
        function(data.rate.values),
        time=data.time.values,
        unit=[f"other_{k}" for k in range(function(data.rate.values).shape[-1])],
        condition=data.condition.values.tolist(),
        **(data.attrs | attributes),
    )


@pytest.mark.parametrize("name", MEASURES)
def test_no_option_has_a_default(name):
    assert all(p.default is p.empty for p in plugins.options_of(plugins.find("similarity", name)).values())


@pytest.mark.parametrize("name", MEASURES)
def test_rows_are_finite_json_with_the_same_names_for_any_input(name, made_up):
    inputs = [(made_up(1), made_up(2)), (made_up(3, units=3), made_up(4, times=20, units=40))]
    found = [compare(x, y, bound(name), **FRAME) for x, y in inputs]
    for rows in found:
        for row in json.loads(json.dumps(rows)):
            numbers = [v for v in row.values() if isinstance(v, float)]
            assert np.isfinite(numbers).all()
            assert row["p"] is None or 0 < row["p"] <= 1
    names = [[(r["statistic"], r["condition_independent"], *r) for r in rows] for rows in found]
    assert names[0] == names[1]


@pytest.mark.parametrize("name", MEASURES)
def test_values_nulls_and_intervals_lie_within_the_bounds_of_the_card(name, made_up):
    """For equal, opposite and independent activities."""
    x = made_up(1, conditions=5, units=4)
    others = [x, changed(x, np.negative), *(made_up(k, conditions=5, units=3) for k in range(2, 8))]
    options = FRAME | {"folds": {"by": "condition", "groups": None}, "units": {"count": None, "repeats": 1}}
    rows = [
        row
        for y in others
        for part in compare_seeds([x, others[-1]], [y], bound(name), intervals={"draws": 50, "units": 5}, **options)[:2]
        for row in part
    ]
    assert sum(row["low"] is not None for row in rows) > len(others)
    assert beyond(rows, card_of(bound(name))) == []


@pytest.mark.parametrize("name", MEASURES)
def test_an_activity_is_most_similar_to_itself(name, made_up):
    x = made_up(1, units=4)  # at most the number of components
    itself, other = (scores(compare(x, y, bound(name), **FRAME)) for y in (x, made_up(2, units=4)))
    for key, value in itself.items():
        sign = -1 if key[0] in card_of(bound(name)).lower_is_better else 1
        assert sign * value >= sign * other[key]
        assert value == pytest.approx(PERFECT.get(key[0], 1.0), abs=1e-6)
    assert all(r["p"] == pytest.approx(1 / 21) for r in compare(x, x, bound(name), **FRAME) if r["p"] is not None)


@pytest.mark.parametrize("name", MEASURES)
def test_labels_have_no_effect(name, made_up):
    x, y = made_up(1), made_up(2)
    renamed = [changed(a, lambda r: r, source=f"renamed {k}", rate_units="a.u.") for k, a in enumerate((x, y))]
    assert compare(*renamed, bound(name), **FRAME) == compare(x, y, bound(name), **FRAME)


@pytest.mark.parametrize("name", MEASURES)
def test_the_order_of_trials_and_units_has_no_effect(name, made_up):
    x, y = made_up(1), made_up(2)
    rng = np.random.default_rng(0)
    shuffled = x.isel(trial=rng.permutation(8), unit=rng.permutation(20))
    assert scores(compare(shuffled, y, bound(name), **FRAME)) == pytest.approx(
        scores(compare(x, y, bound(name), **FRAME))
    )


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("soft_normalise", [None, 0.0, 0.1])
def test_scaled_and_translated_copies_have_the_same_scores(name, soft_normalise, made_up):
    x, y = made_up(1), made_up(2)
    moved = changed(x, lambda rate: 40.0 * rate + 7.0 * np.arange(20))
    assert scores(compare(moved, y, bound(name), **frame(soft_normalise))) == pytest.approx(
        scores(compare(x, y, bound(name), **frame(soft_normalise)))
    )


@pytest.mark.parametrize(
    "name", [n for n in MEASURES if "rotation" in card_of(plugins.find("similarity", n)).invariant_to]
)
def test_rotated_copies_have_the_same_scores_only_without_soft_normalisation(name, made_up):
    x, y = made_up(1), made_up(2)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((20, 20)))[0]
    turned = changed(x, lambda rate: rate @ (turn * [1, 4, *[1] * 18]))
    straight = changed(x, lambda rate: rate @ (turn * [1, 4, *[1] * 18]) @ turn.T)
    raw, soft = ([scores(compare(a, y, bound(name), **frame(c))) for a in (turned, straight)] for c in (None, 0.1))
    assert raw[0] == pytest.approx(raw[1])
    assert soft[0] != pytest.approx(soft[1])


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("units", [1, 3, 300])
def test_few_units_silent_units_and_many_units_can_be_compared(name, units, made_up):
    rate = made_up(1, units=units).rate.values
    data = changed(made_up(1, units=units), lambda _: np.concatenate([rate, np.zeros((8, 40, 2))], axis=-1))
    rows = compare(data, made_up(2), bound(name), **FRAME)
    counts = {r["value"] for r in rows if r["statistic"] == "components_source"}
    if plugins.takes(bound(name), "components"):
        assert counts <= {min(units, OPTIONS["components"])}
    assert all(1 <= count <= units for count in counts)


@pytest.mark.parametrize("name", MEASURES)
def test_the_false_positive_rate_for_independent_activities_is_nominal(name, made_up):
    """With 19 draws, p <= .05 in 5 % of independent pairs; the count in 100 is within its 99.9 % binomial interval."""
    size = {"conditions": 5, "times": 6, "units": 4}
    p = {}
    for k in range(100):
        for row in compare(
            made_up(2 * k, **size), made_up(2 * k + 1, **size), bound(name), **frame(draws=19, seed=k), describe=False
        ):
            p.setdefault((row["statistic"], row["condition_independent"]), []).append(row["p"])
    for key, values in p.items():
        if values[0] is not None:
            assert sum(v <= 0.05 for v in values) <= 14, key
            assert 0.4 < np.mean(values) < 0.65, key
