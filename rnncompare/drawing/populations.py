"""The populations of units that a figure shows, and their names."""

import pandas as pd

from rnncompare.comparison.primary_statistics import words

SIGNIFICANT = 0.05
SOURCES = 3  # largest number of populations in a figure of single units
MODELS = 6  # largest number of models in a figure with one row or column for each


def of_first_seeds(rows: pd.DataFrame) -> pd.DataFrame:
    """Select the first network of each model."""
    return rows[rows["seed"] == rows.groupby("model")["seed"].transform("min")]


def of_first_variable(rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Select the first of several variables of a probe; return its rows and name ('' if there is only the choice)."""
    names = list(dict.fromkeys(rows["variable"].dropna())) if "variable" in rows else []
    return (rows[rows["variable"] == names[0]], names[0]) if names and names != ["choice"] else (rows, "")


def populations(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Return (model, area or '') of each row."""
    return list(zip(rows["model"], filled(rows, "area"), strict=True))


def filled(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of names, with '' for missing ones."""
    return rows.reindex(columns=[column])[column].astype(object).fillna("")


def population_name(population: tuple[str, str]) -> str:
    """Return the label of a population, for example 'three area, area 2' or 'recording M1'."""
    model, area = population
    joined = ", area " if area.isdigit() else " "
    return joined.join(filter(None, [words(model), area if area != "all" else ""]))


def area_by_area(tables: list[pd.DataFrame], colour: dict[str, str]) -> tuple[list[pd.DataFrame], dict[str, str]]:
    """Treat each area as a source if some source has several; return the tables and colours of these sources."""
    first = tables[0]
    if "area" not in first or first.groupby("model")["area"].nunique().max() < 2:
        return tables, colour
    names = {p: population_name(p) for rows in tables for p in populations(rows)}
    tables = [rows.assign(model=[names[p] for p in populations(rows)]) for rows in tables]
    return tables, {name: colour[model] for (model, _), name in names.items()}
