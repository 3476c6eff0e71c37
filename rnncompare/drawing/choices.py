"""Averages by choice and strength of the evidence: the order of drawing and the legend of colours."""

from collections.abc import Iterator

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import key
from rnncompare.drawing.style import choice_colours, shaded

GREY = "#333333"


def lines_of(rows: pd.DataFrame) -> Iterator[tuple[tuple[str, float], pd.DataFrame]]:
    """Yield (choice, strength) and its rows in temporal order; the strongest evidence is last, and drawn on top."""
    for (strength, choice), line in rows.groupby(["strength", "choice"], sort=True):
        yield (choice, strength), line.sort_values("time")


def choice_key(figure: Figure, choices: list[str], strengths: list[float], **more: Line2D) -> None:
    """Add the colours of the choices at the strongest evidence, and the meaning of light and dark."""
    colour = choice_colours(choices, strengths)
    strongest = strengths[-1]
    shown = {words(c): Line2D([], [], color=colour[c, strongest], linewidth=1.6) for c in choices}
    if len(strengths) > 1:
        shown[f"evidence {strengths[0]:.2g}"] = Line2D([], [], color=shaded(GREY, 0), linewidth=1.6)
        shown[f"to {strongest:.2g}"] = Line2D([], [], color=shaded(GREY, 1), linewidth=1.6)
    key(figure, shown | more, columns=len(shown | more))
