"""One row for each source, recording and primary statistic of finished runs: scores.csv."""

import numpy as np
import pandas as pd

from rnncompare.comparison.primary_statistics import lower_is_better, primary_held_out
from rnncompare.comparison.shown_intervals import with_shown_intervals
from rnncompare.scores.comparisons import options_of, settings_of
from rnncompare.scores.finished import Run
from rnncompare.scores.kinds import DESCRIPTION, is_trained, kind, role
from rnncompare.scores.margins import margins
from rnncompare.scores.ranks import ranked
from rnncompare.study.config_keys import Study

STATISTIC = ["measure", "statistic"]
DESCRIBING = ("cosine_tuning",)  # probes of the recording whose scores are those of a model without networks
COLUMNS = {  # column -> meaning, "" if it is that of all tables
    "recording": "",
    "run": "the folder of the run",
    **dict.fromkeys(("study", "model"), ""),
    "role": "`model`, `control`, `reference` (a part of the recording, or another one) or `description` (of the "
    "recording by a probe)",
    "kind": "what the source is, from its entry in the config",
    "trained": "whether its networks were trained",
    "trained_on": "what of this recording they were trained on; such networks have no margin",
    **dict.fromkeys(("measure", "statistic", "lower_is_better"), ""),
    **dict.fromkeys(
        ("mean", "low", "high", "condition_low", "condition_high", "null_95", "p_corrected"),
        "those of summary.csv, without intervals that are not shown",
    ),
    "full_length": "the score of halves after the Spearman-Brown formula",
    "networks": "the number of networks, or of draws or splits of a control",
    "input_sets": "",
    "animals": "the number of studies of a group of animals, with this one, in which the source has the statistic",
    "baseline": "the baseline of the study",
    "margin": "`over_baseline` of summary.csv: positive is more similar, also where smaller values are",
    **dict.fromkeys(
        ("margin_low", "margin_high"),
        "the interval of the contrast with the baseline, if there is one, with the sign of `margin`",
    ),
    "margin_over_conditions": "whether this interval is over networks and conditions",
    "margin_p_corrected": "the corrected p of this contrast",
    "same_direction": "the number of these `animals` in which the margin has this sign",
    "components": "the number of components of the source",
    **dict.fromkeys(("conditions", "times"), ""),
    "differs": "of which of `components`, `conditions` and `times` a source has fewer than the models and controls, so "
    "that its score and margin are not comparable with theirs",
    "not_ranked": "why the source has no rank",
    **dict.fromkeys(("rank_best", "rank_worst", "of"), "the ends of the range of its ranks among `of` sources"),
    **dict.fromkeys(
        ("settings", "options"),
        "names of the settings of the comparison and of the options of the measure; comparable scores have the same",
    ),
    **dict.fromkeys(("rows", "rows_sha256"), "the file with the scores of single networks, and its sha256"),
    "manifest_sha256": "the sha256 of the manifest of the run",
    "code": "the version of the code",
}


def scores(runs: list[Run]) -> pd.DataFrame:
    """The rows of all runs, in the order of runs, studies and sources. Raises ValueError if there are none.

    Columns: see `COLUMNS`, `margins`, `ranks` and `comparisons`.
    """
    parts = [part for run in runs for part in _of_run(run)]
    if not parts:
        names = ", ".join(run.name for run in runs)
        raise ValueError(f"{names}: found no scores of a recording, wanted at least one study with a recording")
    table = pd.concat(parts, ignore_index=True)
    return ranked(table).reindex(columns=list(COLUMNS))


def _of_run(run: Run) -> list[pd.DataFrame]:
    """The rows of each study of a run that compares sources with a recording."""
    summary, sizes, contrasts = (run.table(name) for name in ("summary", "similarity", "contrasts"))
    if summary.empty or "p_corrected" not in summary:
        return []
    parts = []
    for name, study in run.config.studies.items():
        if study.recording is None or study.comparison is None:
            continue
        rows = _of_study(summary[summary["study"] == name], study)
        if len(rows):
            rows = _with_sizes(rows, summary, sizes).assign(run=run.name, settings=settings_of(study))
            rows["options"] = [options_of(run.config, measure) for measure in rows["measure"]]
            rows = margins(rows, name, run.config, summary, contrasts)
            parts += [_with_provenance(rows, run, name), _descriptions(summary, run, name)]
    return [part for part in parts if len(part)]


def _of_study(summary: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The primary statistics of a study: of all sources, with the condition-independent signal removed."""
    chosen = primary_held_out(summary[summary["p_corrected"].notna()])
    removed = summary[summary["condition_independent"] == "removed"]
    rows = removed[[pair in chosen for pair in removed[STATISTIC].itertuples(index=False, name=None)]]
    if rows.empty:
        return rows
    lower = {pair: lower_is_better(group) for pair, group in rows.groupby(STATISTIC, sort=False)}
    rows = with_shown_intervals(rows, study.models)
    rows = rows.reindex(columns=list(dict.fromkeys([*rows, "trained_on", "input_sets", "over_baseline"])))
    return rows.assign(
        over_baseline=rows["over_baseline"].mask(rows["trained_on"].notna()),
        lower_is_better=[lower[pair] for pair in rows[STATISTIC].itertuples(index=False, name=None)],
        role=[role(study, source) for source in rows["model"]],
        kind=[kind(study, source) for source in rows["model"]],
        trained=[is_trained(study, source) for source in rows["model"]],
        networks=rows["seeds"],
        full_length=_full_length(rows, study),
    )


def _descriptions(summary: pd.DataFrame, run: Run, name: str) -> pd.DataFrame:
    """What a probe such as cosine tuning predicts of the recording itself; it has no networks and is not ranked."""
    probes = {probe: entry for probe, entry in run.config.probes.items() if entry.use in DESCRIBING}
    rows = summary[(summary["study"] == name) & summary["measure"].isin(probes) & (summary["model"] == "recording")]
    files = [f"{name}/probes/{probe}/recording.csv" for probe in rows["measure"]]
    return rows.reindex(columns=[column for column in rows if column in COLUMNS]).assign(
        run=run.name,
        role=DESCRIPTION,
        kind=[f"{probes[probe].use} of the recording" for probe in rows["measure"]],
        trained=False,
        lower_is_better=False,
        settings=settings_of(run.config.studies[name]),
        options=[options_of(run.config, probe) for probe in rows["measure"]],
        rows=files,
        rows_sha256=[run.sha256(file) for file in files],
        manifest_sha256=run.digest,
        code=run.code,
    )


def _full_length(rows: pd.DataFrame, study: Study) -> list[float]:
    """The score of a half of units or trials at full length, of the sources that are ceilings."""
    columns = {ceiling.source: f"{name}_spearman_brown" for name, ceiling in study.ceilings.items()}
    return [row.get(columns.get(row["model"]), np.nan) for row in rows.to_dict("records")]


def _with_sizes(rows: pd.DataFrame, summary: pd.DataFrame, similarity: pd.DataFrame) -> pd.DataFrame:
    """Rows with the numbers of components of the source, and of the conditions and times that were compared."""
    keys = ["study", "model", "measure"]
    of = summary[(summary["statistic"] == "components_source") & (summary["condition_independent"] == "removed")]
    components = of.drop_duplicates(keys).set_index(keys)["mean"]
    known = [name for name in ("conditions", "times") if name in similarity]
    compared = similarity[similarity["condition_independent"] == "removed"].groupby([*keys, "statistic"])[known].min()
    found = rows.join(components.rename("components"), on=keys).join(compared, on=[*keys, "statistic"])
    return found.reindex(columns=list(dict.fromkeys([*found, "conditions", "times"])))


def _with_provenance(rows: pd.DataFrame, run: Run, study: str) -> pd.DataFrame:
    """Rows with the file of the scores of single networks, its checksum, the manifest's, and the code."""
    files = [f"{study}/similarity/{source}.rows.csv" for source in rows["model"]]
    return rows.assign(
        rows=files, rows_sha256=[run.sha256(file) for file in files], manifest_sha256=run.digest, code=run.code
    )
