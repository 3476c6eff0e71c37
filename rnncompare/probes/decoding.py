"""Which of several classes a single trial belonged to, read from the population."""

from typing import Literal, NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity, natural
from rnncompare.measure_card import MeasureCard
from rnncompare.nulls import against_null
from rnncompare.plugins import BadOption, nearest
from rnncompare.probes._classifiers import CLASSIFIERS
from rnncompare.probes._population import by_area, name_of, one_session, unit_count, window_mean

BLOCK = 2**21  # rates that are classified at once, over all draws


def decoding(
    data: xr.Dataset,
    *,
    seed: int,
    variable: str,
    window: tuple[float, float],
    classifier: Literal["lda", "logistic"],
    folds: int,
    repeats: int,
    units: int | None,
    permutations: int,
) -> list[dict]:
    """Balanced accuracy of a linear classifier of single trials' mean rates in `window`, on trials left out.

    1 means that every trial is told, 1 / classes is chance; classes count alike however many trials they have (mean of
    the classes' hit rates, Brodersen et al. 2010). variable: the coordinate along trial that names the class, such as
    condition or choice. classifier: `lda` (covariance shrunk after Ledoit and Wolf 2004) or `logistic` (penalty chosen
    in the training trials). Trials are split `repeats` times into `folds` stratified by class; each repeat draws
    `units` units anew (None: all), so that populations of different size can be compared. The null shuffles classes
    over trials and repeats all of it, units and folds being the same. One row an area. Raises BadActivity, BadOption.
    """
    one_session(data, "decoding")
    classes, labels = _classes(data, variable, folds)
    if classifier not in CLASSIFIERS:
        wanted = f"wanted one of {', '.join(CLASSIFIERS)}.{nearest(classifier, CLASSIFIERS)}"
        raise BadOption(f"decoding: found classifier '{classifier}', {wanted}")
    if repeats < 1 or permutations < 0:
        raise BadOption(f"decoding: found repeats {repeats}, permutations {permutations}, wanted at least 1 and 0")
    orders = _orders(len(labels), permutations, np.random.default_rng([seed, 0]))
    rows = []
    for area, part in by_area(data):
        features = window_mean(part, window, "decoding")
        count = unit_count(units, features.shape[1], "decoding", name_of(data))
        rng = np.random.default_rng([seed, 1])
        plans = [_plan(labels, folds, rng, features.shape[1], count) for _ in range(repeats)]
        values = _accuracy(features, labels, orders, plans, CLASSIFIERS[classifier])
        row = {"statistic": "balanced_accuracy", "variable": variable, **against_null(values, lower=False)}
        rows.append(row | area | {"units": count, "classes": len(classes)})
    return rows


decoding.card = MeasureCard(
    formula="mean over classes of the share of its trials whose class a linear classifier tells from the population's "
    "mean rates, each trial left out once in each repeat",
    statistics={"balanced_accuracy": "on trials left out, classes counting alike however many trials they have"},
    range="0 to 1; 1 / classes: chance",
    zero="no trial is told",
    one="every trial is told",
    invariant_to=("permutation", "translation", "scale", "unit scale"),
    cost="(1 + permutations) x repeats x folds fits; lda: units^3 each, or trials^3 where those are fewer",
    pitfalls="Grows with units and with trials: compare at equal numbers of both. Near 1 it tells nothing apart. "
    "Trials of one block share slow drifts, which random folds leave on both sides and shuffled classes do not have. A "
    "choice decoded over several stimuli may be the stimulus: choice_probability holds it fixed. Trials drawn from "
    "averages have no shared noise: an upper bound.",
    reference="balanced accuracy: Brodersen, Ong, Stephan & Buhmann 2010; shrinkage: Ledoit & Wolf 2004; p: Ojala & "
    "Garriga 2010",
)


class Plan(NamedTuple):
    """One repeat: the units that are read and the fold that each trial is left out with."""

    units: np.ndarray
    fold: np.ndarray


def _orders(trials: int, permutations: int, rng: np.random.Generator) -> np.ndarray:
    """(1 + permutations, trial) as recorded, then shuffled; shuffled rates are shuffled classes."""
    order = np.tile(np.arange(trials), (1 + permutations, 1))
    order[1:] = rng.permuted(order[1:], axis=1)
    return order


def _classes(data: xr.Dataset, variable: str, folds: int) -> tuple[list[str], np.ndarray]:
    """Class names in natural order and each trial's class number, if there is enough of each to hold trials out."""
    where = f"decoding of {name_of(data)}"
    there = [str(n) for n, c in data.coords.items() if c.dims == ("trial",)]
    if variable not in there:
        raise BadActivity(
            f"{where}: found coordinates {there} along trial, wanted '{variable}'.{nearest(variable, there)}"
        )
    if folds < 2:
        raise BadOption(f"decoding: found folds {folds}, wanted at least 2")
    values = data[variable].values.astype(str)
    classes = sorted(set(values.tolist()), key=natural)
    if len(classes) < 2:
        raise BadActivity(f"{where}: found one {variable}, '{classes[0]}', wanted at least two to tell apart")
    least = max(folds, 3 if folds > 2 else 4)  # so that every training set keeps two trials of each class
    for name in classes:
        count = int((values == name).sum())
        if count < least:
            raise BadActivity(
                f"{where}: single trials needed: {variable} {name} has {count} trial{'s' * (count != 1)}, "
                f"wanted at least {least} for {folds} folds"
            )
    return classes, np.array([classes.index(v) for v in values.tolist()])


def _plan(labels: np.ndarray, folds: int, rng: np.random.Generator, available: int, units: int) -> Plan:
    chosen = np.sort(rng.choice(available, units, replace=False))
    order = np.lexsort([rng.random(len(labels)), labels])
    fold = np.empty(len(labels), dtype=int)
    fold[order] = np.arange(len(labels)) % folds  # neighbours are of one class, so each fold has its share
    return Plan(chosen, fold)


def _accuracy(features: np.ndarray, labels: np.ndarray, orders: np.ndarray, plans: list[Plan], classify) -> np.ndarray:
    """(draw,) mean over repeats of the mean over classes of the share of its trials that were told, each left out once.

    orders: (draw, trial) whose rates each trial is given.
    """
    member = np.eye(labels.max() + 1)[labels]
    scores = np.zeros(len(orders))
    for plan in plans:
        rates = features[:, plan.units]
        step = max(1, BLOCK // rates.size)
        for start in range(0, len(orders), step):
            part = orders[start : start + step]
            told = np.empty(part.shape, dtype=bool)
            for k in np.unique(plan.fold):
                test = plan.fold == k
                guess = classify(rates[part[:, ~test]], labels[~test], rates[part[:, test]])
                told[:, test] = guess == labels[test]
            scores[start : start + step] += (told @ member / member.sum(axis=0)).mean(axis=1)
    return scores / len(plans)
