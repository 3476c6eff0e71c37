"""Contrasts between models in each animal of a group and over its animals."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.measure_card import in_sample
from rnncompare.comparison.primary_statistics import lower_is_better, primary_held_out, words
from rnncompare.comparison.shown_intervals import with_shown_intervals
from rnncompare.drawing.canvas import key
from rnncompare.drawing.rows import of_study
from rnncompare.drawing.statistic_panels import statistic_panels
from rnncompare.drawing.style import NETWORKS, OTHER

ROW, REST = 3.4, 16  # mm: of an animal, of titles and labels of a panel
OVER = {"marker": "D", "markersize": 3.6, "color": "black", "zorder": 3}


def contrasts_by_animal(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Differences between two models in every animal to whose recording they were matched, and over the animals.

    Dots are differences for the recording of one animal, with 95 % bootstrap intervals over networks (over sets of
    inputs, if these are random) and units. Thin lines are 95 % t intervals over networks and conditions. Diamonds are
    means over animals with 95 % t intervals, in which animals are a random sample. The label beside a diamond is the
    number of animals whose difference has the sign of the mean. Values further to the right are in favour of the first
    model: the axis of an angle is inverted. The condition-independent signal is removed.
    """
    if "animals" not in tables:
        raise ValueError(f"figure of {study}: found tables {', '.join(tables) or 'none'}, wanted a table 'animals'")
    table = tables["animals"]
    groups = list(dict.fromkeys(table.loc[table["study"] == study, "group"]))
    if not groups:
        raise ValueError(f"figure of {study}: found no contrasts over animals in animals.csv, wanted a group with it")
    summary = of_study(tables, "summary", study, condition_independent="removed")
    rows = table[(table["group"] == groups[0]) & (table["condition_independent"] == "removed")]
    rows = with_shown_intervals(rows, set(rows["model"]))
    shown = [s for s in primary_held_out(summary) if (rows[["measure", "statistic"]] == list(s)).all(axis=1).any()]
    shown = [(m, s) for m, s in shown if not in_sample(m, s)]
    pairs = list(dict.fromkeys(zip(rows["model"], rows["minus"], strict=True)))
    animals = rows.dropna(subset="study").drop_duplicates("study").set_index("study")["recording"]
    names = animals if animals.is_unique else animals.index.to_series()
    colour = {of: NETWORKS[k] if k < len(NETWORKS) else OTHER for k, of in enumerate(animals.index)}
    figure, panels = statistic_panels(shown, height=len(pairs) * (len(animals) + 2) * ROW + REST, more=8)
    data = []
    for axis, measure, statistic in panels:
        here = rows[(rows["measure"] == measure) & (rows["statistic"] == statistic)]
        of_scores = summary[(summary["measure"] == measure) & (summary["statistic"] == statistic)]
        _panel(axis, here, pairs, colour)
        if lower_is_better(of_scores):
            axis.invert_xaxis()
        data.append(here)
    figure.supxlabel("Difference of the first model from the second", fontsize=6.5)
    dot = {"linestyle": "-", "marker": "o", "markersize": 3}
    entries = {words(names[of]): Line2D([], [], color=ink, **dot) for of, ink in colour.items()}
    key(figure, entries | {f"over {len(animals)} animals": Line2D([], [], linestyle="-", **OVER)}, columns=4)
    return figure, pd.concat(data, ignore_index=True).dropna(axis="columns", how="all")


def _panel(axis: Axes, rows: pd.DataFrame, pairs: list[tuple[str, str]], colour: dict[str, str]) -> None:
    """One statistic: for each pair of models, a line for each animal and one over animals."""
    height = len(colour) + 2
    for k, (one, other) in enumerate(pairs):
        of_pair = rows[(rows["model"] == one) & (rows["minus"] == other)]
        for row in of_pair.itertuples():
            over = pd.isna(row.study)
            y = k * height + (len(colour) if over else list(colour).index(row.study))
            ink = "black" if over else colour[row.study]
            line = {"color": ink, "solid_capstyle": "butt"}
            if not over:
                axis.plot([row.condition_low, row.condition_high], [y, y], linewidth=0.5, **line)
            axis.plot([row.low, row.high], [y, y], linewidth=1.2, **line)
            axis.plot(row.difference, y, **(OVER if over else {"marker": "o", "markersize": 3, "color": ink}))
            if over:
                axis.annotate(
                    f"{row.same_sign:.0f} of {row.animals:.0f}", (1, y + 0.4), xycoords=("axes fraction", "data"),
                    ha="right", va="top", fontsize=5,
                )  # fmt: skip
    axis.axvline(0, color="black", linewidth=0.6, zorder=0)
    axis.set_yticks(np.arange(len(pairs)) * height + (len(colour)) / 2, [f"{words(a)}\n- {words(b)}" for a, b in pairs])
    axis.set_ylim(len(pairs) * height - 0.7, -1)
    axis.tick_params(axis="y", length=0)
    axis.margins(x=0.1)
