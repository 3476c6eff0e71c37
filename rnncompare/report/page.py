"""The report: every table and figure of a run as one HTML page that opens offline."""

import base64
import inspect
import json
import re
from pathlib import Path

import jinja2
import pandas as pd

from rnncompare import activity, plugins
from rnncompare.comparison.primary_statistics import (
    ceiling_sources,
    headlines,
    in_sample,
    lower_is_better,
    title,
    words,
)
from rnncompare.files import plain_yaml
from rnncompare.files.checksums import verify
from rnncompare.recordings.card import Card, read_card
from rnncompare.reproducibility.provenance import others
from rnncompare.tabulation import tables

SCREEN = 1.9  # pixels a point: figures are drawn for print, and read from farther away here
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
    "difference",
    "low",
    "high",
    "rerun_low",
    "rerun_high",
    "p",
    "p_corrected",
]


def report(results: Path, cards: list[Path], config: dict, calibration: Path | None = None) -> str:
    """The page, for results/report/index.html; figures are inside it, files of results/ are linked relative to it.

    results: folder of tables/, figures/, provenance.json and the activities of each study, whose labels are cited;
    cards: of the recordings; config: as it was used, with all options; calibration: the table of an earlier
    calibration, cited below the scores of its study.
    """
    of = {p.stem: tables.read(p) for p in sorted((results / "tables").glob("*.csv"))}
    calibrated = pd.DataFrame(columns=["study"]) if calibration is None else tables.read(calibration, from_user=True)
    verify(results / "provenance.json")
    computed = json.loads((results / "provenance.json").read_text(encoding="utf-8"))
    names = [s for s in config["studies"] if s in set(of["summary"]["study"])]
    cards = {path.parent.name: read_card(path) for path in cards}  # as a config names them
    studies = [
        _study(name, config, of, results)
        | {"recorded": _recorded(config["studies"][name], results / name / "activity", cards)}
        | {"calibrated": _calibrated(calibrated[calibrated["study"] == name], config["studies"][name]["comparison"])}
        for name in names
    ]
    page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters |= {"score": score, "p": p_value, "words": words, "title": title, "count": count, "percent": percent}
    return page.from_string(Path(__file__).with_suffix(".html").read_text(encoding="utf-8")).render(
        studies=studies,
        models=list(dict.fromkeys(m for s in studies for m in s["models"])),
        tables=list(of),
        cards=list(cards.values()),
        config=plain_yaml.dump(config, sort_keys=False, allow_unicode=True, width=110),
        provenance=computed,
        others=others(computed),
    )


def _study(name: str, config: dict, of: dict[str, pd.DataFrame], results: Path) -> dict:
    summary, contrasts = (of[table][of[table]["study"] == name] for table in ("summary", "contrasts"))
    measures = set(of["similarity"]["measure"])
    similarity = summary[summary["measure"].isin(measures)]
    probes = summary[~summary["measure"].isin(measures)].reindex(columns=PROBE_TABLE)
    contrasts = tables.at_once(contrasts[contrasts["measure"].isin(measures)] if len(similarity) else contrasts)
    shown = headlines(similarity)
    first = contrasts.drop_duplicates("measure")  # stands for a probe, where nothing is compared with a recording
    differing = shown if len(similarity) else list(zip(first["measure"], first["statistic"], strict=True))
    rows = _records(_judged(similarity), shown)
    removed = similarity[similarity["condition_independent"] == "removed"]
    sources = (similarity if len(similarity) else summary).groupby("model", sort=False)["seeds"].max().dropna()
    return {
        "name": name,
        "title": config["studies"][name]["title"],
        "recording": next(iter(summary["recording"].dropna()), None),
        "comparison": config["studies"][name]["comparison"],
        "models": list(sources.index),
        "seeds": sources.astype(int).to_dict(),
        "ceilings": ceiling_sources(removed),
        "columns": [{"measure": m, "statistic": s, "in_sample": in_sample(m, s)} for m, s in shown],
        "cells": {
            (r["model"], r["measure"], r["statistic"]): r for r in rows if r["condition_independent"] == "removed"
        },
        "rows": rows,
        "contrasts": _records(contrasts.reindex(columns=CONTRAST_TABLE), differing),
        "probes": _records(tables.at_once(probes), shown),
        "unmatched": _unmatched([of[table][of[table]["study"] == name] for table in ("similarity", "probes")]),
        "unreached": _unreached(of["training"][of["training"]["study"] == name]),
        "figures": [f for f in (_figure(results, name, figure) for figure in config["studies"][name]["figures"]) if f],
    }


def _recorded(study: dict, activities: Path, cards: dict[str, Card]) -> list[dict]:
    """What was done to each recording on the way from its files: its source's name, its card's, and that in words."""
    recordings = {"recording": study["recording"]} | study["others"]
    paths = {source: activities / source / "0.nc" for source, recording in recordings.items() if recording}
    # One that no other source needed was not read.
    return [
        {"source": source, "card": recordings[source]["card"], "said": said}
        for source, path in paths.items()
        if path.exists() and (said := _said(cards[recordings[source]["card"]], activity.read_labels(path)))
    ]


def _said(card: Card, labels: dict[str, str | int]) -> list[str]:
    names = [f"{label} as {names['condition']}" for label, names in card.conditions.items()]
    said = {
        "units were not recorded together": labels.get("simultaneous") == 0,
        f"times moved by {card.offset:g} s": card.offset,
        f"conditions that its card names: {', '.join(names)}": names,
        labels.get("notes"): labels.get("notes"),
    }
    return [text for text, true in said.items() if true]


def _unmatched(tables: list[pd.DataFrame]) -> dict[str, list[str]]:
    """What was left out since one side alone has it, in words: the sources of which it was left out."""
    rows = pd.concat([table.reindex(columns=["model", "statistic", "origin", "note"]) for table in tables])
    # The notes of networks that were not measured say why, and those of published rows are their authors'.
    rows = rows[rows["note"].notna() & rows["origin"].isna() & rows["statistic"].ne("measured")]
    return {note: list(dict.fromkeys(group)) for note, group in rows.groupby("note", sort=False)["model"]}


def _unreached(training: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """(model, why it stopped): how many networks did not reach what they were to be stopped by, and of how many."""
    asked = training[training.reindex(columns=["stop_at", "stop_correct"]).notna().any(axis=1)]
    if asked.empty:  # a study of recordings alone has no such columns
        return {}
    last = asked.groupby(["model", "seed"], sort=False)["stopped"].last().reset_index()
    networks = last["model"].value_counts()
    missed = last[last["stopped"] != "reached"].groupby(["model", "stopped"], sort=False).size()
    return {(model, why): (count, networks[model]) for (model, why), count in missed.items()}


def _calibrated(table: pd.DataFrame, comparison: dict) -> dict[tuple[str, str], dict]:
    """(measure, statistic): its calibration against the null that stands beside its scores, the first that it has."""
    found = {}
    for null in comparison["nulls"] if len(table) else []:
        chosen = table[(table["condition_independent"] == "removed") & (table["null"] == null)]
        found = {(r["measure"], r["statistic"]): r for r in chosen.to_dict("records")} | found
    return found


def _judged(similarity: pd.DataFrame) -> pd.DataFrame:
    """The rows with whether each is no better than chance."""
    chance = pd.Series(False, index=similarity.index)
    for _, group in similarity.groupby(["measure", "statistic", "condition_independent"], sort=False):
        sign = -1 if lower_is_better(group) else 1
        chance[group.index] = group["null_95"].notna() & (sign * group["mean"] <= sign * group["null_95"])
    return similarity.assign(chance=chance)


def _records(table: pd.DataFrame, shown: list[tuple[str, str]]) -> list[dict]:
    """Rows as dictionaries, None for what is missing, and whether each is of a headline statistic."""
    headline = [pair in shown for pair in zip(table["measure"], table["statistic"], strict=True)]
    return table.astype(object).where(table.notna(), None).assign(headline=headline).to_dict("records")


def _figure(results: Path, study: str, name: str) -> dict | None:
    """A drawn figure with its caption, which is its docstring; None where the study has none of this name."""
    drawn = results / "figures" / study / f"{name}.svg"
    if not drawn.exists():
        return None
    verify(drawn)
    svg = drawn.read_bytes()
    width = float(re.search(rb'width="([\d.]+)pt"', svg)[1])
    heading, _, text = inspect.getdoc(plugins.find("figures", name)).partition("\n\n")
    return {
        "name": name,
        "heading": " ".join(heading.split()),
        "caption": [" ".join(part.split()) for part in text.split("\n\n")],
        "image": "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii"),
        "width": round(width * SCREEN),
        "files": {suffix: f"../figures/{study}/{name}.{suffix}" for suffix in ("pdf", "svg", "png", "csv")},
    }


def score(value: float | None) -> str:
    """Two decimals, a third for what is below a tenth, with a true minus sign; a dash for nothing."""
    if value is None:
        return "–"
    text = f"{value:.3f}" if 0.0005 <= abs(value) < 0.1 else f"{value:.2f}"
    return text.replace("-", "" if float(text) == 0 else "−")


def count(value: float | None) -> str:
    """A mean number of things, without needless digits; a dash for nothing."""
    return "–" if value is None else f"{value:.1f}".removesuffix(".0")


def percent(share: float | None) -> str:
    """A share as a whole number of hundredths; a dash for nothing."""
    return "–" if share is None or pd.isna(share) else f"{100 * share:.0f} %"


def p_value(value: float | None) -> str:
    """Two digits, or that it is below .001."""
    return "–" if value is None else "< 0.001" if value < 0.001 else f"{value:.2g}"
