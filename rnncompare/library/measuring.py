"""Evaluation of one measure for two sides, or of one probe for a population, as a `Result`."""

from typing import Any

import numpy as np
import pandas as pd

from rnncompare.activity import BadActivity
from rnncompare.comparison.measure_card import card_of
from rnncompare.library import probing
from rnncompare.library.comparing import FRAME, compared, table_of
from rnncompare.library.frame import check
from rnncompare.library.members import bound, meant_by
from rnncompare.library.result import Result
from rnncompare.plugins import BadOption


def measured(name: str, given: dict[str, Any], options: list[str]) -> Result:
    """The result of a measure. given: all arguments of its function; options: the names of its own options."""
    frame = {key: given[key] for key in FRAME}
    check(frame, name)
    entry = meant_by("similarity", name, name) | {key: given[key] for key in options}
    measure = bound("similarity", entry, name)
    if frame["signal"] == "both":
        raise BadOption(f"{name}.signal: found 'both', wanted 'removed' or 'kept'; rnncompare.compare computes both")
    found, ceilings = compared(given["x"], given["y"], {name: measure}, frame | {"describe": False}, name)
    draws = {key.split("|")[1]: values.values[1:] for key, values in found[name].draws.items() if key[:5] == "null|"}
    chosen = {key: value for key, value in entry.items() if key != "use"} | frame
    table = table_of(found, ceilings, "mean")
    return Result(name, table, card_of(measure), chosen, {key: null for key, null in draws.items() if len(null)})


def probed(name: str, given: dict[str, Any], options: list[str]) -> Result:
    """The result of a probe; arguments: as for `measured`."""
    beside = {key: given[key] for key in probing.OF_ARRAYS}
    second = given.get(probing.SECOND[name][0]) if name in probing.SECOND else None
    data = probing.activity_of(name, given["data"], second, beside)
    data, target = probing.with_target(name, data, given["target"]) if "target" in given else (data, None)
    entry = probing.fitted(name, {key: given[key] for key in options}, data, target, second is not None)
    probe = bound("probes", {"use": name} | entry, name)
    more = [target] if "target" in given else [np.asarray(given["weights"], dtype=float)] if "weights" in given else []
    rows = pd.DataFrame(probe(data, *more))
    if rows.empty:
        raise BadActivity(f"{name}: found nothing to measure in the data, wanted at least one row of results")
    return Result(name, rows, card_of(probe), entry)
