"""One trial of the task: inputs, targets and outputs of networks."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.rows import of_study
from rnncompare.drawing.style import CHOICES, NULL, OTHER

NETWORKS = 3
INPUT = 8  # mm
OUTPUT = 22
LETTER, LINE = 0.008, 0.35  # fractions of the width and height of a panel
EVENT = {"color": "#999999", "linewidth": 0.5, "linestyle": ":", "zorder": 0}


def example_trial(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """One trial of the task.

    Top: the inputs, each with its own zero line, on one scale. Middle: the targets of the outputs; times that do not
    enter the loss are grey. Bottom: the outputs of one network of each of up to three models in the same trial, with
    the threshold of a decision (dashed) and the time at which it was reached (triangle). Dotted vertical lines are the
    events named at the top.
    """
    rows = of_study(tables, "example_trial", study)
    task = rows[rows["source"] == "target"]
    inputs = task[task["kind"] == "input"]
    if inputs.empty:
        raise ValueError(f"figure of {study}: found no inputs in example_trial.csv, wanted those of a task")
    sources = list(dict.fromkeys(rows.loc[rows["kind"] == "output", "source"]))[:NETWORKS]
    outputs = list(dict.fromkeys(task.loc[task["kind"] == "target", "channel"]))
    colour = {
        name: CHOICES[k % len(CHOICES)] if len(outputs) <= len(CHOICES) else OTHER for k, name in enumerate(outputs)
    }
    names = list(dict.fromkeys(inputs["channel"]))
    heights = [INPUT] * len(names) + [OUTPUT] * (1 + len(sources))
    figure = page(sum(heights) + 24)
    axes = list(figure.subplots(len(heights), 1, sharex=True, height_ratios=heights))
    _inputs(axes[: len(names)], inputs, names)
    targets, *rest = axes[len(names) :]
    _courses(targets, task[task["kind"] == "target"], colour, drawstyle="steps-post")
    _no_loss(targets, task[task["kind"] == "mask"])
    targets.set_ylabel("Target")
    for axis, source in zip(rest, sources, strict=True):
        own = rows[rows["source"] == source]
        _courses(axis, own[own["kind"] == "output"], colour)
        _decision(axis, own[own["kind"] == "event"], task[task["kind"] == "threshold"])
        axis.set_ylabel(words(source))
    _events(axes, task[task["kind"] == "event"])
    axes[-1].set_xlabel("Time (s)")
    shown = {f"output {words(n)}": Line2D([], [], color=colour.get(n, OTHER), linewidth=1.2) for n in outputs}
    shown = {f"trial of condition {task['condition'].iloc[0]}": Line2D([], [], linewidth=0)} | shown
    key(figure, shown, columns=len(shown))
    return figure, rows[rows["source"].isin(["target", *sources])]


def _inputs(axes: list[Axes], inputs: pd.DataFrame, names: list[str]) -> None:
    """Draw each input with its own zero line, all on one scale."""
    reach = 1.15 * max(inputs["value"].abs().max(), 1e-9)
    for axis, name in zip(axes, names, strict=True):
        one = inputs[inputs["channel"] == name].sort_values("time")
        axis.axhline(0, color=NULL, linewidth=0.5, zorder=0)
        axis.plot(one["time"], one["value"], color="black", linewidth=0.9, drawstyle="steps-post")
        axis.set_yticks([0], [words(name)])
        axis.set_ylim(-reach, reach)
        axis.tick_params(length=0)
        axis.spines[:].set_visible(False)


def _courses(axis: Axes, rows: pd.DataFrame, colour: dict[str, str], **look: str) -> None:
    for name, one in rows.groupby("channel", sort=False):
        one = one.sort_values("time")
        axis.plot(one["time"], one["value"], color=colour.get(name, OTHER), linewidth=1.2, **look)
    axis.margins(y=0.1)
    axis.locator_params(axis="y", nbins=4)


def _no_loss(axis: Axes, mask: pd.DataFrame) -> None:
    """Shade the times at which the mask is 0."""
    mask = mask.sort_values("time")
    free = mask["value"].to_numpy() == 0
    if free.any():
        look = {"color": NULL, "linewidth": 0, "step": "post", "transform": axis.get_xaxis_transform()}
        axis.fill_between(mask["time"], 0, free.astype(float), **look)
        middle = float(np.median(mask["time"].to_numpy()[free]))
        axis.text(middle, 0.97, "no loss", transform=axis.get_xaxis_transform(), ha="center", va="top", fontsize=5.5)


def _decision(axis: Axes, events: pd.DataFrame, threshold: pd.DataFrame) -> None:
    if len(threshold):
        axis.axhline(threshold["value"].iloc[0], color="black", linestyle="--", linewidth=0.6)
        for at in events.loc[events["channel"] == "rt", "time"]:
            axis.plot(at, threshold["value"].iloc[0], "v", color="black", markersize=3.5, zorder=3)


def _events(axes: list[Axes], events: pd.DataFrame) -> None:
    """Draw the events as lines in all panels, with their names above the first."""
    for axis in axes:
        for at in events["time"].unique():
            axis.axvline(at, **EVENT)
    named = events.groupby("time")["channel"].agg(lambda names: ", ".join(words(n) for n in names))
    start, stop = axes[0].get_xlim()
    ends = []  # right end of the last name in each line of text
    for at, name in named.items():
        level = next((k for k, end in enumerate(ends) if end < at), len(ends))
        ends[level : level + 1] = [at + LETTER * (len(name) + 1) * (stop - start)]
        place = axes[0].get_xaxis_transform()
        axes[0].text(at, 1.01 + LINE * level, name, transform=place, va="bottom", fontsize=5.5)
