"""Writing of the page of scores, and of the files to which it links: the table, configs and figures."""

from pathlib import Path

import pandas as pd

from rnncompare.files import plain_yaml
from rnncompare.files.atomic import atomic
from rnncompare.scores.finished import Run
from rnncompare.scores.page import page
from rnncompare.scores.rows import scores
from rnncompare.scores.studies import config_name
from rnncompare.tabulation import tables

SHOWN = "similarity_by_measure"  # the figure of a study that shows all of its sources
ENDINGS = {".csv", ".sha256", ".yaml", ".png"}  # of the files in the folder of a page
EXPLANATION = "scores.md"  # the page of docs/ that explains the page of scores


def write_scores(runs: list[Run], out: Path) -> pd.DataFrame:
    """Write the page `out`, and the files to which it links in the folder of the same name; return the table.

    The folder contains scores.csv, the config of each run and the figures of each study that show all sources; what an
    earlier call wrote there is replaced. Raises ValueError if it contains other files, or `out` is no Markdown page.
    """
    if out.suffix != ".md":
        raise ValueError(f"{out}: found the ending '{out.suffix}', wanted a Markdown page, such as docs/NAME.md")
    table, folder = scores(runs), out.with_suffix("")
    _empty(folder)
    tables.write(table, folder / "scores.csv")
    shown = [run for run in runs if run.name in set(table["run"])]
    for run in shown:
        _write(folder / config_name(run), _config(run).encode())
    figures = {key: _figures(run, key[1], folder) for run in shown for key in _studies(table, run)}
    beside = (out.parent / EXPLANATION).is_file() and out.name != EXPLANATION
    text = page(table, shown, folder.name, beside_docs=beside, figures=figures)
    _write(out, text.encode())
    return table


def _studies(table: pd.DataFrame, run: Run) -> list[tuple[str, str]]:
    """(run, study) of the studies of a run that have rows."""
    return [(run.name, study) for study in table.loc[table["run"] == run.name, "study"].unique()]


def _figures(run: Run, study: str, folder: Path) -> list[str]:
    """Copy the figure of a study that is shown, if it has one; return its name in the folder."""
    path = f"figures/{study}/{SHOWN}.png"
    if not run.has(path):
        return []
    name = f"{run.name.replace('/', '_')}_{study}_{SHOWN}.png"
    _write(folder / name, run.checked(path).read_bytes())
    return [name]


def _config(run: Run) -> str:
    """The config of a run with all options."""
    return plain_yaml.dump(run.manifest["config"], sort_keys=False, allow_unicode=True, width=110)


def _empty(folder: Path) -> None:
    """Make the folder, without what an earlier call wrote there. Raises ValueError if it contains anything else."""
    folder.mkdir(parents=True, exist_ok=True)
    known = sorted(folder.iterdir())
    for path in known:
        if not path.is_file() or path.suffix not in ENDINGS:
            raise ValueError(f"{folder}: found {path.name}, wanted a folder with nothing but files of a page of scores")
    for path in known:
        path.unlink()


def _write(path: Path, content: bytes) -> None:
    with atomic(path) as temporary:
        temporary.write_bytes(content)
