"""Turns and mirrorings of directions: which orders they are, and what they say of a ring and of a recording."""

from itertools import permutations

import numpy as np
import pytest

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.comparison.compare import compare, compare_measures, compare_seeds
from rnncompare.comparison.permutations import RING
from rnncompare.comparison.ring_orders import ring_orders
from rnncompare.plugins import BadOption

TURNS = {"turns": {"use": RING, "draws": 15}}
FRAME = {"preparation": {"window": None, "soft_normalise": None}, "nulls": TURNS, "seed": 0}
WHOLE = FRAME | {
    "folds": {"by": "condition", "groups": None},
    "units": {"count": None, "repeats": 1},
    "intervals": {"draws": 20, "units": 0},
}
MEASURES = {
    "rsa": {"distance": "sqeuclidean", "compare": "spearman", "average": "dissimilarities"}
    | {"trial_folds": None, "time_resolved": True},
    "cka": {"samples": "conditions", "kernel": "linear", "bandwidth": None},
}
BOUND = {name: plugins.bind("similarity", {"use": name} | options, name) for name, options in MEASURES.items()}


def ring_of(data, harmonics=(1, 2)):
    """An activity whose conditions form a ring: their distances depend only on the angle between directions."""
    angle = np.deg2rad(data.angle.values)[:, None, None]
    courses = np.random.default_rng(3).standard_normal((len(harmonics), data.sizes["time"], 5))
    waves = [f * c for h, c in zip(harmonics, courses, strict=True) for f in (np.cos(h * angle), np.sin(h * angle))]
    return data.isel(unit=slice(10 * len(harmonics))).assign(
        rate=(data.rate.dims, np.concatenate(waves, axis=2)), unit=[f"u{k}" for k in range(10 * len(harmonics))]
    )


def names(count):
    return [str(k) for k in range(count)]


# Orders


@pytest.mark.parametrize("count", [3, 4, 5, 8])
def test_the_orders_are_those_that_leave_the_angles_between_all_directions_as_they_are(count):
    angle = np.random.default_rng(0).permutation(count) * 360 / count + 350
    between = np.cos(np.deg2rad(angle[:, None] - angle))
    every = np.array(list(permutations(range(count))))
    kept = np.isclose(between[every[:, :, None], every[:, None]], between).all(axis=(1, 2))
    found = ring_orders(angle, names(count), "here")
    assert len(found) == 2 * count and (found[0] == np.arange(count)).all()
    assert sorted(map(tuple, found)) == sorted(map(tuple, every[kept]))


def test_turn_k_is_by_k_steps_whatever_the_order_of_the_conditions_and_the_first_direction():
    angle = np.array([90.0, 180, 300, 0, 270, 150, 120, 210, 330, 60, 30, 240]) - 365
    turns = ring_orders(angle, names(12), "here")[:12]
    by = (angle[turns] - angle) % 360
    assert by == pytest.approx(np.repeat(np.arange(12)[:, None] * 30.0, 12, axis=1))


def test_directions_that_deviate_a_little_have_the_orders_of_even_ones():
    even = np.arange(8) * 45.0
    uneven = even + np.array([2, -2, 1, 0, 2, -1, 0, -2])
    assert (ring_orders(uneven, names(8), "here") == ring_orders(even, names(8), "here")).all()


@pytest.mark.parametrize(
    ("angle", "message"),
    [
        ([0, 180], "here: found 2 conditions, wanted at least 3: a ring"),
        ([0, 90, 360, 180], "here: found conditions '0' and '2' with the same direction, 0 deg"),
        ([359.9999999, 90, 180, 0], "here: found conditions '0' and '3' with the same direction, 360 deg"),
        ([0, 90, 180, 280], r"found directions 0, 90, 180, 280 deg, 80 to 100 deg apart, wanted 90 deg between neigh"),
        ([26, 68, 112, 153, 195, 234, 309, 346], "37 to 75 deg apart, wanted 45 deg between neighbours, to within 4.5"),
    ],
)
def test_directions_that_are_no_even_ring_are_refused(angle, message):
    with pytest.raises(BadActivity, match=message):
        ring_orders(np.array(angle, dtype=float), names(len(angle)), "here")


# The null


@pytest.mark.parametrize("step", [0, 1, 3])
@pytest.mark.parametrize("name", MEASURES)
def test_a_ring_scores_the_same_in_every_turn_so_that_its_p_is_one(name, step, made_up):
    """Also a ring with wrong directions, which is as similar to the recording as the ring with the right ones."""
    y = made_up(2)
    ring = ring_of(y)
    turned = ring.assign(rate=(ring.rate.dims, np.roll(ring.rate.values, step, axis=0)))
    true, rows = (compare(x, y, BOUND[name], **FRAME) for x in (ring, turned))
    assert [r["value"] for r in rows] == pytest.approx([r["value"] for r in true])
    assert {(r["p"], r["draws"]) for r in rows} == {(1.0, 15)}


@pytest.mark.parametrize("name", MEASURES)
def test_the_recording_itself_scores_highest_in_its_true_order(name, made_up):
    y = made_up(2)
    assert {r["p"] for r in compare(y, y, BOUND[name], **FRAME)} == {1 / 16}
    turned = y.assign(rate=(y.rate.dims, np.roll(y.rate.values, 1, axis=0)))
    assert all(r["p"] > 1 / 16 for r in compare(turned, y, BOUND[name], **FRAME))


def test_a_turn_is_the_same_for_sources_whose_conditions_are_in_another_order(made_up):
    x, y = made_up(1), made_up(2)
    again = [a.assign_coords(condition=("trial", [f"c{(k * 3) % 8}" for k in range(8)])) for a in (x, y)]
    one, two, both = (
        compare_seeds(*sides, BOUND["rsa"], **WHOLE, signals=("removed",)).draws["null|rdm|removed"].values
        for sides in (([x], [y]), ([again[0]], [again[1]]), ([x, again[0]], [y, again[1]]))
    )
    assert one == pytest.approx(two) and one == pytest.approx(both)
    assert np.std(one) > 0.01


@pytest.mark.parametrize(
    ("change", "more", "error", "message"),
    [
        (
            lambda y: y,
            {"nulls": {"turns": {"use": RING, "draws": 14}}},
            BadOption,
            "null ring_orders of made up: found draws 14, wanted at least 15, because all other turns",
        ),
        (
            lambda y: y,
            {"folds": {"by": "condition", "groups": 4}},
            BadOption,
            "null ring_orders of made up: found folds that leave out several conditions together",
        ),
        (
            lambda y: y.drop_vars("angle"),
            {},
            BadActivity,
            "ring_orders of made up: found no coordinate 'angle', wanted",
        ),
        (lambda y: y.assign_coords(angle=("trial", np.arange(8) * 40.0)), {}, BadActivity, "40 to 80 deg apart"),
    ],
)
def test_a_recording_without_a_ring_of_directions_is_refused(change, more, error, message, made_up):
    with pytest.raises(error, match=message):
        compare(made_up(1), change(made_up(2)), BOUND["rsa"], **FRAME | more)


# Several nulls


def test_further_nulls_have_rows_of_their_own_and_change_nothing_of_the_first(made_up):
    x, y = [made_up(1), made_up(2)], [made_up(3)]
    first = {"conditions": {"use": "conditions", "draws": 30}}
    more = first | {"shifted": {"use": "time_shift", "draws": 3, "measures": ["cka"]}} | TURNS
    alone, found = (compare_measures(x, y, BOUND, **WHOLE | {"nulls": nulls}) for nulls in (first, more))
    for name in BOUND:
        assert found[name].rows == alone[name].rows and found[name].summary == alone[name].summary
        assert found[name].draws.identical(alone[name].draws)
    nulls = [(n, r["null"], r["condition_independent"], r["draws"]) for n, each in found.items() for r in each.nulls]
    assert nulls == [
        *[("rsa", "conditions", "removed", 30), ("rsa", "turns", "removed", 15)] * 2,
        *[("rsa", "conditions", "kept", 30), ("rsa", "turns", "kept", 15)] * 2,
        *[("cka", "conditions", "removed", 30), ("cka", "shifted", "removed", 3), ("cka", "turns", "removed", 15)],
        *[("cka", "conditions", "kept", 30), ("cka", "turns", "kept", 15)],
    ]
    assert len({r["null_mean"] for r in found["cka"].nulls[:3]}) == 3
    turned = compare_measures(x, y, BOUND, **WHOLE | {"nulls": TURNS})
    for name, each in found.items():
        wanted = [row for row in turned[name].nulls if row["null"] == "turns"]
        assert [row for row in each.nulls if row["null"] == "turns"] == [pytest.approx(row) for row in wanted]


def test_a_second_null_of_all_orders_is_exact_for_the_measures_that_it_names(made_up):
    x, y = made_up(1, conditions=4), made_up(2, conditions=4)
    x = x.assign(rate=y.rate + 2 * x.rate)
    nulls = {
        "conditions": {"use": "conditions", "draws": 9},
        "all_orders": {"use": "conditions", "draws": 23, "measures": ["rsa"]},
    }
    found = compare_measures([x], [y], BOUND, **WHOLE | {"nulls": nulls}, signals=("removed",))
    orders = [list(order) for order in permutations(range(4))]
    values = [plain_rsa(x.rate.values, y.rate.values[order]) for order in orders]
    (row,) = [r for r in found["rsa"].nulls if (r["null"], r["statistic"]) == ("all_orders", "rdm")]
    wanted = sum(value >= values[0] - 1e-9 for value in values) / 24
    assert (row["draws"], row["p"], row["value"]) == (23, pytest.approx(wanted), pytest.approx(values[0]))
    assert row["null_mean"] == pytest.approx(np.mean(values[1:])) and 1 / 24 < wanted < 1
    assert [r["draws"] for r in found["rsa"].nulls if r["null"] == "conditions"] == [9, 9]
    assert {r["null"] for r in found["cka"].nulls} == {"conditions"}


def plain_rsa(x, y):
    """Spearman correlation of mean squared distances between conditions, pair by pair."""
    pairs = [(i, j) for i in range(len(x)) for j in range(i)]
    ranks = [
        np.argsort(np.argsort([((side[i] - side[j]) ** 2).mean() for i, j in pairs])).astype(float) for side in (x, y)
    ]
    return np.corrcoef(*ranks)[0, 1]


def test_a_measure_that_does_not_use_the_pairing_has_no_rows_and_is_not_evaluated_for_it(made_up):
    calls = []

    def blind(pair):
        calls.append(len(pair.orders))
        return {"blind": np.abs(pair.y).sum()}

    nulls = {"conditions": {"use": "conditions", "draws": 9}} | TURNS
    found = compare_seeds([made_up(1)], [made_up(2)], blind, **WHOLE | {"nulls": nulls}, describe=False)
    assert found.nulls == [] and calls == [10, 10]
