"""Twenty points of the guide of a journal to figures, each a function that finds what is wrong with a drawn figure.

docs/figures.md lists them. Each point takes a `Drawn` and returns the faults that it finds, in words.
"""

import re
from collections.abc import Callable
from itertools import combinations
from typing import NamedTuple

import numpy as np
from figures.colour_vision import EYES, perceived
from matplotlib.collections import Collection, LineCollection
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from rnncompare.drawing.journals import STYLES, font

MM = 25.4
APART = 0.04  # smallest distance of colours in Oklab, twice the just noticeable difference
STYLE = "nature"
OF_STYLE = STYLES[STYLE]
MEASURED = {  # a word in the name of an axis, and the units of which one has to follow in parentheses
    r"\btime\b(?! constant)": r"\((ms|s)\)",
    r"\bangle\b": r"\((rad|°)",
    r"\bfrequency\b": r"\(Hz\)",
    r"\bmean rate\b": r"\(",
}


class Drawn(NamedTuple):
    """A figure with computed layout, and the content of its files by suffix."""

    figure: Figure
    files: dict[str, bytes]
    letters: str = ""  # of its panels, if it is composed


POINTS: dict[str, Callable[[Drawn], list[str]]] = {}  # sentence in the docs: function


def point(sentence: str) -> Callable:
    """Register a function as the check of a point."""

    def register(function: Callable) -> Callable:
        POINTS[sentence] = function
        return function

    return register


def texts(figure: Figure) -> list[Text]:
    """Return all texts that are drawn."""
    found = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible() and t.get_alpha() != 0]
    beyond = {id(label) for a in figure.axes for which in (a.xaxis, a.yaxis) for label in _beyond_limits(which)}
    return [t for t in found if id(t) not in beyond]


def _beyond_limits(axis) -> list[Text]:
    """Return the tick labels that matplotlib keeps but does not draw."""
    low, high = sorted(axis.get_view_interval())
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    return [label for tick in ticks if not low <= tick.get_loc() <= high for label in (tick.label1, tick.label2)]


def is_letter(text: Text) -> bool:
    return text.get_gid() == "panel letter"


def overlap(one: Bbox, other: Bbox) -> float:
    """Return the overlap of two boxes, in square pixels."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(width, 0) * max(height, 0)


@point("The width is that of one or of two columns, 89 or 183 mm.")
def width(drawn: Drawn) -> list[str]:
    mm = drawn.figure.get_figwidth() * MM
    return [] if min(abs(mm - w) for w in (OF_STYLE.column, OF_STYLE.page)) < 0.1 else [f"{mm:.1f} mm"]


@point("The height is at most 170 mm, which leaves space for the caption.")
def height(drawn: Drawn) -> list[str]:
    mm = drawn.figure.get_figheight() * MM
    return [] if mm <= OF_STYLE.tallest + 0.1 else [f"{mm:.1f} mm"]


@point("Text has 5 to 7 points, except the letters of panels.")
def sizes(drawn: Drawn) -> list[str]:
    low, high = OF_STYLE.sizes
    return [
        f"{t.get_text()!r}: {t.get_fontsize():g} pt"
        for t in texts(drawn.figure)
        if not is_letter(t) and not low <= t.get_fontsize() <= high
    ]


@point("All text is in one sans serif font: Arial, Helvetica, or a stated substitute.")
def one_font(drawn: Drawn) -> list[str]:
    families = {t.get_fontfamily()[0] for t in texts(drawn.figure)}
    stated = f"font: {font(OF_STYLE)}".encode()
    silent = [suffix for suffix in (".svg", ".pdf") if stated not in drawn.files[suffix]]
    return [*sorted(families - {font(OF_STYLE)}), *(f"{suffix} does not state the font" for suffix in silent)]


@point("The fonts are embedded in the PDF file as TrueType.")
def embedded(drawn: Drawn) -> list[str]:
    pdf = drawn.files[".pdf"]
    wrong = [] if b"/FontFile2" in pdf and b"/CIDFontType2" in pdf else ["no embedded TrueType font"]
    return wrong + (["a font of type 3"] if b"/Type3" in pdf else [])


@point("Text is text in the SVG file, and can be edited.")
def text_is_text(drawn: Drawn) -> list[str]:
    svg = re.sub(r"\s+", "", drawn.files[".svg"].decode())
    lines = {line for t in texts(drawn.figure) for line in t.get_text().split("\n") if line.strip()}
    escaped = {line: re.sub(r"\s+", "", _xml(line)) for line in lines}
    return sorted(line for line, wanted in escaped.items() if f">{wanted}<" not in svg)


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@point("Graphics are vectors in RGB; only matrices are images, and bitmaps have at least 300 dots per inch.")
def vectors(drawn: Drawn) -> list[str]:
    pdf, images = drawn.files[".pdf"], sum(len(axis.images) for axis in drawn.figure.axes)
    bars = sum(len(axis.collections) for axis in drawn.figure.axes if axis.get_label() == "<colorbar>")
    wrong = ["an image in the PDF file"] if pdf.count(b"/Subtype /Image") > 2 * (images + bars) else []
    wrong += ["colours in CMYK"] if b"/DeviceCMYK" in pdf else []
    return wrong + ([] if drawn.figure.dpi >= 300 else [f"{drawn.figure.dpi:g} dots per inch"])


@point("Lines are 0.25 to 1 point wide.")
def lines(drawn: Drawn) -> list[str]:
    found = [line.get_linewidth() for line in drawn.figure.findobj(Line2D) if line.get_linestyle() not in ("None", "")]
    found += [
        line.get_markeredgewidth()
        for line in drawn.figure.findobj(Line2D)
        if line.get_marker() not in ("None", None, "")
    ]
    edged = [p for p in drawn.figure.findobj(Patch) if to_rgba(p.get_edgecolor())[3] and p.get_visible()]
    found += [p.get_linewidth() for p in edged]
    found += [
        w
        for part in drawn.figure.findobj(Collection)
        if isinstance(part, LineCollection) or len(part.get_edgecolor())
        for w in np.atleast_1d(part.get_linewidth())
    ]
    low, high = OF_STYLE.lines
    return sorted({f"{w:g} pt" for w in found if w and not low - 1e-9 <= w <= high + 1e-9})


@point("No two texts overlap.")
def overlaps(drawn: Drawn) -> list[str]:
    shown = [(t.get_text(), t.get_window_extent()) for t in texts(drawn.figure)]
    return [f"{a!r} and {b!r}" for (a, one), (b, other) in combinations(shown, 2) if overlap(one, other) > 4]


@point("Nothing lies outside the page.")
def inside(drawn: Drawn) -> list[str]:
    page = drawn.figure.bbox
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts(drawn.figure)]
    boxes += [("a panel", axis.get_window_extent()) for axis in drawn.figure.axes]
    boxes += [("a legend", legend.get_window_extent()) for legend in drawn.figure.findobj(Legend)]
    return [
        repr(name) for name, box in boxes if box.x0 < -1 or box.y0 < -1 or box.x1 > page.x1 + 1 or box.y1 > page.y1 + 1
    ]


@point("No legend of the figure lies on a panel.")
def legends(drawn: Drawn) -> list[str]:
    own = {id(axis.get_legend()) for axis in drawn.figure.axes}
    outer = [legend for legend in drawn.figure.findobj(Legend) if id(legend) not in own]
    return [
        f"the legend {[t.get_text() for t in legend.get_texts()]}"
        for legend in outer
        if any(overlap(legend.get_window_extent(), axis.get_window_extent()) > 4 for axis in drawn.figure.axes)
    ]


@point("Text has a contrast of at least 4.5 with what lies behind it.")
def contrasts(drawn: Drawn) -> list[str]:
    inner = {id(t): axis for axis in drawn.figure.axes for t in axis.texts}
    wrong = []
    for text in texts(drawn.figure):
        behind = _behind(text, inner[id(text)]) if id(text) in inner else (1.0, 1.0, 1.0)
        found = _contrast(to_rgb(text.get_color()), behind)
        wrong += [f"{text.get_text()!r}: {found:.1f}"] if found < 4.5 else []
    return wrong


def _behind(text: Text, axis) -> tuple[float, ...]:
    """Return the colour behind the middle of a text: of a cell of a matrix, of a bar, or white."""
    box = text.get_window_extent()
    middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    for image in axis.images:
        x, y = (round(v) for v in axis.transData.inverted().transform(middle))
        return tuple(image.cmap(image.norm(image.get_array()[y, x]))[:3])
    bars = [p for p in axis.patches if p.get_window_extent().contains(*middle)]
    return to_rgb(bars[-1].get_facecolor()) if bars else (1.0, 1.0, 1.0)


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the ratio of luminances, as in the Web Content Accessibility Guidelines."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[float, ...]) -> float:
    rgb = np.array(colour)
    linear = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear)


@point("Text is black, grey or white; colours are explained by symbols.")
def black_text(drawn: Drawn) -> list[str]:
    return [
        f"{t.get_text()!r}: {to_hex(t.get_color())}" for t in texts(drawn.figure) if np.ptp(to_rgb(t.get_color())) > 0
    ]


@point("Entries of a legend that differ only in colour are distinguishable with any colour vision.")
def distinguishable(drawn: Drawn) -> list[str]:
    wrong = []
    for legend in drawn.figure.findobj(Legend):
        looks = [(t.get_text(), *_look(h)) for t, h in zip(legend.get_texts(), legend.legend_handles, strict=True)]
        for (a, shape, one), (b, other_shape, other) in combinations(looks, 2):
            if shape != other_shape or one is None or other is None:
                continue
            apart = min(np.linalg.norm(perceived(one, eye) - perceived(other, eye)) for eye in EYES.values())
            wrong += [f"{a!r} and {b!r}: {apart:.3f}"] if apart < APART else []
    return wrong


def _look(handle) -> tuple[tuple, tuple[float, ...] | None]:
    """Return the shape of a symbol and its colour mixed with white; no colour if it is invisible or open."""
    if isinstance(handle, Line2D):
        drawn = handle.get_linewidth() > 0 and handle.get_linestyle() not in ("None", "")
        marked = handle.get_marker() not in ("None", None, "")
        face = handle.get_markerfacecolor() if marked else ""
        shape = (handle.get_linestyle() if drawn else "", handle.get_marker() if marked else "", face == "white")
        width = handle.get_linewidth() if drawn else 0
        ink = handle.get_color() if drawn or face == "white" else face
        return (*shape, width), _mixed(to_rgba(ink), handle.get_alpha()) if drawn or marked else None
    if isinstance(handle, Patch):
        return ("patch",), _mixed(handle.get_facecolor(), handle.get_alpha())
    return ("other",), None


def _mixed(colour: tuple[float, ...], alpha: float | None) -> tuple[float, ...]:
    share = colour[3] if alpha is None else alpha
    return tuple(1 - share * (1 - np.array(colour[:3])))


@point("There are no grid lines.")
def gridlines(drawn: Drawn) -> list[str]:
    grids = [line for a in drawn.figure.axes for line in (*a.get_xgridlines(), *a.get_ygridlines())]
    return ["a grid line" for line in grids if line.get_visible()][:1]


@point("Every axis with numbers has its line and its tick marks.")
def ticks(drawn: Drawn) -> list[str]:
    wrong = []
    for axis in drawn.figure.axes:
        if axis.get_label() == "<colorbar>" or axis.images:
            continue
        for which, side in ((axis.xaxis, "bottom"), (axis.yaxis, "left")):
            if numbers(which):
                wrong += [] if axis.spines[side].get_visible() else [f"no line at {numbers(which)}"]
                sizes = [tick.tick1line.get_markersize() for tick in which.get_major_ticks()]
                wrong += [] if min(sizes) > 0 else [f"no tick marks at {numbers(which)}"]
    return wrong


def numbers(which) -> list[str]:
    """Return the numbers at an axis."""
    shown = [tick.label1 for tick in which.get_major_ticks() if tick.label1.get_visible()]
    return [t.get_text() for t in shown if re.fullmatch(r"[−\-]?[\d.]+", t.get_text())]


@point("Every axis with numbers is named, with units in parentheses.")
def names(drawn: Drawn) -> list[str]:
    wrong = []
    whole = {"x": _of_whole(drawn.figure, "_supxlabel"), "y": _of_whole(drawn.figure, "_supylabel")}
    for axis in drawn.figure.axes:
        for which in (axis.xaxis, axis.yaxis):
            if numbers(which) and not _named(drawn.figure, axis, which.axis_name, whole):
                wrong.append(f"{numbers(which)} of an axis without a name")
            wrong += [
                f"{label!r} without a unit"
                for label in (which.get_label_text(), *whole.values())
                if any(re.search(word, label, re.I) and not re.search(unit, label) for word, unit in MEASURED.items())
            ]
    return sorted(set(wrong))


def _named(figure: Figure, axis, name: str, whole: dict[str, str]) -> bool:
    """Whether an axis, the whole figure, or a panel in the same row or column has the name of the axis."""
    if getattr(axis, f"get_{name}label")() or whole[name]:
        return True
    place = axis.get_subplotspec()
    line = "colspan" if name == "x" else "rowspan"
    near = [a for a in figure.axes if a.get_subplotspec() and a.get_figure() is axis.get_figure()]
    same = [a for a in near if set(getattr(a.get_subplotspec(), line)) & set(getattr(place, line))]
    return any(getattr(a, f"get_{name}label")() for a in same)


def _of_whole(figure: Figure, name: str) -> str:
    parts = [figure, *figure.subfigs, *(inner for part in figure.subfigs for inner in part.subfigs)]
    found = [getattr(part, name, None) for part in parts]
    return " ".join(text.get_text() for text in found if text is not None)


@point("There are no patterns, shadows or frames around legends.")
def decorations(drawn: Drawn) -> list[str]:
    wrong = [f"a pattern {p.get_hatch()}" for p in drawn.figure.findobj(Patch) if p.get_hatch()]
    wrong += ["a path effect" for a in drawn.figure.findobj() if a.get_path_effects()]
    return wrong + ["a frame" for legend in drawn.figure.findobj(Legend) if legend.get_frame_on()]


@point("The panels of a composed figure have bold lower-case letters of 8 points in reading order.")
def letters(drawn: Drawn) -> list[str]:
    found = [t for t in drawn.figure.findobj(Text) if is_letter(t)]
    where = sorted(found, key=lambda t: (-round(t.get_window_extent().y1), t.get_window_extent().x0))
    order = "".join(t.get_text() for t in where)
    wrong = [] if order == drawn.letters else [f"letters {order!r}, wanted {drawn.letters!r}"]
    return wrong + [t.get_text() for t in found if t.get_fontsize() != 8 or t.get_fontweight() != "bold"]


@point("The figure states its n.")
def states_n(drawn: Drawn) -> list[str]:
    return [] if any(t.get_text().startswith("n = ") for t in texts(drawn.figure)) else ["no n"]
