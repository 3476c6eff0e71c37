"""Comparison: one frame for every similarity measure. It prepares, permutes and counts; a measure only measures.

A measure is `measure(x, y, *, options)` of two arrays (condition, time, unit), or, where it can do all
pairings at once, `measure(pair, *, options)` of a `Pair`. Either gives named statistics; a measure's card says which of them fall
as two activities get more alike.
"""

import inspect
from collections.abc import Callable
from functools import partial

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.measure_card import card_of
from rnncompare.nulls import against_null, condition_orders, jackknife_error
from rnncompare.pair import Pair
from rnncompare.preparation import prepare
from rnncompare.statistics import bootstrap_interval

SIGNALS = ("removed", "kept")  # the condition-independent signal


def evaluate(measure: Callable, pair: Pair) -> dict[str, np.ndarray]:
    """Every statistic of a measure: (draw,), or one number where it only describes and has no null."""
    if next(iter(inspect.signature(measure).parameters)) == "pair":
        found = measure(pair)
    else:
        x, y = pair.centred()
        draws = [measure(x, y[order]) for order in pair.orders]
        found = {name: [draw[name] for draw in draws] for name in draws[0]}
    found = {name: np.asarray(values, dtype=float) for name, values in found.items()}
    for name, values in found.items():
        bad = int((~np.isfinite(values)).sum())
        if bad:
            raise ValueError(
                f"{name_of(measure)}: found {bad} of {values.size} values of {name} not finite, wanted none"
            )
    return found


def name_of(measure: Callable) -> str:
    """What a measure is called, with or without its options bound."""
    return (measure.func if isinstance(measure, partial) else measure).__name__


def delete_one(measure: Callable, pair: Pair) -> dict[str, float]:
    """Jackknife standard error of each statistic over conditions left out of everything.

    Empty where leaving one out leaves too little to measure.
    """
    try:
        rounds = [evaluate(measure, pair.without(c)) for c in range(len(pair.x))]
    except BadActivity:
        return {}
    return {name: jackknife_error(np.array([np.ravel(values[name])[0] for values in rounds])) for name in rounds[0]}


def compare(
    x: xr.Dataset,
    y: xr.Dataset,
    measure: Callable,
    *,
    window: tuple[float, float] | None,
    soft_normalise: float | None,
    permutations: int,
    seed: int,
    jackknife: bool = True,
) -> list[dict]:
    """One row a statistic, with and without the condition-independent signal: `compare_seeds` of one source."""
    frame = {"window": window, "soft_normalise": soft_normalise, "permutations": permutations, "jackknife": jackknife}
    rows, _ = compare_seeds([x], [y], measure, bootstrap=1, seed=seed, **frame)
    return [{name: value for name, value in row.items() if name != "seed"} for row in rows]


def compare_seeds(
    sources: list[xr.Dataset],
    references: list[xr.Dataset],
    measure: Callable,
    *,
    window: tuple[float, float] | None,
    soft_normalise: float | None,
    permutations: int,
    bootstrap: int,
    seed: int,
    jackknife: bool = True,
) -> tuple[list[dict], list[dict]]:
    """Compare each source with its reference (or with the only one); give rows for each and rows for their mean.

    A row: statistic, value, condition_independent (removed, kept), null_mean, null_95 (what one pairing in
    twenty beats), p, draws (see `nulls.against_null`), jackknife_se (over conditions; None where too few are
    left, or where not wanted), conditions, times, and seed, the source's position. Every source sees the same
    pairings, so that their mean has a null of its own, draw by draw. A summary row: statistic,
    condition_independent, mean, low and high (95 % bootstrap over sources), seeds, and the null of the mean.
    Raises BadActivity where sources differ in how many conditions they share with their reference.
    """
    references = list(references) * len(sources) if len(references) == 1 else list(references)
    if len(references) != len(sources):
        raise ValueError(f"found {len(references)} references for {len(sources)} sources, wanted one or as many")
    sides = [prepare(x, y, window, soft_normalise) for x, y in zip(sources, references, strict=True)]
    counts = sorted({len(x) for x, _ in sides})
    if len(counts) != 1:
        raise BadActivity(
            f"comparing {len(sides)} sources at once: found {' and '.join(map(str, counts))} conditions shared "
            "with their references, wanted the same number for all"
        )
    orders = condition_orders(counts[0], permutations=permutations, seed=seed)
    rows, summary = [], []
    for signal in SIGNALS:
        pairs = [Pair(x, y, orders, signal) for x, y in sides]
        found = [evaluate(measure, pair) for pair in pairs]
        errors = [delete_one(measure, pair) if jackknife else {} for pair in pairs]
        for statistic in found[0]:
            common = {"statistic": statistic, "condition_independent": signal}
            lower = statistic in card_of(measure).lower_is_better
            draws = np.array([np.atleast_1d(values[statistic]) for values in found])
            for k, (conditions, times, _) in enumerate(pair.x.shape for pair in pairs):
                about = {"jackknife_se": errors[k].get(statistic), "conditions": conditions, "times": times, "seed": k}
                rows.append(common | against_null(draws[k], lower=lower) | about)
            low, high = bootstrap_interval(draws[:, 0], seed=seed, draws=bootstrap)
            mean = against_null(draws.mean(axis=0), lower=lower)
            summary.append(common | {"mean": mean.pop("value"), "low": low, "high": high, "seeds": len(draws)} | mean)
    return rows, summary
