"""Tables: labelled rows in, tidy CSV out."""

from pathlib import Path

import numpy as np
import pandas as pd

from rnncompare.comparison.primary_statistics import trusted, words
from rnncompare.files.checksums import atomic_with_checksum, verify
from rnncompare.tabulation.digits import shortened

FIRST = ["study", "recording", "model", "seed", "measure", "statistic", "value", "area", "variable"]
KEYS = [
    "study",
    "recording",
    "model",
    "measure",
    "statistic",
    "area",
    "to",
    "variable",
    "condition_independent",
    "strength",
    "time",
    "trials",
]
NAMES = ("condition", "other", "unit", "output", "choice", "channel")  # columns of text, whatever it looks like


def label(rows: list[dict] | pd.DataFrame, columns: dict) -> pd.DataFrame:
    """Rows with the same labels before each."""
    table = pd.DataFrame(rows)
    for position, (name, value) in enumerate(columns.items()):
        table.insert(position, name, value)
    return table


def write(table: pd.DataFrame, path: str | Path) -> None:
    """Write with its checksum beside it, whole or not at all, well-known columns first.

    Measured numbers are written to the digits that every processor gives (`digits.shortened`), others to ten.
    """
    order = [c for c in FIRST if c in table] + [c for c in table if c not in FIRST]
    with atomic_with_checksum(path) as temporary:
        shortened(table[order]).to_csv(temporary, index=False, float_format="%.10g")


def read(path: str | Path, *, from_user: bool = False) -> pd.DataFrame:
    """Read a table; labels stay text (a condition '45' is a name).

    from_user: by a user, so that it may lack our checksum. Raises ValueError, checksums.Damaged.
    """
    verify(path, from_user=from_user)
    try:
        names = pd.read_csv(path, nrows=0).columns
    except ValueError as error:
        raise ValueError(f"{path}: found no readable table ({error}), wanted CSV with a line of columns") from error
    labels = [c for c in names if c in {*KEYS, *NAMES} - {"strength", "time"}]
    text = dict.fromkeys(labels, str)
    return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""], low_memory=False)


def collect(paths: list[Path]) -> pd.DataFrame:
    """Tables one below the other, in the order given."""
    return stack([read(path) for path in paths])


def stack(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The same of tables in memory; columns without rows where there are none."""
    tables = [t for t in tables if len(t)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(dict.fromkeys(FIRST + KEYS)))


def at_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that are of no strength and no time: what is by strength or over time is a figure."""
    return rows[rows.reindex(columns=["strength", "time"]).isna().all(axis=1)]


def headline_table(summary: pd.DataFrame, study: str) -> str:
    """A study's headline similarities in Markdown: mean [interval over networks] (what one null draw in twenty beats).

    summary: summary.csv; without the condition-independent signal; a row a model, a column a statistic of the family
    that is corrected for.
    Raises ValueError for a study that the table does not have.
    """
    rows = summary[(summary.study == study) & summary.p_corrected.notna()]
    if rows.empty:
        raise ValueError(f"summary: found studies {sorted(set(summary.study))}, wanted {study}")
    columns = trusted(rows)
    lines = [
        "| model (networks) | " + " | ".join(f"{words(m)}, {words(s)}" for m, s in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for model, group in rows.groupby("model", sort=False):
        cells = group.set_index(["measure", "statistic"])
        if not any(c in cells.index for c in columns):
            continue
        lines.append(
            f"| {words(model)} ({int(group.seeds.max())}) | " + " | ".join(_cell(cells, c) for c in columns) + " |"
        )
    return "\n".join(lines)


def probe_table(summary: pd.DataFrame, study: str, probe: str, statistic: str) -> str:
    """A probe's statistic by source and area in Markdown: mean [interval over networks], a column a variable.

    summary: summary.csv; published values stand beside ours, without interval. What is over time or by strength is left
    out. Raises ValueError where the table has none.
    """
    rows = summary[(summary.study == study) & (summary.measure == probe) & (summary.statistic == statistic)]
    rows = at_once(rows)
    if rows.empty:
        raise ValueError(f"summary: found no {statistic} of a probe {probe} in {study}, wanted some")
    rows = rows.reindex(columns=list(dict.fromkeys([*rows, "area", "variable"])))
    rows = rows.assign(area=rows.area.fillna(""), variable=rows.variable.fillna(statistic))
    variables = list(dict.fromkeys(rows.variable))
    lines = [
        "| source (networks) | area | " + " | ".join(map(words, variables)) + " |",
        "|---" * (len(variables) + 2) + "|",
    ]
    for (model, area), group in rows.groupby(["model", "area"], sort=False):
        cells = group.drop_duplicates("variable").set_index("variable")
        networks = "" if group.seeds.isna().all() else f" ({int(group.seeds.max())})"
        values = [_interval(cells.loc[v], 3) if v in cells.index else "" for v in variables]
        lines.append(f"| {words(model)}{networks} | {area} | " + " | ".join(values) + " |")
    return "\n".join(lines)


def verdict_table(runs: dict[str, pd.DataFrame], study: str) -> str:
    """The corrected contrasts of several runs of a study side by side, in Markdown: difference [interval], p corrected.

    runs: name: contrasts.csv of each. A row a pair of models and statistic of the corrected family; `inside` counts of
    the other runs' differences those that lie in the first run's prediction interval. Raises ValueError for a study
    that a run does not have.
    """
    keys = ["model", "minus", "measure", "statistic"]
    found = {}
    for name, table in runs.items():
        rows = table[(table.study == study) & table.get("p_corrected", pd.Series(dtype=float)).notna()]
        if rows.empty:
            raise ValueError(f"{name}: found no corrected contrasts of {study}, wanted some")
        found[name] = rows.set_index(keys)
    first = next(iter(found.values()))
    heads = [f"{name} ({int(rows.seeds.max())})" for name, rows in found.items()]
    lines = [f"| contrast | statistic | {' | '.join(heads)} | inside |", "|---" * (len(heads) + 3) + "|"]
    for key, row in first.iterrows():
        others = [rows.loc[key] for rows in list(found.values())[1:] if key in rows.index]
        inside = sum(row.rerun_low <= other.difference <= row.rerun_high for other in others)
        cells = [
            f"{r.difference:+.3f} [{r.low:+.3f}, {r.high:+.3f}], p {r.p_corrected:.3g}"
            for r in (rows.loc[key] for rows in found.values() if key in rows.index)
        ]
        cells += [""] * (len(found) - len(cells))
        label = f"{words(key[0])} - {words(key[1])} | {words(key[2])}, {words(key[3])}"
        lines.append(f"| {label} | {' | '.join(cells)} | {inside} of {len(others)} |")
    return "\n".join(lines)


def _interval(row: pd.Series, digits: int) -> str:
    ends = "" if np.isnan(row.low) else f" [{row.low:.{digits}f}, {row.high:.{digits}f}]"
    return f"{row['mean']:.{digits}f}{ends}"


def _cell(cells: pd.DataFrame, column: tuple[str, str]) -> str:
    if column not in cells.index:
        return ""
    row = cells.loc[column]
    return f"{_interval(row, 2)} ({row.null_95:.2f})"
