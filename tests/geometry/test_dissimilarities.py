"""Dissimilarities and the noise covariance of crossnobis, compared with rsatoolbox, plain loops and known answers."""

from typing import get_args

import numpy as np
import pytest

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Trials
from rnncompare.geometry.dissimilarities import Distance, Side, by_time, over_times
from rnncompare.geometry.noise import noise_precision, shrunken_covariance
from rnncompare.plugins import BadOption

PLAIN = {"axes": (0,), "trial_folds": None}


def activity(seed=0, conditions=5, times=6, units=8):
    return np.random.default_rng(seed).standard_normal((conditions, times, units)) + 3.0


def noisy(seed, counts, signal=1.0, times=6, units=8):
    """A side with the given numbers of trials, in random order, and correlated noise of unequal variance."""
    rng = np.random.default_rng(seed)
    condition = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    mix = np.linalg.cholesky(0.5 * np.eye(units) + 0.5) * np.linspace(1, 3, units)[:, None]
    means = signal * rng.standard_normal((len(counts), times, units))
    trials = Trials(means[condition] + rng.standard_normal((len(condition), times, units)) @ mix.T, condition)
    return Side(np.stack([trials.rate[condition == c].mean(axis=0) for c in range(len(counts))]), trials, "recording")


def as_dataset(toolbox, side, t, folds):
    place = np.zeros(len(side.trials.condition), dtype=int)
    for c in np.unique(side.trials.condition):
        own = np.flatnonzero(side.trials.condition == c)
        place[own] = np.arange(len(own)) % folds
    about = {"condition": side.trials.condition.astype(float), "fold": place.astype(float)}  # integers cause a warning
    return toolbox.data.Dataset(side.trials.rate[:, t], obs_descriptors=about)


@pytest.mark.parametrize(
    ("distance", "theirs"),
    [("sqeuclidean", "euclidean"), ("correlation", "correlation"), ("plain_correlation", "correlation")],
)
@pytest.mark.parametrize("units", [3, 8, 40])
def test_dissimilarities_agree_with_rsatoolbox(distance, theirs, units):
    toolbox = pytest.importorskip("rsatoolbox")
    data = activity(units=units)
    centred = data if distance == "plain_correlation" else data - data.mean(axis=0)
    peer = [toolbox.rdm.calc_rdm(toolbox.data.Dataset(centred[:, t]), method=theirs).get_vectors()[0] for t in range(6)]
    np.testing.assert_allclose(by_time(Side(data, None, "x"), distance, **PLAIN), peer, atol=1e-12)


@pytest.mark.parametrize("counts", [[4, 4, 4, 4, 4], [3, 5, 9, 4, 6]])
def test_crossnobis_agrees_with_rsatoolbox_for_the_same_noise_precision(counts):
    toolbox = pytest.importorskip("rsatoolbox")
    side = noisy(1, counts)
    precision = noise_precision(side.trials, "recording")
    peer = [
        toolbox.rdm.calc_rdm(
            as_dataset(toolbox, side, t, 3),
            method="crossnobis",
            descriptor="condition",
            noise=precision,
            cv_descriptor="fold",
        ).get_vectors()[0]
        for t in range(6)
    ]
    found = by_time(side, "crossnobis", axes=(0,), trial_folds=3)
    np.testing.assert_allclose(found, peer, atol=1e-10)
    over = over_times(side, "crossnobis", average="dissimilarities", axes=(0,), trial_folds=3)
    np.testing.assert_allclose(over, np.mean(peer, axis=0), atol=1e-10)


@pytest.mark.parametrize("distance", get_args(Distance))
@pytest.mark.parametrize("axes", [(0,), (0, 1)])
def test_the_mean_over_times_does_not_depend_on_the_chunks(distance, axes, monkeypatch):
    side, options = noisy(1, [4] * 5), {"axes": axes, "trial_folds": 2}
    each = by_time(side, distance, **options)
    monkeypatch.setattr("rnncompare.geometry.dissimilarities.BATCH", 2 * 8 * 20)
    np.testing.assert_allclose(by_time(side, distance, **options), each, atol=1e-12)
    over = over_times(side, distance, average="dissimilarities", **options)
    np.testing.assert_allclose(over, each.mean(axis=0), atol=1e-12)


@pytest.mark.parametrize("distance", get_args(Distance))
def test_averaging_patterns_equals_an_activity_with_one_time(distance):
    side = noisy(1, [4] * 5)
    mean = Side(
        side.data.mean(axis=1, keepdims=True),
        Trials(side.trials.rate.mean(axis=1, keepdims=True), side.trials.condition),
        "x",
    )
    options = {"axes": (0,), "trial_folds": 2}
    found = over_times(side, distance, average="patterns", **options)
    np.testing.assert_allclose(found, by_time(mean, distance, **options)[0], atol=1e-12)


def test_identical_conditions_have_distance_0_and_no_distance_is_negative():
    data = 1e6 + activity()
    data[1] = data[0]
    found = by_time(Side(data, None, "x"), "sqeuclidean", **PLAIN)
    assert (found >= 0).all() and found[:, 0].max() < 1e-9
    np.testing.assert_allclose(found[:, 4], ((data[1] - data[2]) ** 2).mean(axis=-1), rtol=1e-9)


def test_single_precision_is_converted_to_double():
    data = (100 + activity()).astype(np.float32)
    for distance in ("sqeuclidean", "correlation", "plain_correlation"):
        single, double = (by_time(Side(d, None, "x"), distance, **PLAIN) for d in (data, data.astype(float)))
        np.testing.assert_allclose(single, double, atol=1e-10)


def test_noise_biases_the_squared_distance_but_not_crossnobis():
    """20 recordings of 6 equal conditions, with 15 distances each."""
    crossed, squared = [], []
    for seed in range(20):
        side = noisy(seed, [6] * 6, signal=0.0)
        crossed.append(over_times(side, "crossnobis", average="patterns", axes=(0,), trial_folds=3).mean())
        squared.append(over_times(side, "sqeuclidean", average="patterns", axes=(0,), trial_folds=None).mean())
    assert abs(np.mean(crossed)) < 4 * np.std(crossed) / np.sqrt(20)
    assert np.mean(squared) > 10 * np.std(squared) / np.sqrt(20)


def test_crossnobis_is_invariant_to_a_scale_for_each_unit_but_not_to_a_rotation():
    side = noisy(1, [5] * 5)
    factors = np.logspace(-2, 2, 8)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((8, 8)))[0]

    def value(change):
        trials = Trials(side.trials.rate @ change, side.trials.condition)
        changed = Side(side.data @ change, trials, "x")
        return over_times(changed, "crossnobis", average="patterns", axes=(0,), trial_folds=3)

    np.testing.assert_allclose(value(np.diag(factors)), value(np.eye(8)), rtol=1e-8)
    assert np.abs(value(turn) / value(np.eye(8)) - 1).max() > 1e-3


def test_the_noise_covariance_exists_with_silent_units_and_more_units_than_trials():
    side = noisy(1, [3] * 4, units=60)
    silent = Trials(np.concatenate([side.trials.rate, np.full((12, 6, 2), 7.0)], axis=-1), side.trials.condition)
    precision = noise_precision(silent, "x")
    assert np.linalg.eigvalsh(precision[:60, :60]).min() > 0
    assert not precision[60:].any() and not precision[:, 60:].any()
    np.testing.assert_allclose(precision[:60, :60], noise_precision(side.trials, "x"), rtol=1e-10)


def shrunken_by_loop(residuals):
    """Schaefer and Strimmer 2005, target D, as published: sums over samples of products of standardised values."""
    n, units = residuals.shape
    z = residuals / residuals.std(axis=0, ddof=1)
    numerator = denominator = 0.0
    for i in range(units):
        for j in range(units):
            if i != j:
                w = z[:, i] * z[:, j]
                numerator += n / (n - 1) ** 3 * ((w - w.mean()) ** 2).sum()
                denominator += (n / (n - 1) * w.mean()) ** 2
    lost = min(1.0, numerator / denominator)
    covariance = np.cov(residuals.T)
    return np.where(np.eye(units, dtype=bool), covariance, (1 - lost) * covariance), lost


@pytest.mark.parametrize(("samples", "units"), [(200, 5), (30, 20), (10, 40)])
def test_the_covariance_is_shrunk_as_in_schaefer_and_strimmer(samples, units):
    residuals = np.random.default_rng(0).standard_normal((samples, units)) @ (np.eye(units) + 0.3)
    residuals -= residuals.mean(axis=0)
    plain, lost = shrunken_by_loop(residuals)
    assert 0 < lost < 1
    np.testing.assert_allclose(shrunken_covariance(residuals, samples - 1), plain, rtol=1e-10)


def test_the_shrinkage_of_rsatoolbox_depends_on_the_number_of_conditions():
    """Its correlations, whose squares are in the denominator, are too small by degrees / (trials - 1).

    For one condition, the two estimates differ by a relative 1 / (number of trials).
    """
    toolbox = pytest.importorskip("rsatoolbox")

    def lost(covariance):
        return 1 - covariance[0, 1]

    for counts, factor in (([400], 1.0), ([4] * 100, 399 / 300)):
        side = noisy(3, counts, units=12)
        data = as_dataset(toolbox, side, 0, 2)
        theirs = toolbox.data.noise.cov_from_unbalanced(data, "condition", method="shrinkage_diag")
        residuals = side.trials.rate[:, 0] - side.data[side.trials.condition, 0]
        degrees = len(residuals) - len(counts)
        ours, whole = shrunken_covariance(residuals, degrees), residuals.T @ residuals / degrees
        np.testing.assert_allclose(np.diag(ours), np.diag(theirs), rtol=1e-10)
        shares = [1 - (c[0, 1] / whole[0, 1]) for c in (theirs, ours)]
        assert shares[0] / shares[1] == pytest.approx(factor, rel=0.05)


def test_crossnobis_without_enough_trials_folds_or_noise_is_refused():
    side = noisy(1, [4, 4, 2, 4])
    options = {"axes": (0,)}
    with pytest.raises(
        BadActivity, match="crossnobis of the recording: found one trial for each condition, wanted several"
    ):
        by_time(Side(side.data, None, "recording"), "crossnobis", trial_folds=2, **options)
    with pytest.raises(
        BadActivity, match=r"found 1 of 4 conditions with fewer than 3 trials \(at least one with 2\), wanted"
    ):
        by_time(side, "crossnobis", trial_folds=3, **options)
    with pytest.raises(BadOption, match="found trial_folds 1, wanted at least 2"):
        by_time(side, "crossnobis", trial_folds=1, **options)
    with pytest.raises(BadOption, match="found trial_folds None, wanted a number of at least 2"):
        by_time(side, "crossnobis", trial_folds=None, **options)
    still = Side(side.data, Trials(side.data[side.trials.condition], side.trials.condition), "recording")
    with pytest.raises(
        BadActivity, match="noise of recording: found 14 trials of 4 conditions and 0 of 8 units that vary"
    ):
        by_time(still, "crossnobis", trial_folds=2, **options)


def test_a_misspelt_distance_and_too_few_units_are_refused():
    with pytest.raises(BadOption, match=r"found 'euclidean', wanted one of sqeuclidean.*Did you mean 'sqeuclidean'\?"):
        by_time(Side(activity(), None, "x"), "euclidean", **PLAIN)
    with pytest.raises(BadActivity, match="correlation of the source: found 2 units, wanted at least 3"):
        by_time(Side(activity(units=2), None, "source"), "correlation", **PLAIN)
