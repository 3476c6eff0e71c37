"""Bias of each measure by the number of recorded units and trials."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.canvas import page
from rnncompare.drawing.grid import ROW, grid, label_rows, statistic_labels
from rnncompare.drawing.rows import of_study

TITLES = {1.0: "Its own recording", 0.0: "An unrelated recording"}


def calibration_bias(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Scores of known networks by the number of recorded units and trials.

    Left: a network compared with its own recording. Right: a network compared with the recording of an unrelated
    network. Scores are rescaled: 0 is the mean score for an unrelated recording of all units without trial noise, and 1
    is the mean score for the network's own recording of all units without trial noise. Values below 1 on the left are
    due to noise and sampling; values above 0 on the right are a bias. Units are varied with all trials, and trials with
    all units; ∞ denotes averages without noise. The condition-independent signal is removed.
    """
    curves = of_study(tables, "calibration_curves", study, part="bias")
    rows = curves[curves["condition_independent"] == "removed"].copy()
    for column in ("unit_count", "trial_count"):
        rows[column] = pd.to_numeric(rows[column])
    rows["relative"] = _relative(rows)
    sizes = _sizes(rows)
    labels = statistic_labels(rows)
    figure = page(ROW * len(labels) + 22)
    axes = figure.subplots(1, 2, sharey=True)
    for axis, (share, heading) in zip(axes, TITLES.items(), strict=True):
        cells = rows[rows["share"] == share].pivot_table(
            index=["measure", "statistic"], columns=["unit_count", "trial_count"], values="relative"
        )
        grid(axis, cells[list(sizes)], list(labels), list(sizes.values()), percent=False)
        axis.set_title(heading)
        axis.set_xlabel("units (top) and trials per condition (bottom)")
    label_rows(axes, list(labels.values()))
    return figure, rows.dropna(axis="columns", how="all")


def _relative(rows: pd.DataFrame) -> np.ndarray:
    """Rescale each mean so that an unrelated recording has 0 and its own has 1, both of all units and without noise."""
    most = rows[(rows["unit_count"] == rows["unit_count"].max()) & np.isinf(rows["trial_count"])]
    ends = {share: most[most["share"] == share].set_index(["measure", "statistic"])["mean"] for share in TITLES}
    names = pd.MultiIndex.from_frame(rows[["measure", "statistic"]])
    zero, one = (ends[share].reindex(names).to_numpy() for share in (0.0, 1.0))
    return (rows["mean"].to_numpy() - zero) / (one - zero)


def _sizes(rows: pd.DataFrame) -> dict[tuple[float, float], str]:
    """Return (units, trials) -> label: first by units, with all trials, then by trials, with all units."""
    pairs = sorted(set(zip(rows["unit_count"], rows["trial_count"], strict=True)))
    return {pair: f"{pair[0]:.0f}\n{'∞' if np.isinf(pair[1]) else format(pair[1], '.0f')}" for pair in pairs}
