"""The contents of the report: numbers and first sentences of its tables and figures."""

from collections.abc import Iterator
from itertools import count

TABLES = {  # key of the rows of a study -> title and, in one sentence, what the table shows; in the order of the page
    "cells": (
        "Similarity to the recording: primary statistics",
        "How similar each source is to the recording by the first statistic of each measure, beside its ceilings.",
    ),
    "rows": (
        "All scores",
        "Each score with the number of networks, its interval, its null distribution, p and the reference scores.",
    ),
    "contrasts": ("Contrasts", "By how much one model differs from another, with intervals and p."),
    "within": (
        "Networks of one model compared with each other",
        "Whether networks of one model are more similar to each other than to the animal.",
    ),
    "distances": (
        "Distances between networks",
        "Whether networks of one model are nearer to each other than to those of other models and to untrained ones.",
    ),
    "recovery": (
        "Contrasts of recordings of known networks",
        "How often a contrast favours the model that generated a simulated recording.",
    ),
    "generalisation": (
        "Conditions held out of training",
        "Similarity and error in conditions that were held out of training, beside those in the trained conditions.",
    ),
    "probes": ("Probes of single sources", "What was measured in each source alone, without a comparison."),
}


def number(studies: list[dict], leading: str | None) -> None:
    """Add the numbers of tables and figures to the data of the studies, in the order in which the page shows them.

    leading: the study whose answer is at the beginning of the page. Each study receives `tables`, the key of its rows
    -> number, identifier in the page, title and sentence; each figure receives its number.
    """
    tables, figures = count(1), count(1)
    for study in studies:
        if study["name"] == leading and study["answer"]["figure"]:
            study["answer"]["figure"]["number"] = next(figures)
    for study in studies:
        study["tables"] = {key: _table(key, next(tables)) for key in TABLES if study[key]}
        for figure in _figures(study, leading):
            figure["number"] = next(figures)


def _table(key: str, place: int) -> dict:
    title, shows = TABLES[key]
    return {"number": place, "id": f"table-{place}", "title": title, "shows": shows}


def _figures(study: dict, leading: str | None) -> Iterator[dict]:
    """The figures in the section of a study; that of the leading answer is at the beginning of the page."""
    if study["answer"] and study["answer"]["figure"] and study["name"] != leading:
        yield study["answer"]["figure"]
    yield from study["figures"]
