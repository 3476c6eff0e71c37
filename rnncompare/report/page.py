"""The report: all tables and figures of a run in one HTML page without external resources."""

import base64
import inspect
import json
import re
from pathlib import Path

import jinja2
import pandas as pd

from rnncompare import activity, plugins
from rnncompare.activity.notes import split_notes
from rnncompare.comparison.primary_statistics import (
    ceiling_sources,
    in_sample,
    lower_is_better,
    primary_statistics,
    title,
    words,
)
from rnncompare.files import plain_yaml
from rnncompare.files.checksums import verify
from rnncompare.recordings.card import read_card
from rnncompare.recordings.card_model import Card
from rnncompare.reproducibility.provenance import others
from rnncompare.tabulation import tables

SCREEN = 1.9  # pixels per point; figures are drawn for print and enlarged for the screen
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
    "prediction_low",
    "prediction_high",
    "p",
    "p_corrected",
]


def report(results: Path, cards: list[Path], config: dict, calibration: Path | None = None) -> str:
    """The page results/report/index.html, with embedded figures and relative links to files of results/.

    results: folder with tables/, figures/, provenance.json and the activities of each study, whose labels are cited;
    cards: of the recordings; config: the config of the run with all options; calibration: the table of an earlier
    calibration, which is shown below the scores of its study.
    """
    of = {p.stem: tables.read(p) for p in sorted((results / "tables").glob("*.csv"))}
    calibrated = pd.DataFrame(columns=["study"]) if calibration is None else tables.read(calibration, from_user=True)
    verify(results / "provenance.json")
    computed = json.loads((results / "provenance.json").read_text(encoding="utf-8"))
    names = [s for s in config["studies"] if s in set(of["summary"]["study"])]
    cards = {path.parent.name: read_card(path) for path in cards}  # by their names in the config
    studies = [
        _study(name, config, of, results)
        | {"recorded": _recorded(config["studies"][name], results / name / "activity", cards)}
        | {"imported": _imported(config["studies"][name], config, results / name / "activity")}
        | {"calibrated": _calibrated(calibrated[calibrated["study"] == name], config["studies"][name]["comparison"])}
        for name in names
    ]
    page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters |= {"score": score, "p": p_value, "words": words, "title": title, "count": count, "percent": percent}
    return page.from_string(Path(__file__).with_name("page.html").read_text(encoding="utf-8")).render(
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
    shown = primary_statistics(similarity)
    first = contrasts.drop_duplicates("measure")  # represents a probe in a study without a recording
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
    """The processing of each recording: the name of its source, the name of its card, and a description."""
    recordings = {"recording": study["recording"]} | study["others"]
    paths = {source: activities / source / "0.nc" for source, recording in recordings.items() if recording}
    # A recording that no other source needs has not been read.
    return [
        {"source": source, "card": recordings[source]["card"], "said": said}
        for source, path in paths.items()
        if path.exists() and (said := _said(cards[recordings[source]["card"]], activity.read_labels(path)))
    ]


def _said(card: Card, labels: dict[str, str | int]) -> list[str]:
    names = [f"{label} as {names['condition']}" for label, names in card.conditions.items()]
    said = {
        "units were not recorded together": labels.get("simultaneous") == 0,
        f"times shifted by {card.offset:g} s": card.offset,
        f"conditions renamed by its card: {', '.join(names)}": names,
        labels.get("notes"): labels.get("notes"),
    }
    return [text for text, true in said.items() if true]


def _imported(study: dict, config: dict, activities: Path) -> list[dict]:
    """Of each model whose networks were trained elsewhere: its files, how they were read, and what leaves it out."""
    found = []
    for name, model in study.get("models", {}).items():
        if model.get("activities"):
            read = sorted((activities / name).glob("[!.]*.nc"))
            said = str(activity.read_labels(read[0]).get("notes", "")) if read else ""
            how = [text for _, text in split_notes(said) if not text.startswith("imported from")]
            found.append({"source": name, "files": model["activities"], "how": how, "without": _without(study, config)})
    return found


def _without(study: dict, config: dict) -> list[str]:
    """What needs weights, or a training of this run, and so leaves out networks that were trained elsewhere."""
    probes = study.get("probes") if study.get("probes") is not None else list(config.get("probes", {}))
    of_weights = [p for p in probes if plugins.takes(plugins.find("probes", config["probes"][p]["use"]), "weights")]
    robustness = ["robustness"] if config.get("robustness") and not study.get("simulation") else []
    return ["provenance", *robustness, *of_weights]


def _unmatched(tables: list[pd.DataFrame]) -> dict[str, list[str]]:
    """Description of unmatched conditions -> the sources in which they were excluded."""
    rows = pd.concat([table.reindex(columns=["model", "statistic", "origin", "note"]) for table in tables])
    # The notes of networks that were not measured give the reason, and those of published rows are by their authors.
    rows = rows[rows["note"].notna() & rows["origin"].isna() & rows["statistic"].ne("measured")]
    return {note: list(dict.fromkeys(group)) for note, group in rows.groupby("note", sort=False)["model"]}


def _unreached(training: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """(model, why training stopped) -> the number of networks that did not reach the criterion, and of all networks."""
    asked = training[training.reindex(columns=["stop_at", "stop_correct"]).notna().any(axis=1)]
    if asked.empty:  # a study of recordings alone has no such columns
        return {}
    last = asked.groupby(["model", "seed"], sort=False)["stopped"].last().reset_index()
    networks = last["model"].value_counts()
    missed = last[last["stopped"] != "reached"].groupby(["model", "stopped"], sort=False).size()
    return {(model, why): (count, networks[model]) for (model, why), count in missed.items()}


def _calibrated(table: pd.DataFrame, comparison: dict) -> dict[tuple[str, str], dict]:
    """(measure, statistic) -> its calibration for the first null of the comparison that was calibrated."""
    found = {}
    for null in comparison["nulls"] if len(table) else []:
        chosen = table[(table["condition_independent"] == "removed") & (table["null"] == null)]
        found = {(r["measure"], r["statistic"]): r for r in chosen.to_dict("records")} | found
    return found


def _judged(similarity: pd.DataFrame) -> pd.DataFrame:
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


def _figure(results: Path, study: str, name: str) -> dict | None:
    """A figure with its caption, which is its docstring; None if it has not been drawn for the study."""
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
    """Two decimals, or three below 0.1, with a minus sign; a dash for a missing value."""
    if value is None:
        return "–"
    text = f"{value:.3f}" if 0.0005 <= abs(value) < 0.1 else f"{value:.2f}"
    return text.replace("-", "" if float(text) == 0 else "−")


def count(value: float | None) -> str:
    """A mean count with at most one decimal; a dash for a missing value."""
    return "–" if value is None else f"{value:.1f}".removesuffix(".0")


def percent(share: float | None) -> str:
    """A share as a percentage without decimals; a dash for a missing value."""
    return "–" if share is None or pd.isna(share) else f"{100 * share:.0f} %"


def p_value(value: float | None) -> str:
    """Two significant digits, or '< 0.001'; a dash for a missing value."""
    return "–" if value is None else "< 0.001" if value < 0.001 else f"{value:.2g}"
