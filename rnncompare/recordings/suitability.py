"""Suitability of a recording: every measure, probe and control is tried on it with its least demanding options.

Each member defines these options by `NAME.first_look`; a refusal is reported with the member's own error message.
"""

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from rnncompare import plugins
from rnncompare.activity import conditions
from rnncompare.comparison.compare import score_seeds
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.preparation import prepare
from rnncompare.recordings.unexpected_errors import describe_failure, is_user_error

DRAWS = 2  # number of random splits into halves
FRAME = {
    "preparation": {"window": None, "soft_normalise": 0.2},
    "folds": {"by": "condition", "groups": None},
    "units": {"count": None, "repeats": 1},
    "signals": ("removed",),
}


class Use(NamedTuple):
    """Whether one member can be applied to a recording; found: a number if it can, and the reason if it cannot."""

    kind: str
    name: str
    can: bool
    found: str


def uses(data: xr.Dataset) -> list[Use]:
    """The result of every similarity measure, fold, probe and control on a recording."""
    return [*_measures(data), *_folds(data), *_probes(data), *_controls(data)]


def _measures(data: xr.Dataset) -> list[Use]:
    """The similarity of two halves of the recording by every measure, which shows the limit set by noise."""
    halves, of = _halves(data)
    found = []
    for name in plugins.available("similarity"):
        if halves is None:
            found.append(Use("similarity", name, False, of))
            continue
        rows, why = _tried(lambda name=name: score_seeds(*halves, _first_look("similarity", name), seed=0, **FRAME))
        found.append(Use("similarity", name, why is None, why or f"{_mean(rows, name)} between {of}"))
    return found


def _folds(data: xr.Dataset) -> list[Use]:
    """Whether folds by condition and by trial are possible."""
    found = []
    for by, groups in (("condition", None), ("trial", 2)):
        folds = {"by": by, "groups": groups}
        side, why = _tried(lambda folds=folds: prepare(data, data, **FRAME["preparation"], **folds))
        made = None if why else f"{len(side.x)} conditions" + (f", the trials of each in {groups}" if groups else "")
        found.append(Use("folds by", by, why is None, why or made))
    return found


def _halves(data: xr.Dataset) -> tuple[tuple[list, list] | None, str]:
    """Random halves of the trials, or of the units if trials cannot be split, with a description; or None and why."""
    labels = data.condition.values
    several = [name for name in conditions(data) if (labels == name).sum() > 1]
    trials = data.isel(trial=np.isin(labels, several))
    reasons = []
    for control, part, of in (("trials", trials, "halves of the trials"), ("units", data, "halves of the units")):
        split = plugins.find("controls", control)
        made, why = _tried(
            lambda split=split, part=part: [
                [split(part, None, seed=seed, half=half) for seed in range(DRAWS)] for half in ("first", "second")
            ]
        )
        if why is None and len(conditions(part)) > 2:
            some = "" if len(several) in (0, len(conditions(data))) else f", {len(several)} conditions"
            return made, of + (some if control == "trials" else "")
        reasons.append(why or f"{len(conditions(part))} conditions with 2 trials or more, wanted at least 3")
    return None, f"no halves to compare: {'; '.join(reasons)}"


def _probes(data: xr.Dataset) -> list[Use]:
    given = _given(data)
    found = []
    for name in plugins.available("probes"):
        function = plugins.find("probes", name)
        if plugins.takes(function, "weights"):
            found.append(Use("probe", name, False, "needs the weights of a network"))
            continue
        if plugins.takes(function, "target") and "behavior" not in data:
            found.append(Use("probe", name, False, "needs behavior, which the recording does not have"))
            continue
        targets = (data,) if plugins.takes(function, "target") else ()
        rows, why = _tried(lambda name=name, targets=targets: _first_look("probes", name, **given)(data, *targets))
        found.append(Use("probe", name, why is None, why or f"{rows[0]['statistic']} {rows[0]['value']:.3g}"))
    return found


def _controls(data: xr.Dataset) -> list[Use]:
    given, found = _given(data), []
    for name in plugins.available("controls"):
        made, why = _tried(lambda name=name: _first_look("controls", name, **given)(data, None))
        sizes = None if made is None else f"{made.sizes['trial']} trials of {made.sizes['unit']} units"
        found.append(Use("control", name, why is None, why or sizes))
    return found


def _given(data: xr.Dataset) -> dict[str, Any]:
    """The options that depend on the recording: its whole window and its channels of behavior."""
    times = data.time.values
    channels = data.channel.values.tolist() if "behavior" in data else []
    return {"seed": 0, "window": [float(times[0]), float(times[-1])], "channels": channels}


def _tried(work: Callable[[], Any]) -> tuple[Any, str | None]:
    """The result of `work` and None, or None and the reason of its failure, so that other members are still tried."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return work(), None
    except ValueError as reason:
        if not is_user_error(reason):
            return None, describe_failure(reason)
        return None, "found" + str(reason).partition(": found")[2] if ": found" in str(reason) else str(reason)
    except Exception as fault:
        return None, describe_failure(fault)


def _first_look(folder: str, name: str, **given) -> Callable:
    """A member with its options in `first_look` bound. Raises BadOption if required options are missing."""
    options = plugins.first_look(plugins.find(folder, name), **given)
    return plugins.bind(folder, {"use": name, **options}, f"{name}.first_look")


def _mean(rows: list[dict], measure: str) -> str:
    """The first statistic with its mean over draws, as text."""
    first = rows[0]["statistic"]
    value = np.mean([row["value"] for row in rows if row["statistic"] == first])
    lower = first in card_of(plugins.find("similarity", measure)).lower_is_better
    return f"{first} {value:.3g}{' (lower is more similar)' if lower else ''}"
