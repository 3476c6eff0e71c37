"""The parts of an activity from the arrays in the file of a network, with checks of the type and shape of each."""

from itertools import permutations

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.files.labels import labels
from rnncompare.files.labels import names as names_of
from rnncompare.imported.arrays import RATE, Arrays
from rnncompare.plugins import BadOption
from rnncompare.reading.rates import refuse_large
from rnncompare.reading.samples import fit_even_times
from rnncompare.reading.series import rounding_of

TIME, CONDITION, OUTPUTS, OUTPUT = "time", "condition", "outputs", "output"


def clock(found: Arrays, given: dict | None, times: int) -> np.ndarray:
    """(time,) s, from the file or from the options of the model. Raises BadActivity, BadOption."""
    where = found.where
    if found.has(TIME) == (given is not None):
        both = "in the file and in the config, wanted it in only one of them" if given else (
            f"neither in the file ({_listed(found)}) nor in the config, wanted an array `time` (s from the recording's "
            "event), or `time: {start: -0.5, step: 0.01}` among the model's options"
        )  # fmt: skip
        raise BadOption(f"{where}: found time {both}")
    if given is not None:
        return given["start"] + given["step"] * np.arange(times)
    values = found.vector(TIME)
    if values.dtype.kind not in "fiu":
        raise BadActivity(f"{where}: {TIME}: found {values.dtype}, wanted numbers, s from the recording's event")
    if len(values) < 2:
        return values.astype(float)
    steps = fit_even_times(values.astype(float), TIME, where, rounding_of(values))
    return steps.first + steps.step * np.arange(len(values))


def conditions_of(found: Arrays, given: list | None) -> np.ndarray:
    """(trial,) names, from the file or from the options of the model. Raises BadActivity, BadOption."""
    where = found.where
    if found.has(CONDITION) == (given is not None):
        both = "in the file and in the config, wanted them in only one of them" if given is not None else (
            f"neither in the file ({_listed(found)}) nor in the config, wanted an array `condition` of names as in "
            "the recording, or `conditions: [..]` among the model's options"
        )  # fmt: skip
        raise BadOption(f"{where}: found conditions {both}")
    names = labels(given) if given is not None else names_of(found.vector(CONDITION))
    lost = int((names == "").sum())
    if lost:
        raise BadActivity(f"{where}: {CONDITION}: found {lost} of {len(names)} without a name, wanted a name of each")
    return names


def outputs_of(found: Arrays, wanted: tuple[int, int]) -> dict:
    """The outputs of the network as behavior, and the names of its channels. Raises BadActivity."""
    values = numbers(found, OUTPUTS, "(condition or trial, time, output)")
    if values.shape[:2] != wanted:
        raise BadActivity(
            f"{found.where}: {OUTPUTS}: found shape {values.shape}, wanted ({wanted[0]}, {wanted[1]}, outputs), with "
            "as many trials and times as in rate"
        )
    number = values.shape[2]
    refuse_large(found.where, trials=wanted[0], times=wanted[1], outputs=number)
    values = values.astype(float)
    refuse_blank(values, f"{found.where}: {OUTPUTS}")
    names = vector(found, OUTPUT, number) if found.has(OUTPUT) else [f"output_{k}" for k in range(number)]
    return {"behavior": values, "channel": names_of(names).tolist()}


def vector(found: Arrays, name: str, length: int) -> np.ndarray:
    """(length,) numbers or text of an array that must exist. Raises BadActivity."""
    if not found.has(name):
        raise BadActivity(f"{found.where}: found {_listed(found)}, wanted an array '{name}' of {length} values too")
    return found.vector(name, length)


def numbers(found: Arrays, name: str, wanted: str) -> np.ndarray:
    """A numeric array with three dimensions. Raises BadActivity."""
    if not found.has(name):
        raise BadActivity(f"{found.where}: found {_listed(found)}, wanted an array '{name}' {wanted}")
    values = found.value(name)
    if not isinstance(values, np.ndarray) or values.ndim != 3 or 0 in values.shape or values.dtype.kind not in "fiub":
        kind = f"{values.dtype} of shape {values.shape}" if isinstance(values, np.ndarray) else type(values).__name__
        raise BadActivity(f"{found.where}: {name}: found {kind}, wanted numbers {wanted}, with no dimension of size 0")
    return values


def refuse_shape(shape: tuple[int, ...], times: int, conditions: int, where: str) -> None:
    """Raise BadActivity unless the rates have these numbers of conditions (or trials) and times."""
    if shape[:2] == (conditions, times):
        return
    orders = [axes for axes in permutations(range(3)) if (shape[axes[0]], shape[axes[1]]) == (conditions, times)]
    turn = f": {RATE}.transpose{orders[0]} has this order" if len(orders) == 1 else ""
    raise BadActivity(
        f"{where}: {RATE}: found shape {shape}, {conditions} conditions and {times} times, wanted "
        f"({conditions}, {times}, units): condition or trial, time, unit{turn}"
    )


def refuse_blank(values: np.ndarray, where: str) -> None:
    bad = int((~np.isfinite(values)).sum())
    if bad:
        raise BadActivity(
            f"{where}: found {bad} of {values.size} values NaN or infinite, wanted none: leave out the trials or the "
            "network in which they occur"
        )


def _listed(found: Arrays) -> str:
    """The names of the arrays in a file, as text."""
    shown = ", ".join(map(repr, found.names[:12]))[:500]
    return f"arrays {shown}" if found.names else "no array"
