"""Decoding of the class of single trials from the activity of a population."""

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
import xarray as xr

from rnncompare.activity import Unmeasurable
from rnncompare.activity.copies import refuse_copies
from rnncompare.activity.selection import coordinate
from rnncompare.comparison.measure_card import SHARE, MeasureCard
from rnncompare.comparison.permutations import against_null
from rnncompare.decoding.classifiers import CLASSIFIERS
from rnncompare.decoding.splits import accuracies, least_trials, orders, plan
from rnncompare.files.labels import names
from rnncompare.files.text import natural
from rnncompare.options.ranges import DrawsOrNone, Groups, Level, Repeats, Seed, SlidingWindows, UnitCount, Window
from rnncompare.plugins import BadOption, nearest
from rnncompare.populations.population import by_area, name_of, one_session, unit_count, window_mean
from rnncompare.populations.trials import aligned, named, without
from rnncompare.populations.windows import sliding_windows
from rnncompare.statistics.p_values import max_t

STATISTICS = ("balanced_accuracy", "accuracy")


def decoding(
    data: xr.Dataset,
    *,
    seed: Seed,
    variable: str | dict[str, str],
    leave_out: list[str],
    align: str | None,
    window: Window,
    windows: SlidingWindows | None,
    classifier: Literal["lda", "logistic", "network"],
    folds: Groups | None,
    train: Level | None,
    repeats: Repeats,
    units: UnitCount | None,
    permutations: DrawsOrNone,
) -> list[dict]:
    """Cross-validated balanced accuracy of a classifier of single trials from their mean rates in `window`.

    It is 1 if every trial is decoded correctly, and 1 / classes at chance. All classes have the same weight, whatever
    their number of trials (mean of the hit rates of the classes, Brodersen et al. 2010); accuracy is the share of all
    trials that are decoded correctly.

    variable: the coordinate along trial with the class, such as condition or choice, or several coordinates by their
    name in the rows; leave_out: values that are not a class, such as undecided. align: the coordinate (s) to which
    times are aligned, such as rt; None: unchanged. windows: None, or width and step (s) of sliding windows; for aligned
    trials also start and stop, which trials must contain. classifier: `lda` (covariance shrunk as in Ledoit and Wolf
    2004), `logistic` (penalty chosen on the training trials) or `network` (three hidden layers, Kleinman et al. 2021).
    Trials are split `repeats` times, stratified by class: into `folds`, or into a share `train` for training and the
    others for testing. Each repeat draws `units` units at random (None: all), so that populations of different size can
    be compared. The null distribution permutes classes over trials and repeats the analysis with the same units and
    splits. There are rows for each area and variable; with `windows` also for each time, with p_corrected over the
    times of one statistic. left_out: number of excluded trials. Raises BadActivity, BadOption, Unmeasurable.
    """
    _check(classifier, folds, train, repeats, permutations)
    one_session(data, "decoding")
    rows, trials = [], data.sizes["trial"]
    data = aligned(data, align, window, windows, "decoding")
    for name, source in named(variable).items():
        used = without(data, [source], leave_out, f"decoding of {name_of(data)}")
        refuse_copies(used, f"decoding of {name_of(data)}")
        classes, labels = _classes(used, source, folds, train)
        spans = {None: window} | ({} if windows is None else sliding_windows(used, windows, "decoding"))
        shuffled = orders(len(labels), permutations, np.random.default_rng([seed, 0]))
        for area, part in by_area(used):
            count = unit_count(units, part.sizes["unit"], "decoding", name_of(data))
            rng = np.random.default_rng([seed, 1])
            plans = [plan(labels, folds, train, rng, part.sizes["unit"], count) for _ in range(repeats)]
            measure = partial(accuracies, labels=labels, orders=shuffled, plans=plans, classify=CLASSIFIERS[classifier])
            more = {"units": count, "classes": len(classes), "left_out": trials - len(labels)}
            rows += [{"variable": name} | row | area | more for row in _over_spans(part, spans, measure)]
    return rows


decoding.card = MeasureCard(
    formula="mean over classes of the share of test trials, those of each fold or those left out of a random split, "
    "that a classifier decodes correctly from the mean rates of the population",
    statistics={
        "balanced_accuracy": "mean over classes of the share of test trials decoded correctly",
        "accuracy": "that share of all test trials; chance is higher if one class is more frequent",
    },
    bounds={"balanced_accuracy": SHARE, "accuracy": SHARE},
    landmarks="1 / classes: chance level",
    zero="no trial is decoded correctly",
    one="every trial is decoded correctly",
    invariant_to=("permutation", "translation", "scale", "unit scale"),
    cost="(1 + permutations) x repeats x folds (1 with a single split) fits for each window and variable; lda: units^3 "
    "each, or trials^3 if these are fewer; network: passes over the training trials",
    pitfalls="The accuracy increases with the numbers of units and trials: compare at equal numbers of both, and of "
    "training trials. Near 1 it does not distinguish populations. Trials of one block share slow drifts, which random "
    "folds leave in training and test trials, and which permuted classes do not have. A choice decoded over several "
    "stimuli may be the stimulus; choice_probability fixes it. Of two variables that are correlated over trials (such "
    "as when a subject prefers one side of one layout), each can be decoded from the signal of the other. Aligned "
    "trials are those with a decision in time: consider left_out. Trials drawn from condition averages have no noise "
    "correlations, which gives an upper bound.",
    reference="balanced accuracy: Brodersen, Ong, Stephan & Buhmann 2010; shrinkage: Ledoit & Wolf 2004; p: Ojala & "
    "Garriga 2010; split and network: Kleinman, Chandrasekaran & Kao 2021; over time: Westfall & Young 1993",
)
decoding.first_look = {
    "variable": "condition",
    "leave_out": [],
    "align": None,
    "windows": None,
    "classifier": "lda",
    "folds": 2,
    "train": None,
    "repeats": 1,
    "units": None,
    "permutations": 0,
}


def _check(classifier: str, folds: int | None, train: float | None, repeats: int, permutations: int) -> None:
    if classifier not in CLASSIFIERS:
        wanted = f"wanted one of {', '.join(CLASSIFIERS)}.{nearest(classifier, CLASSIFIERS)}"
        raise BadOption(f"decoding: found classifier '{classifier}', {wanted}")
    if (folds is None) == (train is None):
        raise BadOption(f"decoding: found folds {folds} and train {train}, wanted one of them, and null for the other")
    if folds is not None and folds < 2:
        raise BadOption(f"decoding: found folds {folds}, wanted at least 2")
    if train is not None and not 0 < train < 1:
        raise BadOption(f"decoding: found train {train}, wanted a share of the trials between 0 and 1")
    if repeats < 1 or permutations < 0:
        raise BadOption(f"decoding: found repeats {repeats}, permutations {permutations}, wanted at least 1 and 0")


decoding.together = _check


def _classes(data: xr.Dataset, variable: str, folds: int | None, train: float | None) -> tuple[list[str], np.ndarray]:
    """Class names in natural order, and the class number of each trial. Raises Unmeasurable with too few trials."""
    where = f"decoding of {name_of(data)}"
    values = names(coordinate(data, variable, where))
    classes = sorted(set(values.tolist()), key=natural)
    if len(classes) < 2:
        raise Unmeasurable(f"{where}: found one {variable}, '{classes[0]}', wanted at least two classes")
    least = least_trials(folds, train)
    purpose = f"{folds} folds" if train is None else f"a share of {train:g} for training"
    for name in classes:
        count = int((values == name).sum())
        if count < least:
            raise Unmeasurable(
                f"{where}: found {count} trial{'s' * (count != 1)} of {variable} {name}, wanted at least {least} for "
                f"{purpose}"
            )
    return classes, np.array([classes.index(v) for v in values.tolist()])


def _over_spans(part: xr.Dataset, spans: dict, measure: Callable[[np.ndarray], np.ndarray]) -> list[dict]:
    """Rows of the main window, whose time is None, followed by rows of each time, sorted by statistic."""
    scores = np.stack([measure(window_mean(part, span, "decoding")) for span in spans.values()])
    times, rows = list(spans), []
    for statistic, values in zip(STATISTICS, np.moveaxis(scores, 1, 0), strict=True):
        rows.append({"statistic": statistic, **against_null(values[0], lower=False)})
        over_time = values[1:]
        tested = over_time.shape[1] > 1 and len(over_time)
        corrected = max_t(over_time[:, 0], over_time[:, 1:].T, np.zeros(len(over_time), dtype=bool)) if tested else None
        for k, time in enumerate(times[1:]):
            row = {"statistic": statistic, **against_null(over_time[k], lower=False), "time": time}
            rows.append(row | ({"p_corrected": float(corrected[k])} if tested else {}))
    return sorted(rows, key=lambda row: "time" in row)
