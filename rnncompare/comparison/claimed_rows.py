"""The rows of probes.csv or summary.csv about a statistic that a claim names."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

# Columns that say where, or of what, a statistic was measured.
PLACES = ("area", "to", "variable", "strength", "time", "trials", "condition_independent")
WORDS = {
    "variable": "{}",
    "area": "in {}",
    "to": "to area {}",
    "strength": "at strength {}",
    "time": "at {} s",
    "trials": "in {} trials",
    "condition_independent": "with the condition-independent signal {}",
}
LAST = "last"  # of areas: that of each source


def claimed_rows(table: pd.DataFrame, claimed: Mapping, model: str) -> pd.DataFrame:
    """The rows of a model about a statistic: of each network in probes.csv, or one in summary.csv.

    table: of one study; claimed: its measure and statistic, and values of some of `PLACES`. Of a column without a
    value, rows without one are meant, if there are any: those of the whole window rather than those over time. Raises
    ValueError if rows about several places remain, because `claimed` names too few columns.
    """
    rows = table[(table["model"] == model) & (table["measure"] == claimed["measure"])]
    rows = rows[rows["statistic"] == claimed["statistic"]]
    rows = rows[rows["per_unit"].isna()] if "per_unit" in rows else rows
    for column in PLACES:
        wanted = claimed.get(column)
        if column not in rows:
            continue
        if wanted is None or wanted != wanted:  # the latter: NaN in a table
            rows = rows[rows[column].isna()] if rows[column].isna().any() else rows
            continue
        found = rows[column].map(_text)
        rows = rows[found == (_last(found) if (column, wanted) == ("area", LAST) else _text(wanted))]
    repeated = rows.duplicated("seed") if "seed" in rows else np.arange(len(rows)) > 0
    if np.any(repeated):
        differing = [column for column in PLACES if column in rows and rows[column].nunique(dropna=False) > 1]
        raise ValueError(
            f"claim about {claimed['measure']}, {claimed['statistic']} of {model}: found several values of each "
            f"network, which differ in {', '.join(differing) or 'none of its columns'}, wanted `at` to name a value "
            "of each column in which they differ"
        )
    return rows


def place(claimed: Mapping) -> str:
    """Where a statistic was measured, in words: 'colour in the last area at 0.4 s'; '' if that is not stated."""
    said = {column: claimed.get(column) for column in PLACES}
    said = {column: _text(value) for column, value in said.items() if value is not None and value == value}
    if said.get("area") == LAST:
        said["area"] = f"the {LAST} area"
    elif "area" in said:
        said["area"] = f"area {said['area']}"
    return " ".join(text.format(said[column]) for column, text in WORDS.items() if column in said)


def _text(value: object) -> str:
    """A value as text; the area 3 of a table may be a number or text."""
    try:
        return f"{float(value) + 0.0:.10g}"  # the digits of the tables, and 0 for -0
    except (TypeError, ValueError):
        return str(value)


def _last(areas: pd.Series) -> str | None:
    """The last area of a source: that of the highest number, or else the last one in the table."""
    names = reversed(list(dict.fromkeys(areas)))  # of equal ones, `max` returns the first
    return max(names, key=lambda name: float(name) if name.isdecimal() else -1.0, default=None)
