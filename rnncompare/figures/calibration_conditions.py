"""How many directions a recording needs before networks can be distinguished from rings."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.drawing.canvas import key, name_axes
from rnncompare.drawing.rows import of_study
from rnncompare.drawing.statistic_panels import statistic_panels
from rnncompare.drawing.style import OTHER


def calibration_conditions(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """How many directions a recording needs before networks can be distinguished from rings, by measure.

    A recording is simulated from a network whose inputs depend on the direction. It is compared with four networks that
    have the same inputs and other weights, and with four rings: units with cosine tuning and random time courses,
    without dynamics. Black: percentage of recordings to which networks are significantly more similar than rings (the
    95 % interval of the difference over networks and directions is above 0). Grey: percentage to which rings are. Bars:
    95 % binomial intervals. The condition-independent signal is removed.
    """
    rows = of_study(tables, "calibration_curves", study, part="conditions")
    rows = rows.assign(condition_count=pd.to_numeric(rows["condition_count"]))
    shown = list(rows[["measure", "statistic"]].drop_duplicates().itertuples(index=False, name=None))
    figure, panels = statistic_panels(shown, height=42, more=12)
    for axis, measure, statistic in panels:
        _panel(axis, rows[(rows["measure"] == measure) & (rows["statistic"] == statistic)])
    name_axes(figure.axes, x="directions", y="recordings (%)")
    drawn = {"networks are more similar": "black", "rings are more similar": OTHER}
    key(figure, {name: Line2D([], [], color=color, linewidth=1) for name, color in drawn.items()}, columns=2)
    return figure, rows.dropna(axis="columns", how="all")


def _panel(axis: Axes, rows: pd.DataFrame) -> None:
    for rate, low, high, color in (("rate", "low", "high", "black"), ("ring_rate", "ring_low", "ring_high", OTHER)):
        middle, ends = 100 * rows[rate], 100 * rows[[low, high]].to_numpy().T
        axis.errorbar(
            rows["condition_count"], middle, abs(ends - middle.to_numpy()), color=color, marker="o", markersize=3,
            linewidth=1, clip_on=False,
        )  # fmt: skip
    axis.set(xscale="log", ylim=(0, 100))
    counts = sorted(set(rows["condition_count"].astype(int)))
    axis.set_xticks(counts, [str(count) for count in counts], minor=False)
    axis.set_xticks([], minor=True)
