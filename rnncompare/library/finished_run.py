"""Reading of the tables of a finished run, and drawing of its figures in memory."""

from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rnncompare.activity import BadActivity
from rnncompare.tabulation.tables import read

if TYPE_CHECKING:
    from rnncompare.figures import Figure

DOTS = 200  # dots per inch of a figure in a notebook


def tables(results: str | Path = "results") -> dict[str, pd.DataFrame]:
    """Name -> table of a finished run; the checksum of each table is verified.

    results: the folder of a run (`results` of its config), or its subfolder `tables`. docs/measures.md explains the
    columns. Raises BadActivity if there are no tables, and checksums.Damaged if a table does not match its checksum.
    """
    folder = Path(results)
    folder = folder / "tables" if (folder / "tables").is_dir() else folder
    paths = sorted(folder.glob("[!.]*.csv"))
    if not paths:
        raise BadActivity(
            f"{folder}: found no tables in {Path.cwd()}, wanted the results of a run: `make demo` "
            "computes an example in results/demo"
        )
    return {path.stem: read(path) for path in paths}


def figure(name: str, tables: dict[str, pd.DataFrame], study: str | None = None) -> "Figure":
    """A figure of the report, drawn from the tables of a run. A notebook shows it, and its `savefig` writes it.

    name: the name of a file in rnncompare/figures/. study: the name of the study in the config; None: the only study
    in the tables. Raises BadOption for an unknown name, and ValueError if the tables contain nothing to show or, for
    study None, do not contain exactly one study.
    """
    from rnncompare.figures import draw

    drawn, _ = draw(name, tables, _only_study(tables) if study is None else study)
    drawn._repr_png_ = partial(_as_png, drawn)  # called by a notebook in which pyplot was not imported
    return drawn


def _only_study(tables: dict[str, pd.DataFrame]) -> str:
    studies = sorted({str(one) for table in tables.values() if "study" in table for one in table["study"].dropna()})
    if len(studies) != 1:
        found = f"found studies {', '.join(studies)}" if studies else "found no study"
        raise ValueError(f"figure: {found} in the tables, wanted study=NAME, the name of one study")
    return studies[0]


def _as_png(drawn: "Figure") -> bytes:
    from rnncompare.drawing.canvas import styled

    content = BytesIO()
    with styled():
        drawn.savefig(content, format="png", dpi=DOTS)
    return content.getvalue()
