"""Panels with one row for each source, one panel for each variable of the probes of one kind."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.dots import ROW, dots, entries, finish
from rnncompare.drawing.populations import area_by_area
from rnncompare.drawing.rows import networks, of_study
from rnncompare.drawing.style import colours


def variable_panels(
    tables: dict[str, pd.DataFrame], study: str, kind: str, lowest: float = -float("inf")
) -> tuple[Figure, pd.DataFrame]:
    """The first statistic of each probe with `kind` in its name, one panel for a variable, and the rows that it shows.

    If a probe has rows with and without a variable, the latter are left out, and so are rows with a time. lowest: where
    values are cut off. Raises ValueError without such a probe.
    """
    probes = of_study(tables, "probes", study)
    probes = _once(probes[probes["measure"].str.contains(kind)])
    if probes.empty:
        raise ValueError(f"figure of {study}: found no probe named *{kind}* in probes.csv, wanted one")
    summary = _once(of_study(tables, "summary", study, measure=list(dict.fromkeys(probes["measure"]))))
    colour = colours(list(dict.fromkeys(summary["model"])), networks(tables, study))
    (summary, probes), colour = area_by_area([summary, probes], colour)
    sources = list(dict.fromkeys(summary["model"]))
    panels = _panels(probes)
    figure = page(ROW * len(sources) + 30, narrow=len(panels) < 3)
    data = []
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axis, (measure, statistic, variable) in zip(axes, panels, strict=True):
        means, seeds = (_rows(table, measure, statistic, variable) for table in (summary, probes))
        dots(axis, means, seeds, sources, colour, lowest)
        label = f"{statistic}, {variable}" if variable else statistic
        finish(axis, sources, measure=measure, statistic=label, lower=False, lowest=lowest)
        data += [means.assign(shown="mean"), seeds.assign(shown="one network")]
    key(figure, entries(summary, "one network"), columns=2 if len(panels) < 3 else 4)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop rows over time, which are shown by other figures."""
    return rows[rows["time"].isna()] if "time" in rows else rows


def _panels(probes: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return (measure, its first statistic, variable or '') in the order of the table."""
    panels = []
    for measure, rows in probes.groupby("measure", sort=False):
        first = rows[rows["statistic"] == rows["statistic"].iloc[0]]
        variables = list(dict.fromkeys(first["variable"].dropna())) if "variable" in first else []
        panels += [(measure, first["statistic"].iloc[0], v) for v in variables or [""]]
    return panels


def _rows(table: pd.DataFrame, measure: str, statistic: str, variable: str) -> pd.DataFrame:
    rows = table[(table["measure"] == measure) & (table["statistic"] == statistic)]
    rows = rows if "null_95" in rows else rows.assign(null_mean=float("nan"), null_95=float("nan"))
    return rows[rows["variable"].fillna("") == variable] if "variable" in rows else rows
