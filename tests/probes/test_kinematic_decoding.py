"""Decoding of movements, compared with known movements, loops of scikit-learn, and chance."""

import numpy as np
import pytest
from probes.planted import reaches
from sklearn.linear_model import Ridge

from rnncompare.activity import BadActivity
from rnncompare.decoding.grouped_ridge import Decomposed, errors_by_decomposition, held_out_errors, left_out_squares
from rnncompare.decoding.ridge_moments import errors_by_moments
from rnncompare.plugins import BadOption
from rnncompare.probes.kinematic_decoding import kinematic_decoding

OPTIONS = {
    "seed": 0,
    "channels": ["hand_velocity_x", "hand_velocity_y"],
    "lags": [0.0],
    "penalties": [1e-8, 1e-4, 1e-2],
    "folds": "condition",
    "splits": None,
    "permutations": 0,
}


def r2(data, target=None, **changes):
    return [r["value"] for r in kinematic_decoding(data, data if target is None else target, **(OPTIONS | changes))]


def naive_errors(x, y, group, penalties):
    """Refit with scikit-learn for every left-out group, and for every inner group."""
    error, total = np.zeros(y.shape[1]), np.zeros(y.shape[1])
    for g in np.unique(group):
        train, test = group != g, group == g
        strengths = [p * ((x[train] - x[train].mean(axis=0)) ** 2).sum() for p in penalties]
        inner = np.zeros((len(penalties), y.shape[1]))
        for h in np.unique(group[train]):
            fit, rest = train & (group != h), group == h
            for k, s in enumerate(strengths):
                inner[k] += ((y[rest] - Ridge(s).fit(x[fit], y[fit]).predict(x[rest])) ** 2).sum(axis=0)
        for k, best in enumerate(inner.argmin(axis=0)):
            guess = Ridge(strengths[best]).fit(x[train], y[train, k]).predict(x[test])
            error[k] += ((y[test, k] - guess) ** 2).sum()
            total[k] += ((y[test, k] - y[train, k].mean()) ** 2).sum()
    return error, total


@pytest.mark.parametrize(("samples", "features"), [(15, 40), (15, 20), (15, 8), (40, 8)])
def test_errors_agree_with_refitting_for_every_group(samples, features):
    """With more or fewer features than samples, and groups larger or smaller than the number of features."""
    rng = np.random.default_rng(samples + features)
    group = np.repeat(np.arange(5), samples)
    x = rng.standard_normal((5 * samples, features)) * rng.uniform(0.1, 3, features) + 2
    y = x @ rng.standard_normal((features, 6)) + 3 * rng.standard_normal((5 * samples, 6)) - 7
    penalties = [1e-5, 1e-3, 1e-1]
    for ours, theirs in zip(held_out_errors(x, y, group, penalties), naive_errors(x, y, group, penalties), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_errors_from_moments_agree_with_those_from_samples():
    """Groups of unequal size, some larger than the number of features; y far from 0."""
    rng = np.random.default_rng(1)
    group = np.repeat(np.arange(4), [10, 30, 15, 25])
    x = rng.standard_normal((80, 18)) + 5
    y = x @ rng.standard_normal((18, 3)) + rng.standard_normal((80, 3)) + 100
    products = errors_by_moments(x, y, group, [1e-4, 1e-2, 1.0])
    samples = errors_by_decomposition(x, y, group, [1e-4, 1e-2, 1.0])
    for ours, theirs in zip(products, samples, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)


@pytest.mark.parametrize("repeats", [1, 4])
def test_the_filter_agrees_with_a_loop_of_scikit_learn_over_trials_times_and_lags(repeats):
    """Lagged rates are taken from the same trial."""
    data = reaches(11, conditions=5, repeats=repeats, times=24, units=4, noise=0.5)
    lags, penalties = [-2, 0, 3], OPTIONS["penalties"]
    x, y, group = [], [], []
    for trial in range(data.sizes["trial"]):
        for t in range(24):
            if all(0 <= t - lag < 24 for lag in lags):
                x.append(np.concatenate([data.rate.values[trial, t - lag] for lag in lags]))
                y.append(data.behavior.values[trial, t])
                group.append(int(data.condition.values[trial]))
    error, total = naive_errors(np.array(x), np.array(y), np.array(group), penalties)
    assert r2(data, lags=[-0.02, 0.0, 0.03]) == pytest.approx(1 - error / total, abs=1e-7)


def test_equal_numbers_of_trials_are_not_the_same_trials():
    """For trials drawn from a network with the numbers of the recording's trials, averages are compared."""
    recording = reaches(12, repeats=3, noise=0.2)
    with_hand = reaches(13, repeats=3, noise=0.2)
    for network in (with_hand, with_hand.drop_vars(["behavior", "channel"])):
        rows = kinematic_decoding(network, recording, **OPTIONS)
        assert {row["samples"] for row in rows} == {"averages"}


def test_leaving_out_groups_without_refitting_is_exact_for_collinear_features():
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(4), 10)
    x = np.repeat(rng.standard_normal((40, 3)), 4, axis=1)
    y = rng.standard_normal((40, 2))
    wanted = sum(
        ((y[group == g] - Ridge(2.0).fit(x[group != g], y[group != g]).predict(x[group == g])) ** 2).sum(axis=0)
        for g in range(4)
    )
    np.testing.assert_allclose(left_out_squares(Decomposed(x, y), group, 2.0), wanted, rtol=1e-8)


def test_a_movement_that_is_linear_in_rates_is_decoded_exactly():
    assert min(r2(reaches(1))) > 0.9999


def test_r2_decreases_with_noise():
    scores = [np.mean(r2(reaches(2, noise=s))) for s in (0.0, 0.2, 1.0, 5.0)]
    assert scores == sorted(scores, reverse=True) and scores[-1] < 0.3


def test_rates_that_lead_the_hand_are_decoded_only_at_their_lag():
    data = reaches(3, lag=8)
    assert min(r2(data, lags=[0.0, 0.08])) > 0.999
    assert np.mean(r2(data, lags=[0.08])) > np.mean(r2(data, lags=[0.0])) + 0.05
    # The rate precedes the hand, which is a positive lag.
    assert np.mean(r2(data, lags=[0.08])) > np.mean(r2(data, lags=[-0.08])) + 0.05


def test_chance_is_at_or_below_0_and_agrees_with_the_null(made_up):
    """Smooth rates that are unrelated to the hand."""
    hand = reaches(4, conditions=8, times=40)
    rates = made_up(5)
    data = rates.assign(behavior=(hand.behavior.dims, hand.behavior.values)).assign_coords(channel=hand.channel.values)
    rows = kinematic_decoding(data, data, **(OPTIONS | {"permutations": 50}))
    for row in rows:
        assert row["value"] < 0.3 and row["p"] > 0.02
        assert row["null_mean"] < 0.1 and row["null_95"] >= row["null_mean"]


def test_a_real_relation_is_above_every_permutation():
    rows = kinematic_decoding(*[reaches(6, conditions=8, noise=0.3)] * 2, **(OPTIONS | {"permutations": 50}))
    assert all(row["p"] == pytest.approx(1 / 51) and row["null_95"] < row["value"] for row in rows)
    assert [row["variable"] for row in rows] == OPTIONS["channels"]


def test_a_source_without_a_hand_is_matched_with_the_recording_by_condition_and_time():
    recording = reaches(7, conditions=7)
    network = recording.drop_vars(["behavior", "channel"]).isel(trial=[3, 0, 6, 1, 5, 2], time=slice(5, 50))
    assert min(r2(network, recording)) > 0.9999
    both = recording.isel(trial=[0, 1, 2, 3, 5, 6], time=slice(5, 50))
    again = kinematic_decoding(network, recording, **OPTIONS)
    assert [r["value"] for r in again] == pytest.approx(r2(both), abs=1e-6)
    assert again[0]["samples"] == "averages"
    assert {r["note"] for r in again} == {f"conditions only of the recording: {recording.condition.values[4]}"}
    assert "note" not in kinematic_decoding(both, both.copy(), **OPTIONS)[0]


def test_the_same_trials_are_decoded_as_single_trials():
    """Each trial has a different movement, which averages do not show."""
    data = reaches(8, repeats=4, noise=0.1)
    own = np.random.default_rng(0).uniform(0.5, 1.5, (24, 1, 1))
    data = data.assign(behavior=data.behavior * own, rate=data.rate * own)
    (row, _) = kinematic_decoding(data, data.copy(deep=True), **OPTIONS)
    assert row["samples"] == "trials" and row["value"] > 0.9


def test_averages_of_units_of_several_sessions_can_be_decoded():
    """Averages over trials do not need simultaneously recorded trials."""
    data = reaches(0).assign_coords(session=("unit", ["a"] * 6 + ["b"] * 6))
    assert min(r2(data)) > 0.9999


def test_folds_by_trial_leave_trials_of_every_condition_in_training():
    """With as many conditions as dimensions, a left-out condition cannot be decoded, but a left-out trial can."""
    rng = np.random.default_rng(0)
    data = reaches(9, conditions=6, repeats=6, units=6)
    tag = np.repeat(np.eye(6), 6, axis=0)[:, None, :] * np.exp(-0.5 * ((np.arange(60) - 30) / 8) ** 2)[None, :, None]
    data = data.assign(rate=(data.rate.dims, tag + 0.01 * rng.standard_normal((36, 60, 6))))
    assert r2(data, folds="trial", splits=6)[0] > 0.9
    assert r2(data, folds="condition")[0] < 0.3


def test_the_null_of_folds_by_trial_keeps_only_the_course_that_all_trials_share():
    data = reaches(10, repeats=4, noise=0.2)
    rows = kinematic_decoding(data, data, **(OPTIONS | {"folds": "trial", "splits": 4, "permutations": 20}))
    assert all(row["null_mean"] < 0.4 < 0.9 < row["value"] for row in rows)


@pytest.mark.parametrize(
    ("data", "changes", "message"),
    [
        (reaches(0).drop_vars(["behavior", "channel"]), {}, "found behavior none, wanted hand_velocity_x"),
        (reaches(0), {"channels": ["hand_x"]}, "found behavior ['hand_velocity_x', 'hand_velocity_y'], wanted hand_x"),
        (reaches(0).assign(behavior=reaches(0).behavior * 0), {}, "found hand_velocity_x, hand_velocity_y constant"),
        (
            reaches(0, conditions=2, repeats=2),
            {},
            "found 2 groups of conditions, wanted 3 to 2, the number of conditions",
        ),
        (reaches(0), {"splits": 7}, "found 7 groups of conditions, wanted 3 to 6, the number of conditions"),
        (reaches(0), {"folds": "trial"}, "found a condition with 1 trial"),
        (
            reaches(0, repeats=2).assign_coords(session=("unit", ["a"] * 6 + ["b"] * 6)),
            {},
            "found units of 2 sessions (a, b), wanted simultaneously recorded units",
        ),
    ],
)
def test_what_cannot_be_decoded_is_refused(data, changes, message):
    with pytest.raises(BadActivity) as error:
        r2(data, **changes)
    assert "kinematic_decoding of planted" in str(error.value) and message in str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lags": [0.0, 0.015]}, "found lags [0.015] s, wanted multiples of the time step, 0.01 s"),
        (
            {"lags": [0.0, 0.6]},
            "found lags [0.0, 0.6] s, wanted lags that leave at least 2 of 60 times with steps of 0.01 s",
        ),
        ({"lags": []}, "found no lags, wanted at least one"),
        ({"penalties": [0.0]}, "found penalties [0.0], wanted penalties above 0"),
        ({"folds": "time"}, "found folds 'time', wanted 'condition' or 'trial'"),
    ],
)
def test_invalid_options_are_refused(changes, message):
    with pytest.raises(BadOption) as error:
        r2(reaches(0), **changes)
    assert message in str(error.value)
