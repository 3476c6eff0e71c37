"""Ceilings: reference scores of two halves of the recording, or of another individual and the recording."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
import xarray as xr

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.comparison.compare import score_seeds
from rnncompare.comparison.measure_card import card_of
from rnncompare.library.defaults import SPLITS
from rnncompare.library.inputs import Sides, like
from rnncompare.plugins import BadOption
from rnncompare.statistics.reliability import spearman_brown

HALVES = ("units", "trials")  # controls that split a recording into halves
Score = tuple[str, str, str]  # measure, statistic, condition_independent


def ceilings(
    given: Any, both: Sides, measures: dict[str, Callable], frame: dict[str, Any], signals: tuple[str, ...], where: str
) -> dict[str, dict[Score, float]]:
    """Column of the table -> the ceiling of each statistic, as a mean over splits. Raises BadOption, BadActivity.

    given: None (no ceilings); the number of random splits of the recording's units; 'units' or 'trials' for ten splits
    of these; an array or activity of another individual; or a mapping of names to any of these, whose columns are
    named ceiling_NAME. Each column that is computed from halves is followed by a column with the suffix
    _spearman_brown, which contains the correlations extrapolated to the length of the whole recording.
    """
    if given is None:
        return {}
    named = {f"ceiling_{name}": one for name, one in given.items()} if _names(given) else {"ceiling": given}
    columns = {}
    for column, one in named.items():
        here = where if column == "ceiling" else f"{where}.{column.removeprefix('ceiling_')}"
        halves = _halves(one, here)
        pairs = _other(one, both, here) if halves is None else _splits(both, *halves, frame["seed"], here)
        found = {name: _scores(pairs, measure, frame, signals) for name, measure in measures.items()}
        columns[column] = {(m, *k): float(np.mean(v)) for m, scores in found.items() for k, v in scores.items()}
        if halves is not None:
            columns[f"{column}_spearman_brown"] = {
                key: spearman_brown(value)
                for key, value in columns[column].items()
                if key[1] in card_of(measures[key[0]]).correlations
            }
    return columns


def _names(given: Any) -> bool:
    return isinstance(given, Mapping) and not isinstance(given, xr.Dataset)


def _halves(given: Any, where: str) -> tuple[Literal["units", "trials"], int] | None:
    """What is split into halves, and the number of splits; None if another individual is given."""
    if isinstance(given, bool):
        raise BadOption(f"{where}: found {given}, wanted a number of splits, 'units', 'trials' or another individual")
    if isinstance(given, int | np.integer):
        if given < 1:
            raise BadOption(f"{where}: found {given}, wanted at least 1 split of the units, or None")
        return "units", int(given)
    if isinstance(given, str):
        if given not in HALVES:
            raise BadOption(f"{where}: found '{given}', wanted 'units' or 'trials'.{plugins.nearest(given, HALVES)}")
        return given, SPLITS
    return None


def _splits(both: Sides, kind: str, count: int, seed: int, where: str) -> tuple[list[xr.Dataset], list[xr.Dataset]]:
    """The first and the second halves of the recording, one of each for every random split."""
    if len(both.y) > 1:
        raise BadActivity(f"{where}: found {len(both.y)} recordings in y, wanted one to split into halves")
    split = plugins.find("controls", kind)
    return tuple(
        [split(both.y[0], None, seed=seed + k, half=half) for k in range(count)] for half in ("first", "second")
    )


def _other(given: Any, both: Sides, where: str) -> tuple[list[xr.Dataset], list[xr.Dataset]]:
    """The other individual and the recording that it is compared with. Raises BadActivity."""
    return [like(given, both, where)], both.y[:1]


def _scores(
    pairs: tuple[list[xr.Dataset], list[xr.Dataset]], measure: Callable, frame: dict, signals: tuple[str, ...]
) -> dict[tuple[str, str], list[float]]:
    """(statistic, signal) -> the values of a measure for all pairs."""
    options = {name: frame[name] for name in ("preparation", "folds", "units", "seed")}
    found = {}
    for row in score_seeds(*pairs, measure, signals=signals, **options):
        found.setdefault((row["statistic"], row["condition_independent"]), []).append(row["value"])
    return found
