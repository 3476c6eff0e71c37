"""Averages over trials for every combination of the levels of several factors."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from rnncompare.activity import Unmeasurable
from rnncompare.activity.selection import coordinate
from rnncompare.files import labels
from rnncompare.files.text import natural
from rnncompare.geometry.demixing import all_parts
from rnncompare.plugins import BadOption
from rnncompare.populations.population import name_of
from rnncompare.populations.trials import selected


class Cells(NamedTuple):
    """The combination of levels of each trial."""

    levels: tuple[int, ...]  # number of levels of each factor
    index: np.ndarray  # (trial,) number of the combination, with the level of the last factor varying fastest

    @classmethod
    def of(cls, data: xr.Dataset, factors: list[str], min_trials: int, where: str) -> "Cells":
        """The cells of the trials. Raises Unmeasurable if a combination has fewer than `min_trials` trials."""
        names, numbers = [], []
        for factor in factors:
            values = labels.names(coordinate(data, factor, where))
            found = sorted(set(values.tolist()), key=natural)
            if len(found) < 2:
                raise Unmeasurable(f"{where}: found one {factor}, '{found[0]}', wanted at least two")
            names.append(found)
            numbers.append(np.array([found.index(v) for v in values.tolist()]))
        levels = tuple(len(found) for found in names)
        index = np.ravel_multi_index(numbers, levels)
        count = np.bincount(index, minlength=int(np.prod(levels)))
        fewest = int(count.min())
        if fewest < min_trials:
            place = np.unravel_index(int(count.argmin()), levels)
            which = ", ".join(f"{f} {found[k]}" for f, found, k in zip(factors, names, place, strict=True))
            raise Unmeasurable(
                f"{where}: found {fewest} trial{'s' * (fewest != 1)} with {which}, wanted at least "
                f"{min_trials} of every combination: average over a factor, or exclude a level"
            )
        return cls(levels, index)

    def averages(self, rate: np.ndarray, orders: np.ndarray | None = None) -> np.ndarray:
        """(level, .., time, unit) means over trials of rates (trial, time, unit).

        With orders (draw, trial), which permute the combinations of the trials, the result is (draw, level, ..).
        """
        order = np.arange(len(rate))[None] if orders is None else orders
        member = np.eye(int(np.prod(self.levels)))[self.index]
        shares = (member / member.sum(axis=0))[order].transpose(0, 2, 1).reshape(-1, len(rate))
        means = shares @ rate.reshape(len(rate), -1)  # one product for all draws
        means = means.reshape(len(order), *self.levels, *rate.shape[1:])
        return means[0] if orders is None else means


def in_cells(
    data: xr.Dataset, parts: dict[str, list[str]], *, min_trials: int, probe: str, **options
) -> tuple[xr.Dataset, Cells, dict[str, frozenset[int]]]:
    """The trials `selected` by all factors in `parts`, their cells, and the parts as in `factors_of`."""
    factors, numbered = factors_of(parts, probe)
    data = selected(data, factors, probe=probe, **options)
    return data, Cells.of(data, factors, min_trials, f"{probe} of {name_of(data)}"), numbered


def factors_of(parts: dict[str, list[str]], probe: str) -> tuple[list[str], dict[str, frozenset[int]]]:
    """The factors in `parts`, and each part as a set of their numbers.

    parts: name -> the coordinates whose interaction it is; an empty list for time. Raises BadOption unless every
    combination of the factors occurs exactly once.
    """
    factors = list(dict.fromkeys(name for part in parts.values() for name in part))
    numbered = {name: frozenset(factors.index(f) for f in part) for name, part in parts.items()}
    wanted = all_parts(len(factors))
    missing = [[factors[k] for k in sorted(part)] for part in wanted if part not in numbered.values()]
    if not factors or missing or len(set(numbered.values())) < len(parts):
        raise BadOption(
            f"{probe}: found parts {parts}, wanted every combination of {', '.join(factors) or 'some factors'} once"
            + (f"; missing: {missing} ([] is time)" if missing else "")
        )
    return factors, numbered
