"""Comparisons of batches of sources: their scores as a dataset, and the comparison of all sources from them.

A dataset has exactly the numbers from which the summary is computed, so that one batch and many give the same tables.
Only the mean over sources of a null distribution is summed in another order, which can change its last bits.
"""

import json
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.comparison.compare import Compared
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.summaries import Joined, Scored, summarise

ARRAYS = {"resampled": "resample", "left_out": "left_out"}  # optional arrays (draw, source), and the name of draws


def as_dataset(found: dict[str, Compared], *, input_sets: list[int] | None, first: int) -> xr.Dataset:
    """The comparison of a batch of sources, of which the first has the position `first` in its model."""
    data, about = xr.Dataset(), {}
    for measure, one in found.items():
        for scored in one.scored:
            _add(data, measure, scored)
        about[measure] = {
            "rows": [row | {"seed": row["seed"] + first} for row in one.rows],
            "scored": [_labels(scored) for scored in one.scored],
            "conditions": one.draws.attrs.get("conditions"),
        }
    text = json.dumps({"measures": about, "input_sets": input_sets}, default=lambda number: number.item())
    data["about"] = ((), np.array(text, dtype=object))
    return data


def _labels(one: Scored) -> dict:
    """What is known about scores beside their arrays."""
    about = {"statistic": one.statistic, "signal": one.signal, "needed": one.needed, "note": one.note}
    return about | {"nulls": list(one.nulls)}


def _add(data: xr.Dataset, measure: str, scored: Scored) -> None:
    """Add the arrays of one statistic and signal to a dataset."""
    name = f"{measure}|{scored.statistic}|{scored.signal}"
    data[f"values|{name}"] = ("source", scored.values)
    for null, draws in scored.nulls.items():
        data[f"null|{name}|{null}"] = (f"draw_{len(draws)}", draws)
    for kind, dimension in ARRAYS.items():
        if (array := getattr(scored, kind)) is not None:
            data[f"{kind}|{name}"] = ((f"{dimension}_{len(array)}", "source"), array)


def combined(
    batches: Iterable[xr.Dataset], measures: dict[str, Callable], *, bootstrap: int, seed: int
) -> dict[str, Compared]:
    """The comparison of all sources of a model by every measure, from those of its batches in their order.

    batches: an iterator is sufficient, because they are used one after another. bootstrap: number of draws of the
    intervals. Rows are a table each. Raises BadActivity if batches differ in the number of conditions that sources
    share with their references.
    """
    scores, rows = {name: Joined() for name in measures}, {name: _Rows() for name in measures}
    conditions, sets = {name: set() for name in measures}, []
    for data in batches:
        about = json.loads(data["about"].item())
        sets.append(about["input_sets"])
        for name in measures:
            own = about["measures"][name]
            scores[name].add(_scored(data, name, own["scored"]))
            rows[name].add(own["rows"])
            conditions[name].add(own["conditions"])
    input_sets = None if None in sets else [number for each in sets for number in each]
    options = {"input_sets": input_sets, "bootstrap": bootstrap, "seed": seed}
    found = {}
    for name, measure in measures.items():
        table, scored = rows[name].table(), scores[name].scores()
        same = conditions[name].pop() if len(conditions[name]) == 1 else None
        if same is None:  # conditions are left out of all sources together only if these have the same ones
            scored = [one._replace(left_out=None) for one in scored]
        found[name] = Compared(table, *summarise(card_of(measure), scored, same, **options), scored)
    return found


def _scored(data: xr.Dataset, measure: str, about: list[dict]) -> list[Scored]:
    """The scores of a batch by one measure."""
    found = []
    for one in about:
        name = f"{measure}|{one['statistic']}|{one['signal']}"
        arrays = {kind: data[f"{kind}|{name}"].values if f"{kind}|{name}" in data else None for kind in ARRAYS}
        nulls = {null: data[f"null|{name}|{null}"].values for null in one["nulls"]}
        values = {"values": data[f"values|{name}"].values, "nulls": nulls, **arrays}
        found.append(Scored(one["statistic"], one["signal"], **values, needed=one["needed"], note=one["note"]))
    return found


class _Rows:
    """The rows of all sources, which take less memory in a table for each batch than as dictionaries."""

    def __init__(self):
        self.tables: list[pd.DataFrame] = []
        self.groups: list[list[int]] = []  # of each row
        self.columns: dict[tuple[str, str], dict[str, None]] = {}  # of each group: statistic, signal -> names in order
        self.text: dict[str, str] = {}  # each text once

    def add(self, rows: list[dict]) -> None:
        rows = [{k: self.text.setdefault(v, v) if isinstance(v, str) else v for k, v in row.items()} for row in rows]
        groups = [(row["statistic"], row["condition_independent"]) for row in rows]
        for group, row in zip(groups, rows, strict=True):
            self.columns.setdefault(group, {}).update(dict.fromkeys(row))
        place = {group: number for number, group in enumerate(self.columns)}
        self.groups.append([place[group] for group in groups])
        table = pd.DataFrame(rows)
        # A column that is empty in this batch gets the type that it has beside numbers.
        self.tables.append(table.astype(dict.fromkeys(table.columns[table.isna().all()], float)))

    def table(self) -> pd.DataFrame:
        """All rows, by statistic and signal, with the columns of a table that is made of all at once."""
        columns = dict.fromkeys(name for names in self.columns.values() for name in names)
        table = pd.concat(self.tables, ignore_index=True)[list(columns)]
        _refuse_different_counts(table["conditions"])
        return table.iloc[np.argsort(np.concatenate(self.groups), kind="stable")].reset_index(drop=True)


def _refuse_different_counts(conditions: Iterable[int]) -> None:
    counts = sorted(set(conditions))
    if len(counts) != 1:
        raise BadActivity(
            f"comparison of batches of sources: found {' and '.join(map(str, counts))} conditions shared with their "
            "references, wanted the same number for all sources"
        )
