"""Figures: tidy tables in, a matplotlib Figure and the data it shows out; one figure a file.

A figure is `name(tables, study) -> (Figure, DataFrame)`; its docstring is its caption in the report.
"""

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from rnncompare import plugins
from rnncompare.drawing.style import page, styled
from rnncompare.files.checksums import atomic_with_checksum

# No date and no program name in a file: the same tables make the same bytes.
METADATA = {
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    ".svg": {"Date": None, "Creator": None},
    ".png": {"Software": None},
}


def draw(name: str, tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """The figure of a name for a study, in the style of style.mplstyle, and its source data.

    tables: by name, as in results/tables. Where no network of a study has done what the figure shows, it is a line that
    says so, and its data are which networks those were. Raises BadOption for an unknown figure and ValueError where the
    tables hold nothing that it could show.
    """
    function = plugins.find("figures", name)
    with styled():
        try:
            return function(tables, study)
        except ValueError:
            unmeasured = _unmeasured(tables, study, name)
            if unmeasured.empty:
                raise
            figure = page(12)
            nothing = "No network has done what this figure shows; why not is in its data and in probes.csv"
            figure.text(0.5, 0.5, nothing, ha="center", va="center")
            return figure, unmeasured.dropna(axis="columns", how="all")


def _unmeasured(tables: dict[str, pd.DataFrame], study: str, name: str) -> pd.DataFrame:
    """Rows of networks that have done too little to be measured by a probe, or shown by the view of the same name."""
    probes = tables.get("probes", pd.DataFrame(columns=["study", "statistic", "value"]))
    view = tables.get(name, pd.DataFrame()).reindex(columns=["study", "source", "seed", "note"])
    of_probes = probes[(probes["study"] == study) & (probes["statistic"] == "measured") & (probes["value"] == 0)]
    of_view = view[(view["study"] == study) & view["note"].notna()]
    return pd.concat([rows for rows in (of_probes, of_view) if len(rows)] or [of_probes], ignore_index=True)


def save(figure: Figure, data: pd.DataFrame, path: str | Path) -> None:
    """Write PDF, SVG, PNG and source data (CSV) beside each other, each with its checksum, whole or not at all.

    path: of any of the four; its suffix is replaced.
    """
    with styled():
        figure.draw_without_rendering()  # lays it out once, for all formats alike
        figure.set_layout_engine("none")
        for axis in figure.axes:  # the layout's last bits vary, and names in an SVG are made of them
            axis.set_position([round(edge, 9) for edge in axis.get_position(original=True).bounds])
        for suffix, metadata in METADATA.items():
            with atomic_with_checksum(Path(path).with_suffix(suffix)) as temporary:
                figure.savefig(temporary, metadata=metadata)
    with atomic_with_checksum(Path(path).with_suffix(".csv")) as temporary:
        data.to_csv(temporary, index=False, float_format="%.6g")
