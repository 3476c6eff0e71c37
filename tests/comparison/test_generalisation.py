"""Similarity in conditions that networks were not trained on, beside computations in plain numpy."""

import numpy as np
import pytest
from support.slow import folds, principal_axes

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.comparison.generalisation import generalisation
from rnncompare.comparison.preparation import prepare
from rnncompare.plugins import BadOption

PREPARATION = {"window": [-0.2, 0.19], "bin": None, "smooth": 0, "lag": 0, "soft_normalise": None}
UNITS = {"count": None, "repeats": 1}
PENALTY = 1e-9
MEASURES = {
    "ridge": {"use": "ridge", "components": 6, "penalties": [PENALTY]},
    "cca": {"use": "cca", "components": 6, "curve": []},
    "procrustes": {"use": "shape", "alpha": 1.0, "components": 6},
    "best_match": {"use": "best_match"},
    "rsa": {"use": "rsa", "distance": "sqeuclidean", "compare": "spearman", "average": "dissimilarities",
            "trial_folds": None, "time_resolved": False},
}  # fmt: skip
PRIMARY = ("r2_source_to_recording", "mean", "angle")
HELD_OUT = ["90", "225"]  # of eight directions, 45 degrees apart


def values_of(networks, recording, names=("ridge", "cca", "procrustes"), held_out=HELD_OUT, **changes):
    """(network, statistic, conditions) -> value."""
    bound = {name: plugins.bind("similarity", MEASURES[name], name) for name in names}
    how = {"preparation": PREPARATION, "units": UNITS, "seed": 0} | changes
    found = generalisation(networks, recording, bound, held_out=[held_out] * len(networks), **how)
    return {(row["seed"], row["statistic"], row["conditions"]): row["value"] for rows in found.values() for row in rows}


def with_conditions(data, other, names):
    """The activity with some conditions replaced by those of another."""
    chosen = np.isin(data.condition.values, names)[:, None, None]
    return data.assign(rate=data.rate.copy(data=np.where(chosen, other.rate.values, data.rate.values)))


def rotated(data, seed=5):
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((data.sizes["unit"],) * 2))[0]
    return data.assign(rate=data.rate.copy(data=data.rate.values @ turn))


def test_a_rotated_recording_has_the_best_score_in_held_out_and_in_trained_conditions(made_up):
    recording = made_up(1, units=6)
    found = values_of([rotated(recording)], recording)
    for conditions in ("trained", "held_out"):
        of = [found[0, statistic, conditions] for statistic in PRIMARY]
        assert of == pytest.approx([1, 1, 0], abs=1e-6), conditions


@pytest.mark.parametrize("seed", range(3))
def test_a_source_that_is_unrelated_in_held_out_conditions_is_similar_in_trained_ones_alone(made_up, seed):
    recording = made_up(seed, units=6)
    source = with_conditions(rotated(recording), made_up(100 + seed, units=6), HELD_OUT)
    found = values_of([source], recording)
    assert found[0, "r2_source_to_recording", "held_out"] <= 0
    assert abs(found[0, "mean", "held_out"]) < 0.4 and found[0, "angle", "held_out"] > 1.1
    trained = [found[0, statistic, "trained"] for statistic in PRIMARY]
    assert trained[0] > 0.5 and trained[1] > 0.5 and trained[2] < 0.9


def test_each_network_has_held_out_conditions_of_its_own(made_up):
    recording = made_up(1, units=6)
    names = [["0", "45"], ["135"]]
    sources = [with_conditions(rotated(recording), made_up(9, units=6), of) for of in names]
    bound = {"ridge": plugins.bind("similarity", MEASURES["ridge"], "ridge")}
    how = {"preparation": PREPARATION, "units": UNITS, "seed": 0}
    rows = generalisation(sources, recording, bound, held_out=names, **how)["ridge"]
    counts = [(row["seed"], row["conditions"], row["condition_count"]) for row in rows[::2]]
    assert counts == [(0, "trained", 6), (0, "held_out", 2), (1, "trained", 7), (1, "held_out", 1)]
    assert all((row["value"] < 0.3) == (row["conditions"] == "held_out") for row in rows[::2])


def test_both_groups_have_the_scores_of_a_ridge_regression_in_plain_numpy(made_up):
    """Held out: fitted to the other six conditions. Trained: each left out in turn, sums over the six folds."""
    recording, noise = made_up(1, units=7), made_up(2, units=7)
    source = recording.assign(rate=recording.rate.copy(data=recording.rate.values + noise.rate.values))
    options = MEASURES["ridge"] | {"components": 4, "penalties": [0.1]}
    measure = {"ridge": plugins.bind("similarity", options, "ridge")}
    how = {"preparation": PREPARATION, "units": UNITS, "seed": 0, "held_out": [HELD_OUT]}
    found = {
        (row["statistic"], row["conditions"]): row["value"]
        for row in generalisation([source], recording, measure, **how)["ridge"]
    }
    side = prepare(source, recording, **PREPARATION)
    groups = np.array([100 if name in HELD_OUT else k for k, name in enumerate(side.labels)])
    for name, x, y in (
        ("r2_source_to_recording", side.x, side.y),
        ("r2_recording_to_source", side.y, side.x),
    ):
        sums = [_errors(*parts) for parts in folds(x, y, range(8), "removed", groups)]  # the last: held out
        for conditions, chosen in (("trained", sums[:-1]), ("held_out", sums[-1:])):
            error, power = np.sum(chosen, axis=0)
            assert found[name, conditions] == pytest.approx(1 - error / power, abs=1e-10)


def _errors(train_x, test_x, train_y, test_y):
    """Squared error and sum of squares of the left-out samples of one fold."""
    axes = principal_axes(train_x, 4)
    a, b = train_x @ axes, test_x @ axes
    penalty = 0.1 * np.trace(a.T @ a) / 4
    weights = np.linalg.solve(a.T @ a + penalty * np.eye(4), a.T @ train_y)
    return ((test_y - b @ weights) ** 2).sum(), (test_y**2).sum()


def test_scores_are_means_over_draws_of_units_and_follow_the_seed(made_up):
    recording = made_up(1, units=12)
    few = {"units": {"count": 6, "repeats": 3}}
    found = [values_of([rotated(recording)], recording, ("ridge",), seed=seed, **few) for seed in (0, 0, 1)]
    assert found[0] == found[1] and all(found[0][key] != found[2][key] for key in found[0])


def test_matched_units_are_scored_as_well(made_up):
    recording = made_up(1)
    source = with_conditions(recording, made_up(7), HELD_OUT)
    found = values_of([recording, source], recording, ("best_match",))
    statistics = {statistic for _, statistic, _ in found}
    for statistic in statistics:
        assert found[0, statistic, "held_out"] == pytest.approx(1)
        assert found[1, statistic, "held_out"] < 0.5 < found[1, statistic, "trained"]


def test_a_measure_without_folds_is_refused_by_its_name(made_up):
    message = "generalisation, rsa of network 0: found no scores of single folds, wanted a measure that is cross-val"
    with pytest.raises(BadOption, match=message):
        values_of([made_up(1)], made_up(2), ("rsa",))


@pytest.mark.parametrize(
    ("held_out", "message"),
    [
        ([], "network 0: found conditions none held out and conditions 0, 45, .* wanted the former among the latter"),
        (["30", "90"], "found conditions 30, 90 held out and conditions 0, 45, "),
        (["0", "45", "90", "135", "180", "225"], "wanted the former among the latter, and at least 3 others"),
    ],
)
def test_held_out_conditions_that_are_not_compared_or_leave_too_few_are_refused(made_up, held_out, message):
    with pytest.raises(BadActivity, match=message):
        values_of([made_up(1)], made_up(2), held_out=held_out)


def test_three_trained_conditions_suffice_for_every_measure(made_up):
    recording = made_up(1, units=6)
    found = values_of([rotated(recording)], recording, held_out=["0", "45", "90", "135", "180"])
    assert len(found) == 2 * 4 and np.isfinite(list(found.values())).all()


def test_held_out_conditions_in_which_nothing_varies_have_no_score_and_are_refused(made_up):
    """The recording is at the mean of four trained conditions, which are multiples of 4, in the held-out ones."""
    source, held_out = made_up(1, units=6), ["0", "45", "90", "135"]
    rate = 4 * np.round(10 * source.rate.values)
    rate[:4] = rate[4:].mean(axis=0)
    recording = source.assign(rate=source.rate.copy(data=rate))
    with pytest.raises(BadActivity, match="ridge of network 0: found no r2_source_to_recording of the held_out cond"):
        values_of([source], recording, ("ridge",), held_out=held_out)
