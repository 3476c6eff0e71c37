"""Training and test trials of a classifier, and its accuracy on the test trials."""

from collections.abc import Callable
from itertools import count
from typing import NamedTuple

import numpy as np

BLOCK = 2**21  # rates that are classified together, over all draws


class Plan(NamedTuple):
    """One repeat: the units that are used, and the test trials of each split, all others being training trials.

    units: (unit,) positions; tests: (split, trial) bool; each trial is tested at most once.
    """

    units: np.ndarray
    tests: np.ndarray


def plan(
    labels: np.ndarray, folds: int | None, train: float | None, rng: np.random.Generator, available: int, units: int
) -> Plan:
    """Stratified folds, or one stratified split with the share `train` of the trials for training."""
    chosen = np.sort(rng.choice(available, units, replace=False))
    order = np.lexsort([rng.random(len(labels)), labels])  # sorted by class, random within classes
    if train is None:
        fold = np.empty(len(labels), dtype=int)
        fold[order] = np.arange(len(labels)) % folds  # each class is spread evenly over the folds
        return Plan(chosen, fold == np.arange(folds)[:, None])
    test = np.ones(len(labels), dtype=bool)
    for k in np.unique(labels):
        members = order[labels[order] == k]
        test[members[: trained(len(members), train)]] = False
    return Plan(chosen, test[None])


def trained(trials: int, share: float) -> int:
    """The number of training trials of a class, from its number of trials and the share for training."""
    return int(np.floor(share * trials + 0.5))


def least_trials(folds: int | None, train: float | None) -> int:
    """The number of trials a class needs, so that every training set has two of them and one is left for testing."""
    if train is None:
        return max(folds, 3 if folds > 2 else 4)
    return next(n for n in count(3) if trained(n, train) >= 2 and n - trained(n, train) >= 1)


def orders(trials: int, permutations: int, rng: np.random.Generator) -> np.ndarray:
    """(1 + permutations, trial) the recorded order, followed by permutations; permuting rates permutes the classes."""
    order = np.tile(np.arange(trials), (1 + permutations, 1))
    order[1:] = rng.permuted(order[1:], axis=1)
    return order


def accuracies(
    features: np.ndarray, labels: np.ndarray, orders: np.ndarray, plans: list[Plan], classify: Callable
) -> np.ndarray:
    """(2, draw) balanced accuracy (mean over classes) and accuracy on test trials, as means over plans.

    features: (trial, unit); labels: (trial,) class numbers; orders: (draw, trial) the trial whose rates are assigned to
    each trial.
    """
    member = np.eye(labels.max() + 1)[labels]
    scores = np.zeros((2, len(orders)))
    for units, tests in plans:
        rates, tested = features[:, units], tests.any(axis=0)
        step = max(1, BLOCK // rates.size)
        for start in range(0, len(orders), step):
            part = orders[start : start + step]
            correct = np.empty(part.shape, dtype=bool)
            for test in tests:
                guess = classify(rates[part[:, ~test]], labels[~test], rates[part[:, test]])
                correct[:, test] = guess == labels[test]
            correct, of_class = correct[:, tested], member[tested]
            scores[0, start : start + step] += (correct @ of_class / of_class.sum(axis=0)).mean(axis=1)
            scores[1, start : start + step] += correct.mean(axis=1)
    return scores / len(plans)
