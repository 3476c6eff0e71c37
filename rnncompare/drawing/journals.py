"""The styles of figures: what the guides of journals ask for; docs/figures.md gives the sources."""

from typing import NamedTuple

import numpy as np
from matplotlib.collections import Collection, LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

SANS = ("Arial", "Helvetica", "Liberation Sans", "DejaVu Sans")  # in the order of preference; the last always exists


class Style(NamedTuple):
    """Widths and heights in mm; sizes and widths of lines in points, from the smallest to the largest."""

    column: float
    page: float
    tallest: float
    sizes: tuple[float, float] = (0, np.inf)
    lines: tuple[float, float] = (0, np.inf)
    fonts: tuple[str, ...] = SANS
    letter: float = 8
    capital: bool = False
    print_ready: bool = True  # text of SVG files is text, the figure gives n, and the files name the style and font


STYLES = {
    "default": Style(89, 183, 240, fonts=SANS[-1:], print_ready=False),
    "nature": Style(89, 183, 170, sizes=(5, 7), lines=(0.25, 1)),
    "cell": Style(85, 174, 200, sizes=(6, 8), lines=(0.25, 1.5), capital=True),
    "elife": Style(89, 183, 240, sizes=(5, 8), lines=(0.25, 1.5), capital=True),
    "pnas": Style(87, 178, 225, sizes=(6, 8), lines=(0.25, 1.5), capital=True),
}


def style_named(name: str) -> Style:
    """Return a style. Raises ValueError for an unknown name."""
    if name not in STYLES:
        raise ValueError(f"figure: found style '{name}', wanted one of {', '.join(STYLES)}")
    return STYLES[name]


def font(style: Style) -> str:
    """Return the first font of the style that is installed."""
    installed = {entry.name for entry in fontManager.ttflist}
    return next(name for name in style.fonts if name in installed or name == SANS[-1])


def settings(style: Style) -> dict[str, object]:
    """Return the matplotlib settings in which a style differs from style.mplstyle; none for the default."""
    if not style.print_ready:
        return {}
    smallest, largest = style.sizes
    sizes = {"font.size": 6.5, "axes.titlesize": 7, "axes.labelsize": 6.5, "figure.titlesize": 7}
    sizes |= dict.fromkeys(("xtick.labelsize", "ytick.labelsize", "legend.fontsize"), 6)
    fonts = list(dict.fromkeys([font(style), SANS[-1]]))  # the second has the characters that the first lacks
    widths = {"lines.linewidth": min(0.9, style.lines[1])}
    return {name: min(max(size, smallest), largest) for name, size in sizes.items()} | widths | {
        "font.family": fonts, "svg.fonttype": "none", "pdf.fonttype": 42,
    }  # fmt: skip


def conform(figure: Figure, style: Style) -> None:
    """Bring the sizes of texts and the widths of lines of a drawn figure within those of its style."""
    for text in figure.findobj(Text):
        text.set_fontsize(float(np.clip(text.get_fontsize(), *style.sizes)))
    for line in figure.findobj(Line2D):
        line.set_linewidth(_within(line.get_linewidth(), style))
        line.set_markeredgewidth(_within(line.get_markeredgewidth(), style))
    for patch in figure.findobj(Patch):
        patch.set_linewidth(_within(patch.get_linewidth(), style))
    for part in figure.findobj(Collection):
        edged = isinstance(part, LineCollection) or len(part.get_edgecolor())
        part.set_linewidths([_within(width, style) for width in np.atleast_1d(part.get_linewidth())] if edged else 0)


def _within(width: float, style: Style) -> float:
    """Return a width within the limits of the style; 0, which is no line, stays."""
    return float(np.clip(width, *style.lines)) if width else width


def about(name: str) -> str:
    """Return the line by which the files of a figure state its style and font."""
    found, wanted = font(style_named(name)), style_named(name).fonts[0]
    instead = "" if found == wanted else f" ({wanted} is not installed)"
    return f"style: {name}; font: {found}{instead}"
