"""Which of several classes a single trial belonged to, read from the population."""

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
from rnncompare.comparison.statistics import max_t
from rnncompare.decoding.classifiers import CLASSIFIERS
from rnncompare.decoding.splits import accuracies, least_trials, orders, plan
from rnncompare.files.labels import names, natural
from rnncompare.options.ranges import DrawsOrNone, Groups, Level, Repeats, Seed, SlidingWindows, UnitCount, Window
from rnncompare.plugins import BadOption, nearest
from rnncompare.populations.population import by_area, name_of, one_session, unit_count, window_mean
from rnncompare.populations.trials import aligned, named, without
from rnncompare.populations.windows import sliding_windows

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
    """Balanced accuracy of a classifier of single trials' mean rates in `window`, on trials left out.

    1 means that every trial is told, 1 / classes is chance; classes count alike however many trials they have (mean of
    the classes' hit rates, Brodersen et al. 2010); accuracy is the plain share of trials.

    variable: the coordinate along trial that names the class, such as condition or choice, or several of them by the
    name that each has in the rows; leave_out: values that are no class, such as undecided. align: the coordinate (s)
    that times are counted from, such as rt; None: as they come. windows: None, or width and step (s) of windows over
    time; start and stop, which trials have to hold, too where they are aligned. classifier: `lda` (covariance shrunk
    after Ledoit and Wolf 2004), `logistic` (penalty chosen in the training trials) or `network` (three hidden layers,
    Kleinman et al. 2021). Trials are split `repeats` times, stratified by class: into `folds`, each left out once, or
    with a share `train` to train on and the others to test. Each repeat draws `units` units anew (None: all), so that
    populations of different size can be compared. The null shuffles classes over trials and repeats all of it, units
    and splits being the same. Rows: an area and variable; with time where `windows` asks for it, p_corrected over the
    times of one statistic; left_out counts the trials not used. Raises BadActivity, BadOption.
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
    formula="mean over classes of the share of its trials whose class a classifier tells from the population's "
    "mean rates, on trials that it was not trained on: each left out once in each repeat, or the rest of a random "
    "split",
    statistics={
        "balanced_accuracy": "on trials left out, classes counting alike however many trials they have",
        "accuracy": "share of all trials left out that are told: chance is higher where one class is more common",
    },
    bounds={"balanced_accuracy": SHARE, "accuracy": SHARE},
    landmarks="1 / classes: chance",
    zero="no trial is told",
    one="every trial is told",
    invariant_to=("permutation", "translation", "scale", "unit scale"),
    cost="(1 + permutations) x repeats x folds (1 where trials are split) fits a window and variable; lda: units^3 "
    "each, or trials^3 where those are fewer; network: passes over the training trials",
    pitfalls="Grows with units and with trials: compare at equal numbers of both, and of trials to train on. Near 1 it "
    "tells nothing apart. Trials of one block share slow drifts, which random folds leave on both sides and shuffled "
    "classes do not have. A choice decoded over several stimuli may be the stimulus: choice_probability holds it "
    "fixed. Of two variables that go together in the trials (a subject that prefers one side of one layout), each is "
    "told by the other. Aligned trials are those that were decided in time: look at left_out. Trials drawn from "
    "averages have no shared noise: an upper bound.",
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
        raise BadOption(f"decoding: found folds {folds} and train {train}, wanted one of them and null for the other")
    if folds is not None and folds < 2:
        raise BadOption(f"decoding: found folds {folds}, wanted at least 2")
    if train is not None and not 0 < train < 1:
        raise BadOption(f"decoding: found train {train}, wanted a share of the trials between 0 and 1")
    if repeats < 1 or permutations < 0:
        raise BadOption(f"decoding: found repeats {repeats}, permutations {permutations}, wanted at least 1 and 0")


decoding.together = _check


def _classes(data: xr.Dataset, variable: str, folds: int | None, train: float | None) -> tuple[list[str], np.ndarray]:
    """Class names in natural order and each trial's class number, if there is enough of each to hold trials out."""
    where = f"decoding of {name_of(data)}"
    values = names(coordinate(data, variable, where))
    classes = sorted(set(values.tolist()), key=natural)
    if len(classes) < 2:
        raise Unmeasurable(f"{where}: found one {variable}, '{classes[0]}', wanted at least two to tell apart")
    least = least_trials(folds, train)
    purpose = f"{folds} folds" if train is None else f"a share of {train:g} to train on"
    for name in classes:
        count = int((values == name).sum())
        if count < least:
            raise Unmeasurable(
                f"{where}: single trials needed: {variable} {name} has {count} trial{'s' * (count != 1)}, "
                f"wanted at least {least} for {purpose}"
            )
    return classes, np.array([classes.index(v) for v in values.tolist()])


def _over_spans(part: xr.Dataset, spans: dict, measure: Callable[[np.ndarray], np.ndarray]) -> list[dict]:
    """Rows of the main window, whose time is None, then of each time, statistic after statistic."""
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
