"""The section of the report on one study: its scores, contrasts, probes, notes and figures."""

from pathlib import Path

import pandas as pd

from rnncompare.comparison.measure_card import in_sample
from rnncompare.comparison.primary_statistics import ceiling_sources, lower_is_better, primary_statistics
from rnncompare.comparison.shown_intervals import SIZES, with_shown_intervals
from rnncompare.recordings.card_model import Card
from rnncompare.report.answer import FIGURES, answer, in_one_sentence, what_it_shows
from rnncompare.report.embedded_figure import embedded_figure
from rnncompare.report.notes import imported, recorded, trained_on, unmatched, unreached
from rnncompare.tabulation import tables

PROBE_TABLE = [
    "model",
    "measure",
    "statistic",
    "condition_independent",
    "variable",
    "area",
    "to",
    "trials",
    "strength",
    "time",
    "seeds",
]
PROBE_TABLE += ["mean", "low", "high", "null_mean", "null_95", "p"]
CONTRAST_TABLE = [
    "measure",
    "statistic",
    "condition_independent",
    "variable",
    "area",
    "to",
    "model",
    "minus",
    "seeds",
    "minus_seeds",
    "difference",
    "low",
    "high",
    "condition_low",
    "condition_high",
    "prediction_low",
    "prediction_high",
    "p",
    "p_corrected",
]

# Tables that a study has only if its config asks for them.
OPTIONAL = ("within", "distances", "recovery", "generalisation")
FILES = {"within": "within_models", "distances": "universality"}  # table -> its file, where it has another name
SIZES_OF = {"recovery": ("recordings",)}  # columns over which intervals are, where they are not networks
NO_ANIMAL = "no animal"


def study_section(
    name: str,
    config: dict,
    of: dict[str, pd.DataFrame],
    results: Path,
    cards: dict[str, Card],
    calibration: pd.DataFrame,
) -> dict:
    """The data of a study that the template page.html shows.

    of: the tables of the run by name; cards: of the recordings, by name; calibration: the rows of an earlier
    calibration, which may be of other studies.
    """
    study, activities = config["studies"][name], results / name / "activity"
    named = ("summary", "contrasts", "similarity", "probes", "training", *(n for n in OPTIONAL if study.get(n)))
    mine = {table: _of_study(of[FILES.get(table, table)], name) for table in named}
    networks = {*study.get("models", {}), *mine["training"]["model"]}
    mine = {table: with_shown_intervals(r, networks, SIZES_OF.get(table, SIZES)) for table, r in mine.items()}
    rows = _rows(mine["summary"], mine["contrasts"], set(of["similarity"]["measure"]), study.get("baseline"))
    recording = next(iter(mine["summary"]["recording"].dropna()), None)
    measures = list(dict.fromkeys(c["measure"] for c in rows["columns"]))
    probes = list(dict.fromkeys(r["measure"] for r in rows["probes"]))
    return {
        "name": name,
        "title": study["title"],
        "answer": _answer(name, study, of, results, what_it_shows(rows["seeds"], measures, probes, recording)),
        "shows": in_one_sentence(len(rows["seeds"]), len(measures), len(probes), recording),
        "recording": recording,
        "animal": f"{cards[recording].animal} ({recording})" if recording in cards else NO_ANIMAL,
        "comparison": study["comparison"],
        "baseline": study.get("baseline"),
        **rows,
        **{table: _records(mine[table], []) if table in mine else [] for table in OPTIONAL},
        "recorded": recorded(study, activities, cards),
        "imported": imported(study, config, activities),
        "trained_on": trained_on(mine["summary"]),
        "unmatched": unmatched([mine["similarity"], mine["probes"]]),
        "unreached": unreached(mine["training"]),
        "calibrated": _calibrated(calibration[calibration["study"] == name], study["comparison"]),
        "figures": _figures(results, name, study),
    }


def _figures(results: Path, name: str, study: dict) -> list[dict]:
    """The figures that were drawn, the composed ones first, without that of the answer."""
    names = [*study.get("composed", {}), *(n for n in study["figures"] if n not in FIGURES.values())]
    return [figure for figure in (embedded_figure(results, name, n) for n in names) if figure]


def _of_study(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[table["study"] == name]


def _answer(name: str, study: dict, of: dict[str, pd.DataFrame], results: Path, shown: str) -> dict | None:
    """The answer to the question of a study, or what it shows instead."""
    found = of.get("verdict", pd.DataFrame(columns=["study"]))
    return answer(name, study, found[found["study"] == name], shown, results)


def _rows(summary: pd.DataFrame, contrasts: pd.DataFrame, measures: set[str], baseline: str | None) -> dict:
    """The rows of the three tables of a study, and its sources and primary statistics; measures: of similarity."""
    similarity = summary[summary["measure"].isin(measures)]
    probes = summary[~summary["measure"].isin(measures)].reindex(columns=PROBE_TABLE)
    contrasts = tables.at_once(contrasts[contrasts["measure"].isin(measures)] if len(similarity) else contrasts)
    shown = primary_statistics(similarity)
    first = contrasts.drop_duplicates("measure")  # represents a probe in a study without a recording
    differing = shown if len(similarity) else list(zip(first["measure"], first["statistic"], strict=True))
    rows = _records(judged(similarity), shown)
    removed = similarity[similarity["condition_independent"] == "removed"]
    sources = (similarity if len(similarity) else summary).groupby("model", sort=False)["seeds"].max().dropna()
    return {
        "models": list(sources.index),
        "seeds": sources.astype(int).to_dict(),
        "ceilings": ceiling_sources(removed),
        "exceeded": _exceeded(removed, baseline, shown),
        "columns": [{"measure": m, "statistic": s, "in_sample": in_sample(m, s)} for m, s in shown],
        "cells": {
            (r["model"], r["measure"], r["statistic"]): r for r in rows if r["condition_independent"] == "removed"
        },
        "rows": rows,
        "contrasts": _records(contrasts.reindex(columns=CONTRAST_TABLE), differing),
        "probes": _records(tables.at_once(probes), shown),
    }


def _exceeded(removed: pd.DataFrame, baseline: str | None, shown: list[tuple[str, str]]) -> dict[str, list]:
    """Ceiling -> the primary statistics by which the baseline exceeds it, so that it is not a ceiling."""
    rows = removed[removed["model"] == baseline].to_dict("records")
    rows = [r for r in rows if (r["measure"], r["statistic"]) in shown]
    return {
        column: [(r["measure"], r["statistic"]) for r in rows if column in str(r["above_ceiling"]).split()]
        for column in ceiling_sources(removed)
    }


def _calibrated(table: pd.DataFrame, comparison: dict) -> dict[tuple[str, str], dict]:
    """(measure, statistic) -> its calibration for the first null of the comparison that was calibrated."""
    found = {}
    for null in comparison["nulls"] if len(table) else []:
        chosen = table[(table["condition_independent"] == "removed") & (table["null"] == null)]
        found = {(r["measure"], r["statistic"]): r for r in chosen.to_dict("records")} | found
    return found


def judged(similarity: pd.DataFrame) -> pd.DataFrame:
    """The rows, with a column `chance`: whether the mean is not better than the 95th percentile of the null."""
    chance = pd.Series(False, index=similarity.index)
    for _, group in similarity.groupby(["measure", "statistic", "condition_independent"], sort=False):
        sign = -1 if lower_is_better(group) else 1
        chance[group.index] = group["null_95"].notna() & (sign * group["mean"] <= sign * group["null_95"])
    return similarity.assign(chance=chance)


def _records(table: pd.DataFrame, shown: list[tuple[str, str]]) -> list[dict]:
    """Rows as dictionaries, with None for missing values, and whether each is a primary statistic."""
    primary = [pair in shown for pair in zip(table["measure"], table["statistic"], strict=True)]
    return table.astype(object).where(table.notna(), None).assign(primary=primary).to_dict("records")
