"""A grid of panels, one for each area of each source, without empty places where this is possible."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncompare.drawing.canvas import compact, fits, page
from rnncompare.drawing.populations import MODELS, filled, population_name

COLUMNS, WIDTH = 5, 36  # largest number of panels in one row, and the smallest width of one, mm


def area_panels(
    rows: pd.DataFrame, column: str, height: float, more: float, **sharing: bool
) -> tuple[Figure, dict[tuple[str, str], Axes]]:
    """Create a panel for each (source, area), of at most the first `MODELS` sources.

    rows: with column area, and sources in column `column`; height: mm of a row of panels; more: mm for labels and
    legend.
    """
    names = list(dict.fromkeys(rows[column]))[:MODELS]
    populations = [(n, area) for n in names for area in dict.fromkeys(filled(rows[rows[column] == n], "area"))]
    narrow = len(populations) < 3
    columns = len(populations) if narrow else compact(len(populations), fits(WIDTH, COLUMNS))
    lines = -(-len(populations) // columns)
    figure = page(height * lines + more, narrow=narrow)
    axes = figure.subplots(lines, columns, squeeze=False, **sharing)
    places = dict(zip(populations, axes.flat, strict=False))
    for axis in axes.flat[len(places) :]:
        axis.remove()
    for population, axis in places.items():
        axis.set_title(population_name(population))
    return figure, places
