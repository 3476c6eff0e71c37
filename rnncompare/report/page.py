"""The report: all tables and figures of a run in one HTML page without external resources."""

import json
from pathlib import Path

import jinja2
import pandas as pd

from rnncompare.comparison.primary_statistics import title, words
from rnncompare.comparison.shown_intervals import FEWEST
from rnncompare.files import plain_yaml
from rnncompare.files.checksums import verify
from rnncompare.recordings.card import read_card
from rnncompare.report.contents import TABLES, number
from rnncompare.report.formats import count, duration, p_value, percent, score
from rnncompare.report.glossary import glossary, measures_of, nulls_of
from rnncompare.report.methods import methods_of
from rnncompare.report.study_section import study_section
from rnncompare.reproducibility.provenance import others
from rnncompare.reproducibility.runtimes import runtimes
from rnncompare.tabulation import tables


def report(
    results: Path, cards: list[Path], config: dict, calibration: Path | None = None, times: Path | None = None
) -> str:
    """The page results/report/index.html, with embedded figures and relative links to files of results/.

    results: folder with tables/, figures/, provenance.json and the activities of each study, whose labels are cited;
    cards: of the recordings; config: the config of the run with all options; calibration: the table of an earlier
    calibration, which is shown below the scores of its study; times: the folder of the workflow's records of jobs.
    """
    of = {p.stem: tables.read(p) for p in sorted((results / "tables").glob("*.csv"))}
    calibrated = pd.DataFrame(columns=["study"]) if calibration is None else tables.read(calibration, from_user=True)
    verify(results / "provenance.json")
    computed = json.loads((results / "provenance.json").read_text(encoding="utf-8"))
    names = [s for s in config["studies"] if s in set(of["summary"]["study"])]
    cards = {path.parent.name: read_card(path) for path in cards}  # by their names in the config
    studies = [study_section(name, config, of, results, cards, calibrated) for name in names]
    leading = next((study["name"] for study in studies if study["answer"]), None)
    number(studies, leading)
    terms = glossary(measures_of(config, list(of["summary"]["measure"].unique())), nulls_of(config))
    return _template().render(
        studies=studies,
        leading=leading,
        filters=_filters(studies),
        glossary=terms,
        explained={name: entry.anchor for entries in terms.values() for entry in entries for name in entry.names},
        tables=list(of),
        cards=list(cards.values()),
        methods=methods_of(config, cards),
        config=plain_yaml.dump(config, sort_keys=False, allow_unicode=True, width=110),
        provenance=computed,
        others=others(computed),
        runtimes=runtimes(times, results) if times else [],
    )


def _filters(studies: list[dict]) -> dict[str, dict[str, list[str]]]:
    """Kind of filter -> its title and the values among which a reader chooses, in the order of the page."""
    found = {
        "study": ("Studies", [s["name"] for s in studies]),
        "animal": ("Animals", [s["animal"] for s in studies]),
        "model": ("Models", [model for s in studies for model in s["models"]]),
        "measure": ("Measures", [r["measure"] for s in studies for key in TABLES for r in s[key] if key != "cells"]),
    }
    return {kind: {"title": title, "values": list(dict.fromkeys(values))} for kind, (title, values) in found.items()}


def _template() -> jinja2.Template:
    """The page without its contents; style.css and filters.js are included in it."""
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"score": score, "p": p_value, "words": words, "title": title, "count": count, "percent": percent}
    pages.filters["duration"] = duration
    pages.globals["fewest"] = FEWEST
    return pages.get_template("page.html")
