"""Rows of the networks of a model, from the step that measures them to their table.

The networks of a model can be measured in several batches. The rows of a batch are kept exactly, as JSON, because the
digits of a table depend on all of its rows (`digits.py`). Joined, they give the table that all networks at once give.
"""

import json
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from rnncompare.files.checksums import atomic_with_checksum, verify
from rnncompare.files.safety import BadFile
from rnncompare.tabulation import tables

BATCH = ".json"  # suffix of the file of a batch
UNNAMED = ""  # the measure of rows whose labels name it


class Rows(NamedTuple):
    """The rows of networks by measure, and their labels."""

    by_measure: dict[str, list[dict]]
    columns: dict[str, str]

    def table(self) -> pd.DataFrame:
        """One table, in the order of measures."""
        if list(self.by_measure) == [UNNAMED]:
            return tables.label(self.by_measure[UNNAMED], self.columns)
        return tables.stack(
            [tables.label(rows, self.columns | {"measure": name}) for name, rows in self.by_measure.items()]
        )


def write(rows: Rows, path: Path, *, input_sets: list[int] | None, first: int) -> None:
    """Write rows as a table or, if the path is that of a batch, exactly.

    Their `seed` is the position of a network in a batch, of which the first network has the position `first` in its
    model. input_sets: the set of random inputs of each network of the batch, or None.
    """
    placed = {
        name: [row | {"seed": row["seed"] + first} for row in tables.with_input_sets(own, input_sets)]
        for name, own in rows.by_measure.items()
    }
    if path.suffix == BATCH:
        with atomic_with_checksum(path) as temporary:
            content = {"columns": rows.columns, "rows": placed}
            temporary.write_text(json.dumps(content, default=lambda number: number.item()))
    else:
        tables.write(rows._replace(by_measure=_as_needed(placed)).table(), path)


def read(path: str | Path) -> Rows:
    """The rows of a batch. Raises BadFile, checksums.Damaged."""
    verify(path)
    try:
        content = json.loads(Path(path).read_text())
        return Rows(content["rows"], content["columns"])
    except (ValueError, TypeError, KeyError) as error:
        raise BadFile(f"{path}: found no readable rows of a batch of networks ({error}), wanted JSON") from error


def collect(paths: list[str | Path]) -> pd.DataFrame:
    """The rows in these files, of all networks of a model or of a batch, as one table."""
    return tables.stack([read(path).table() if Path(path).suffix == BATCH else tables.read(path) for path in paths])


def joined(batches: list[Rows], by: list[str]) -> Rows:
    """The rows of all networks of a model, from those of its batches in their order.

    by: columns by which the rows of a measure are in groups, each of which has rows of all networks. Raises ValueError
    if batches have different measures.
    """
    names = list(batches[0].by_measure)
    for batch in batches:
        if list(batch.by_measure) != names:
            raise ValueError(
                f"rows of batches: found measures {', '.join(batch.by_measure)} beside {', '.join(names)}, wanted the "
                "same in all"
            )
    every = {name: _grouped([row for batch in batches for row in batch.by_measure[name]], by) for name in names}
    return Rows(_as_needed(every), batches[0].columns)


def _grouped(rows: list[dict], by: list[str]) -> list[dict]:
    """Rows in groups, in the order in which the groups occur first."""
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in by), []).append(row)
    return [row for group in groups.values() for row in group]


def _as_needed(by_measure: dict[str, list[dict]]) -> dict[str, list[dict]]:
    """Without the rows on whether networks could be measured if all could, otherwise with these as the last."""
    found = {}
    for name, rows in by_measure.items():
        measured = [row for row in rows if row.get("statistic") == "measured"]
        others = [row for row in rows if row.get("statistic") != "measured"]
        found[name] = others + (measured if not all(row["value"] for row in measured) else [])
    return found
