"""Small panels with a title, one for each statistic."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncompare.drawing.canvas import compact, fits, page
from rnncompare.drawing.labels import panel_title, quantity

COLUMNS, WIDTH = 5, 34  # largest number of panels in one row, and the smallest width of one, mm


def statistic_panels(
    shown: list[tuple[str, str]], *, height: float, more: float, sharex: bool = False
) -> tuple[Figure, list[tuple[Axes, str, str]]]:
    """A figure with a panel for each (measure, statistic), and the axes with these.

    height: mm of a row of panels with its titles and labels; more: mm of the figure for its legend.
    """
    columns = compact(len(shown), fits(WIDTH, COLUMNS))
    lines = -(-len(shown) // columns)
    figure = page(lines * height + more)
    axes = figure.subplots(lines, columns, squeeze=False, sharex=sharex, sharey=True)
    for axis in axes.flat[len(shown) :]:
        axis.remove()
    found = [(axis, *pair) for axis, pair in zip(axes.flat, shown, strict=False)]
    for axis, measure, statistic in found:
        axis.set_title(f"{panel_title(measure, statistic)}\n{quantity(statistic)}")
    return figure, found
