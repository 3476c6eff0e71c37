"""How the recording, the networks and what stands beside them move: rotation, tangling, dimensions."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.dots import ROW, dots, entries, finish
from rnncompare.drawing.populations import area_by_area
from rnncompare.drawing.rows import networks, of_study
from rnncompare.drawing.style import COLUMN, PAGE, RECORDING, colours, key, page

SHOWN = {  # in the name of a probe: the statistic of it that is drawn, and its label
    "jpca": ("ratio", "R² rotation / R² any linear map"),
    "tangling": ("tangling_90", "90th percentile (1/s²)"),
    "participation_ratio": ("participation_ratio", "dimensions"),
}


def dynamics(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Dynamics of the recording and of networks, each measured by itself.

    One panel a probe. jPCA: how much of the motion that a linear map of the state explains is rotation, 0 to 1, without
    the condition-independent signal. Tangling: how differently nearby states move on; muscles and outputs that have to
    be made are the yardstick, where they are measured. Participation ratio: how many dimensions the variance spreads
    over. Small dots are single networks, diamonds means, bars 95 % bootstrap intervals over networks, thin lines the
    recording; the grey band runs from the mean of the surrogates to what one of them in twenty beats, where a probe has
    surrogates: inside it, the value says no more than they do. No mark where it was not measured. There is no better
    or worse: what counts is how far a network is from the recording.
    """
    probes = of_study(tables, "probes", study)
    panels = _panels(probes)
    if not panels:
        raise ValueError(f"figure of {study}: found no probe named {', '.join(SHOWN)} in probes.csv, wanted one")
    summary = of_study(tables, "summary", study, measure=[measure for measure, *_ in panels])
    colour = colours(list(dict.fromkeys(summary["model"])), networks(tables, study))
    (summary, probes), colour = area_by_area([summary, probes[probes["measure"].isin(summary["measure"])]], colour)
    sources = list(dict.fromkeys(summary["model"]))
    figure = page(ROW * len(sources) + 30, width=COLUMN if len(panels) < 3 else PAGE)
    data, nulls = [], []
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axis, (measure, statistic, label) in zip(axes, panels, strict=True):
        means, seeds = (_rows(table, measure, statistic) for table in (summary, probes))
        dots(axis, means, seeds, sources, colour)
        for value in means.loc[means["model"] == "recording", "mean"]:
            axis.axvline(value, color=RECORDING, linewidth=0.5, zorder=-1)
        finish(axis, sources, measure=measure, statistic=label, lower=False)
        nulls.append(means)
        data += [means.assign(shown="mean"), seeds.assign(shown="one network")]
    key(figure, entries(pd.concat(nulls), "one network"), columns=2 if len(panels) < 3 else 4)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _panels(probes: pd.DataFrame) -> list[tuple[str, str, str]]:
    """(measure, statistic, label) in the order of SHOWN, and of the table within one of those."""
    names = dict.fromkeys(probes["measure"])
    return [(name, *what) for kind, what in SHOWN.items() for name in names if kind in name]


def _rows(table: pd.DataFrame, measure: str, statistic: str) -> pd.DataFrame:
    """Of one statistic, without the condition-independent signal where it was measured both ways."""
    rows = table[(table["measure"] == measure) & (table["statistic"] == statistic)]
    rows = rows if "null_95" in rows else rows.assign(null_mean=float("nan"), null_95=float("nan"))
    removed = rows["condition_independent"].eq("removed")
    return rows[removed] if removed.any() else rows
