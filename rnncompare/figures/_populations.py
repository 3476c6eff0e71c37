"""Which populations of units a figure of single units shows."""

import pandas as pd

from rnncompare.headlines import words

SIGNIFICANT = 0.05
SOURCES = 3  # populations that a figure has room for


def of_first_seeds(rows: pd.DataFrame) -> pd.DataFrame:
    """Of several networks of a model the first."""
    return rows[rows["seed"] == rows.groupby("model")["seed"].transform("min")]


def populations(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """(model, area or '') of each row."""
    areas = rows["area"].fillna("") if "area" in rows else [""] * len(rows)
    return list(zip(rows["model"], areas, strict=True))


def population_name(population: tuple[str, str]) -> str:
    """As a label."""
    model, area = population
    return " ".join(filter(None, [words(model), area]))
