"""Tables in tidy CSV: labelling, writing, reading, and Markdown summaries."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from rnncompare.comparison.primary_statistics import fewer_components, primary_held_out, words
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
NAMES = (
    "condition",
    "other",
    "other_model",
    "unit",
    "output",
    "choice",
    "channel",
)  # columns that are text even if their values look like numbers


def label(rows: list[dict] | pd.DataFrame, columns: dict) -> pd.DataFrame:
    """Rows as a table, with the labels in `columns` before the other columns."""
    table = pd.DataFrame(rows)
    for position, (name, value) in enumerate(columns.items()):
        table.insert(position, name, value)
    return table


def with_input_sets(rows: list[dict], input_sets: list[int] | None) -> list[dict]:
    """Rows of networks, by `seed`, with the set of random inputs of each; unchanged if inputs are not random."""
    return rows if not input_sets else [row | {"input_set": input_sets[row["seed"]]} for row in rows]


def write(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table atomically with a checksum file, the columns in `FIRST` first.

    Numbers are rounded to the digits that are the same on every processor (`digits.shortened`).
    """
    order = [c for c in FIRST if c in table] + [c for c in table if c not in FIRST]
    with atomic_with_checksum(path) as temporary:
        shortened(table[order]).to_csv(temporary, index=False, float_format="%.10g")


def read(path: str | Path, *, from_user: bool = False) -> pd.DataFrame:
    """Read a table; labels remain text (a condition '45' is a name).

    from_user: whether the file is provided by a user and may have no checksum. Raises ValueError, checksums.Damaged.
    """
    verify(path, from_user=from_user)
    try:
        names = pd.read_csv(path, nrows=0).columns
    except ValueError as error:
        raise ValueError(f"{path}: found no readable table ({error}), wanted CSV with a header") from error
    labels = [c for c in names if c in {*KEYS, *NAMES} - {"strength", "time"}]
    text = dict.fromkeys(labels, str)
    return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""], low_memory=False)


class Tables(Mapping):
    """Tables by name, each of which is read from its file when it is first used."""

    def __init__(self, paths: dict[str, Path]):
        self.paths, self.found = paths, {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.found:
            self.found[name] = read(self.paths[name])
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


def collect(paths: list[Path]) -> pd.DataFrame:
    """The tables in these files, concatenated in the order given."""
    return stack([read(path) for path in paths])


def stack(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables concatenated in the order given; without rows, a table of the usual columns."""
    tables = [t for t in tables if len(t)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(dict.fromkeys(FIRST + KEYS)))


def at_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows without strength and time; statistics by strength or over time are shown in figures."""
    return rows[rows.reindex(columns=["strength", "time"]).isna().all(axis=1)]


def primary_table(summary: pd.DataFrame, study: str) -> str:
    """The primary statistics of a study in Markdown: mean [interval] (95th percentile of the null distribution).

    summary: summary.csv; with the condition-independent signal removed. There is a row for each model and a column for
    each statistic of the corrected family. A cell says how many components the source has if others have more. Raises
    ValueError for a study that is not in the table.
    """
    rows = summary[(summary.study == study) & summary.p_corrected.notna()]
    fewer = fewer_components(summary[summary.study == study])
    if rows.empty:
        raise ValueError(f"summary: found studies {sorted(set(summary.study))}, wanted corrected statistics of {study}")
    columns = primary_held_out(rows)
    lines = [
        "| model (networks) | " + " | ".join(f"{words(m)}, {words(s)}" for m, s in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for model, group in rows.groupby("model", sort=False):
        cells = group.set_index(["measure", "statistic"])
        if not any(c in cells.index for c in columns):
            continue
        texts = [_cell(cells, c, fewer.get((model, c[0]))) for c in columns]
        lines.append(f"| {words(model)} ({int(group.seeds.max())}) | {' | '.join(texts)} |")
    return "\n".join(lines)


def probe_table(summary: pd.DataFrame, study: str, probe: str, statistic: str) -> str:
    """A statistic of a probe by source and area in Markdown: mean [interval over networks], a column for each variable.

    summary: summary.csv; published values are included. Rows over time or by strength are excluded. Raises ValueError
    if there are no rows.
    """
    rows = summary[(summary.study == study) & (summary.measure == probe) & (summary.statistic == statistic)]
    rows = at_once(rows)
    if rows.empty:
        raise ValueError(f"summary: found no {statistic} of probe {probe} in {study}, wanted at least one row")
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


def side_by_side(runs: dict[str, pd.DataFrame], study: str) -> str:
    """The corrected contrasts of several runs of a study in Markdown: difference [interval], corrected p.

    runs: name -> contrasts.csv. There is a row for each pair of models and statistic of the corrected family, and a
    column for each run; `inside` is the number of other runs whose difference is in the prediction interval of the
    first run. Raises ValueError for a study that is not in a run.
    """
    keys = ["model", "minus", "measure", "statistic"]
    found = {}
    for name, table in runs.items():
        rows = table[(table.study == study) & table.get("p_corrected", pd.Series(dtype=float)).notna()]
        if rows.empty:
            raise ValueError(f"{name}: found no corrected contrasts of {study}, wanted at least one")
        found[name] = rows.set_index(keys)
    first = next(iter(found.values()))
    heads = [f"{name} ({int(rows.seeds.max())})" for name, rows in found.items()]
    lines = [f"| contrast | statistic | {' | '.join(heads)} | inside |", "|---" * (len(heads) + 3) + "|"]
    for key, row in first.iterrows():
        others = [rows.loc[key] for rows in list(found.values())[1:] if key in rows.index]
        inside = sum(row.prediction_low <= other.difference <= row.prediction_high for other in others)
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


def _cell(cells: pd.DataFrame, column: tuple[str, str], components: int | None) -> str:
    if column not in cells.index:
        return ""
    row = cells.loc[column]
    return f"{_interval(row, 2)} ({row.null_95:.2f})" + ("" if components is None else f"; {components} components")
