"""Targets of the task and outputs of networks."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import title
from rnncompare.drawing.canvas import fits, key, name_axes, page
from rnncompare.drawing.rows import main_networks, of_study
from rnncompare.drawing.style import condition_colours, condition_label

CONDITIONS = 4
MODELS, WIDTH = 4, 40  # largest number of models, and the smallest width of a panel, mm


def task_outputs(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Targets of the task (thick, light) and outputs of the first network of each trained model (thin).

    Rows are outputs, and columns are models. At most four conditions are shown, evenly spaced among all. The vertical
    line is the alignment event, time 0.
    """
    rows = of_study(tables, "outputs", study)
    trained = set(of_study(tables, "training", study)["model"])
    models = [m for m in main_networks(tables, study) if m in set(rows["source"]) & trained]
    models = models[: fits(WIDTH, MODELS)]
    target = of_study(tables, "outputs", study, source="target")
    everything = list(dict.fromkeys(target["condition"]))
    colour = condition_colours(everything)
    count = min(CONDITIONS, len(everything))
    shown = [everything[i] for i in np.arange(count) * len(everything) // count]
    outputs = list(dict.fromkeys(target["output"]))
    figure = page(20 * len(outputs) + 18)
    axes = figure.subplots(len(outputs), len(models), sharex=True, sharey="row", squeeze=False)
    data = [target[target["condition"].isin(shown)]]
    for column, model in enumerate(models):
        mine = rows[(rows["source"] == model) & rows["condition"].isin(shown)]
        data.append(mine[mine["seed"] == mine["seed"].min()])
        axes[0, column].set_title(title(model))
        for axis, output in zip(axes[:, column], outputs, strict=True):
            for part, look in zip(
                (data[0], data[-1]), ({"linewidth": 2.4, "alpha": 0.35}, {"linewidth": 0.8}), strict=True
            ):
                for condition, line in part[part["output"] == output].groupby("condition", sort=False):
                    axis.plot(line["time"], line["value"], color=colour[condition], **look)
            axis.axvline(0, color="#999999", linewidth=0.5, zorder=0)
            axis.locator_params(nbins=4)
    units = target["units"].iloc[0] if "units" in target else "a.u."
    for axis, output in zip(axes[:, 0], outputs, strict=True):
        axis.set_ylabel(f"{textwrap.fill(title(output), 12)}\n({units})")
    name_axes(list(axes.flat), x="Time from the alignment event (s)")
    entries = {
        "target": Line2D([], [], color="#444444", linewidth=2.4, alpha=0.35),
        "network": Line2D([], [], color="#444444", linewidth=0.8),
    }
    entries |= {condition_label(everything, c): Line2D([], [], color=colour[c], linewidth=2) for c in shown}
    key(figure, entries, columns=len(entries))
    return figure, pd.concat(data, ignore_index=True)
