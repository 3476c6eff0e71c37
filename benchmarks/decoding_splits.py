"""Decoding with random quarters of the trials for training, compared with linear discriminant analysis of scikit-learn.

The size is that of the study: 2,800 trials of 100 units, two classes, ten splits. Both use the covariance shrinkage of
Ledoit and Wolf.
"""

from collections.abc import Callable

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedShuffleSplit

from rnncompare.decoding.classifiers import lda
from rnncompare.decoding.splits import accuracies, plan

TRIALS, UNITS, REPEATS, TRAIN = 2800, 100, 10, 0.25


def population() -> tuple[np.ndarray, np.ndarray]:
    """(trial, unit) rates and their classes (trial,)."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, TRIALS)
    return rng.standard_normal((TRIALS, UNITS)) + 0.2 * labels[:, None], labels


def our_accuracy(rate: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean balanced accuracy over splits."""
    rng = np.random.default_rng(0)
    plans = [plan(labels, None, TRAIN, rng, UNITS, UNITS) for _ in range(REPEATS)]
    return float(accuracies(rate, labels, np.arange(len(labels))[None], plans, lda)[0, 0])


def loop_accuracy(rate: np.ndarray, labels: np.ndarray) -> float:
    """Return the same by scikit-learn."""
    splits = StratifiedShuffleSplit(REPEATS, train_size=TRAIN, random_state=0).split(rate, labels)
    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto", priors=[0.5, 0.5])
    found = [
        balanced_accuracy_score(labels[test], model.fit(rate[train], labels[train]).predict(rate[test]))
        for train, test in splits
    ]
    return float(np.mean(found))


def decoding_splits() -> list[tuple[str, Callable, Callable]]:
    """Return one case."""
    data = population()
    return [("decoding_2800_trials_10_splits", lambda: our_accuracy(*data), lambda: loop_accuracy(*data))]
