"""Marks beside a panel for the sources that differ from the first model of a claim."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

SIDE = 1.07  # position of a mark, as a fraction of the width of the panel
FIRST = {"marker": "*", "color": "black", "markersize": 5, "linestyle": "", "markeredgewidth": 0}
OTHER = {"marker": "^", "color": "black", "markersize": 3.6, "linestyle": "", "markerfacecolor": "white"}


def marks(axis: Axes, found: pd.DataFrame, sources: list[str]) -> None:
    """Mark the sources of rows of verdict.csv: with a star if the row favours the first model, else with a triangle."""
    favours = found["favours"].fillna("")
    for row, favoured in zip(found.itertuples(), favours, strict=True):
        if favoured and row.minus in sources:
            mark = FIRST if favoured == row.model else OTHER
            place = axis.get_yaxis_transform()
            axis.plot(SIDE, sources.index(row.minus), transform=place, clip_on=False, **mark)


def mark_entries(found: pd.DataFrame, first: str, other: str) -> dict[str, Line2D]:
    """The legend entries of the marks that occur; first, other: what a star and a triangle mean."""
    favours = found["favours"].fillna("")
    shown = {first: (found["model"], FIRST), other: (found["minus"], OTHER)}
    return {text: Line2D([], [], **mark) for text, (side, mark) in shown.items() if (favours == side).any()}
