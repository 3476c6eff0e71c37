"""Which rows of the tables a figure shows, and in which order."""

import pandas as pd

from rnncompare.figures._style import ablation

VIEWS = (
    "psths",
    "outputs",
    "trajectories",
    "dissimilarities",
)  # hold the recording, the targets and networks, nothing else
NO_NETWORK = {"recording", "target"}


def of_study(tables: dict[str, pd.DataFrame], name: str, study: str, **values) -> pd.DataFrame:
    """A table's rows of a study, and of the values of other columns. Raises ValueError where there are none."""
    if name not in tables:
        raise ValueError(f"figure of {study}: found no table '{name}' among {', '.join(tables)}, wanted it")
    rows = tables[name]
    for column, value in {"study": study, **values}.items():
        if column not in rows:
            raise ValueError(f"figure of {study}: found no column '{column}' in {name}.csv, wanted it")
        rows = rows[rows[column].isin(value if isinstance(value, (list, tuple, set)) else [value])]
    if rows.empty:
        wanted = ", ".join(f"{c} {v}" for c, v in {"study": study, **values}.items())
        raise ValueError(f"figure of {study}: found no rows of {wanted} in {name}.csv, wanted some")
    return rows


def similarities(tables: dict[str, pd.DataFrame], study: str, *signals: str) -> pd.DataFrame:
    """Summary rows of similarity measures, the condition-independent signal as named; probes may have that column
    too.
    """
    measures = set(of_study(tables, "similarity", study)["measure"])
    return of_study(tables, "summary", study, measure=measures, condition_independent=signals)


def sources(tables: dict[str, pd.DataFrame], study: str) -> list[str]:
    """Every source of a study, in the order of the tables."""
    found: dict[str, None] = {}
    for name, column in [
        ("summary", "model"),
        ("similarity", "model"),
        ("probes", "model"),
        ("training", "model"),
        *((v, "source") for v in VIEWS),
    ]:
        table = tables.get(name)
        if table is not None and {"study", column} <= set(table):
            found |= dict.fromkeys(table.loc[table["study"] == study, column])
    return list(found)


def networks(tables: dict[str, pd.DataFrame], study: str) -> list[str]:
    """The sources that are networks: those that were trained, and those that the views show beside the recording."""
    are: set[str] = set()
    for name, column in [("training", "model"), *((v, "source") for v in VIEWS)]:
        table = tables.get(name)
        if table is not None and {"study", column} <= set(table):
            are |= set(table.loc[table["study"] == study, column])
    return [s for s in sources(tables, study) if s in are - NO_NETWORK]


def main_networks(tables: dict[str, pd.DataFrame], study: str) -> list[str]:
    """The networks that are no rung of an ablation ladder."""
    return [n for n in networks(tables, study) if not ablation(n)]
