"""How far apart conditions are, in monkey and networks."""

import pandas as pd
from matplotlib.figure import Figure

from rnncompare.activity import natural
from rnncompare.figures._rows import main_networks, of_study
from rnncompare.figures._style import condition_label, page
from rnncompare.headlines import title

SOURCES = 5


def dissimilarities(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Dissimilarities between conditions in the recording and in the networks of each model (mean over networks).

    Each matrix is divided by its own largest entry, so that patterns can be compared although rates have different
    units; 0 is the same activity in both conditions.
    """
    rows = of_study(tables, "dissimilarities", study)
    shown = [s for s in ["recording", *main_networks(tables, study)] if s in set(rows["source"])][:SOURCES]
    names = sorted(set(rows["condition"]), key=natural)
    labels = [condition_label(names, c) for c in names] if len(names) <= 12 else None
    figure = page(46 if len(shown) > 3 else 62)
    axes = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    data = []
    for axis, source in zip(axes, shown, strict=True):
        mean = rows[rows["source"] == source].groupby(["condition", "other"], sort=False)["value"].mean()
        matrix = mean.unstack("other").reindex(index=names, columns=names)
        matrix = matrix / matrix.max(axis=None)
        image = axis.imshow(matrix.to_numpy(), cmap="cividis", vmin=0, vmax=1)
        axis.set_title("Monkey" if source == "recording" else title(source))
        ticks = range(len(names)) if labels else []
        axis.set_xticks(ticks, labels or [], rotation=90)
        axis.set_yticks(ticks, labels or [])
        axis.tick_params(length=0)
        axis.spines[:].set_visible(False)
        data.append(
            matrix.rename_axis(index="condition", columns="other")
            .stack()
            .rename("relative_dissimilarity")
            .reset_index()
            .assign(source=source)
        )
    bar = figure.colorbar(image, ax=list(axes), fraction=0.03, pad=0.01, ticks=[0, 0.5, 1])
    bar.set_label("Dissimilarity / largest")
    bar.outline.set_visible(False)
    if not labels:
        axes[0].set_ylabel(f"{len(names)} conditions")
    return figure, pd.concat(data, ignore_index=True)[
        ["source", "condition", "other", "relative_dissimilarity"]
    ].assign(study=study)
