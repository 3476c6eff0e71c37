"""Model recovery: how often a contrast finds the model whose network a recording was simulated from."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from rnncompare.comparison.primary_statistics import words
from rnncompare.drawing.canvas import key
from rnncompare.drawing.rows import networks, of_study, sources
from rnncompare.drawing.statistic_panels import statistic_panels
from rnncompare.drawing.style import NULL, colours

ROW, REST = 5, 15  # mm: of a generator, of titles and labels of a panel
NUMBERS = 1.04  # position of the fraction recovered
OUTCOMES = ("for_model", "undecided", "for_minus")  # columns of recovery.csv, from left to right


def recovery(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """How often the contrast of two models finds the one whose networks recordings were simulated from.

    Each row is the model whose networks generated recordings with the numbers of units, rates and trial noise of the
    real one. Both models were compared with each recording, without networks that share the seed or the random inputs
    of its generator. Bars are the fractions of recordings whose contrast is significant at .05 in favour of either
    model, without correction over statistics, and of all others (undecided). Numbers are the fractions of recordings in
    which the difference has the sign that favours the generator, significant or not; chance is .5. If a contrast
    identifies the generator, the bars of both rows have the colours of their models. The condition-independent signal
    is removed.
    """
    rows = of_study(tables, "recovery", study)
    first = rows.iloc[0]
    models = [first["model"], first["minus"]]
    shown = list(dict.fromkeys(zip(rows["measure"], rows["statistic"], strict=True)))
    known = networks(tables, study)
    known += [model for model in models if model not in known]
    colour = colours([*sources(tables, study), *models], known)
    parts = dict(zip(OUTCOMES, (colour[models[0]], NULL, colour[models[1]]), strict=True))
    figure, panels = statistic_panels(shown, height=len(models) * ROW + REST, more=10, sharex=True)
    for axis, measure, statistic in panels:
        here = rows[(rows["measure"] == measure) & (rows["statistic"] == statistic)]
        _panel(axis, here, models, parts)
    figure.supxlabel("Fraction of recordings (number: fraction recovered)", fontsize=6.5)
    labels = (f"in favour of {words(models[0])}", "undecided", f"in favour of {words(models[1])}")
    key(figure, {name: Patch(color=c) for name, c in zip(labels, parts.values(), strict=True)}, columns=3)
    return figure, rows.reset_index(drop=True)


def _panel(axis: Axes, rows: pd.DataFrame, models: list[str], parts: dict[str, str]) -> None:
    """One statistic, with a stacked bar for each generator; parts: column -> colour."""
    for row in rows.to_dict("records"):
        y, left = models.index(row["generator"]), 0.0
        for column, colour in parts.items():
            axis.barh(y, row[column], left=left, height=0.7, color=colour, linewidth=0)
            left += row[column]
        axis.text(NUMBERS, y, f"{row['recovered']:.2f}", va="center", fontsize=5.5)
    axis.set_yticks(range(len(models)), [f"recordings of {words(model)}" for model in models])
    axis.set_ylim(len(models) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0)
    axis.set_xlim(0, 1.3)
    axis.set_xticks([0, 0.5, 1])
    axis.spines["bottom"].set_bounds(0, 1)
    axis.spines["left"].set_visible(False)
