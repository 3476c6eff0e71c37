"""Which of several classes a single trial belonged to, read from the population."""

import numpy as np
import xarray as xr
from sklearn.model_selection import StratifiedKFold

from rnncompare.activity import BadActivity, natural
from rnncompare.nulls import against_null
from rnncompare.plugins import BadOption, nearest
from rnncompare.probes._classifiers import CLASSIFIERS
from rnncompare.probes._population import by_area, name_of, one_session, unit_count, window_mean


def decoding(
    data: xr.Dataset,
    *,
    seed: int,
    variable: str,
    window: tuple[float, float],
    classifier: str,
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
    over trials and repeats all of it. One row an area. Raises BadActivity, BadOption.
    """
    one_session(data, "decoding")
    classes, labels = _classes(data, variable, folds)
    if classifier not in CLASSIFIERS:
        wanted = f"wanted one of {', '.join(CLASSIFIERS)}.{nearest(classifier, CLASSIFIERS)}"
        raise BadOption(f"decoding: found classifier '{classifier}', {wanted}")
    if repeats < 1 or permutations < 0:
        raise BadOption(f"decoding: found repeats {repeats}, permutations {permutations}, wanted at least 1 and 0")
    rows = []
    for area, part in by_area(data):
        features = window_mean(part, window, "decoding")
        count = unit_count(units, features.shape[1], "decoding", name_of(data))
        rng = np.random.default_rng(seed)
        shuffled = [labels, *(rng.permutation(labels) for _ in range(permutations))]
        plans = [(_subset(rng, features.shape[1], count), int(rng.integers(2**31))) for _ in range(repeats)]
        values = [_accuracy(features, y, plans, CLASSIFIERS[classifier], folds) for y in shuffled]
        row = {"statistic": "balanced_accuracy", "variable": variable, **against_null(np.array(values), lower=False)}
        rows.append(row | area | {"units": count, "classes": len(classes)})
    return rows


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


def _subset(rng: np.random.Generator, available: int, count: int) -> np.ndarray:
    return np.arange(available) if count == available else np.sort(rng.choice(available, count, replace=False))


def _accuracy(features: np.ndarray, labels: np.ndarray, plans: list, classify, folds: int) -> float:
    """Mean over repeats of the mean over classes of the share of its trials that were told, each left out once."""
    totals = np.bincount(labels)
    scores = []
    for chosen, fold_seed in plans:
        splits = StratifiedKFold(folds, shuffle=True, random_state=fold_seed).split(features, labels)
        told = np.zeros(len(totals))
        for train, test in splits:
            guess = classify(features[np.ix_(train, chosen)], labels[train], features[np.ix_(test, chosen)])
            told += np.bincount(labels[test][guess == labels[test]], minlength=len(totals))
        scores.append((told / totals).mean())
    return float(np.mean(scores))
