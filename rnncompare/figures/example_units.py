"""Rates of single units of each area by choice and strength of the evidence."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import fits, page
from rnncompare.drawing.choices import choice_key, lines_of
from rnncompare.drawing.populations import filled, population_name
from rnncompare.drawing.rows import first_networks, of_one_probe, rate_label
from rnncompare.drawing.style import choice_colours

UNITS, WIDTH = 6, 28  # largest number of units of an area, and the smallest width of a panel, mm
ROWS = 14  # largest number of areas
ROW, TALLEST = 21, 218  # mm


def example_units(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Average rates of single units by choice and strength of the evidence, with their choice probabilities.

    Each row is an area of the first network of each model that made decisions (the source data name it and give the
    reasons for which others were omitted), and each panel is a unit. Units are at evenly spaced ranks of their range of
    rates, from the largest to the median of their area. Each line is the average of the trials of one choice (hue) and
    strength of the evidence (darker: stronger). The vertical scale is 0 to the largest rate of the unit, which is given
    in the panel. The title gives the unit's choice probabilities by variable, if they were measured; a star denotes
    significance at a false discovery rate of 5 %. The vertical line is the event at time 0.
    """
    rows, passed = first_networks(tables, "example_units", study)
    probabilities = _probabilities(tables, study, rows.groupby("source")["seed"].first())
    places = list(dict.fromkeys(zip(rows["source"], rows["area"], strict=True)))[:ROWS]
    choices, strengths = list(dict.fromkeys(rows["choice"])), sorted(rows["strength"].unique())
    colour = choice_colours(choices, strengths)
    units_of = rows.groupby(["source", "area"])["unit"].nunique()
    most = min(fits(WIDTH, UNITS), max(units_of[place] for place in places))
    figure = page(min(ROW * len(places), TALLEST) + 16)
    axes = figure.subplots(len(places), most, sharex=True, squeeze=False)
    data = []
    for line, (source, area) in zip(axes, places, strict=True):
        mine = rows[rows["source"].eq(source) & rows["area"].eq(area)]
        units = list(dict.fromkeys(mine["unit"]))[:most]
        for axis, unit in zip(line, units, strict=False):
            one = mine[mine["unit"] == unit]
            _panel(axis, one, colour)
            axis.set_title(_label(probabilities, (source, area, unit)), fontsize=5)
            data.append(one)
        for axis in line[len(units) :]:
            axis.remove()
        label = textwrap.fill(population_name((source, area)), 11)
        line[0].set_ylabel(label, fontsize=5.5)
    figure.supxlabel("Time (s)", fontsize=6.5)
    choice_key(figure, choices, strengths)
    shown = pd.concat([*data, passed], ignore_index=True)
    if probabilities.empty:
        return figure, shown
    wide = probabilities.pivot(index=["source", "area", "unit"], columns="variable", values="value")
    return figure, shown.join(wide.add_prefix("cp_"), on=["source", "area", "unit"])


def _probabilities(tables: dict[str, pd.DataFrame], study: str, seeds: pd.Series) -> pd.DataFrame:
    """Return columns source, area, unit, variable, value, q of each source's network; empty if not measured."""
    columns = ["model", "area", "unit", "variable", "value", "q", "seed", "measure", "statistic"]
    probes = tables.get("probes", pd.DataFrame(columns=[*columns, "study"]))
    rows = probes[probes["study"].eq(study) & probes["statistic"].eq("cp")].reindex(columns=columns)
    rows = of_one_probe(rows[rows["unit"].notna()], "choice_probability")
    rows = rows[rows["seed"] == rows["model"].map(seeds)]
    rows = rows.assign(
        area=filled(rows, "area").replace("", "all"), variable=filled(rows, "variable").replace("", "choice")
    )
    return rows.rename(columns={"model": "source"}).drop(columns=["seed", "measure", "statistic"])


def _label(probabilities: pd.DataFrame, place: tuple[str, str, str]) -> str:
    """Return the choice probabilities of a unit; variables are abbreviated to the letters that distinguish them."""
    names = list(dict.fromkeys(probabilities["variable"]))
    letters = next((k for k in range(3, 20) if len({n[:k] for n in names}) == len(names)), None)
    source, area, unit = (probabilities[c] == v for c, v in zip(("source", "area", "unit"), place, strict=True))
    own = probabilities[source & area & unit]
    values = [f"{value:.2f}".removeprefix("0") for value in own["value"]]  # without the 0: six panels are narrow
    stars = ["*" * (q < 0.05) for q in own["q"]]
    return " ".join(f"{words(n)[:letters]} {v}{s}" for n, v, s in zip(own["variable"], values, stars, strict=True))


def _panel(axis: Axes, one: pd.DataFrame, colour: dict[tuple[str, float], str]) -> None:
    for which, line in lines_of(one):
        axis.plot(line["time"], line["rate"], color=colour[which], linewidth=0.7)
    largest, smallest = one["rate"].max(), one["rate"].min()
    axis.axvline(0, color="#999999", linewidth=0.5, zorder=0)
    axis.set_ylim(min(0, smallest), largest * 1.25 if largest > 0 else 1)
    axis.set_yticks([])
    axis.text(0.02, 1, rate_label(one), transform=axis.transAxes, va="top", fontsize=5.5)
    axis.locator_params(axis="x", nbins=4)
    axis.set_xlim(np.array([one["time"].min(), one["time"].max()]))
