"""Dynamics of recordings, networks and controls: rotation, tangling and dimensionality."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.dots import ROW, dots, entries, finish
from rnncompare.drawing.populations import area_by_area
from rnncompare.drawing.rows import networks, of_study
from rnncompare.drawing.style import RECORDING, colours

SHOWN = [  # part of the name of a probe, a statistic that is drawn, and its label
    ("jpca", "ratio", "R² rotation / R² any linear map"),
    ("linear_dynamics", "r2_held_out", "R² of dx/dt, left-out conditions"),
    ("linear_dynamics", "frequency", "highest frequency (Hz)"),
    ("tangling", "tangling_90", "90th percentile (1/s²)"),
    ("participation_ratio", "participation_ratio", "dimensions"),
]


def dynamics(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Dynamics of the recording and of networks, each measured without reference to the other.

    Each panel is a statistic of a probe. jPCA: R² of a rotation divided by R² of any linear map of the state, 0 to 1,
    without the condition-independent signal. Linear dynamics: R² of any linear map in conditions to which it was not
    fitted, at most 1, and the highest frequency of its modes. Tangling: how much the derivatives of similar states
    differ; muscles and required outputs are the reference, where they were measured. Participation ratio: effective
    dimensionality of the variance. Small dots are single networks, diamonds are means, and thin lines are the
    recording. Bars are 95 % bootstrap intervals over networks or, for a source with one activity, over its units, where
    the probe resamples them. The grey band extends from the mean to the 95th percentile of the surrogates, if the
    statistic has surrogates; a value within it does not differ significantly from them. Sources for which the statistic
    was not measured have no symbol. Neither direction is better: a network should be close to the recording.
    """
    probes = of_study(tables, "probes", study)
    panels = _panels(probes)
    if not panels:
        kinds = ", ".join(dict.fromkeys(kind for kind, *_ in SHOWN))
        raise ValueError(f"figure of {study}: found no probe named {kinds} in probes.csv, wanted one")
    summary = of_study(tables, "summary", study, measure=[measure for measure, *_ in panels])
    colour = colours(list(dict.fromkeys(summary["model"])), networks(tables, study))
    (summary, probes), colour = area_by_area([summary, probes[probes["measure"].isin(summary["measure"])]], colour)
    sources = list(dict.fromkeys(summary["model"]))
    figure = page(ROW * len(sources) + 30, narrow=len(panels) < 3)
    data, nulls = [], []
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axis, (measure, statistic, label) in zip(axes, panels, strict=True):
        means, seeds = (_rows(table, measure, statistic) for table in (summary, probes))
        means = _with_intervals_of_units(means, seeds)
        dots(axis, means, seeds, sources, colour)
        for value in means.loc[means["model"] == "recording", "mean"]:
            axis.axvline(value, color=RECORDING, linewidth=0.5, zorder=-1)
        finish(axis, sources, measure=measure, statistic=label, lower=False)
        nulls.append(means)
        data += [means.assign(shown="mean"), seeds.assign(shown="one network")]
    key(figure, entries(pd.concat(nulls), "one network"), columns=2 if len(panels) < 3 else 4)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _panels(probes: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return (measure, statistic, label) in the order of SHOWN, and of the table within each entry of SHOWN."""
    names = dict.fromkeys(probes["measure"])
    return [(name, *what) for kind, *what in SHOWN for name in names if kind in name]


def _rows(table: pd.DataFrame, measure: str, statistic: str) -> pd.DataFrame:
    """Select one statistic, without the condition-independent signal if it was measured both with and without it."""
    rows = table[(table["measure"] == measure) & (table["statistic"] == statistic)]
    rows = rows if "null_95" in rows else rows.assign(null_mean=float("nan"), null_95=float("nan"))
    removed = rows["condition_independent"].eq("removed")
    return rows[removed] if removed.any() else rows


def _with_intervals_of_units(means: pd.DataFrame, seeds: pd.DataFrame) -> pd.DataFrame:
    """Take the interval of a source with one activity, which has none over networks, from its own row."""
    if "low" not in seeds:
        return means
    alone = seeds[seeds.groupby("model")["value"].transform("size") == 1].set_index("model")
    return means.assign(**{end: means[end].fillna(means["model"].map(alone[end])) for end in ("low", "high")})
