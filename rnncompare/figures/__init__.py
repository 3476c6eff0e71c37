"""Figures, which turn tables into a matplotlib Figure and its source data; each figure is a file.

A figure is a function `name(tables, study) -> (Figure, DataFrame)`, whose docstring is its caption in the report.
"""

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D

from rnncompare import plugins
from rnncompare.drawing.canvas import page, styled
from rnncompare.drawing.journals import about, conform
from rnncompare.drawing.numbers import numbers
from rnncompare.drawing.rows import networks
from rnncompare.files import records
from rnncompare.files.checksums import atomic_with_checksum

DESCRIPTION = {".pdf": "Keywords", ".svg": "Description", ".png": "Description"}  # where the record of a job is
# Files contain no date and no program name, so that the same tables give the same bytes.
METADATA = {
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    ".svg": {"Date": None, "Creator": None},
    ".png": {"Software": None},
}
ABOUT = {".pdf": "Subject", ".svg": "Keywords", ".png": "Comment"}  # the entry that states style and font


def draw(name: str, tables: dict[str, pd.DataFrame], study: str, style: str = "default") -> tuple[Figure, pd.DataFrame]:
    """Draw a figure of a study in a style of drawing/journals.py; return the figure and its source data.

    tables: by name, as in results/tables. If no network of a study did what the figure shows, the figure is a line of
    text that states this, and the source data list these networks. In the style of a journal, the figure states its n.
    Raises BadOption for an unknown figure and ValueError if the tables contain nothing to show.
    """
    with styled(style) as chosen:
        figure, data = panel(name, tables, study)
        if chosen.print_ready:
            _state(figure, numbers(data, networks(tables, study)))
            conform(figure, chosen)
    return figure, data


def panel(name: str, tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Draw a figure in the present style, on a page or in a part of a composed figure."""
    function = plugins.find("figures", name)
    try:
        return function(tables, study)
    except ValueError:
        unmeasured = _unmeasured(tables, study, name)
        if unmeasured.empty:
            raise
        figure = page(12)
        nothing = "No network did what this figure shows. The source data and probes.csv give the reasons."
        figure.text(0.5, 0.5, nothing, ha="center", va="center")
        return figure, unmeasured.dropna(axis="columns", how="all")


def _state(figure: Figure, n: str) -> None:
    """Add the n of a figure below it."""
    if n:
        figure.legend([Line2D([], [], linewidth=0)], [n], loc="outside lower right", handlelength=0, handletextpad=0)


def _unmeasured(tables: dict[str, pd.DataFrame], study: str, name: str) -> pd.DataFrame:
    """Return the rows of networks that could not be measured by a probe or shown by the view of the same name."""
    probes = tables.get("probes", pd.DataFrame(columns=["study", "statistic", "value"]))
    view = tables.get(name, pd.DataFrame()).reindex(columns=["study", "source", "seed", "note"])
    of_probes = probes[(probes["study"] == study) & (probes["statistic"] == "measured") & (probes["value"] == 0)]
    of_view = view[(view["study"] == study) & view["note"].notna()]
    return pd.concat([rows for rows in (of_probes, of_view) if len(rows)] or [of_probes], ignore_index=True)


def save(figure: Figure, data: pd.DataFrame, path: str | Path, style: str = "default") -> None:
    """Write a figure as PDF, SVG and PNG, and its source data as CSV, atomically and each with its checksum.

    path: of any of the four files; its suffix is replaced. style: the one in which the figure was drawn.
    """
    save_images(figure, path, style)
    with atomic_with_checksum(Path(path).with_suffix(".csv")) as temporary:
        data.to_csv(temporary, index=False, float_format="%.6g")


def save_images(figure: Figure, path: str | Path, style: str) -> None:
    """Write a figure as PDF, SVG and PNG, which state the style and the font if it is the style of a journal."""
    with styled(style) as chosen:
        figure.draw_without_rendering()  # computes the layout once, so that it is the same in all formats
        figure.set_layout_engine("none")
        _round(figure)
        for suffix, metadata in METADATA.items():
            made = Path(path).with_suffix(suffix)
            record = records.line_for(made)
            notes = {ABOUT[suffix]: about(style)} if chosen.print_ready else {}
            notes |= {} if record is None else {DESCRIPTION[suffix]: record}
            with atomic_with_checksum(made) as temporary:
                figure.savefig(temporary, metadata=metadata | notes)


def _round(figure: Figure) -> None:
    """Round the places of panels and parts, whose last bits vary and on which names in an SVG depend."""
    for part in figure.findobj(SubFigure):
        part.bbox_relative.set_points(part.bbox_relative.get_points().round(9))
    for axis in figure.axes:
        axis.set_position([round(edge, 9) for edge in axis.get_position(original=True).bounds])
