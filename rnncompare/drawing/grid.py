"""Grids with one row for each primary statistic and numbers in cells."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from rnncompare.drawing.labels import panel_title

ROW = 4.4  # mm of a statistic
SMALL = 5  # points, of numbers in cells
WHITE = 0.86  # value from which a cell is so dark that white numbers have more contrast than black ones


def statistic_labels(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return (measure, statistic) -> label, in the order of the table; labels of predictions name the target."""
    pairs = list(dict.fromkeys(zip(table["measure"], table["statistic"], strict=True)))
    return {(measure, statistic): panel_title(measure, statistic) for measure, statistic in pairs}


def grid(axis: Axes, cells: pd.DataFrame, scores: list[tuple[str, str]], names: list[str], *, percent: bool) -> None:
    """Draw cells from 0 (white) to 1 (dark), each with its number; a cell without a number is white.

    cells: index measure, statistic; one column for each of names.
    """
    values = cells.reindex(pd.MultiIndex.from_tuples(scores)).to_numpy(dtype=float)
    axis.imshow(np.ma.masked_invalid(values), cmap="Blues", vmin=0, vmax=1.25, aspect="auto")
    for (y, x), value in np.ndenumerate(values):
        if np.isfinite(value):
            text = f"{100 * value:.0f}" if percent else f"{round(value, 2) + 0.0:.2f}"  # 0, not -0
            axis.text(x, y, text, ha="center", va="center", fontsize=SMALL, color="white" if value > WHITE else "black")
    axis.set_xticks(range(len(names)), names)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)


def label_rows(axes: Iterable[Axes], labels: list[str]) -> None:
    """Add the names of the statistics at the left of axes that share their rows."""
    for axis in axes:
        axis.set_yticks(range(len(labels)), labels)
        axis.set_ylim(len(labels) - 0.5, -0.5)
        axis.tick_params(axis="y", length=0)
