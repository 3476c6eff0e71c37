"""What too few units and trials do to each measure."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from rnncompare.drawing.grid import ROW, grid, rows_of, scored
from rnncompare.drawing.rows import of_study
from rnncompare.drawing.style import page

TITLES = {1.0: "Its own recording", 0.0: "An unrelated recording"}


def calibration_bias(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Scores of known networks by how many units and trials were recorded.

    Left, a network against its own recording; right, against an unrelated network's. All as shares of one way: 0 is
    the mean score against an unrelated recording of all units without any noise of trials, 1 the same against its
    own. What falls short of 1 on the left is lost to noise and sampling; what exceeds 0 on the right is a bias. Units
    are varied with all trials, trials with all units; ∞ are averages without noise. Condition-independent signal
    removed.
    """
    curves = of_study(tables, "calibration_curves", study, part="bias")
    rows = curves[curves["condition_independent"] == "removed"].copy()
    for column in ("unit_count", "trial_count"):
        rows[column] = pd.to_numeric(rows[column])
    rows["relative"] = _relative(rows)
    sizes = _sizes(rows)
    labels = scored(rows)
    figure = page(ROW * len(labels) + 22)
    axes = figure.subplots(1, 2, sharey=True)
    for axis, (share, heading) in zip(axes, TITLES.items(), strict=True):
        cells = rows[rows["share"] == share].pivot_table(
            index=["measure", "statistic"], columns=["unit_count", "trial_count"], values="relative"
        )
        grid(axis, cells[list(sizes)], list(labels), list(sizes.values()), percent=False)
        axis.set_title(heading)
        axis.set_xlabel("units (above) and trials of each condition (below)")
    rows_of(axes, list(labels.values()))
    return figure, rows.dropna(axis="columns", how="all")


def _relative(rows: pd.DataFrame) -> np.ndarray:
    """Each mean as a share of the way from an unrelated to its own recording, both of all units and without noise."""
    most = rows[(rows["unit_count"] == rows["unit_count"].max()) & np.isinf(rows["trial_count"])]
    ends = {share: most[most["share"] == share].set_index(["measure", "statistic"])["mean"] for share in TITLES}
    names = pd.MultiIndex.from_frame(rows[["measure", "statistic"]])
    zero, one = (ends[share].reindex(names).to_numpy() for share in (0.0, 1.0))
    return (rows["mean"].to_numpy() - zero) / (one - zero)


def _sizes(rows: pd.DataFrame) -> dict[tuple[float, float], str]:
    """(units, trials) -> label: first by units, at all trials, then by trials, at all units."""
    pairs = sorted(set(zip(rows["unit_count"], rows["trial_count"], strict=True)))
    return {pair: f"{pair[0]:.0f}\n{'∞' if np.isinf(pair[1]) else format(pair[1], '.0f')}" for pair in pairs}
