"""The sections of the page of scores about the studies: config, provenance and figures of each."""

import pandas as pd

from rnncompare.comparison.primary_statistics import words
from rnncompare.scores import cells
from rnncompare.scores.comparisons import flow
from rnncompare.scores.finished import Run
from rnncompare.scores.kinds import DESCRIPTION

DIGITS = 12  # of a sha256 on the page; scores.csv has all


def studies(table: pd.DataFrame, runs: list[Run], folder: str, figures: dict[tuple, list[str]]) -> list[str]:
    """A section for each study in the table."""
    by_name = {run.name: run for run in runs}
    groups = table[table["role"] != DESCRIPTION].groupby(["run", "study"], sort=False)
    return [_study(by_name[run], study, rows, folder, figures.get((run, study), [])) for (run, study), rows in groups]


def _study(run: Run, name: str, rows: pd.DataFrame, folder: str, figures: list[str]) -> str:
    study = run.config.studies[name]
    asked = f"{study.title}." + (f" {study.question}" if study.question else "")
    made = (
        f"Config: [{config_name(run)}]({folder}/{config_name(run)}), `studies.{name}`. Code: {run.code}. "
        f"Manifest of the run: sha256 `{run.digest[:DIGITS]}` (`rnncompare verify` checks all of its files)."
    )
    shown = [f"![Scores of {cells.plain(words(name))}]({folder}/{figure})" for figure in figures]
    parts = [f"### {cells.study_heading(run.name, name)}", asked, made, _sources(run, name, rows), *shown]
    return "\n\n".join([*parts, _other_figures(run, name)]).strip()


def _sources(run: Run, name: str, rows: pd.DataFrame) -> str:
    """Each source with its entry in the config, and the file of the scores of its networks."""
    head = f"scores of single networks, in `{run.name}/{name}/similarity`"
    lines = [f"| source | its entry in the config | {head} |", "| --- | --- | --- |"]
    for row in rows.drop_duplicates("model").to_dict("records"):
        checksum = f", sha256 `{row['rows_sha256'][:DIGITS]}`" if row["rows_sha256"] else ""
        entry = f"`{_entry(run, name, row['model'])}`".replace("|", "\\|")
        lines.append(f"| {cells.plain(words(row['model']))} | {entry} | `{row['rows'].split('/')[-1]}`{checksum} |")
    return "\n".join(lines)


def _entry(run: Run, name: str, source: str) -> str:
    """The entry of a source in the config, without what is left at its default."""
    study = run.config.studies[name]
    entries = {**study.others, **study.controls, **study.models}
    return flow(entries[source].model_dump(exclude_defaults=True))


def _other_figures(run: Run, name: str) -> str:
    """The names of the figures of the study in the folder of results."""
    study = run.config.studies[name]
    known = [figure for figure in (*study.composed, *study.figures) if run.has(f"figures/{name}/{figure}.svg")]
    named = ", ".join(f"`{figure}.svg`" for figure in known)
    return f"Figures, in `{run.name}/figures/{name}`: {named}." if known else ""


def config_name(run: Run) -> str:
    """The name of the file with the config of a run."""
    return f"{run.name.replace('/', '_')}.yaml"
