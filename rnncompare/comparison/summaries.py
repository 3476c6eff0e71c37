"""The summary of a comparison over all sources of a model, and what it is computed from.

Sources can be compared in several batches, because every source is compared with the same draws: the null distribution
of the mean is the mean of those of the batches, and everything else is a list over sources.
"""

from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.comparison.permutations import against_null
from rnncompare.statistics.bounds import Bounds
from rnncompare.statistics.intervals import by_input_set, hierarchical_interval, prediction_interval
from rnncompare.statistics.jackknife import condition_interval
from rnncompare.statistics.reliability import spearman_brown


class Scored(NamedTuple):
    """The scores of the sources in one statistic and signal."""

    statistic: str
    signal: str
    values: np.ndarray  # (source,)
    nulls: dict[str, np.ndarray]  # null -> (1 + draws,) of the mean over sources, its value first; empty without a null
    resampled: np.ndarray | None  # (resample, source) with units of the recording drawn with replacement
    left_out: np.ndarray | None  # (left_out, source) without each condition or group of conditions in turn
    needed: list[int | None]  # components_needed of each source
    note: str | None  # on conditions that only one side has


def summarise(
    card: MeasureCard,
    scored: list[Scored],
    conditions: str | None,
    *,
    input_sets: list[int] | None,
    bootstrap: int,
    seed: int,
) -> tuple[list[dict], list[dict], xr.Dataset]:
    """Rows of the summary and of the null distributions, and the draws (see `compare.Compared`).

    conditions: their names, if they are the same for all sources. bootstrap: number of draws of the intervals.
    """
    summary, nulls = [], []
    draws = xr.Dataset(attrs={} if conditions is None else {"conditions": conditions})
    for one in scored:
        common = {"statistic": one.statistic, "condition_independent": one.signal}
        summary.append(common | _summary(card, one, input_sets, bootstrap, seed))
        lower = one.statistic in card.lower_is_better
        nulls += [{"null": name} | common | against_null(mean, lower=lower) for name, mean in one.nulls.items()]
        if one.nulls:
            name, mean = f"{one.statistic}|{one.signal}", next(iter(one.nulls.values()))
            draws[f"null|{name}"] = (f"draw_{len(mean)}", mean)
            if one.resampled is not None:
                draws[f"resampled|{name}"] = (("resample", "source"), one.resampled)
            if one.left_out is not None:
                draws[f"jackknifed|{name}"] = ((f"left_out_{len(one.left_out)}", "source"), one.left_out)
    return summary, nulls, draws


def _summary(card: MeasureCard, one: Scored, input_sets: list[int] | None, bootstrap: int, seed: int) -> dict:
    """The mean over sources, its null distribution, and its intervals."""
    bounds, lower = card.bounds_of(one.statistic), one.statistic in card.lower_is_better
    mean = against_null(next(iter(one.nulls.values()), one.values[:, None].mean(axis=0)), lower=lower)
    sets = by_input_set(one.values, input_sets)
    again = None if one.resampled is None else by_input_set(one.resampled, input_sets)
    row = {"mean": mean.pop("value")} | interval_columns(sets, again, bounds, bootstrap, seed)
    row |= {"seeds": len(one.values)} | ({} if input_sets is None else {"input_sets": len(sets)})
    deleted = None if one.left_out is None else by_input_set(one.left_out, input_sets).mean(axis=1)
    row |= condition_interval(sets, deleted=deleted, bounds=bounds)
    row |= prediction_interval(sets, bounds=bounds)
    if one.statistic in card.correlations:
        row["spearman_brown"] = spearman_brown(float(one.values.mean()))
    row["components_needed"] = None if None in one.needed else float(np.mean(one.needed))
    return row | mean | ({} if one.note is None else {"note": one.note})


def interval_columns(
    values: np.ndarray, resampled: np.ndarray | None, bounds: Bounds, draws: int, seed: int
) -> dict[str, float | None]:
    """low and high; None if neither sources nor units could be resampled."""
    low, high = hierarchical_interval(values, resampled=resampled, bounds=bounds, draws=draws, seed=seed)
    return {"low": None, "high": None} if np.isnan(low) else {"low": low, "high": high}


class Joined:
    """The scores of all sources from those of batches of them, which are added in their order.

    Of the null distributions, only the sums over the sources so far are kept.
    """

    def __init__(self):
        self.parts: list[list[Scored]] = []  # of each batch, without null distributions
        self.sums: list[dict[str, np.ndarray]] = []  # of each statistic and signal: null -> (1 + draws,)

    def add(self, batch: list[Scored]) -> None:
        """Add the scores of a batch. Raises ValueError if it is not of the same comparison as the batches before."""
        self.sums = self.sums or [{name: np.zeros(len(draws)) for name, draws in one.nulls.items()} for one in batch]
        first = self.parts[0] if self.parts else batch
        for one, other, sums in zip(batch, first, self.sums, strict=True):
            if (one.statistic, one.signal, [*one.nulls]) != (other.statistic, other.signal, [*sums]):
                raise ValueError(
                    f"scores of batches: found {one.statistic} ({one.signal}, {', '.join(one.nulls)}) beside "
                    f"{other.statistic} ({other.signal}, {', '.join(sums)}), wanted batches of the same comparison"
                )
            for name, draws in one.nulls.items():
                sums[name] += draws * len(one.values)
        self.parts.append([one._replace(nulls={}) for one in batch])

    def scores(self) -> list[Scored]:
        """The scores of all sources that were added."""
        return [_together(parts, sums) for parts, sums in zip(zip(*self.parts, strict=True), self.sums, strict=True)]


def _together(parts: tuple[Scored, ...], sums: dict[str, np.ndarray]) -> Scored:
    """The scores of all sources in one statistic and signal; sums: over sources, of the null distributions."""
    values = np.concatenate([part.values for part in parts])
    return parts[0]._replace(
        values=values,
        nulls={name: total / len(values) for name, total in sums.items()},
        resampled=_all_sources([part.resampled for part in parts]),
        left_out=_all_sources([part.left_out for part in parts]),
        needed=[count for part in parts for count in part.needed],
    )


def _all_sources(parts: list[np.ndarray | None]) -> np.ndarray | None:
    """Arrays (draw, source) of all sources; None unless all batches have as many draws."""
    same = all(part is not None and len(part) == len(parts[0]) for part in parts)
    return np.concatenate(parts, axis=1) if same else None
