"""Decoding of classes, compared with known signals, scikit-learn, and chance."""

import numpy as np
import pytest
from probes.planted import trials
from scipy.stats import binom
from sklearn.base import BaseEstimator
from sklearn.covariance import ledoit_wolf
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from rnncompare.activity import BadActivity
from rnncompare.decoding.classifiers import CLASSIFIERS, RIDGE, gram_of, lda, lda_scores, shrinkage_to_sphere
from rnncompare.decoding.splits import plan
from rnncompare.plugins import BadOption
from rnncompare.probes.decoding import decoding

OPTIONS = {
    "seed": 0,
    "variable": "condition",
    "leave_out": [],
    "align": None,
    "windows": None,
    "window": [0.0, 0.0],
    "classifier": "lda",
    "folds": 5,
    "train": None,
    "repeats": 1,
    "units": None,
    "permutations": 0,
}


def classes(seed, *, classes=4, repeats=20, units=15, separation=0.0):
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), repeats)
    rate = rng.standard_normal((len(labels), units)) + separation * rng.standard_normal((classes, units))[labels]
    return trials(rate, condition=[str(k) for k in labels])


def accuracy(data, **changes):
    (row,) = [r for r in decoding(data, **(OPTIONS | changes)) if r["statistic"] == "balanced_accuracy"]
    return row


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_known_classes_are_decoded_above_every_permutation(classifier):
    row = accuracy(classes(0, separation=4.0), classifier=classifier, permutations=3)
    assert row["value"] > 0.98
    assert row["null_mean"] < 0.45
    assert row["p"] == 1 / (row["draws"] + 1)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_without_a_signal_decoding_is_at_chance(classifier):
    """The number of correct trials in 5 data sets is within the 99.9 % binomial interval for a probability of 1/4."""
    correct = sum(round(accuracy(classes(seed), classifier=classifier)["value"] * 80) for seed in range(5))
    low, high = binom.interval(0.999, 400, 0.25)
    assert low <= correct <= high


def test_p_without_a_signal_is_uniform():
    p = [accuracy(classes(s, classes=2, repeats=8, units=4), permutations=19)["p"] for s in range(40)]
    assert sum(v <= 0.05 for v in p) <= 8
    assert 0.35 < np.mean(p) < 0.7


@pytest.mark.parametrize(("samples", "units", "count"), [(128, 90, 8), (60, 12, 2), (30, 120, 3)])
def test_discriminants_agree_with_scikit_learn_for_the_same_covariance(samples, units, count):
    """For unequal classes and variances, with more or fewer trials than units: differences of discriminants."""
    rng = np.random.default_rng(samples)
    labels = np.concatenate([np.repeat(np.arange(count), 3), rng.integers(0, count, samples - 3 * count)])
    rate = (
        rng.standard_normal((4, samples, units)) * rng.uniform(0.1, 9, units)
        + rng.standard_normal((count, units))[labels]
    )
    other = 2 * rng.standard_normal((4, 25, units))
    found = lda_scores(rate, labels, other)
    for training, test, scores in zip(rate, other, found, strict=True):
        within = training - np.stack([training[labels == k].mean(axis=0) for k in range(count)])[labels]
        spread = within.std(axis=0)
        covariance = ledoit_wolf(within / spread, assume_centered=True)[0] + RIDGE * np.eye(units)
        model = LinearDiscriminantAnalysis(
            solver="lsqr", priors=np.full(count, 1 / count), covariance_estimator=Given(covariance)
        ).fit(training / spread, labels)
        theirs = model.decision_function(test / spread).reshape(len(test), -1)
        ours = scores - scores[:, :1] if count > 2 else scores[:, 1:] - scores[:, :1]
        theirs = theirs - theirs[:, :1] if count > 2 else theirs
        np.testing.assert_allclose(ours, theirs, atol=1e-8 * np.abs(theirs).max())
        assert (lda(training[None], labels, test[None])[0] == model.predict(test / spread)).all()


class Given(BaseEstimator):
    """An estimator that returns a given covariance; scikit-learn calls it for each class."""

    def __init__(self, covariance):
        self.covariance = covariance

    def fit(self, samples):
        self.covariance_ = self.covariance
        return self


@pytest.mark.parametrize("units", [8, 70])
def test_shrinkage_agrees_with_scikit_learn(units):
    rng = np.random.default_rng(units)
    samples = rng.standard_normal((3, 40, units)) * rng.uniform(0.2, 5, units)
    found, _ = shrinkage_to_sphere(samples, gram_of(samples))
    np.testing.assert_allclose(found, [ledoit_wolf(one, assume_centered=True)[1] for one in samples], rtol=1e-10)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_many_draws_at_once_equal_each_draw_alone(classifier):
    data, rng = classes(4, classes=3, separation=1.0), np.random.default_rng(0)
    rate, labels = data.rate.values[:, 0], data.condition.values.astype(int)
    draws = np.stack([rate, rng.permutation(rate), rng.permutation(rate)])
    classify = CLASSIFIERS[classifier]
    together = classify(draws, labels, draws[:, ::2])
    for one, guess in zip(draws, together, strict=True):
        np.testing.assert_array_equal(classify(one[None], labels, one[None, ::2])[0], guess)


def test_the_size_of_blocks_of_draws_has_no_effect(monkeypatch):
    data = classes(6, separation=0.5)
    whole = accuracy(data, permutations=9)
    monkeypatch.setattr("rnncompare.decoding.splits.BLOCK", 3 * data.rate.size)
    assert accuracy(data, permutations=9) == whole


def test_the_value_does_not_depend_on_the_number_of_permutations():
    data = classes(7, separation=0.5, units=20)
    assert len({accuracy(data, permutations=n, units=10, repeats=3)["value"] for n in (0, 1, 20)}) == 1


def test_folds_are_stratified_by_class():
    labels = np.repeat([0, 1, 2], [7, 23, 12])
    fold = plan(labels, 5, None, np.random.default_rng(0), 10, 4).tests.argmax(axis=0)
    for k in range(3):
        counts = np.bincount(fold[labels == k], minlength=5)
        assert counts.max() - counts.min() <= 1
    sizes = np.bincount(fold, minlength=5)
    assert sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_no_information_leaks_from_test_trials(classifier):
    """With ten times as many units as trials, training trials are separable, but test trials remain at chance.

    The test detects units, SDs, shrinkage or penalties that are chosen with test trials.
    """
    correct = [
        accuracy(classes(seed, classes=2, repeats=15, units=300), classifier=classifier, folds=3)["value"]
        for seed in range(8)
    ]
    low, high = binom.interval(0.999, 240, 0.5)
    assert low <= round(sum(correct) * 30) <= high


def test_a_prediction_does_not_depend_on_the_other_test_trials():
    """The prediction for one trial does not depend on the other test trials of its fold."""
    data = classes(8, separation=1.0)
    rate, labels = data.rate.values[:, 0], data.condition.values.astype(int)
    test = np.random.default_rng(0).standard_normal((1, 10, 15))
    for classifier in CLASSIFIERS.values():
        with_outliers = np.concatenate([test, 1e3 + 0 * test], axis=1)
        together = classifier(rate[None], labels, with_outliers)[:, :10]
        np.testing.assert_array_equal(together, classifier(rate[None], labels, test))


def test_a_constant_unit_has_no_effect_whatever_its_rounding_error():
    """The rounding error of its mean depends on the class and would be amplified by an SD of rounding error."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], [17, 31])
    rate = rng.standard_normal((1, 48, 5)) + labels[:, None]
    still = np.concatenate([rate, np.full((1, 48, 3), 0.1)], axis=2)
    test = rng.standard_normal((1, 30, 5))
    with_still = np.concatenate([test, np.full((1, 30, 3), 0.1)], axis=2)
    assert (still[0, labels == 0, 5].mean() != 0.1) or (still[0, labels == 1, 5].mean() != 0.1)
    np.testing.assert_array_equal(lda(still, labels, with_still), lda(rate, labels, test))


@pytest.mark.parametrize("separation", [0.3, 0.6, 1.0])
def test_accuracy_agrees_with_a_loop_of_scikit_learn(separation):
    data = classes(5, repeats=40, separation=separation)
    rate, labels = data.rate.values[:, 0], data.condition.values
    theirs = []
    for k in range(5):
        model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
        guess = cross_val_predict(model, rate, labels, cv=StratifiedKFold(5, shuffle=True, random_state=k))
        theirs.append(balanced_accuracy_score(labels, guess))
    assert accuracy(data, repeats=5)["value"] == pytest.approx(np.mean(theirs), abs=0.03)


def test_predicting_the_most_frequent_class_has_balanced_accuracy_at_chance(monkeypatch):
    """It is correct in 9 of 10 trials, but in only one of two classes."""
    monkeypatch.setitem(
        CLASSIFIERS, "common", lambda training, classes, test: np.full(test.shape[:2], np.bincount(classes).argmax())
    )
    rng = np.random.default_rng(0)
    data = trials(rng.standard_normal((200, 3)), condition=["a"] * 180 + ["b"] * 20)
    assert accuracy(data, classifier="common")["value"] == 0.5
    plain = [r for r in decoding(data, **(OPTIONS | {"classifier": "common"})) if r["statistic"] == "accuracy"]
    assert [r["value"] for r in plain] == [0.9]


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_a_rare_class_is_decoded_as_well_as_a_frequent_one(classifier):
    """With a ratio of nine to one and overlapping classes, priors would favour the frequent class."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], [450, 50])
    rate = rng.standard_normal((2, 500, 4)) + 0.8 * labels[:, None]
    correct = CLASSIFIERS[classifier](rate[:1], labels, rate[1:])[0] == labels
    assert correct[labels == 1].mean() > correct[labels == 0].mean() - 0.15


def test_only_rates_in_the_window_are_used():
    signal, rng = classes(0, separation=4.0), np.random.default_rng(1)
    noise = rng.standard_normal((80, 1, 15))
    data = trials(np.concatenate([noise, signal.rate.values], axis=1), condition=signal.condition.values.tolist())
    assert accuracy(data, window=[0.01, 0.01])["value"] > 0.98
    assert accuracy(data, window=[0.0, 0.005])["value"] < 0.45


def test_accuracy_decreases_with_fewer_units_and_rows_have_their_number():
    data = classes(2, units=40, separation=0.6)
    few, all_of_them = (accuracy(data, units=u, repeats=10) for u in (3, None))
    assert few["value"] < all_of_them["value"] - 0.1
    assert (few["units"], all_of_them["units"]) == (3, 40)


def test_silent_units_and_more_units_than_trials_are_handled():
    data = classes(1, repeats=5, units=100, separation=2.0)
    silent = data.assign(rate=data.rate.where(data.unit != "unit_0", 0.0))
    assert accuracy(silent)["value"] > 0.9


def test_condition_averages_are_refused(made_up):
    with pytest.raises(BadActivity) as error:
        accuracy(made_up(1), window=[0.0, 0.1])
    assert "decoding of made up: found 1 trial of condition 0, wanted at least 5" in str(error.value)


@pytest.mark.parametrize(
    ("data", "changes", "message"),
    [
        (classes(0), {"variable": "choise"}, "found coordinates ['condition'] along trial, wanted 'choise'"),
        (classes(0, classes=1), {}, "found one condition, '0', wanted at least two classes"),
        (classes(0, repeats=4), {}, "found 4 trials of condition 0, wanted at least 5 for 5 folds"),
        (classes(0, repeats=3), {"folds": 2}, "found 3 trials of condition 0, wanted at least 4 for 2 folds"),
        (
            classes(0).assign_coords(session=("unit", ["a"] * 7 + ["b"] * 8)),
            {},
            "found units of 2 sessions (a, b), wanted simultaneously recorded units",
        ),
    ],
)
def test_data_with_too_few_classes_or_trials_are_refused(data, changes, message):
    with pytest.raises(BadActivity) as error:
        accuracy(data, **changes)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classifier": "lida"}, "found classifier 'lida', wanted one of lda, logistic, network. Did you mean 'lda'?"),
        ({"folds": 1}, "found folds 1, wanted at least 2"),
        ({"repeats": 0}, "found repeats 0"),
        ({"units": 16}, "found units 16, wanted 1 to 15"),
        ({"window": [1.0, 2.0]}, "found no time in window 1 to 2 s, wanted some times between 0 and 0 s"),
    ],
)
def test_invalid_options_are_refused(changes, message):
    with pytest.raises(BadOption) as error:
        accuracy(classes(0), **changes)
    assert message in str(error.value)
