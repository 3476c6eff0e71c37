"""The similarity to the recording, and the error of the task, in conditions on which networks were not trained."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from rnncompare.statistics.intervals import by_input_set, t_interval
from rnncompare.tabulation.summary import input_sets_of

KEYS = ["study", "recording", "model", "measure", "statistic"]
COLUMNS = [
    *KEYS, "trained_on_all", "networks", "input_sets", "trained_conditions", "held_out_conditions", "trained",
    "trained_low", "trained_high", "held_out", "held_out_low", "held_out_high", "difference", "difference_low",
    "difference_high", "lower_is_better",
]  # fmt: skip


def generalisation(rows: pd.DataFrame) -> pd.DataFrame:
    """A row for each model and statistic, in the trained and in the held-out conditions of its networks.

    rows: those of `comparison.generalisation` and of the task's error, labelled. Columns: networks and input_sets (if
    inputs are random), their numbers; trained_conditions and held_out_conditions, how many each network has; trained
    and held_out, the means over networks, and difference, held_out - trained, network by network, each with its 95 % t
    interval over networks, or over the means of sets of random inputs, which is empty for one; trained_on_all, whether
    the networks were trained on all conditions: the held-out ones are then those on which the networks with the same
    seed of the other models were not trained; empty if the networks were not trained.
    """
    table = []
    for key, of_statistic in rows.groupby(KEYS, sort=False) if len(rows) else []:
        table.append(dict(zip(KEYS, key, strict=True)) | dict(_of_statistic(of_statistic)))
    found = pd.DataFrame(table, columns=COLUMNS)
    return found if found["input_sets"].notna().any() else found.drop(columns="input_sets")


def _of_statistic(rows: pd.DataFrame) -> Iterator[tuple[str, object]]:
    """The columns of one statistic of one model."""
    first = rows.iloc[0]
    by_group = {name: group.set_index("seed") for name, group in rows.groupby("conditions", sort=False)}
    trained, held_out = by_group["trained"], by_group["held_out"]
    sets = input_sets_of(trained)
    values = {"trained": trained["value"], "held_out": held_out["value"].reindex(trained.index)}
    values["difference"] = values["held_out"] - values["trained"]
    on_all = first["trained_on_all"]
    yield "trained_on_all", None if pd.isna(on_all) else bool(on_all)
    yield "lower_is_better", bool(first["lower_is_better"])
    yield "networks", len(trained)
    if sets is not None:
        yield "input_sets", len(np.unique(sets))
    for name, group in by_group.items():
        yield f"{name}_conditions", group["condition_count"].iloc[0]
    for name, of_networks in values.items():
        means = by_input_set(of_networks.to_numpy(), sets)
        yield from zip((name, f"{name}_low", f"{name}_high"), (means.mean(), *t_interval(means)), strict=True)
