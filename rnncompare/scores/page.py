"""The page of scores in Markdown: every model and control by every recording, from scores.csv and its runs."""

import pandas as pd

from rnncompare.comparison.primary_statistics import title, words
from rnncompare.scores import cells
from rnncompare.scores.comparisons import in_words
from rnncompare.scores.finished import Run
from rnncompare.scores.kinds import CONTROL, DESCRIPTION, MODEL, REFERENCE
from rnncompare.scores.ranks import NO_MODEL, RULES
from rnncompare.scores.studies import studies
from rnncompare.statistics.p_values import LEVEL

TITLE = "Scores by recording"
ORDER = {role: k for k, role in enumerate([MODEL, CONTROL, REFERENCE, DESCRIPTION])}
START = """# {title}

Every model and every control of the runs below, with every recording to which it was compared, in the primary
statistics of each study, from the tables of finished runs (`rnncompare scores`). The same values, with more columns,
are in [scores.csv]({folder}/scores.csv). {explained} [How to read the tables](#how-to-read-the-tables), and
[how a model enters](#how-a-model-enters), are at the end.
"""
END = """## How to read the tables

{rules}
Brackets in the tables of scores are 95 % intervals over networks (or draws) and, where these were resampled, over the
recording's units; those of margins are over networks and conditions, or over networks if no condition was left out,
and are given for differences that a study tests. p, corrected over the statistics of a source, is given where it is
not below {level}: the score could then be that of conditions that do not correspond. Networks with the same seed, and
the same resampled units, make differences more precise than two separate intervals suggest: for two models, see the
contrasts in the report of the study.

## How a model enters

Save the hidden states of each network in the conditions of the recording, `runs/mine_0.npz`, `runs/mine_1.npz`, ..,
name them under `models` of the study of that recording,

```yaml
mine: {{activities: "runs/mine_*.npz"}}
```

run the config of the study again, which computes only what is new, and make this page again.
"""
EXPLAINED = {True: "[Scores of all models](scores.md) explains it.", False: "`docs/scores.md` explains it."}


def page(
    table: pd.DataFrame, runs: list[Run], folder: str, *, beside_docs: bool, figures: dict[tuple, list[str]]
) -> str:
    """The page. table: scores.csv; runs: those of its rows; folder: that of the files to which the page links.

    beside_docs: whether the page is in docs/, to whose pages it can link; figures: (run, study) -> its images in the
    folder.
    """
    rules = "\n".join(f"- **{name}** {rule}" for name, rule in RULES.items()) + "\n"
    start = START.format(title=TITLE, folder=folder, explained=EXPLAINED[beside_docs])
    end = END.format(rules=rules, level=f"{LEVEL:g}"[1:])
    recordings = [_recording(name, rows, runs) for name, rows in table.groupby("recording", sort=False)]
    parts = [start, "## Models and recordings", _overview(table), *recordings, "## Studies"]
    return "\n\n".join(part.strip() for part in [*parts, *studies(table, runs, folder, figures), end]) + "\n"


def _overview(table: pd.DataFrame) -> str:
    """How many networks of each model, or draws of each control, were compared with each recording."""
    rows = table[table["role"].isin([MODEL, CONTROL])].drop_duplicates(["run", "study", "model"])
    recordings = list(dict.fromkeys(rows["recording"]))
    heads = ["model or control", "what it is", *(f"[{cells.plain(r)}](#{cells.anchor(r)})" for r in recordings)]
    lines = []
    for (_, _), of in rows.groupby(["model", "kind"], sort=False):
        counts = [" + ".join(map(cells.networks, of[of["recording"] == r].to_dict("records"))) for r in recordings]
        first = of.iloc[0].to_dict()
        lines.append([cells.plain(words(first["model"])), cells.plain(first["kind"]), *counts])
    return markdown(heads, lines)


def _recording(name: str, rows: pd.DataFrame, runs: list[Run]) -> str:
    """The section of a recording, with a part for each way in which it was compared."""
    known = {(run.name, study): of for run in runs for study, of in run.config.studies.items()}
    parts = [f"## `{name}`"]
    groups = list(rows.groupby("settings", sort=False))
    for k, (_, of) in enumerate(groups, start=1):
        parts += [f"### Comparison {k} of {len(groups)} with `{name}`"] if len(groups) > 1 else []
        compared = in_words(known[of["run"].iloc[0], of["study"].iloc[0]])
        of = of.sort_values("role", key=lambda role: role.map(ORDER), kind="stable")
        parts += [f"How it was compared: {compared}.", _scores(of), _margins(of), _descriptions(of)]
    return "\n\n".join(filter(None, parts))


def _scores(rows: pd.DataFrame) -> str:
    """The table of scores: a row for each source and a column for each statistic."""
    of = rows[rows["role"] != DESCRIPTION]
    columns = column_names(of)
    heads = ["source and study", "what it is", "number", *columns.values()]
    lines = []
    for _, source in of.groupby(["run", "study", "model"], sort=False):
        first, by_column = source.iloc[0].to_dict(), _by_column(source)
        reason = _same_reason(source)
        shown = [cells.score(by_column[c], reason) if c in by_column else "" for c in columns]
        about = cells.kind(first) + (f"; not ranked: {reason}" if reason else "")
        lines.append([cells.name(first), about, cells.size(first), *shown])
    return markdown(heads, lines)


def _margins(rows: pd.DataFrame) -> str:
    """The table of margins over the baselines of the studies; '' if there is none."""
    of = rows[rows["margin"].notna()]
    if of.empty:
        return ""
    columns = column_names(of)
    baselines = " or ".join(f"`{name}`" for name in dict.fromkeys(of["baseline"]))
    lines = []
    for _, source in of.groupby(["run", "study", "model"], sort=False):
        by_column = _by_column(source)
        shown = [cells.margin(by_column[c]) if c in by_column else "" for c in columns]
        lines.append([cells.name(source.iloc[0].to_dict()), *shown])
    about = f"Margins over {baselines}: by how much a source is more similar to the recording (negative: less similar)."
    return f"{about}\n\n{markdown(['source and study', *columns.values()], lines)}"


def _descriptions(rows: pd.DataFrame) -> str:
    """What a probe such as cosine tuning predicts of the recording itself, in a sentence for each study."""
    of = rows[rows["role"] == DESCRIPTION].to_dict("records")
    return "\n".join(
        f"- {title(row['measure'])} of the recording itself, without a network ({cells.plain(row['study'])}): "
        f"{words(row['statistic'])} {row['mean']:.2f} (95th percentile of its null distribution {row['null_95']:.2f})."
        for row in of
    )


def column_names(rows: pd.DataFrame) -> dict[tuple, str]:
    """(measure, options, statistic) -> its head; the same measure with other options is another column."""
    first = rows.drop_duplicates(["measure", "options", "statistic"]).to_dict("records")
    options = rows.groupby("measure", sort=False)["options"].unique()
    names = {}
    for row in first:
        known = list(options[row["measure"]])
        which = f", options {known.index(row['options']) + 1}" if len(known) > 1 else ""
        lower = f"{cells.LINE}(smaller is more similar)" if row["lower_is_better"] else ""
        statistic = words(row["statistic"])
        head = title(row["measure"]) + ("" if statistic in title(row["measure"]).split() else f", {statistic}") + which
        names[row["measure"], row["options"], row["statistic"]] = cells.plain(head) + lower
    return names


def _by_column(rows: pd.DataFrame) -> dict[tuple, dict]:
    return {(row["measure"], row["options"], row["statistic"]): row for row in rows.to_dict("records")}


def _same_reason(rows: pd.DataFrame) -> str:
    """The reason for which none of the rows is ranked, '' if there are several or none, or if cells give it."""
    reasons = set(rows["not_ranked"])
    return "".join(reasons - {NO_MODEL, *rows["differs"]}) if len(reasons) == 1 else ""


def markdown(heads: list[str], lines: list[list[str]]) -> str:
    """A table of cells that are Markdown already."""
    return "\n".join(f"| {' | '.join(line)} |" for line in [heads, ["---"] * len(heads), *lines])
