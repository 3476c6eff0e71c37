"""Published values from a paper or its result files, in a CSV table with their source."""

import csv
from pathlib import Path

import numpy as np

from rnncompare.activity import BadActivity
from rnncompare.files.safety import single_file
from rnncompare.plugins import nearest
from rnncompare.published._rows import AUTHORS

LABELS = ("model", "measure", "statistic", "area", "variable", "to", "n_of", "source", "note")
NUMBERS = ("value", "strength", "time", "low", "high", "sd", "random_axis", "n")
NEEDED = ("model", "measure", "statistic", "value", "source")


def csv_table(files: dict[str, Path]) -> list[dict]:
    """The lines of a CSV file as rows, without empty cells, and with the origin 'authors'.

    Columns: model, measure, statistic, value and source, and others of `LABELS` and `NUMBERS`; low <= value <= high,
    sd >= 0, n >= 1; no two lines may have the same labels, strength and time. Raises BadActivity.
    """
    path = single_file(files)
    try:
        with open(path, newline="", encoding="utf-8") as file:
            columns, *lines = csv.reader(file, strict=True)
    except (ValueError, csv.Error) as error:
        raise BadActivity(f"{path}: found no readable CSV ({error}), wanted columns {', '.join(NEEDED)}") from error
    _check_columns(columns, path)
    rows = [_row(columns, line, f"{path}: line {k + 2}") for k, line in enumerate(lines)]
    line_of: dict[tuple, int] = {}
    for k, row in enumerate(rows):
        key = tuple(
            row.get(name) for name in ("model", "measure", "statistic", "area", "to", "variable", "strength", "time")
        )
        if key in line_of:
            raise BadActivity(f"{path}: lines {line_of[key] + 2} and {k + 2}: found the same labels, wanted each once")
        line_of[key] = k
    if not rows:
        raise BadActivity(f"{path}: found no line, wanted at least one")
    return rows


def _check_columns(columns: list[str], path: Path) -> None:
    known = [*LABELS, *NUMBERS]
    for name in columns:
        if name not in known:
            raise BadActivity(
                f"{path}: found column '{name}', wanted some of {', '.join(known)}.{nearest(name, known)}"
            )
    if len(set(columns)) < len(columns):
        raise BadActivity(f"{path}: found columns {columns}, wanted each once")
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise BadActivity(f"{path}: found columns {columns}, wanted {', '.join(missing)} too")


def _row(columns: list[str], cells: list[str], where: str) -> dict:
    if len(cells) != len(columns):
        raise BadActivity(f"{where}: found {len(cells)} cells, wanted {len(columns)}")
    line = dict(zip(columns, cells, strict=True))
    empty = [name for name in NEEDED if not line[name]]
    if empty:
        raise BadActivity(f"{where}: found no {', '.join(empty)}, wanted one")
    row = {"origin": AUTHORS}
    for name, text in line.items():
        if text and name in LABELS:
            row[name] = text
        elif text:
            row[name] = _number(text, name, where)
    value = row["value"]
    if not row.get("low", value) <= value <= row.get("high", value):
        raise BadActivity(
            f"{where}: found {row.get('low')} to {row.get('high')}, wanted an interval that includes {value:g}"
        )
    if row.get("sd", 0) < 0 or row.get("n", 1) < 1:
        raise BadActivity(
            f"{where}: found sd {row.get('sd')}, n {row.get('n')}, wanted sd of at least 0 and n of at least 1"
        )
    return row


def _number(text: str, name: str, where: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    whole = name == "n"
    if not np.isfinite(number) or (whole and number % 1):
        raise BadActivity(f"{where}: {name}: found '{text}', wanted a {'whole ' * whole}number")
    return int(number) if whole else number
