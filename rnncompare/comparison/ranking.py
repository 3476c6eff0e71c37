"""Ranking: whether the order of models survives other choices of preprocessing and measure options.

Functions of the rows that `sweep.sweep_measures` makes, labelled with study, model and measure.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from rnncompare.comparison.sweep import in_words

LABELS = {
    "study", "recording", "model", "seed", "measure", "statistic", "value", "condition_independent", "lower_is_better",
    "own",
}  # fmt: skip
COLUMNS = [
    "model", "minus", "choice", "chosen", "specifications", "difference_own", "difference_median", "difference_min",
    "difference_max", "better", "clearly_better", "clearly_worse", "agrees", "same_order", "tau",
]  # fmt: skip
LEVEL = 0.95


class Specified(NamedTuple):
    """One statistic's scores by specification; both tables have a row for each."""

    choices: pd.DataFrame  # a column of text for each thing that was varied; own: bool
    scores: pd.DataFrame  # a column for each (model, seed)
    sign: float  # -1 where lower is better


def by_specification(rows: pd.DataFrame) -> Specified:
    """Rows of one study, measure and statistic by specification. Raises ValueError without the study's own."""
    varied = [name for name in rows if name not in LABELS and rows[name].notna().any()]
    rows = rows.assign(**{name: [in_words(name, value) for value in rows[name]] for name in varied})
    rows = rows.assign(specification=rows.groupby(varied, sort=False).ngroup() if varied else 0)
    choices = rows.drop_duplicates("specification").set_index("specification")[[*varied, "own"]]
    if choices["own"].sum() != 1:
        raise ValueError(f"sweep: found {choices['own'].sum()} specifications marked as the study's own, wanted 1")
    scores = rows.pivot(index="specification", columns=["model", "seed"], values="value")
    return Specified(choices, scores, -1.0 if rows["lower_is_better"].iloc[0] else 1.0)


def ranking(rows: pd.DataFrame, pairs: dict[str, list[tuple[str, str]]]) -> pd.DataFrame:
    """How often models keep their order over specifications: all, and those with each choice.

    pairs: study -> list of (model, minus model). A row a study, measure, statistic, pair, and choice with the value
    chosen (both missing: all specifications): specifications, how many; difference_own, of the means under the
    study's own one; difference_median, _min, _max; better, the share of specifications in which `model` is better;
    clearly_better and clearly_worse, the shares in which the 95 % t interval of the difference, paired by network,
    lies on one side of 0 (missing for fewer than two networks); agrees, the share whose difference has the sign of the
    study's own. Rows without a pair are of all models together: same_order, the share of specifications with exactly
    the study's own order of means; tau, the mean of Kendall's tau-a with it.
    """
    labels = [name for name in ("study", "recording", "measure", "statistic") if name in rows]
    table = []
    for values, group in rows.groupby(labels, sort=False):
        about = dict(zip(labels, values, strict=True))
        found = by_specification(group)
        models = found.scores.columns.get_level_values("model")
        for one, other in pairs.get(about.get("study"), []):
            if {one, other} <= set(models):
                differences = (found.scores[one] - found.scores[other]).dropna(axis="columns", how="all")
                table += [
                    about
                    | {"model": one, "minus": other}
                    | at
                    | _pair(differences[inside], differences[own], found.sign)
                    for at, inside, own in _choices(found.choices)
                ]
        means = found.scores.T.groupby(level="model", sort=False).mean().T
        table += [about | at | _order(means[inside], means[own]) for at, inside, own in _choices(found.choices)]
    return pd.DataFrame(table, columns=[*labels, *COLUMNS])


def _choices(choices: pd.DataFrame) -> list[tuple[dict, pd.Series, pd.Series]]:
    """What a row says of its choice, which specifications have it, and which is the study's own."""
    own = choices["own"]
    found = [({}, pd.Series(True, index=choices.index), own)]
    for name in choices.columns.drop("own"):
        values = choices[name].unique()
        if len(values) > 1:
            found += [({"choice": name, "chosen": value}, choices[name] == value, own) for value in values]
    return found


def _pair(differences: pd.DataFrame, own: pd.DataFrame, sign: float) -> dict:
    """Of differences (specification, seed), one row of them the study's own."""
    mean, study = differences.mean(axis=1), own.mean(axis=1).item()
    n = differences.shape[1]
    row = {
        "specifications": len(mean),
        "difference_own": study,
        "difference_median": mean.median(),
        "difference_min": mean.min(),
        "difference_max": mean.max(),
        "better": (sign * mean > 0).mean(),
        "agrees": (np.sign(mean) == np.sign(study)).mean(),
    }
    half = half_interval(differences)
    if n < 2:
        return row
    return row | {
        "clearly_better": (sign * mean > half).mean(),
        "clearly_worse": (-sign * mean > half).mean(),
    }


def half_interval(differences: pd.DataFrame) -> pd.Series:
    """Half the width of the t interval of the mean over columns; missing for fewer than two."""
    n = differences.shape[1]
    if n < 2:
        return pd.Series(np.nan, index=differences.index)
    return stdtrit(n - 1, (1 + LEVEL) / 2) * differences.std(axis=1) / np.sqrt(n)


def _order(means: pd.DataFrame, own: pd.DataFrame) -> dict:
    """Of means (specification, model), one row of them the study's own."""
    first, second = np.triu_indices(means.shape[1], 1)
    orders, study = (np.sign(m.to_numpy()[:, first] - m.to_numpy()[:, second]) for m in (means, own))
    row = {"specifications": len(means)}
    if not len(first):
        return row
    return row | {"same_order": (orders == study).all(axis=1).mean(), "tau": (orders * study).mean(axis=1).mean()}
