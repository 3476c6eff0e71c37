"""Dissimilarities between conditions, in recordings and networks."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.comparison.primary_statistics import title
from rnncompare.drawing.canvas import page
from rnncompare.drawing.rows import of_study
from rnncompare.drawing.style import ablation, condition_label
from rnncompare.files.text import natural

SOURCES = 5


def dissimilarities(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Dissimilarities between conditions, in recordings and in the networks of each model (mean over networks).

    The dissimilarity is the squared Euclidean distance over units and times, divided by its mean over pairs of
    conditions, so that sources with different units of rate can be compared: 0 denotes the same activity in both
    conditions, and 1 is the average over pairs.
    """
    rows = of_study(tables, "dissimilarities", study)
    shown = [s for s in dict.fromkeys(rows["source"]) if not ablation(s)][:SOURCES]
    names = sorted(set(rows["condition"]), key=natural)
    labels = [condition_label(names, c) for c in names] if len(names) <= 12 else None
    figure = page(46 if len(shown) > 3 else 62)
    axes = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    largest = rows.loc[rows["source"].isin(shown), "value"].max()
    for axis, source in zip(axes, shown, strict=True):
        mean = rows[rows["source"] == source].groupby(["condition", "other"], sort=False)["value"].mean()
        matrix = mean.unstack("other").reindex(index=names, columns=names)
        image = axis.imshow(matrix.to_numpy(), cmap="cividis", vmin=0, vmax=largest)
        axis.set_title(title(source))
        ticks = range(len(names)) if labels else []
        axis.set_xticks(ticks, labels or [], rotation=90)
        axis.set_yticks(ticks, labels or [])
        axis.tick_params(length=0)
        axis.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=list(axes), fraction=0.03, pad=0.01, ticks=range(int(largest) + 1))
    bar.set_label("Squared distance / mean")
    bar.outline.set_visible(False)
    if not labels:
        axes[0].set_ylabel(f"{len(names)} conditions")
    return figure, rows[rows["source"].isin(shown)]
