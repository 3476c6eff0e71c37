"""Networks of one model are compared with each other as they are with the recording, in balanced pairs."""

from collections import Counter

import numpy as np
import pytest

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.comparison import preparation
from rnncompare.comparison.compare import compare
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.within import balanced_pairs, fewest_pairs, within_model
from rnncompare.plugins import BadOption

FRAME = {
    "preparation": {"window": [-0.15, 0.15], "bin": None, "smooth": 0.01, "lag": 0, "soft_normalise": None},
    "folds": {"by": "condition", "groups": None},
    "units": {"count": None, "repeats": 1},
}
NULLS = {"conditions": {"use": "conditions", "draws": 1}}
MEASURES = {
    "ridge": {"use": "ridge", "components": 5, "penalties": [1e-6, 1e-2, 1.0]},
    "rsa": {
        "use": "rsa", "distance": "sqeuclidean", "compare": "spearman", "average": "dissimilarities",
        "trial_folds": None, "time_resolved": False,
    },
    "procrustes": {"use": "shape", "alpha": 1.0, "components": 5},
    "cca": {"use": "cca", "components": 5, "curve": []},
    "cka": {"use": "cka", "samples": "conditions", "kernel": "linear", "bandwidth": None},
    "matching": {"use": "matching", "match": "one_to_one"},
}  # fmt: skip
HELD_OUT = ("ridge", "procrustes", "cca")


def measures(*names):
    return {name: plugins.bind("similarity", MEASURES[name], name) for name in names or MEASURES}


def within(networks, recording, names=(), pairs=100, input_sets=None, **changes):
    options = FRAME | {key: FRAME[key] | value for key, value in changes.items()}
    return within_model(networks, recording, measures(*names), pairs=pairs, seed=0, input_sets=input_sets, **options)


def same_data(data, change):
    return data.assign(rate=(data.rate.dims, change(data.rate.values)))


def values(rows):
    return np.array([row["value"] for row in rows])


def test_copies_of_one_network_have_the_score_of_identity(made_up):
    network = made_up(1, units=5)
    found = within([network.copy(deep=True) for _ in range(3)], made_up(2))
    for name, rows in found.items():
        perfect = 0 if card_of(measures()[name]).lower_is_better else 1
        assert len(rows) == (12 if name == "ridge" else 3)  # ridge: 2 directions, 2 statistics
        assert values(rows) == pytest.approx(perfect, abs=1e-4), name


def test_rotated_copies_are_identical_to_measures_that_rotations_do_not_change(made_up):
    network, rng = made_up(1, units=5), np.random.default_rng(0)
    turns = [np.linalg.qr(rng.standard_normal((5, 5)))[0] for _ in range(3)]
    found = within([same_data(network, lambda rate, q=q: rate @ q) for q in turns], made_up(2))
    for name, rows in found.items():
        card = card_of(measures()[name])
        same = np.abs(values(rows) - (0 if card.lower_is_better else 1)) < 1e-4
        assert same.all() == ("rotation" in card.invariant_to), name


def test_independent_networks_have_held_out_scores_of_chance_whatever_time_course_all_conditions_share(made_up):
    bump = 3 * np.exp(-0.5 * (np.linspace(-2, 2, 40) / 0.5) ** 2)[:, None]
    networks = [same_data(made_up(k, units=30), lambda rate: rate + bump) for k in range(8)]
    found = {name: values(rows) for name, rows in within(networks, made_up(99), HELD_OUT).items()}
    assert -0.15 < found["ridge"].mean() < 0.05
    assert abs(found["cca"].mean()) < 0.1
    assert found["procrustes"].mean() == pytest.approx(np.pi / 2, abs=0.05)


def directly(x, y, name, **changes):
    """The values of a comparison of two activities, with the condition-independent signal removed."""
    frame = FRAME | {key: FRAME[key] | value for key, value in changes.items()}
    rows = compare(x, y, measures(name)[name], nulls=NULLS, seed=0, **frame)
    return {row["statistic"]: row["value"] for row in rows if row["condition_independent"] == "removed"}


@pytest.mark.parametrize("name", MEASURES)
def test_the_score_of_a_pair_is_that_of_a_comparison_of_its_two_activities(name, made_up):
    networks, changes = [made_up(k) for k in range(3)], {"preparation": {"soft_normalise": 0.2}}
    rows = within(networks, made_up(9), [name], **changes)[name]
    for row in rows:
        scores = directly(networks[row["seed"]], networks[row["other_seed"]], name, **changes)
        assert row["value"] == pytest.approx(scores[row["statistic"]], rel=1e-9, abs=1e-12)


def test_a_directed_measure_is_computed_in_both_directions_and_a_symmetric_one_once(made_up):
    found = within([made_up(k) for k in range(3)], made_up(9), ["ridge", "cka"])
    assert [(r["seed"], r["other_seed"]) for r in found["cka"]] == [(0, 1), (0, 2), (1, 2)]
    by_direction = {(r["seed"], r["other_seed"], r["statistic"]): r["value"] for r in found["ridge"]}
    assert len(by_direction) == 3 * 2 * 2
    for i, j in ((0, 1), (0, 2), (1, 2)):
        forward, backward = by_direction[i, j, "r2_source_to_recording"], by_direction[j, i, "r2_recording_to_source"]
        assert forward == pytest.approx(backward, rel=1e-9)
        assert forward != pytest.approx(by_direction[j, i, "r2_source_to_recording"], rel=1e-3)


def test_rows_have_the_bounds_and_the_direction_of_their_statistic(made_up):
    found = within([made_up(1), made_up(2)], made_up(3), ["procrustes", "ridge"])
    assert {(r["minimum"], r["maximum"], r["lower_is_better"]) for r in found["procrustes"]} == {(0, np.pi, True)}
    assert {(r["minimum"], r["maximum"], r["lower_is_better"]) for r in found["ridge"]} == {(None, 1, False)}


def test_only_conditions_and_times_of_the_recording_are_compared(made_up):
    networks, recording = [made_up(k) for k in range(3)], made_up(9).isel(trial=slice(1, 7), time=slice(0, None, 2))
    rows = within(networks, recording, ["cka"])["cka"]
    part = [n.isel(trial=slice(1, 7)) for n in networks]
    times = preparation.binned_rates(part[0], None, FRAME["preparation"]["smooth"]).time[::2]
    smoothed = [preparation.binned_rates(n, None, FRAME["preparation"]["smooth"]).sel(time=times) for n in part]
    expected = directly(smoothed[0], smoothed[1], "cka", preparation={"smooth": 0})["cka"]
    assert rows[0]["value"] == pytest.approx(expected, rel=1e-9)


def test_a_lag_to_the_recording_shifts_all_networks_alike(made_up):
    networks, recording = [made_up(k) for k in range(3)], made_up(9)
    late = within(networks, recording, ["cka"], preparation={"lag": 0.05, "window": [-0.1, 0.15]})["cka"]
    early = within(networks, recording, ["cka"], preparation={"lag": 0, "window": [-0.15, 0.1]})["cka"]
    assert values(late) == pytest.approx(values(early), rel=1e-9)


def test_units_are_drawn_for_both_networks_as_for_a_source_and_the_recording(made_up):
    networks, units = [made_up(k) for k in range(3)], {"count": 7, "repeats": 3}
    rows = within(networks, made_up(9), ["cka"], units=units)["cka"]
    assert rows[0]["value"] == pytest.approx(directly(*networks[:2], "cka", units=units)["cka"], rel=1e-9)
    assert rows[0]["value"] != pytest.approx(directly(*networks[:2], "cka")["cka"], rel=1e-3)


def test_trials_of_both_networks_are_left_out_together_and_are_required(made_up):
    networks, folds = [made_up(k, trials=4) for k in range(3)], {"by": "trial", "groups": 2}
    rows = within(networks, made_up(9, trials=4), ["cca"], folds=folds)["cca"]
    assert rows[0]["value"] == pytest.approx(directly(*networks[:2], "cca", folds=folds)["mean"], rel=1e-9)
    with pytest.raises(BadActivity, match="cca within a model, networks 0 and 1 as source and recording: folds by tri"):
        within([made_up(k) for k in range(3)], made_up(9, trials=4), ["cca"], folds=folds)


def test_a_measure_that_needs_trials_of_the_recording_is_refused_for_networks_without(made_up):
    options = MEASURES["rsa"] | {"distance": ["sqeuclidean", "crossnobis"], "average": "patterns", "trial_folds": 2}
    measure = {"rsa": plugins.bind("similarity", options, "rsa")}
    with pytest.raises(BadActivity, match="rsa within a model, networks 0 and 1 as source and recording"):
        within_model([made_up(1), made_up(2)], made_up(3, trials=4), measure, pairs=1, seed=0, **FRAME)


def test_networks_that_share_different_conditions_with_the_recording_are_named(made_up):
    networks = [made_up(0), made_up(1).isel(trial=slice(0, 6))]
    with pytest.raises(BadActivity, match="conditions 0, 45, 90, 135, 180, 225 at 31 times of network 1, wanted"):
        within(networks, made_up(9), ["cka"])


@pytest.mark.parametrize("networks", [2, 3, 5, 6, 7, 12, 24, 25])
@pytest.mark.parametrize("more", [0, 1, 13, 100, 300])
def test_every_network_is_in_equally_many_pairs_of_which_there_are_as_many_as_allowed(networks, more):
    most = fewest_pairs(networks) + more
    found = balanced_pairs(networks, most)
    assert found == sorted(set(found)) and all(0 <= i < j < networks for i, j in found)
    assert len(set(Counter(k for pair in found for k in pair).values())) == 1
    everything = networks * (networks - 1) // 2
    assert len(found) == everything if most >= everything else most - networks < len(found) <= most


@pytest.mark.parametrize(("networks", "sets"), [(24, 12), (24, 8), (24, 2), (30, 10), (9, 3), (8, 8)])
def test_few_pairs_include_those_with_the_same_and_with_different_inputs(networks, sets):
    of = [4 + k % sets for k in range(networks)]
    found = balanced_pairs(networks, fewest_pairs(networks), of)
    assert len(set(Counter(k for pair in found for k in pair).values())) == 1 and len(found) <= fewest_pairs(networks)
    assert {of[i] == of[j] for i, j in found} == ({True, False} if networks > sets else {False})


def test_fewer_pairs_than_two_for_each_network_are_refused(made_up):
    with pytest.raises(BadOption, match="found 11 pairs for 6 networks, wanted at least 12"):
        balanced_pairs(6, 11)
    assert [fewest_pairs(n) for n in (2, 5, 6, 24)] == [1, 10, 12, 48]
