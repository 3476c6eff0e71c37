"""The report: every table and figure of a run as one HTML page that opens offline."""

import base64
import inspect
import platform
import re
from importlib.metadata import version
from pathlib import Path

import jinja2
import pandas as pd
import yaml

from rnncompare import __version__, plugins, tables
from rnncompare.card import read_card
from rnncompare.headlines import ceiling_sources, headlines, in_sample, lower_is_better, title, words

LIBRARIES = ("numpy", "scipy", "pandas", "xarray", "scikit-learn", "torch", "matplotlib", "pynwb", "snakemake")
SCREEN = 1.9  # pixels a point: figures are drawn for print, and read from farther away here
ROUNDING = 1e-9  # a ceiling's own score is not above it
CONTRAST_TABLE = [
    "measure",
    "statistic",
    "condition_independent",
    "model",
    "minus",
    "seeds",
    "difference",
    "low",
    "high",
    "p",
]


def report(results: Path, cards: list[Path], config: dict) -> str:
    """The page, for results/report/index.html; figures are inside it, files of results/ are linked relative to it.

    results: folder of tables/ and figures/; cards: of the recordings; config: as it was used, with all options.
    """
    of = {p.stem: tables.read(p) for p in sorted((results / "tables").glob("*.csv"))}
    names = [s for s in config["studies"] if s in set(of["summary"]["study"])]
    studies = [_study(name, config, of, results) for name in names]
    page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters |= {"score": score, "p": p_value, "words": words, "title": title}
    return page.from_string(Path(__file__).with_suffix(".html").read_text(encoding="utf-8")).render(
        studies=studies,
        models=list(dict.fromkeys(m for s in studies for m in s["models"])),
        tables=list(of),
        cards=[read_card(card) for card in cards],
        config=yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=110),
        versions={"rnncompare": __version__, "Python": platform.python_version()}
        | {name: version(name) for name in LIBRARIES},
    )


def _study(name: str, config: dict, of: dict[str, pd.DataFrame], results: Path) -> dict:
    summary = of["summary"][of["summary"]["study"] == name]
    measures = set(of["similarity"]["measure"])
    similarity = summary[summary["measure"].isin(measures)]
    columns = headlines(similarity)
    rows = [
        _judged(group) for _, group in similarity.groupby(["measure", "statistic", "condition_independent"], sort=False)
    ]
    rows = (
        pd.concat(rows)
        .sort_index()
        .assign(headline=lambda t: [pair in columns for pair in zip(t["measure"], t["statistic"], strict=True)])
    )
    contrasts = of.get("contrasts", pd.DataFrame(columns=["study"]))
    contrasts = contrasts[contrasts["study"] == name].reindex(columns=CONTRAST_TABLE)
    contrasts = contrasts[contrasts["measure"].isin(measures)]
    return {
        "name": name,
        "title": config["studies"][name]["title"],
        "recording": summary["recording"].iloc[0],
        "comparison": config["studies"][name]["comparison"],
        "models": list(dict.fromkeys(similarity["model"])),
        "seeds": similarity.groupby("model", sort=False)["seeds"].max().astype(int).to_dict(),
        "columns": [{"measure": m, "statistic": s, "in_sample": in_sample(m)} for m, s in columns],
        "cells": {
            (r["model"], r["measure"], r["statistic"]): r
            for r in _records(rows[rows["condition_independent"] == "removed"])
        },
        "rows": _records(rows),
        "ceilings": ceiling_sources(similarity[similarity["condition_independent"] == "removed"]),
        "contrasts": _records(
            contrasts.assign(
                headline=[pair in columns for pair in zip(contrasts["measure"], contrasts["statistic"], strict=True)]
            )
        ),
        "figures": [f for f in (_figure(results, name, figure) for figure in config["studies"][name]["figures"]) if f],
    }


def _judged(group: pd.DataFrame) -> pd.DataFrame:
    """The rows of one statistic, with whether each does better than chance and better than a ceiling."""
    sign = -1 if lower_is_better(group) else 1
    tops = ceiling_sources(group)
    above = pd.DataFrame({c: sign * group["mean"] > sign * group[c] + ROUNDING for c in tops}, index=group.index).any(
        axis=1
    )
    return group.assign(
        chance=group["null_95"].notna() & (sign * group["mean"] <= sign * group["null_95"]),
        above_ceiling=above & ~group["model"].isin(tops.values()),
    )


def _records(table: pd.DataFrame) -> list[dict]:
    """Rows as dictionaries, None for what is missing."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def _figure(results: Path, study: str, name: str) -> dict | None:
    """A drawn figure with its caption, which is its docstring; None where the study has none of this name."""
    drawn = results / "figures" / study / f"{name}.svg"
    if not drawn.exists():
        return None
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
    """Two decimals with a true minus sign; a dash for nothing."""
    return "–" if value is None else f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def p_value(value: float | None) -> str:
    """Two digits, or that it is below .001."""
    return "–" if value is None else "< 0.001" if value < 0.001 else f"{value:.2g}"
