"""Comparisons of batches of sources: their scores as a dataset, and the comparison of all sources from them.

A dataset has exactly the numbers from which the summary is computed, so that one batch and many give the same tables.
Only the mean over sources of a null distribution is summed in another order, which can change its last bits.
"""

import json
from collections.abc import Callable

import numpy as np
import xarray as xr

from rnncompare.activity import BadActivity
from rnncompare.comparison.compare import Compared
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.summaries import Scored, joined, summarise

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
    batches: list[xr.Dataset], measures: dict[str, Callable], *, bootstrap: int, seed: int
) -> dict[str, Compared]:
    """The comparison of all sources of a model by every measure, from those of its batches in their order.

    bootstrap: number of draws of the intervals. Raises BadActivity if batches differ in the number of conditions that
    sources share with their references.
    """
    about = [json.loads(data["about"].item()) for data in batches]
    sets = [each["input_sets"] for each in about]
    input_sets = None if None in sets else [number for each in sets for number in each]
    found = {}
    for name, measure in measures.items():
        own = [each["measures"][name] for each in about]
        _refuse_different_counts([each["rows"] for each in own])
        scored = joined([_scored(data, name, each["scored"]) for data, each in zip(batches, own, strict=True)])
        conditions = own[0]["conditions"] if len({each["conditions"] for each in own}) == 1 else None
        if conditions is None:  # conditions are left out of all sources together only if these have the same ones
            scored = [one._replace(left_out=None) for one in scored]
        options = {"input_sets": input_sets, "bootstrap": bootstrap, "seed": seed}
        rows = _rows([each["rows"] for each in own], scored)
        found[name] = Compared(rows, *summarise(card_of(measure), scored, conditions, **options), scored)
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


def _rows(batches: list[list[dict]], scored: list[Scored]) -> list[dict]:
    """The rows of all sources, by statistic and signal."""
    groups = {(one.statistic, one.signal): [] for one in scored}
    for rows in batches:
        for row in rows:
            groups[row["statistic"], row["condition_independent"]].append(row)
    return [row for rows in groups.values() for row in rows]


def _refuse_different_counts(batches: list[list[dict]]) -> None:
    counts = sorted({row["conditions"] for rows in batches for row in rows})
    if len(counts) != 1:
        raise BadActivity(
            f"comparison of batches of sources: found {' and '.join(map(str, counts))} conditions shared with their "
            "references, wanted the same number for all sources"
        )
