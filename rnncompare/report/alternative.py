"""The text that describes a figure to readers who do not see it: what it shows, with its numbers."""

import pandas as pd

from rnncompare.comparison.primary_statistics import title, words
from rnncompare.report.formats import score

MOST = 16  # values that are listed; the source data of the figure have all
VALUES = ("mean", "difference", "value", "rate", "error")  # columns with what a figure shows, the first that it has


def alternative(heading: str, data: pd.DataFrame) -> str:
    """The heading of a figure and its first numbers, or the range of its values if it shows single ones.

    data: the source data of the figure.
    """
    column = next((name for name in VALUES if name in data and data[name].notna().any()), None)
    if column is None:
        return f"{heading} Its source data have {len(data)} rows."
    rows = data[data[column].notna()]
    if column not in ("mean", "difference"):
        ends = f"{score(rows[column].min())} to {score(rows[column].max())}"
        return f"{heading} {len(rows)} values from {ends}, median {score(rows[column].median())}."
    listed = "; ".join(_entry(row, column) for row in rows.head(MOST).to_dict("records"))
    rest = f"; {len(rows) - MOST} more values are in the source data" if len(rows) > MOST else ""
    return f"{heading} {title(column)}: {listed}{rest}."


def _entry(row: dict, column: str) -> str:
    """'regularized, CCA, mean: 0.61 (0.55 to 0.66, n 8)', with what the row has of it."""
    sources = " minus ".join(words(str(row[name])) for name in ("model", "minus") if _known(row, name))
    names = [title(str(row["measure"])) if _known(row, "measure") else ""]
    names += [words(str(row[name])) for name in ("statistic", "variable", "area") if _known(row, name)]
    about = [f"{score(row['low'])} to {score(row['high'])}"] if _known(row, "low") and _known(row, "high") else []
    about += [f"n {row['seeds']:.0f}"] if _known(row, "seeds") else []
    return f"{', '.join(filter(None, [sources, *names]))}: {score(row[column])}" + (
        f" ({', '.join(about)})" if about else ""
    )


def _known(row: dict, name: str) -> bool:
    return name in row and not pd.isna(row[name])
