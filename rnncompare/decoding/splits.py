"""Which trials a classifier is trained and tested on, and how much it tells of those it was not trained on."""

from collections.abc import Callable
from itertools import count
from typing import NamedTuple

import numpy as np

BLOCK = 2**21  # rates that are classified at once, over all draws


class Plan(NamedTuple):
    """One repeat: the units that are read and the trials that are tested at once, the classifier not having seen any.

    units: (unit,) positions; tests: (test, trial) bool; each trial is tested at most once.
    """

    units: np.ndarray
    tests: np.ndarray


def plan(
    labels: np.ndarray, folds: int | None, train: float | None, rng: np.random.Generator, available: int, units: int
) -> Plan:
    """Folds that each leave out their share of every class, or one split with the share `train` of each to train on."""
    chosen = np.sort(rng.choice(available, units, replace=False))
    order = np.lexsort([rng.random(len(labels)), labels])  # by class, at random within it
    if train is None:
        fold = np.empty(len(labels), dtype=int)
        fold[order] = np.arange(len(labels)) % folds  # neighbours are of one class, so each fold has its share
        return Plan(chosen, fold == np.arange(folds)[:, None])
    test = np.ones(len(labels), dtype=bool)
    for k in np.unique(labels):
        members = order[labels[order] == k]
        test[members[: trained(len(members), train)]] = False
    return Plan(chosen, test[None])


def trained(trials: int, share: float) -> int:
    """How many of a class's trials a share of them is."""
    return int(np.floor(share * trials + 0.5))


def least_trials(folds: int | None, train: float | None) -> int:
    """Trials a class needs, so that every training set has two of it and something is left to test."""
    if train is None:
        return max(folds, 3 if folds > 2 else 4)
    return next(n for n in count(3) if trained(n, train) >= 2 and n - trained(n, train) >= 1)


def orders(trials: int, permutations: int, rng: np.random.Generator) -> np.ndarray:
    """(1 + permutations, trial) as recorded, then shuffled; shuffled rates are shuffled classes."""
    order = np.tile(np.arange(trials), (1 + permutations, 1))
    order[1:] = rng.permuted(order[1:], axis=1)
    return order


def accuracies(
    features: np.ndarray, labels: np.ndarray, orders: np.ndarray, plans: list[Plan], classify: Callable
) -> np.ndarray:
    """(2, draw) means over plans: of the classes' shares of tested trials that were told, and of all tested trials.

    features: (trial, unit); labels: (trial,) class numbers; orders: (draw, trial) whose rates each trial is given.
    """
    member = np.eye(labels.max() + 1)[labels]
    scores = np.zeros((2, len(orders)))
    for units, tests in plans:
        rates, tested = features[:, units], tests.any(axis=0)
        step = max(1, BLOCK // rates.size)
        for start in range(0, len(orders), step):
            part = orders[start : start + step]
            told = np.empty(part.shape, dtype=bool)
            for test in tests:
                guess = classify(rates[part[:, ~test]], labels[~test], rates[part[:, test]])
                told[:, test] = guess == labels[test]
            told, of_class = told[:, tested], member[tested]
            scores[0, start : start + step] += (told @ of_class / of_class.sum(axis=0)).mean(axis=1)
            scores[1, start : start + step] += told.mean(axis=1)
    return scores / len(plans)
