"""Where figures are drawn: a page in the present style, or a part of a composed figure; legends and axis names."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path

from rnncompare.drawing.journals import STYLES, Style, settings, style_named
from rnncompare.drawing.style import angles, condition_label

SETTINGS = Path(__file__).with_name("style.mplstyle")
MM = 1 / 25.4
HANDLE, GAP = 4.6, 2.6  # mm: of a symbol in a legend with the space around it, and between columns
SHOWN = 16  # largest number of conditions whose colours are in a legend


@dataclass
class Part:
    """The part of a composed figure in which a figure is drawn; its height, mm, is set by the figure."""

    width: float
    figure: FigureBase | None = None  # None: only the height is wanted
    strip: FigureBase | None = None  # the place above it
    height: float = 0.0
    legend: dict[str, Artist] = field(default_factory=dict)


_style: ContextVar[Style] = ContextVar("style", default=STYLES["default"])
_part: ContextVar[Part | None] = ContextVar("part", default=None)


@contextmanager
def styled(name: str = "default") -> Iterator[Style]:
    """Within the block, use the settings of a style instead of the user's matplotlib settings."""
    style = style_named(name)
    token = _style.set(style)
    try:
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(matplotlib.rc_params_from_file(SETTINGS, use_default_template=False))
            matplotlib.rcParams.update(settings(style))
            yield style
    finally:
        _style.reset(token)


@contextmanager
def within(part: Part) -> Iterator[Part]:
    """Within the block, figures are drawn in a part of a composed figure, and their legends are kept in it."""
    token = _part.set(part)
    try:
        yield part
    finally:
        _part.reset(token)


def page(height: float, *, narrow: bool = False) -> FigureBase:
    """Return an empty figure of the width of a page or, if narrow, of a column; height in mm, at most the style's."""
    style, part = _style.get(), _part.get()
    if part is None:
        width = style.column if narrow else style.page
        return Figure(figsize=(width * MM, min(height, style.tallest) * MM))
    part.height = height
    return part.figure or Figure(figsize=(part.width * MM, height * MM))


def room() -> float:
    """Return the width, mm, that a figure of the width of a page has at present."""
    part = _part.get()
    return part.width if part else _style.get().page


def fits(width: float, most: int) -> int:
    """Return how many panels of at least `width` mm are placed side by side, at least 1 and at most `most`."""
    return int(np.clip(room() // width, 1, most))


def balanced(count: int, most: int) -> int:
    """Return the number of columns, at most `most`, for `count` panels in rows of nearly equal length.

    The number of rows is the smallest that is possible; 9 panels in rows of at most 8 are rows of 5 and 4.
    """
    return -(-count // -(-count // most)) if count else 1


def compact(count: int, most: int) -> int:
    """Return the number of columns, at most `most`, by which a grid of `count` panels has the fewest empty places.

    Columns from three quarters of `most` on are tried, so that panels remain narrow; among equals, the most columns.
    """
    if count <= most:
        return max(count, 1)
    return min(range(most, max(1, -(-3 * most // 4)) - 1, -1), key=lambda columns: -count % columns)


def key(figure: FigureBase, entries: dict[str, Artist], columns: int) -> None:
    """Add a legend above the whole figure if there are entries, in at most `columns` columns that fit in its width."""
    part = _part.get()
    if part is not None:
        part.legend |= entries
    elif entries:
        legend(figure, entries, columns, figure.get_figwidth() / MM)


def legend(figure: FigureBase, entries: dict[str, Artist], columns: int, width: float) -> None:
    """Add a legend above a figure or a part of one that is `width` mm wide."""
    rows = legend_rows(list(entries), columns, width)
    columns = min(columns, -(-len(entries) // rows))
    figure.legend(entries.values(), entries.keys(), loc="outside upper center", ncols=columns)


def legend_rows(labels: list[str], columns: int, width: float) -> int:
    """Return the number of rows of a legend that has at most `columns` columns and is at most `width` mm wide."""
    columns = next((n for n in range(columns, 1, -1) if _legend_width(labels, n) <= width), 1)
    return -(-len(labels) // columns)


def _legend_width(labels: list[str], columns: int) -> float:
    """Return the width, mm, of a legend."""
    size = matplotlib.rcParams["legend.fontsize"]
    prop = matplotlib.font_manager.FontProperties(size=size)
    wide = [text_to_path.get_text_width_height_descent(label, prop, False)[0] / 72 / MM for label in labels]
    rows = -(-len(labels) // columns)
    widest = [max(wide[k : k + rows]) for k in range(0, len(labels), rows)]
    return sum(widest) + len(widest) * HANDLE + (len(widest) - 1) * GAP


def condition_key(figure: FigureBase, shown: dict[str, str]) -> None:
    """Add the colours of conditions above the figure, or only their number if there are more than `SHOWN`."""
    names = list(shown)
    if len(names) > SHOWN:
        key(figure, {f"{len(names)} conditions, coloured by their order": Line2D([], [], linewidth=0)}, columns=1)
        return
    label = "direction" if angles(names) is not None else "condition"
    entries = {label: Line2D([], [], linewidth=0)} | {
        condition_label(names, c): Line2D([], [], color=shown[c], linewidth=2) for c in names
    }
    key(figure, entries, columns=min(len(entries), 9))


def name_axes(axes: list[Axes], *, x: str = "", y: str = "") -> None:
    """Name the horizontal axis of the lowest panel of each column, and the vertical axis of the first of each row."""
    for axis in axes:
        here = axis.get_subplotspec()
        others = [other.get_subplotspec() for other in axes if other is not axis]
        columns, rows = set(here.colspan), set(here.rowspan)
        if x and not any(columns & set(o.colspan) and o.rowspan.start > here.rowspan.start for o in others):
            axis.set_xlabel(x)
        if y and not any(rows & set(o.rowspan) and o.colspan.start < here.colspan.start for o in others):
            axis.set_ylabel(y)
