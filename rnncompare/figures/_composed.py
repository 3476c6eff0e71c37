"""Composed figures: several figures as the panels of one, with letters, shared legends, source data and a caption."""

import inspect
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare import plugins
from rnncompare.drawing.canvas import MM, Part, legend, legend_rows, styled, within
from rnncompare.drawing.journals import Style, conform
from rnncompare.drawing.numbers import numbers
from rnncompare.drawing.rows import networks
from rnncompare.figures import panel, save_images
from rnncompare.files.checksums import atomic_with_checksum
from rnncompare.options.mosaic import Place, places

STRIP = 4.0  # mm above each panel, with its letter and n
ENTRY = 3.4  # mm of a row of the shared legend
SMALLEST = 0.75  # of the heights that the panels have alone; below, they are not legible


class Composed(NamedTuple):
    """A figure of several panels; data: letter -> name of the panel and its source data."""

    figure: Figure
    data: dict[str, tuple[str, pd.DataFrame]]
    caption: str


def compose(
    panels: list[str], layout: list[str], tables: dict[str, pd.DataFrame], study: str, style: str = "default"
) -> Composed:
    """Draw figures of a study as panels of one figure of the width of a page.

    panels: names of files of figures/; layout: rows of letters, a for the first panel (options/mosaic.py). Raises
    ValueError for a layout that does not fit, and for panels that are together higher than a page.
    """
    where = places(layout, len(panels))
    with styled(style) as chosen:
        parts = {}
        for (letter, place), name in zip(where.items(), panels, strict=True):
            part = Part(chosen.page * (place.right - place.left) / len(layout[0]))
            with within(part):
                panel(name, tables, study)
            parts[letter] = part
        shared = _shared(parts)
        heights = _heights(where, parts, len(layout))
        figure, top = _empty(chosen, heights, shared, where, parts, len(layout[0]))
        data = {}
        for (letter, part), name in zip(parts.items(), panels, strict=True):
            part.legend.clear()
            with within(part):
                _, data[letter] = panel(name, tables, study)
            own = {label: entry for label, entry in part.legend.items() if label not in shared}
            if own:
                legend(part.figure, own, len(own), part.width)
        if shared:
            rows = legend_rows(list(shared), len(shared), chosen.page)
            top.legend(shared.values(), shared.keys(), loc="center", ncols=-(-len(shared) // rows))
        nets = networks(tables, study)
        n = {letter: numbers(rows, nets) for letter, rows in data.items()}
        if chosen.print_ready:
            conform(figure, chosen)
        for letter, part in parts.items():
            _letter(part, letter.upper() if chosen.capital else letter, n[letter], chosen)
    named = {letter: (name, data[letter]) for letter, name in zip(parts, panels, strict=True)}
    return Composed(figure, named, caption(dict(zip(parts, panels, strict=True)), n))


def _shared(parts: dict[str, Part]) -> dict[str, Artist]:
    """Return the entries of legends that at least two panels have, with the same symbol."""
    found: dict[str, list[Artist]] = {}
    for part in parts.values():
        for label, entry in part.legend.items():
            found.setdefault(label, []).append(entry)
    return {label: of[0] for label, of in found.items() if len(of) > 1 and len(set(map(_look, of))) == 1}


def _look(entry: Artist) -> tuple:
    """Return what distinguishes a symbol of a legend."""
    if isinstance(entry, Line2D):
        return (to_hex(entry.get_color()), entry.get_linestyle(), entry.get_marker(), entry.get_linewidth())
    return (to_hex(entry.get_facecolor(), keep_alpha=True), entry.get_hatch())


def _heights(where: dict[str, Place], parts: dict[str, Part], rows: int) -> list[float]:
    """Return the height of each row, mm: enough for its panels, and for those that cover several rows together."""
    heights = [0.0] * rows
    for letter, place in sorted(where.items(), key=lambda item: item[1].bottom - item[1].top):
        here = slice(place.top, place.bottom)
        lacking = parts[letter].height + STRIP - sum(heights[here])
        if lacking > 0:
            heights[here] = [height + lacking / (place.bottom - place.top) for height in heights[here]]
    return heights


def _empty(
    style: Style,
    heights: list[float],
    shared: dict[str, Artist],
    where: dict[str, Place],
    parts: dict[str, Part],
    columns: int,
) -> tuple[Figure, Figure]:
    """Make the figure and the places of its panels; return it and the place of the shared legend."""
    head = ENTRY * legend_rows(list(shared), len(shared), style.page) if shared else 0.1
    allowed = style.tallest - head
    if SMALLEST * sum(heights) > allowed:
        raise ValueError(
            f"composed figure: found panels that are {sum(heights):.0f} mm high together, wanted at most "
            f"{allowed / SMALLEST:.0f} mm; take fewer panels, or place some side by side in `layout`"
        )
    scale = min(1, allowed / sum(heights))
    heights = [scale * height for height in heights]
    figure = Figure(figsize=(style.page * MM, (head + sum(heights)) * MM))
    grid = figure.add_gridspec(1 + len(heights), columns, height_ratios=[head, *heights])
    for letter, place in where.items():
        whole = figure.add_subfigure(grid[1 + place.top : 1 + place.bottom, place.left : place.right])
        strip = STRIP / sum(heights[place.top : place.bottom])
        parts[letter].strip, parts[letter].figure = whole.subfigures(2, 1, height_ratios=[strip, 1 - strip])
    return figure, figure.add_subfigure(grid[0, :])


def _letter(part: Part, letter: str, n: str, style: Style) -> None:
    """Add the letter of a panel, and its n, above it."""
    part.strip.text(
        0.5 / part.width, 0.5, letter, va="center", fontsize=style.letter, fontweight="bold", gid="panel letter"
    )
    if style.print_ready and n:
        part.strip.text(1 - 1 / part.width, 0.5, n, ha="right", va="center", fontsize=max(6, style.sizes[0]))


def caption(panels: dict[str, str], n: dict[str, str]) -> str:
    """Return the caption: a paragraph for each panel, from the captions of its figure; panels: letter -> name."""
    parts = []
    for letter, name in panels.items():
        heading, _, text = inspect.getdoc(plugins.find("figures", name)).partition("\n\n")
        sentences = f"{letter}, {' '.join(heading.split())} {' '.join(text.split())}"
        parts.append(sentences + (f" Here, {n[letter]}." if n[letter] else ""))
    return "\n\n".join(parts) + "\n"


def save(composed: Composed, path: str | Path, style: str) -> None:
    """Write a composed figure as PDF, SVG and PNG, its caption, and the source data of each panel as CSV.

    path: of the PDF file. The caption is NAME_caption.txt, and the source data are in the folder NAME_source_data, in
    files such as a_psths.csv.
    """
    path = Path(path)
    save_images(composed.figure, path, style)
    with atomic_with_checksum(path.with_name(f"{path.stem}_caption.txt")) as temporary:
        temporary.write_text(composed.caption, encoding="utf-8")
    folder = path.with_name(f"{path.stem}_source_data")
    folder.mkdir(exist_ok=True)
    for letter, (name, data) in composed.data.items():
        with atomic_with_checksum(folder / f"{letter}_{name}.csv") as temporary:
            data.to_csv(temporary, index=False, float_format="%.6g")
