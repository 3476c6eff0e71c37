"""A grid of panels with one row for each source and one column for each of its areas."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncompare.drawing.populations import MODELS, filled, population_name
from rnncompare.drawing.style import COLUMN, PAGE, page


def area_panels(
    rows: pd.DataFrame, column: str, height: float, more: float, **sharing: bool
) -> tuple[Figure, dict[tuple[str, str], Axes]]:
    """Create a panel for each (source, area), of at most the first `MODELS` sources.

    rows: with column area, and sources in column `column`; height: mm of a row of panels; more: mm for labels and
    legend.
    """
    names = list(dict.fromkeys(rows[column]))[:MODELS]
    areas = {n: list(dict.fromkeys(filled(rows[rows[column] == n], "area"))) for n in names}
    across = max(map(len, areas.values()))
    narrow = len(names) == 1 and across < 3
    figure = page(height * len(names) + more, width=COLUMN if narrow else PAGE)
    axes = figure.subplots(len(names), max(across, 1 if narrow else 3), squeeze=False, **sharing)
    places = {(n, area): axes[k, j] for k, n in enumerate(names) for j, area in enumerate(areas[n])}
    for axis in axes.flat:
        if axis not in places.values():
            axis.remove()
    for population, axis in places.items():
        axis.set_title(population_name(population))
    return figure, places
