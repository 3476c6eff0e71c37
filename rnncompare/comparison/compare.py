"""The comparison that every similarity measure goes through: preparation, null distributions, intervals and errors.

A measure is a function `measure(x, y, *, options)` of two arrays (condition, time, unit) or, if it can evaluate all
pairings of conditions at once, a function `measure(pair, *, options)` of a `Pair`. Both kinds return named statistics.
The card of a measure says which of its statistics decrease as two activities become more similar.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity.dynamical import checked_for, refuse_for
from rnncompare.comparison.components_needed import components_needed
from rnncompare.comparison.evaluation import Observed, observed, subsets, true_values, without_each
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.null_distributions import null_draws, null_orders
from rnncompare.comparison.permutations import against_null
from rnncompare.comparison.preparation import Prepared
from rnncompare.comparison.resampled_units import resampled_units
from rnncompare.comparison.sides import pair_of, prepared_sides, sizes_of
from rnncompare.comparison.summaries import Scored, interval_columns, summarise

SIGNALS = ("removed", "kept")  # what is done with the condition-independent signal; the first is the primary analysis


class Compared(NamedTuple):
    """The result of a comparison: rows for the tables, and the draws from which they were computed."""

    rows: list[dict] | pd.DataFrame  # one for each source, statistic and signal; a table if batches were combined
    summary: list[dict]  # one for each statistic and signal, for the mean over sources
    nulls: list[dict]  # one for each null, statistic and signal, for the mean over sources
    # `null|statistic|signal` (draw), of the mean; `resampled|statistic|signal` (resample, source); and
    # `jackknifed|statistic|signal` (left_out, source), the values without each condition or group of conditions in turn
    draws: xr.Dataset
    scored: list[Scored]  # from which the summary is computed: `summaries.Joined` combines those of several batches


def compare_measures(
    sources: Iterable[xr.Dataset],
    references: list[xr.Dataset],
    measures: dict[str, Callable],
    *,
    preparation: dict,
    folds: dict,
    units: dict,
    nulls: dict[str, dict],
    intervals: dict,
    seed: int,
    input_sets: list[int] | None = None,
    describe: bool = True,
    signals: tuple[str, ...] = SIGNALS,
) -> dict[str, Compared]:
    """Compare each source with its reference (or with the only reference) by every measure.

    sources: an iterator is sufficient, because they are prepared one after another. preparation, folds: see
    `preparation.prepare`. units: {count, repeats}: at most `count` units are drawn on each side, `repeats` times, and
    the scores are averaged; None: all units. nulls: name -> {use, draws, options, measures}:
    `conditions`, `ring_orders` (`ring_orders.py`), or a file of surrogates/, whose surrogates replace the recording;
    measures: names of those that it is computed for (None: all); rows and summary carry the first null. intervals:
    {draws, units}: bootstrap draws over sources and over `units` resamples of the recording's units (0: over sources
    alone). Surrogates, resampled units, jackknife errors over conditions and components_needed are evaluated one at a
    time, and therefore only for the primary analysis, in which the condition-independent signal is removed. input_sets:
    the set of random inputs of each source, over whose means intervals are computed, or None
    (`intervals.by_input_set`).

    The columns of a row are: statistic, value, condition_independent (removed, kept), null_mean, null_95 (95th
    percentile of the null distribution, or the 5th if smaller is better), p, draws (see `permutations.against_null`),
    low and high (over the recording's units), jackknife_se (over the data that are left out; None if too few remain),
    components_needed (the number of the recording's components that suffices for that score; None if it exceeds the
    number tried), conditions, times, units_source, units_recording, seed (the position of the source), and note (the
    conditions that only one side has, if any). The null draws are the same for every source, so the mean over sources
    has a null distribution of its own, draw by draw. The summary also has condition_low and condition_high
    (`jackknife.condition_interval`). Without `describe`, what the jackknife gives and components_needed are not
    computed. Raises BadActivity if the sources differ in the number of conditions that they share with their reference.
    """
    refuse_for(measures, references)
    sides = prepared_sides(checked_for(measures, sources), references, preparation | folds)
    first = sides[0]
    orders = null_orders(nulls, sides, seed)
    alone = [np.arange(len(side.x))[None] for side in sides]
    chosen = [subsets(s.x.shape[-1], s.y.shape[-1], **units, seed=seed) for s in sides]
    sizes = [sizes_of(side, picks) for side, picks in zip(sides, chosen, strict=True)]
    # Conditions are left out of all sources together only if these have the same conditions.
    same = all(side.labels == first.labels for side in sides)
    conditions = ", ".join(first.labels) if same else None
    rows, scored = {name: [] for name in measures}, {name: [] for name in measures}
    for signal in signals:
        pairs = [pair_of(*each, signal) for each in zip(sides, next(iter(orders.values()), alone), strict=True)]
        # Whatever has to be evaluated one draw at a time is evaluated for the primary analysis only.
        primary = signal == SIGNALS[0]
        values = {
            name: [observed(m, pair, picks, describe, primary) for pair, picks in zip(pairs, chosen, strict=True)]
            for name, m in measures.items()
        }
        true = [pair.true_pairing() for pair in pairs]
        used = {name: null for name, null in nulls.items() if primary or name in orders}
        chance = null_draws(measures, pairs, values, chosen, used, orders, seed)
        resampled = resampled_units(measures, true, chosen, sides, intervals["units"] if primary else 0, seed)
        needed = components_needed(measures, true, values, seed) if describe and primary else {}
        for name, measure in measures.items():
            drawn = chance[name], resampled[name], needed.get(name, [{} for _ in true])
            for statistic in values[name][0].values:
                scores = statistic, signal, values[name], *drawn, sizes
                rows[name] += _rows(measure, *scores, input_sets, intervals["draws"], seed)
                scored[name].append(_scored(*scores, same))
    options = {"input_sets": input_sets, "bootstrap": intervals["draws"], "seed": seed}
    return {
        name: Compared(rows[name], *summarise(card_of(m), scored[name], conditions, **options), scored[name])
        for name, m in measures.items()
    }


def compare_seeds(sources: list[xr.Dataset], references: list[xr.Dataset], measure: Callable, **frame) -> Compared:
    """`compare_measures` for a single measure."""
    return compare_measures(sources, references, {"": measure}, **frame)[""]


def _rows(
    measure: Callable,
    statistic: str,
    signal: str,
    scores: list[Observed],
    chance: dict[str, dict[str, np.ndarray]],
    resampled: dict[str, np.ndarray],
    needed: list[dict[str, int | None]],
    sizes: list[dict[str, int | str]],
    input_sets: list[int] | None,
    bootstrap: int,
    seed: int,
) -> list[dict]:
    """The rows of one statistic and signal, one for each source."""
    card, common = card_of(measure), {"statistic": statistic, "condition_independent": signal}
    value = np.array([np.ravel(s.values[statistic])[0] for s in scores])
    by_null = [each[statistic] for each in chance.values() if statistic in each]
    null = by_null[0] if by_null else value[:, None]  # only the value if the statistic has no null distribution
    units = resampled.get(statistic) if by_null else None
    rows = []
    for k, size in enumerate(sizes):
        row = common | against_null(null[k], lower=statistic in card.lower_is_better)
        of_units = None if units is None else units[:, [k]]
        row |= interval_columns(value[[k]], of_units, card.bounds_of(statistic), bootstrap, seed)
        row |= {"jackknife_se": scores[k].errors.get(statistic), "components_needed": needed[k].get(statistic)}
        of_set = {} if input_sets is None else {"input_set": input_sets[k]}
        rows.append(row | size | {"seed": k} | of_set)
    return rows


def _scored(
    statistic: str,
    signal: str,
    scores: list[Observed],
    chance: dict[str, dict[str, np.ndarray]],
    resampled: dict[str, np.ndarray],
    needed: list[dict[str, int | None]],
    sizes: list[dict[str, int | str]],
    same: bool,
) -> Scored:
    """What the summary of one statistic and signal is computed from."""
    nulls = {name: each[statistic].mean(axis=0) for name, each in chance.items() if statistic in each}
    return Scored(
        statistic,
        signal,
        values=np.array([np.ravel(s.values[statistic])[0] for s in scores]),
        nulls=nulls,
        resampled=resampled.get(statistic) if nulls else None,
        left_out=without_each(scores, statistic) if same else None,
        needed=[each.get(statistic) for each in needed],
        note=sizes[0].get("note"),
    )


def compare(x: xr.Dataset, y: xr.Dataset, measure: Callable, *, seed: int, **frame) -> list[dict]:
    """The rows of `compare_seeds` for one source; in `frame`, only `preparation` and `nulls` are required."""
    frame = {
        "folds": {"by": "condition", "groups": None},
        "units": {"count": None, "repeats": 1},
        "intervals": {"draws": 1, "units": 0},
    } | frame
    rows = compare_seeds([x], [y], measure, seed=seed, **frame).rows
    return [{name: value for name, value in row.items() if name != "seed"} for row in rows]


def score_seeds(
    sources: list[xr.Dataset],
    references: list[xr.Dataset],
    measure: Callable,
    *,
    preparation: dict,
    folds: dict,
    units: dict,
    seed: int,
    signals: tuple[str, ...] = SIGNALS,
) -> list[dict]:
    """Only the values: seed, statistic, condition_independent, value, a row for each source, statistic and signal."""
    return [
        {"seed": k, "statistic": name, "condition_independent": signal, "value": value}
        for k, side in enumerate(prepared_sides(sources, references, preparation | folds))
        for signal in signals
        for name, value in score(side, measure, units=units, signal=signal, seed=seed).items()
    ]


def score(side: Prepared, measure: Callable, *, units: dict, signal: str, seed: int) -> dict[str, float]:
    """Every statistic of one prepared source, by name, for the true pairing of conditions only."""
    picks = subsets(side.x.shape[-1], side.y.shape[-1], **units, seed=seed)
    return true_values(measure, pair_of(side, np.arange(len(side.x))[None], signal), picks)


def score_without_each(side: Prepared, measure: Callable, *, units: dict, signal: str, seed: int) -> Observed:
    """As `score`, with the statistics without each condition in turn; `Observed.values` have one draw."""
    picks = subsets(side.x.shape[-1], side.y.shape[-1], **units, seed=seed)
    return observed(measure, pair_of(side, np.arange(len(side.x))[None], signal), picks, True, True)
