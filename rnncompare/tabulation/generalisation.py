"""The similarity to the recording, and the error of the task, in conditions on which networks were not trained."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from rnncompare.statistics.intervals import by_input_set, t_interval
from rnncompare.tabulation.summary import input_sets_of

KEYS = ["study", "recording", "model", "measure", "statistic"]
INTERVAL = "95 % t interval over networks, or over the means of sets of random inputs; empty for one network or set"
COLUMNS = {  # column -> meaning, "" if it is that of all tables
    **dict.fromkeys(KEYS, ""),
    "measure": "`task`: the error of the task",
    "trained_on_all": "whether the networks were trained on all conditions: the held-out ones are then those on which "
    "the networks with the same seeds of the other models were not trained; empty for untrained networks",
    "networks": "their number",
    "input_sets": "",
    **dict.fromkeys(("trained_conditions", "held_out_conditions"), "the number of conditions of each network"),
    "trained": "mean over networks in the conditions on which they were trained",
    **dict.fromkeys(("trained_low", "trained_high"), INTERVAL),
    "held_out": "mean over networks in the conditions that were held out of their training",
    **dict.fromkeys(("held_out_low", "held_out_high"), INTERVAL),
    "difference": "`held_out` - `trained`, network by network",
    **dict.fromkeys(("difference_low", "difference_high"), INTERVAL),
    "lower_is_better": "",
}


def generalisation(rows: pd.DataFrame) -> pd.DataFrame:
    """A row for each model and statistic, in the trained and in the held-out conditions of its networks.

    rows: those of `comparison.generalisation` and of the task's error, labelled. Columns: see `COLUMNS`; input_sets
    only if inputs are random.
    """
    table = []
    for key, of_statistic in rows.groupby(KEYS, sort=False) if len(rows) else []:
        table.append(dict(zip(KEYS, key, strict=True)) | dict(_of_statistic(of_statistic)))
    found = pd.DataFrame(table, columns=list(COLUMNS))
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
