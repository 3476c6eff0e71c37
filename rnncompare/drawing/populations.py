"""Which populations of units a figure shows, and what they are called."""

import pandas as pd

from rnncompare.comparison.primary_statistics import words

SIGNIFICANT = 0.05
SOURCES = 3  # populations that a figure of single units has room for
MODELS = 6  # that a figure with a line or a column each has room for


def of_first_seeds(rows: pd.DataFrame) -> pd.DataFrame:
    """Of several networks of a model the first."""
    return rows[rows["seed"] == rows.groupby("model")["seed"].transform("min")]


def of_first_variable(rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Of several variables that a probe tells the first, and its name; '' where there is the choice alone."""
    names = list(dict.fromkeys(rows["variable"].dropna())) if "variable" in rows else []
    return (rows[rows["variable"] == names[0]], names[0]) if names and names != ["choice"] else (rows, "")


def populations(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """(model, area or '') of each row."""
    return list(zip(rows["model"], filled(rows, "area"), strict=True))


def filled(rows: pd.DataFrame, column: str) -> pd.Series:
    """A column of names, '' where there is none."""
    return rows.reindex(columns=[column])[column].astype(object).fillna("")


def population_name(population: tuple[str, str]) -> str:
    """As a label: 'three area, area 2'; 'recording M1'."""
    model, area = population
    joined = ", area " if area.isdigit() else " "
    return joined.join(filter(None, [words(model), area if area != "all" else ""]))


def area_by_area(tables: list[pd.DataFrame], colour: dict[str, str]) -> tuple[list[pd.DataFrame], dict[str, str]]:
    """The tables with their sources' areas as sources of their own where some source has several, and their colours."""
    first = tables[0]
    if "area" not in first or first.groupby("model")["area"].nunique().max() < 2:
        return tables, colour
    names = {p: population_name(p) for rows in tables for p in populations(rows)}
    tables = [rows.assign(model=[names[p] for p in populations(rows)]) for rows in tables]
    return tables, {name: colour[model] for (model, _), name in names.items()}
