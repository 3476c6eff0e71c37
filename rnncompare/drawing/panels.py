"""A grid of panels: a source a row, its areas across."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncompare.drawing.populations import MODELS, filled, population_name
from rnncompare.drawing.style import COLUMN, PAGE, page


def area_panels(
    rows: pd.DataFrame, column: str, height: float, more: float, **sharing: bool
) -> tuple[Figure, dict[tuple[str, str], Axes]]:
    """(source, area) -> its panel; of more than `MODELS` sources the first.

    rows: with columns `column`, of sources, and area; height: mm of a row of panels; more: mm for what stands around.
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
