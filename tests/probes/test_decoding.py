"""Decoding of classes against planted ones, scikit-learn, and chance."""

import numpy as np
import pytest
from probes.planted import trials
from scipy.stats import binom
from sklearn.covariance import ledoit_wolf
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.probes._classifiers import CLASSIFIERS, lda
from rnncompare.probes.decoding import decoding

OPTIONS = {
    "seed": 0,
    "variable": "condition",
    "window": [0.0, 0.0],
    "classifier": "lda",
    "folds": 5,
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
    (row,) = decoding(data, **(OPTIONS | changes))
    return row


@pytest.mark.parametrize("classifier", ["lda", "logistic"])
def test_planted_classes_are_told_and_beat_every_shuffle(classifier):
    row = accuracy(classes(0, separation=4.0), classifier=classifier, permutations=3)
    assert row["value"] > 0.98
    assert row["null_mean"] < 0.45
    assert row["p"] == 1 / (row["draws"] + 1)


@pytest.mark.parametrize("classifier", ["lda", "logistic"])
def test_without_a_signal_decoding_is_at_chance(classifier):
    """Trials told of all those of 5 data sets, within the 99.9 % binomial interval of 1 in 4."""
    told = sum(round(accuracy(classes(seed), classifier=classifier)["value"] * 80) for seed in range(5))
    low, high = binom.interval(0.999, 400, 0.25)
    assert low <= told <= high


def test_p_of_no_signal_is_spread_over_its_range():
    p = [accuracy(classes(s, classes=2, repeats=8, units=4), permutations=19)["p"] for s in range(40)]
    assert sum(v <= 0.05 for v in p) <= 8
    assert 0.35 < np.mean(p) < 0.7


def test_lda_is_scikit_learns_with_the_same_covariance():
    """Where shrinkage is the same number: equal class sizes, units of equal spread within classes."""
    data = classes(3, separation=1.0)
    rate, labels = data.rate.values[:, 0], data.condition.values
    within = (
        rate
        - np.stack([rate[labels == c].mean(axis=0) for c in np.unique(labels)])[
            np.searchsorted(np.unique(labels), labels)
        ]
    )
    rate = rate / within.std(axis=0)
    shrinkage = ledoit_wolf(within / within.std(axis=0), assume_centered=True)[1]
    other = np.random.default_rng(0).standard_normal((500, 15))
    # Shrunk towards the mean variance, which is 1 here, as scikit-learn's fixed shrinkage does class by class.
    theirs = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage, priors=[0.25] * 4).fit(rate, labels)
    assert np.mean(theirs.predict(other) == lda(rate, labels, other)) > 0.98


@pytest.mark.parametrize("separation", [0.3, 0.6, 1.0])
def test_accuracy_is_that_of_a_scikit_learn_loop(separation):
    data = classes(5, repeats=40, separation=separation)
    rate, labels = data.rate.values[:, 0], data.condition.values
    theirs = []
    for k in range(5):
        model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
        guess = cross_val_predict(model, rate, labels, cv=StratifiedKFold(5, shuffle=True, random_state=k))
        theirs.append(balanced_accuracy_score(labels, guess))
    assert accuracy(data, repeats=5)["value"] == pytest.approx(np.mean(theirs), abs=0.03)


def test_guessing_the_common_class_is_worth_no_more_than_chance(monkeypatch):
    """It is right in 9 of 10 trials, and in one of two classes."""
    monkeypatch.setitem(
        CLASSIFIERS, "common", lambda training, classes, test: np.full(len(test), np.bincount(classes).argmax())
    )
    rng = np.random.default_rng(0)
    data = trials(rng.standard_normal((200, 3)), condition=["a"] * 180 + ["b"] * 20)
    assert accuracy(data, classifier="common")["value"] == 0.5


def test_only_the_window_is_read():
    signal, rng = classes(0, separation=4.0), np.random.default_rng(1)
    noise = rng.standard_normal((80, 1, 15))
    data = trials(np.concatenate([noise, signal.rate.values], axis=1), condition=signal.condition.values.tolist())
    assert accuracy(data, window=[0.01, 0.01])["value"] > 0.98
    assert accuracy(data, window=[0.0, 0.005])["value"] < 0.45


def test_fewer_units_tell_less_and_rows_say_how_many_there_were():
    data = classes(2, units=40, separation=0.6)
    few, all_of_them = (accuracy(data, units=u, repeats=10) for u in (3, None))
    assert few["value"] < all_of_them["value"] - 0.1
    assert (few["units"], all_of_them["units"]) == (3, 40)


def test_silent_units_and_more_units_than_trials_are_no_obstacle():
    data = classes(1, repeats=5, units=100, separation=2.0)
    silent = data.assign(rate=data.rate.where(data.unit != "unit_0", 0.0))
    assert accuracy(silent)["value"] > 0.9


def test_condition_averages_are_refused_in_words(made_up):
    with pytest.raises(BadActivity) as error:
        accuracy(made_up(1), window=[0.0, 0.1])
    assert "decoding of made up: single trials needed: condition 0 has 1 trial, wanted at least 5" in str(error.value)


@pytest.mark.parametrize(
    ("data", "changes", "message"),
    [
        (classes(0), {"variable": "choise"}, "found coordinates ['condition'] along trial, wanted 'choise'"),
        (classes(0, classes=1), {}, "found one condition, '0', wanted at least two to tell apart"),
        (classes(0, repeats=4), {}, "single trials needed: condition 0 has 4 trials, wanted at least 5 for 5 folds"),
        (classes(0, repeats=3), {"folds": 2}, "condition 0 has 3 trials, wanted at least 4 for 2 folds"),
        (
            classes(0).assign_coords(session=("unit", ["a"] * 7 + ["b"] * 8)),
            {},
            "found units of 2 sessions (a, b), wanted units recorded together",
        ),
    ],
)
def test_what_cannot_be_decoded_is_refused_in_words(data, changes, message):
    with pytest.raises(BadActivity) as error:
        accuracy(data, **changes)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classifier": "lida"}, "found classifier 'lida', wanted one of lda, logistic. Did you mean 'lda'?"),
        ({"folds": 1}, "found folds 1, wanted at least 2"),
        ({"repeats": 0}, "found repeats 0"),
        ({"units": 16}, "found units 16, wanted 1 to 15"),
        ({"window": [1.0, 2.0]}, "found no time in window 1 to 2 s, wanted some of 0 to 0 s"),
    ],
)
def test_bad_options_are_refused_in_words(changes, message):
    with pytest.raises(BadOption) as error:
        accuracy(classes(0), **changes)
    assert message in str(error.value)
