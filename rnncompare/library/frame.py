"""How two activities are compared: the arguments of a notebook as the options of the pipeline's own frame."""

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
from rnncompare.study.model import DRAWS


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
    """What each argument of `compare` but ceilings may be."""


def check(arguments: dict[str, Any], where: str) -> None:
    """Raise BadOption that names the first argument of `compare` that is none, with what was wanted."""
    check_values(_arguments, {name: value for name, value in arguments.items() if name != "ceilings"}, where)


def frame_of(arguments: dict[str, Any], samples: int | None, where: str) -> dict[str, Any]:
    """preparation, folds, units, nulls, intervals, seed and describe, as `compare_measures` takes them.

    arguments: of `compare`, checked one by one already; samples: how many, where samples were given and not courses.
    Raises BadOption that names the argument.
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
    """{by, groups} of what fitted measures leave out."""
    if isinstance(given, Mapping):
        return _both(given, {"by": "condition", "groups": None}, where)
    if isinstance(given, str):
        return {"by": given, "groups": None}
    many = given is None and samples is not None and samples > 2 * BLOCKS
    return {"by": "condition", "groups": BLOCKS if many else given}


def units_of(given: int | None) -> dict[str, Any]:
    """{count, repeats} of the units that are drawn."""
    return {"count": given, "repeats": 1 if given is None else OF_UNITS}


def intervals_of(given: int | Mapping, where: str) -> dict[str, int]:
    """{draws, units} of the bootstrap."""
    if isinstance(given, Mapping):
        return _both(given, {"draws": DRAWS, "units": 0}, where)
    return {"draws": DRAWS, "units": given}


def nulls_of(given: int | str | Mapping | None, where: str) -> dict[str, dict]:
    """Name -> {use, draws, options} of each null, the one that stands beside every score first.

    Without any, one of permuted conditions without draws: intervals are of what has a null.
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
    """The entries that were given among those that there are, else the usual ones. Raises BadOption for others."""
    for name in given:
        if name not in usual:
            raise BadOption(f"{where}: found '{name}', wanted some of {', '.join(usual)}.{nearest(name, usual)}")
    return usual | dict(given)
