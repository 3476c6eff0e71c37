"""Panels of behaviour by strength of the evidence: one column for each model, with the recorded subjects."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import fits, page
from rnncompare.drawing.populations import MODELS
from rnncompare.drawing.rows import networks, of_one_probe, of_study
from rnncompare.drawing.style import colours

DASHES = ("-", "--", ":", "-.")  # line styles of recorded subjects
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)  # |coherence|
WIDTH = 28  # smallest width of a panel, mm
LABELS, ENDS = ["model", "statistic", "variable", "strength"], ("low", "high")
BARS = {"fmt": "none", "elinewidth": 0.7}
POINT = {"linestyle": "", "markersize": 2.6, "markeredgewidth": 0.6}


def measured(tables: dict[str, pd.DataFrame], study: str, kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of probes.csv and of summary.csv of the first probe whose name contains `kind`.

    A source that was measured once has no interval over networks. It is given the interval over its trials. Raises
    ValueError if there is no such probe.
    """
    probes = of_one_probe(of_study(tables, "probes", study), kind)
    if probes.empty:
        raise ValueError(f"figure of {study}: found no probe named *{kind}* in probes.csv, wanted one")
    name = probes["measure"].iloc[0]
    wanted = list(dict.fromkeys([*probes, "variable", "strength", "low", "high"]))
    probes, summary = probes.reindex(columns=wanted), of_study(tables, "summary", study, measure=name)
    single = probes[probes.groupby("model")["seed"].transform("nunique") == 1]
    summary = summary.reindex(columns=list(dict.fromkeys([*summary, *LABELS])))
    own = summary[LABELS].merge(single[[*LABELS, "low", "high"]], on=LABELS, how="left")
    return probes, summary.assign(**{c: summary[c].fillna(pd.Series(own[c].values, summary.index)) for c in ENDS})


def columns(
    tables: dict[str, pd.DataFrame], study: str, probes: pd.DataFrame
) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """Return the models with a column (the subjects if there are no networks), colours, and line styles of subjects.

    Sources that are no trained networks and were measured several times, such as untrained networks, are no subjects.
    """
    sources, of_networks = list(dict.fromkeys(probes["model"])), networks(tables, study)
    seeds = probes.groupby("model")["seed"].nunique()
    subjects = [s for s in sources if s not in of_networks and seeds[s] == 1]
    most = fits(WIDTH, MODELS)
    models = [s for s in sources if s not in subjects][:most] or subjects[:most]
    colour = colours(sources, of_networks) | dict.fromkeys(subjects, "black")
    return models, colour, {s: DASHES[k % len(DASHES)] for k, s in enumerate(subjects)}


def panels(models: list[str], rows: int, height: float) -> tuple[Figure, list[list[Axes]]]:
    """Create rows of panels with one column for each model; height: mm of a row."""
    narrow = len(models) == 1
    figure = page(height * rows + (26 if narrow else 16), narrow=narrow)
    axes = figure.subplots(rows, len(models), sharex="row", sharey="row", squeeze=False)
    for axis, model in zip(axes[0], models, strict=True):
        axis.set_title(words(model))
    return figure, [list(row) for row in axes]


def subject_lines(axis: Axes, rows: pd.DataFrame, dashes: dict[str, str]) -> None:
    """Draw the recorded subjects as lines with their own 95 % intervals."""
    for subject, style in dashes.items():
        one = rows[rows["model"] == subject].sort_values("strength")
        axis.plot(one["strength"], one["value"], color="black", linestyle=style, linewidth=0.8, zorder=1)
        bars(axis, one, "value", "black")


def bars(axis: Axes, rows: pd.DataFrame, middle: str, colour: str) -> None:
    """Draw intervals where there are any."""
    known = rows[rows["low"].notna() & rows["high"].notna()]
    ends = [(known[middle] - known["low"]).clip(lower=0), (known["high"] - known[middle]).clip(lower=0)]
    axis.errorbar(known["strength"], known[middle], ends, color=colour, **BARS)


def logarithmic(axis: Axes, rows: pd.DataFrame) -> None:
    """Put |coherence| on a logarithmic axis."""
    axis.set_xscale("log")
    inside = rows.loc[rows["strength"] > 0, "strength"]
    axis.set_xlim(inside.min() / 1.25, inside.max() * 1.25)
    axis.xaxis.set_major_locator(FixedLocator(TICKS))
    axis.xaxis.set_major_formatter("{x:g}")
    axis.xaxis.set_minor_locator(NullLocator())


def entries(dashes: dict[str, str], with_networks: bool) -> dict[str, Line2D]:
    """Return the legend entries of the lines."""
    grey = "#444444"
    shown = {}
    if with_networks:
        shown["mean over networks, 95 % interval"] = Line2D([], [], color=grey, marker="o", markersize=2.6)
        shown["one network"] = Line2D([], [], color=grey, linewidth=0.4, alpha=0.6)
    return shown | {words(s): Line2D([], [], color="black", linestyle=d, linewidth=0.8) for s, d in dashes.items()}
