"""The tables and figures of a finished run, in memory."""

from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rnncompare.activity import BadActivity
from rnncompare.tabulation.tables import read

if TYPE_CHECKING:
    from rnncompare.figures import Figure

DOTS = 200  # an inch, of a figure that a notebook shows


def tables(results: str | Path = "results") -> dict[str, pd.DataFrame]:
    """Name -> table of a finished run, each held to the checksum that was written with it.

    results: the folder of a run (`results` of its config), or its folder `tables`. docs/measures.md explains the
    columns. Raises BadActivity where there are none, and checksums.Damaged for one that is not what was written.
    """
    folder = Path(results)
    folder = folder / "tables" if (folder / "tables").is_dir() else folder
    paths = sorted(folder.glob("[!.]*.csv"))
    if not paths:
        raise BadActivity(
            f"{folder}: found no tables in {Path.cwd()}, wanted the results of a run: `make demo` makes some in "
            "results/demo"
        )
    return {path.stem: read(path) for path in paths}


def figure(name: str, tables: dict[str, pd.DataFrame], study: str | None = None) -> "Figure":
    """A figure of the report, drawn from the tables of a run; a notebook shows it, and `savefig` writes it.

    name: of a file of rnncompare/figures/. study: its name in the config; None: the one that the tables are of. Raises
    BadOption for a name that is none, and ValueError where the tables hold nothing that it could show.
    """
    from rnncompare.figures import draw

    drawn, _ = draw(name, tables, _only_study(tables) if study is None else study)
    drawn._repr_png_ = partial(_as_png, drawn)  # what a notebook asks for where pyplot was not imported
    return drawn


def _only_study(tables: dict[str, pd.DataFrame]) -> str:
    studies = sorted({str(one) for table in tables.values() if "study" in table for one in table["study"].dropna()})
    if len(studies) != 1:
        raise ValueError(f"figure: found studies {', '.join(studies) or 'none'} in the tables, wanted study=...: one")
    return studies[0]


def _as_png(drawn: "Figure") -> bytes:
    from rnncompare.drawing.style import styled

    content = BytesIO()
    with styled():
        drawn.savefig(content, format="png", dpi=DOTS)
    return content.getvalue()
