"""Distances between networks within and between models, by every measure."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.comparison.primary_statistics import title, words
from rnncompare.drawing.canvas import key, page
from rnncompare.drawing.numbers import said
from rnncompare.drawing.rows import of_study

PAIRS = {"within": "within", "between": "between", "to_untrained": "own\nuntrained"}
STAGES = {"trained": ("black", -0.12), "untrained": ("#D55E00", 0.12)}  # colour, and place beside the middle
COLUMNS = 2  # measures in one row
ROW, LABELS = 62, 24  # mm: of a row of panels, and of the names of models below
KEYS = ["measure", "statistic"]


def distances(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Distances between networks within and between models.

    Matrices: mean distance of the networks of two models, dark for 0; on the diagonal, that of the networks of one
    model to each other (white for a model with one network). Right: mean distance over pairs of networks of the same
    model, of different models, and of trained networks to the untrained networks of their own kind; black for trained
    and orange for untrained networks, with 95 % jackknife intervals over seeds. p is the fraction of permutations of
    the models' labels among the networks with the same seed in which networks of one model are at least as near to each
    other as they are. S is the mean silhouette by model, 1 for separate groups and about 0 for none, with its p. The
    first line is of trained, the second of untrained networks, whose distances are not due to training.
    """
    rows = of_study(tables, "network_distances", study)
    found = of_study(tables, "universality", study)
    found = found[found["set"] == "all"]
    shown = list(dict.fromkeys(zip(rows["measure"], rows["statistic"], strict=True)))
    models = list(dict.fromkeys([*rows["model"], *rows["other_model"]]))
    lines = -(-len(shown) // COLUMNS)
    figure = page(min(lines * ROW + LABELS + 8, 240))
    axes = figure.subplots(lines, 2 * COLUMNS, squeeze=False, width_ratios=[1.4, 1] * COLUMNS)
    pairs = [(a, b) for row in axes for a, b in zip(row[::2], row[1::2], strict=True)]
    for one, other in pairs[len(shown) :]:
        one.remove()
        other.remove()
    parts = []
    for k, ((matrix, dots), pair) in enumerate(zip(pairs, shown, strict=False)):
        here, tested = (_of(table, pair) for table in (rows, found))
        lowest = k + COLUMNS >= len(shown)
        parts += [_matrix(figure, matrix, here, models, k % COLUMNS == 0, lowest), _dots(dots, tested)]
        matrix.set_title(", ".join(dict.fromkeys([title(pair[0]), words(pair[1])])))
    grey = {"linestyle": "", "marker": "o", "markersize": 3}
    names = [stage for stage in STAGES if stage in set(found["stage"])]
    key(figure, {f"{s} networks": Line2D([], [], color=STAGES[s][0], **grey) for s in names}, columns=len(names))
    table = pd.concat(parts, ignore_index=True)
    both = [rows[["model", "seed"]], rows[["other_model", "other_seed"]].set_axis(["model", "seed"], axis=1)]
    networks = pd.concat(both).drop_duplicates().groupby("model").size()
    table.attrs["n"] = said(list(networks), "network", " of each model")
    return figure, table


def _of(table: pd.DataFrame, pair: tuple[str, str]) -> pd.DataFrame:
    return table[(table["measure"] == pair[0]) & (table["statistic"] == pair[1])]


def _matrix(
    figure: Figure, axis: Axes, rows: pd.DataFrame, models: list[str], left: bool, lowest: bool
) -> pd.DataFrame:
    """Mean distances of all pairs of models; return them as rows."""
    means = rows.groupby(["model", "other_model"])["value"].mean()
    square = np.full((len(models),) * 2, np.nan)
    for (one, other), value in means.items():
        i, j = models.index(one), models.index(other)
        square[i, j] = square[j, i] = value
    image = axis.imshow(square, cmap="cividis", vmin=0, aspect="auto")
    names = [words(model) for model in models]
    axis.set_xticks(range(len(models)), names if lowest else [], rotation=90)
    axis.set_yticks(range(len(models)), names if left else [])
    axis.tick_params(length=0, labelsize=5)
    axis.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axis, fraction=0.05, pad=0.02)
    bar.locator.set_params(nbins=3)
    bar.ax.tick_params(labelsize=5)
    bar.set_label("mean distance", fontsize=5)
    bar.outline.set_visible(False)
    return means.reset_index().assign(**rows.iloc[0][["study", *KEYS]])


def _dots(axis: Axes, rows: pd.DataFrame) -> pd.DataFrame:
    """Means within and between models with their intervals and p; return them as rows."""
    found = []
    for row in rows.to_dict("records"):
        colour, beside = STAGES[row["stage"]]
        for x, name in enumerate(PAIRS):
            value, low, high = (row[name + end] for end in ("", "_low", "_high"))
            if np.isnan(value):
                continue
            axis.plot([x + beside] * 2, [low, high], color=colour, linewidth=0.8)
            axis.plot(x + beside, value, "o", color=colour, markersize=3)
            found.append({n: row[n] for n in ("study", *KEYS, "stage")} | {"pairs": name, "value": value})
    tests = [f"p {_p(r['p'])}, S {_number(r['silhouette'])} ({_p(r['silhouette_p'])})" for r in rows.to_dict("records")]
    axis.set_title("\n".join(tests), fontsize=5)
    axis.set_xticks(range(len(PAIRS)), PAIRS.values(), fontsize=5)
    axis.set_xlim(-0.5, len(PAIRS) - 0.5)
    axis.set_ylim(bottom=0)
    axis.tick_params(axis="y", labelsize=5)
    axis.set_ylabel("distance", fontsize=5)
    return pd.DataFrame(found)


def _p(p: float) -> str:
    return "–" if np.isnan(p) else f"{p:.2g}"


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}"
