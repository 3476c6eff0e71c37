"""Decoding from recordings and networks."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.dots import ROW, dots, entries, finish
from rnncompare.drawing.populations import area_by_area
from rnncompare.drawing.rows import networks, of_study
from rnncompare.drawing.style import colours

LOWEST = -1.0  # where an R² is cut off


def decoding(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Cross-validated decoding from the recording and from networks, on held-out trials or conditions.

    Each panel is a probe and variable, and shows the first statistic of the probe. Small dots are single networks,
    diamonds are means, and bars are 95 % bootstrap intervals over networks. The grey band extends from the mean to the
    95th percentile of the null distribution, if the probe has one. Sources for which the statistic was not measured
    have no symbol. A triangle marks an R² below -1. Trials of sources that are condition averages are simulated, as
    given in column trials of the source data.
    """
    probes = of_study(tables, "probes", study)
    probes = _once(probes[probes["measure"].str.contains("decoding")])
    if probes.empty:
        raise ValueError(f"figure of {study}: found no probe named *decoding* in probes.csv, wanted one")
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
        dots(axis, means, seeds, sources, colour, LOWEST)
        label = f"{statistic}, {variable}" if variable else statistic
        finish(axis, sources, measure=measure, statistic=label, lower=False, lowest=LOWEST)
        data += [means.assign(shown="mean"), seeds.assign(shown="one network")]
    key(figure, entries(summary, "one network"), columns=2 if len(panels) < 3 else 4)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop decoding over time, which is shown by another figure."""
    return rows[rows["time"].isna()] if "time" in rows else rows


def _panels(probes: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return (measure, its first statistic, variable or '') in the order of the table."""
    panels = []
    for measure, rows in probes.groupby("measure", sort=False):
        first = rows[rows["statistic"] == rows["statistic"].iloc[0]]
        variables = first["variable"].fillna("") if "variable" in first else [""]
        panels += [(measure, first["statistic"].iloc[0], v) for v in dict.fromkeys(variables)]
    return panels


def _rows(table: pd.DataFrame, measure: str, statistic: str, variable: str) -> pd.DataFrame:
    rows = table[(table["measure"] == measure) & (table["statistic"] == statistic)]
    rows = rows if "null_95" in rows else rows.assign(null_mean=float("nan"), null_95=float("nan"))
    return rows[rows["variable"].fillna("") == variable] if "variable" in rows else rows
