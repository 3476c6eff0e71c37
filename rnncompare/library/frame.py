"""Conversion of the arguments of `compare` to the options of the pipeline's comparison."""

from collections.abc import Mapping
from typing import Any, Literal

from rnncompare import plugins
from rnncompare.comparison.permutations import PAIRINGS, PERMUTATION
from rnncompare.library.defaults import BLOCKS, OF_UNITS, SURROGATES
from rnncompare.library.members import bound
from rnncompare.options.ranges import (
    Bin,
    DrawsOrNone,
    Groups,
    NotNegative,
    Resamples,
    Seconds,
    Seed,
    Smoothing,
    UnitCount,
    Window,
)
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption, nearest
from rnncompare.study.config_keys import DRAWS


def _arguments(
    *,
    nulls: DrawsOrNone | str | dict[str, DrawsOrNone | dict[str, Any]] | None,
    intervals: Resamples | dict[str, DrawsOrNone],
    signal: Literal["removed", "kept", "both"],
    folds: Groups | str | dict[str, Groups | str | None] | None,
    units: UnitCount | None,
    window: Window | None,
    bin: Bin | None,
    smooth: Smoothing,
    lag: Seconds,
    soft_normalise: NotNegative | None,
    rows: Literal["mean", "each"],
    describe: bool,
    seed: Seed,
) -> None:
    """The annotations against which the arguments of `compare`, other than ceilings, are checked."""


def check(arguments: dict[str, Any], where: str) -> None:
    """Raise BadOption for the first invalid argument of `compare`; the message gives its name and valid values."""
    check_values(_arguments, {name: value for name, value in arguments.items() if name != "ceilings"}, where)


def frame_of(arguments: dict[str, Any], samples: int | None, where: str) -> dict[str, Any]:
    """The arguments preparation, folds, units, nulls, intervals, seed and describe of `compare_measures`.

    arguments: those of `compare`, which `check` has checked one by one; samples: the number of samples of (sample,
    unit) arrays, or None. Raises BadOption, which names the argument.
    """
    prepared = ("window", "bin", "smooth", "lag", "soft_normalise")
    return {
        "preparation": {name: arguments[name] for name in prepared},
        "folds": folds_of(arguments["folds"], samples, f"{where}.folds"),
        "units": units_of(arguments["units"]),
        "nulls": nulls_of(arguments["nulls"], f"{where}.nulls"),
        "intervals": intervals_of(arguments["intervals"], f"{where}.intervals"),
        "seed": arguments["seed"],
        "describe": arguments["describe"],
    }


def folds_of(given: int | str | Mapping | None, samples: int | None, where: str) -> dict[str, Any]:
    """{by, groups} of the data that fitted measures leave out in turn."""
    if isinstance(given, Mapping):
        return _both(given, {"by": "condition", "groups": None}, where)
    if isinstance(given, str):
        return {"by": given, "groups": None}
    many = given is None and samples is not None and samples > 2 * BLOCKS
    return {"by": "condition", "groups": BLOCKS if many else given}


def units_of(given: int | None) -> dict[str, Any]:
    """{count, repeats} of the random choices of units."""
    return {"count": given, "repeats": 1 if given is None else OF_UNITS}


def intervals_of(given: int | Mapping, where: str) -> dict[str, int]:
    """{draws, units} of the bootstrap intervals."""
    if isinstance(given, Mapping):
        return _both(given, {"draws": DRAWS, "units": 0}, where)
    return {"draws": DRAWS, "units": given}


def nulls_of(given: int | str | Mapping | None, where: str) -> dict[str, dict]:
    """Name -> {use, draws, options} of each null distribution; the first is shown next to every score.

    If none is given, the result is the null of permuted conditions with 0 draws, because `compare_measures` computes
    intervals only for statistics that have a null.
    """
    if not given:
        return {PERMUTATION: {"use": PERMUTATION, "draws": 0}}
    if isinstance(given, int):
        given = {PERMUTATION: given}
    if isinstance(given, str):
        given = {given: {}}
    return {name: _null(name, entry, f"{where}.{name}") for name, entry in given.items()}


def _null(name: str, entry: int | Mapping, where: str) -> dict[str, Any]:
    entry = {"draws": entry} if isinstance(entry, int) else dict(entry)
    null = _both(entry, {"use": name, "draws": None, "options": None}, where)
    known = [*PAIRINGS, *plugins.available("surrogates")]
    if null["use"] not in known:
        raise BadOption(
            f"{where}: found '{null['use']}', wanted one of {', '.join(known)}.{nearest(null['use'], known)}"
        )
    surrogate = null["use"] not in PAIRINGS
    null["draws"] = (SURROGATES if surrogate else 1000) if null["draws"] is None else null["draws"]
    if null["options"] is None:
        usual = null["use"] == "tensor_maximum_entropy"
        null["options"] = {"keep": ["times", "units", "conditions"]} if usual else {}
    if surrogate:
        bound("surrogates", {"use": null["use"], "draws": null["draws"], "seed": 0} | null["options"], where)
    return null


def _both(given: Mapping, usual: dict[str, Any], where: str) -> dict[str, Any]:
    """The usual entries, replaced by those that are given. Raises BadOption for an unknown name."""
    for name in given:
        if name not in usual:
            raise BadOption(f"{where}: found '{name}', wanted one of {', '.join(usual)}.{nearest(name, usual)}")
    return usual | dict(given)
