"""Reaction times by the strength of the evidence."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnncompare.drawing.behaviour import POINT, bars, columns, entries, logarithmic, measured, panels, subject_lines
from rnncompare.drawing.canvas import key

OUTCOMES = {"correct": "Reaction time, correct (s)", "error": "Reaction time, error (s)"}


def chronometric(tables: dict[str, pd.DataFrame], study: str) -> tuple[Figure, pd.DataFrame]:
    """Reaction times by the strength of the evidence.

    Each column is a model; the recorded subjects are shown in black in all columns, with 95 % intervals over trials or
    sessions. Top: mean reaction time of correct trials, from the onset of the stimulus. Bottom: mean reaction time of
    errors. Strengths with too few trials are omitted. Thin lines are single networks, and points are means over
    networks with 95 % bootstrap intervals. A network has no motor delay, so that slopes can be compared but not
    absolute reaction times.
    """
    probes, summary = measured(tables, study, "chronometric")
    seeds, means = (t[t["statistic"].eq("mean_rt") & t["strength"].notna()] for t in (probes, summary))
    outcomes = [o for o in OUTCOMES if o in set(seeds["variable"])]
    if not outcomes:
        raise ValueError(
            f"figure of {study}: found no mean_rt of correct or error trials in probes.csv, wanted at least one row"
        )
    models, colour, dashes = columns(tables, study, probes)
    others = {s: d for s, d in dashes.items() if s not in models}
    figure, axes = panels(models, len(outcomes), 32)
    for row, outcome in zip(axes, outcomes, strict=True):
        own, mean = (t[t["variable"] == outcome] for t in (seeds, means))
        for axis, model in zip(row, models, strict=True):
            subject_lines(axis, own, others)
            for _, one in own[own["model"] == model].groupby("seed"):
                one = one.sort_values("strength")
                axis.plot(one["strength"], one["value"], color=colour[model], linewidth=0.4, alpha=0.6)
            one = mean[mean["model"] == model].sort_values("strength")
            axis.plot(one["strength"], one["mean"], "o", color=colour[model], **POINT | {"linestyle": "-"})
            bars(axis, one, "mean", colour[model])
            axis.set_xlabel("|Coherence|")
        logarithmic(row[0], seeds)
        row[0].set_ylabel(OUTCOMES[outcome])
        row[0].locator_params(axis="y", nbins=4)
    shown: dict[str, Line2D] = entries(others, with_networks=models[0] not in dashes)
    key(figure, shown, columns=1 if len(models) == 1 else 4)
    data = pd.concat([means.assign(shown="mean"), seeds.assign(shown="one network")], ignore_index=True)
    data = data[data["model"].isin([*models, *dashes]) & data["variable"].isin(outcomes)]
    return figure, data.dropna(axis="columns", how="all")
