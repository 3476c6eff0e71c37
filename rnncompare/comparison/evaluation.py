"""Evaluation of a measure on a pair of activities, or on variants of the pair."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.comparison.pair import Pair, Scores, Splits, Trials
from rnncompare.comparison.pair_checks import numbers_like
from rnncompare.statistics.jackknife import jackknife_error

LEFT_OUT = 32  # largest number of times that a measure is evaluated without some conditions

Subset = tuple[np.ndarray, np.ndarray]  # units of the source, units of the recording


class Observed(NamedTuple):
    """The statistics of one source, as means over subsets of units, with the results of the jackknife."""

    values: dict[str, np.ndarray]  # as in `Scores`
    errors: dict[str, float]  # jackknife standard errors
    jackknifed: dict[str, np.ndarray]  # (left_out,) without each condition or group of them; empty for folds of trials
    alone: dict[str, np.ndarray]  # (fold,) of what each fold leaves out; empty for measures that leave nothing out


def evaluate(measure: Callable, pair: Pair) -> Scores:
    """Every statistic of a measure: (draw,), or a single number if the statistic has no null distribution."""
    if next(iter(inspect.signature(measure).parameters)) == "pair":
        found = measure(pair)
    else:
        x, y = pair.centred()
        draws = [measure(x, y[order]) for order in pair.orders]
        found = {name: [draw[name] for draw in draws] for name in draws[0]}
    found = found if isinstance(found, Scores) else Scores(found, {})
    values = {name: np.asarray(numbers, dtype=float) for name, numbers in found.values.items()}
    for name, numbers in values.items():
        if numbers.shape not in ((), (len(pair.orders),)):
            raise ValueError(
                f"{name_of(measure)}: found {name} of shape {numbers.shape}, wanted one number for each of "
                f"{len(pair.orders)} pairings, or one for all"
            )
        bad = int((~np.isfinite(numbers)).sum())
        if bad:
            raise ValueError(
                f"{name_of(measure)}: found {bad} of {numbers.size} values of {name} not finite, wanted none"
            )
    return found._replace(values=values)


def name_of(measure: Callable) -> str:
    """The name of a measure, with or without bound options."""
    return (measure.func if isinstance(measure, partial) else measure).__name__


def delete_one(measure: Callable, pair: Pair) -> dict[str, np.ndarray]:
    """(left_out,) each statistic evaluated without each condition in turn; empty if too few conditions remain.

    Of more than LEFT_OUT conditions, as many groups of almost equal size are left out (a delete-a-group jackknife, Kott
    2001), because the measure is evaluated for each.
    """
    count = len(pair.x)
    groups = [np.arange(first, count, LEFT_OUT) for first in range(min(count, LEFT_OUT))]
    try:
        rounds = [evaluate(measure, pair.without(group)).values for group in groups]
    except BadActivity:
        return {}
    return {name: np.array([np.ravel(values[name])[0] for values in rounds]) for name in rounds[0]}


def subsets(source: int, recording: int, *, count: int | None, repeats: int, seed: int) -> list[Subset]:
    """`repeats` random choices of at most `count` units on each side; one choice of all units if `count` allows it."""
    if count is None or max(source, recording) <= count:
        return [(np.arange(source), np.arange(recording))]
    chosen = []
    for k in range(repeats):
        rng = np.random.default_rng([seed, k])
        # The recording's units are drawn first: they are then the same for every source.
        of_recording, of_source = (np.sort(rng.permutation(n)[:count]) for n in (recording, source))
        chosen.append((of_source, of_recording))
    return chosen


def observed(measure: Callable, pair: Pair, picks: list[Subset], errors: bool, jackknife: bool) -> Observed:
    """Statistics of all draws, as means over subsets of units, with the results of the jackknife if `errors`.

    jackknife: whether a measure that does not return its statistics without each fold is evaluated without each
    condition in turn. The standard error is the mean over subsets.
    """
    found, of_trials = [], False
    for part in (_subset(pair, *pick) for pick in picks):
        scores = evaluate(measure, part)
        of_trials = bool(scores.deleted) and pair.splits is not None
        own = scores.deleted or (delete_one(measure, part) if errors and jackknife else {})
        found.append(scores._replace(deleted=own if errors else {}))
    values = {name: np.mean([f.values[name] for f in found], axis=0) for name in found[0].values}
    deleted = {name: [f.deleted[name] for f in found] for name in found[0].deleted}
    standard = {name: float(np.mean([jackknife_error(one) for one in each])) for name, each in deleted.items()}
    means = {name: np.mean(each, axis=0) for name, each in deleted.items()}
    alone = {name: np.mean([f.alone[name] for f in found], axis=0) for name in found[0].alone}
    return Observed(values, standard, {} if of_trials else means, alone)


def without_each(scores: list[Observed], statistic: str) -> np.ndarray | None:
    """(left_out, source) the statistic without each condition in turn; None unless every source has as many."""
    found = [source.jackknifed.get(statistic, np.empty(0)) for source in scores]
    same = len(found[0]) and all(len(values) == len(found[0]) for values in found)
    return np.stack(found, axis=1) if same else None


def true_values(measure: Callable, pair: Pair, picks: list[Subset]) -> dict[str, float]:
    """Statistics of the true pairing only, as means over subsets of units."""
    rounds = [evaluate(measure, _subset(pair, *pick)).values for pick in picks]
    return {name: float(np.mean([np.ravel(r[name])[0] for r in rounds])) for name in rounds[0]}


def with_recording(pair: Pair, y: np.ndarray) -> Pair:
    """The pair with other condition averages of the recording; the trials keep their residuals about the averages."""
    y = numbers_like(y, pair.y, "recording")
    trials, training, left_out = _moved_to(pair, y)
    splits = None if pair.splits is None else pair.splits._replace(y_training=training, y_left_out=left_out)
    return pair.replaced(y=y, y_trials=trials, splits=splits)


def from_recording(pair: Pair, x: np.ndarray) -> Pair:
    """The pair with condition averages derived from the recording as its source, with the recording's residuals."""
    x = numbers_like(x, pair.y, "source")
    trials, training, left_out = _moved_to(pair, x)
    splits = None if pair.splits is None else pair.splits._replace(x_training=training, x_left_out=left_out)
    return pair.replaced(x=x, x_trials=trials, splits=splits)


def _moved_to(pair: Pair, averages: np.ndarray) -> tuple[Trials | None, np.ndarray | None, np.ndarray | None]:
    """The recording's trials and its training and left-out averages, where it has them, about other averages."""
    change, trials, splits = averages - pair.y, pair.y_trials, pair.splits
    if trials is not None:
        trials = Trials(trials.rate + change[trials.condition], trials.condition)
    if splits is None:
        return trials, None, None
    return trials, splits.y_training + change, splits.y_left_out + change


def with_units(pair: Pair, y: np.ndarray, units: np.ndarray) -> Pair:
    """The pair with these units of the recording, possibly with repetitions; y: their averages."""
    trials, splits = pair.y_trials, pair.splits
    if trials is not None:
        trials = Trials(trials.rate[..., units], trials.condition)
    if splits is not None:
        splits = splits._replace(y_training=splits.y_training[..., units], y_left_out=splits.y_left_out[..., units])
    return pair.replaced(y=y, y_trials=trials, splits=splits)


def _subset(pair: Pair, source: np.ndarray, recording: np.ndarray) -> Pair:
    if all(np.array_equal(u, np.arange(s.shape[-1])) for u, s in ((source, pair.x), (recording, pair.y))):
        return pair
    splits = pair.splits
    if splits is not None:
        splits = Splits(*(part[..., u] for part, u in zip(splits, (source, source, recording, recording), strict=True)))
    trials = [
        None if t is None else Trials(t.rate[..., units], t.condition)
        for t, units in ((pair.x_trials, source), (pair.y_trials, recording))
    ]
    x, y = (np.ascontiguousarray(side[..., u]) for side, u in ((pair.x, source), (pair.y, recording)))
    return pair.replaced(x=x, y=y, splits=splits, x_trials=trials[0], y_trials=trials[1])
