"""The statistics of probes on which the verdict of a study rests: both models of its claim and the controls."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.claimed_rows import claimed_rows, place
from rnncompare.comparison.primary_statistics import title, words
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.dots import dots, entries, finish
from rnncompare.drawing.favoured import mark_entries, marks
from rnncompare.drawing.labels import quantity
from rnncompare.drawing.rows import networks, of_study
from rnncompare.drawing.style import colours

ROW, REST = 6.0, 40  # mm: of a source, and of titles, labels and the legend
ACROSS = 45  # characters that fit side by side in the titles of all panels
RECORDED = {"color": "black", "linestyle": "--", "linewidth": 0.7}


def claimed_statistics(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Statistics of probes of both models of the claim and of the controls.

    Small dots are single networks, diamonds are their means, and bars are the 95 % bootstrap intervals of the means,
    which are not drawn for fewer than four networks. Grey bars extend from the mean to the 95th percentile of the null
    distribution, if the probe has one. Dashed lines are recorded values. A star marks a source from which the first
    model differs as claimed, a triangle one from which it has the opposite difference, by the rule of the verdict: the
    corrected p is below .05 and the interval of the difference over networks excludes 0. The first three of the claimed
    statistics are shown.
    """
    evidence = of_study(tables, "verdict", study)
    evidence = (
        evidence[evidence["claimed"].notna() & evidence["rank"].notna()] if "claimed" in evidence else evidence[:0]
    )
    if evidence.empty:
        raise ValueError(
            f"figure of {study}: found no statistic of a probe in verdict.csv, wanted a claim with `statistics`; the "
            "figure of a claim about similarity is `verdict`"
        )
    if evidence[["mean", "minus_mean"]].isna().all(axis=None):
        raise ValueError(
            f"figure of {study}: found no value of a claimed statistic, wanted that of at least one network"
        )
    summary, probes = (of_study(tables, name, study) for name in ("summary", "probes"))
    summary = summary.assign(**{c: float("nan") for c in ("null_mean", "null_95") if c not in summary})
    sources = [evidence["model"].iloc[0], *dict.fromkeys(evidence["minus"])]
    colour = colours(list(dict.fromkeys(summary["model"])), networks(tables, study))
    statistics = [rows for _, rows in evidence.groupby("rank")]
    figure = page(len(sources) * ROW + REST, narrow=True)
    data = []
    for axis, found in zip(figure.subplots(1, len(statistics), sharey=True, squeeze=False)[0], statistics, strict=True):
        claimed = found.iloc[0].to_dict()
        means, single = (pd.concat([claimed_rows(t, claimed, s) for s in sources]) for t in (summary, probes))
        _recorded(axis, claimed)
        dots(axis, means, single, sources, colour)
        about = {"measure": claimed["measure"], "statistic": claimed["statistic"]}
        finish(axis, sources, **about, lower=False, across=ACROSS, headline=sources[:2])
        _named(axis, claimed, ACROSS // len(statistics))
        marks(axis, found, sources)
        data += [means.assign(shown="mean"), single.assign(shown="one network"), found.assign(shown="difference")]
    key(figure, _legend(means, evidence), columns=2)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _recorded(axis: Axes, claimed: dict) -> None:
    """Draw the recorded value of a statistic, if there is one."""
    if pd.notna(claimed["recorded"]):
        axis.axvline(claimed["recorded"], zorder=0.5, **RECORDED)


def _named(axis: Axes, claimed: dict, across: int) -> None:
    """Name the panel by the measure and the place, and the axis by the quantity and the claimed direction."""
    parts = [title(claimed["measure"]), *place(claimed).replace(" in the ", ",\n").splitlines()]
    lines = [line for part in parts for line in textwrap.wrap(part, across)]
    axis.set_title("\n".join(lines), fontweight="bold")
    axis.set_xlabel(f"{textwrap.fill(quantity(claimed['statistic']), across)}\n(claimed: {claimed['claimed']})")


def _legend(means: pd.DataFrame, evidence: pd.DataFrame) -> dict:
    """The symbols of the panels, and only those that occur."""
    found = entries(means, "one network")
    recorded = evidence["recorded_source"].dropna()
    if len(recorded):
        found[f"recorded: {words(recorded.iloc[0])}"] = Line2D([], [], **RECORDED)
    model = words(evidence["model"].iloc[0])
    return found | mark_entries(evidence, f"{model} differs as claimed", f"{model} differs the other way")
