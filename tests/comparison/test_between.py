"""Networks of several models are compared with each other by the measures of comparisons with a recording."""

import numpy as np
import pytest
from comparison.test_within import directly, measures

from rnncompare.activity import BadActivity, condition_average
from rnncompare.comparison.between import network_distances
from rnncompare.plugins import BadOption

FRAME = {"preparation": {"window": [-0.15, 0.15], "soft_normalise": None}, "folds": {"by": "condition", "groups": None}}


def distances(networks, *names, **changes):
    options = FRAME | {key: FRAME[key] | value for key, value in changes.items()}
    return network_distances(networks, measures(*names), seed=0, **options)


def test_each_pair_of_the_first_model_and_of_it_and_another_has_one_row(made_up):
    networks = {"a": [made_up(0), made_up(1)], "b": [made_up(2)], "c": [made_up(3), made_up(4)]}
    found = distances(networks, "procrustes", "cka")
    for rows in found.values():
        pairs = [(r["seed"], r["other_model"], r["other_seed"]) for r in rows]
        of_others = [(k, m, j) for m, count in (("b", 1), ("c", 2)) for k in (0, 1) for j in range(count)]
        assert pairs == [(0, "a", 1), *of_others]


def test_a_distance_is_the_score_of_a_comparison_or_one_minus_a_similarity(made_up):
    networks = {"a": [made_up(0)], "b": [made_up(1)]}
    found = distances(networks, "procrustes", "cka")
    scores = {name: directly(made_up(0), made_up(1), name, preparation={"smooth": 0}) for name in ("procrustes", "cka")}
    assert found["procrustes"][0]["value"] == pytest.approx(scores["procrustes"]["angle"], rel=1e-9)
    assert found["cka"][0]["value"] == pytest.approx(1 - scores["cka"]["cka"], rel=1e-9)


def test_a_turned_and_scaled_copy_is_at_no_distance(made_up):
    network = made_up(0, units=6)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(6, 6)))[0]
    copy = network.assign(rate=(network.rate.dims, 3 * network.rate.values @ turn))
    for rows in distances({"a": [network], "b": [copy]}, "procrustes", "cka").values():
        assert rows[0]["value"] == pytest.approx(0, abs=1e-4)


def test_single_trials_are_averaged(made_up):
    trials = made_up(0, trials=3)
    found = [
        distances({"a": [x], "b": [made_up(1)]}, "cka")["cka"][0]["value"] for x in (trials, condition_average(trials))
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-12)
    assert found[0] != pytest.approx(distances({"a": [made_up(0)], "b": [made_up(1)]}, "cka")["cka"][0]["value"])


def test_measures_without_a_distance_and_networks_of_other_conditions_are_refused(made_up):
    with pytest.raises(BadOption, match="ridge: found a measure that is not symmetric"):
        distances({"a": [made_up(0), made_up(1)]}, "ridge")
    with pytest.raises(BadActivity, match="distances between networks: found conditions"):
        distances({"a": [made_up(0)], "b": [made_up(1).isel(trial=slice(0, 6))]}, "cka")
