"""Robustness of the ranking of models to the choice of preprocessing and measure options.

The functions take the rows that `sweep.sweep_measures` returns, labelled with study, model and measure.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from rnncompare.comparison.sweep import in_words

LABELS = {
    "study", "recording", "model", "seed", "input_set", "measure", "statistic", "value", "condition_independent",
    "lower_is_better", "default",
}  # fmt: skip
COLUMNS = [
    "model", "minus", "choice", "chosen", "specifications", "difference_default", "difference_median", "difference_min",
    "difference_max", "better", "significantly_better", "significantly_worse", "same_sign", "same_order", "tau",
]  # fmt: skip
LEVEL = 0.95


class Specified(NamedTuple):
    """The scores of one statistic by specification; both tables have a row for each specification."""

    choices: pd.DataFrame  # a column of text for each varied option; default: bool, the study's own specification
    scores: pd.DataFrame  # a column for each (model, seed), or for each (model, input set) if inputs are random
    sign: float  # -1 if smaller is better


def by_specification(rows: pd.DataFrame) -> Specified:
    """Rows of one study, measure and statistic by specification.

    Raises ValueError unless exactly one of them is the default specification, which is the study's own.
    """
    varied = [name for name in rows if name not in LABELS and rows[name].notna().any()]
    rows = rows.assign(**{name: [in_words(name, value) for value in rows[name]] for name in varied})
    rows = rows.assign(specification=rows.groupby(varied, sort=False).ngroup() if varied else 0)
    choices = rows.drop_duplicates("specification").set_index("specification")[[*varied, "default"]]
    if choices["default"].sum() != 1:
        raise ValueError(f"sweep: found {choices['default'].sum()} default specifications, wanted 1")
    scores = rows.pivot(index="specification", columns=["model", "seed"], values="value")
    if "input_set" in rows and rows["input_set"].notna().any():
        scores = _over_sets(scores, rows)
    return Specified(choices, scores, -1.0 if rows["lower_is_better"].iloc[0] else 1.0)


def _over_sets(scores: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Scores as means over the networks of a set of random inputs, which takes the place of the seed.

    Sources without random inputs keep their seeds.
    """
    found = rows.drop_duplicates(["model", "seed"]).set_index(["model", "seed"])["input_set"]
    labels = [(model, found[model, seed]) for model, seed in scores]
    kept = [(m, seed if pd.isna(of) else int(of)) for (m, of), (_, seed) in zip(labels, scores, strict=True)]
    columns = pd.MultiIndex.from_tuples(kept, names=scores.columns.names)
    return scores.set_axis(columns, axis=1).T.groupby(level=[0, 1], sort=False).mean().T


def ranking(rows: pd.DataFrame, pairs: dict[str, list[tuple[str, str]]]) -> pd.DataFrame:
    """How often models keep their order over all specifications, and over those with each value of each option.

    pairs: study -> list of (model, minus), two models whose difference is examined. There is a row for each study,
    measure, statistic, pair, and option `choice` with its value `chosen` (both missing: all specifications). Columns:
    specifications, their number; difference_default, the difference of means under the default specification, the
    study's own; difference_median, _min, _max; better, the fraction of specifications in which `model` is better;
    significantly_better and significantly_worse, the fractions in which the 95 % t interval of the difference, paired
    by network, excludes 0 (missing for fewer than two networks); same_sign, the fraction in which the difference has
    the sign that it has under the default specification. Rows without a pair refer to all models together: same_order,
    the fraction of specifications in which the means have exactly the default order; tau, the mean of Kendall's tau-a
    with that order. If inputs are random, networks with the same inputs count as one, by their mean.
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
                    | _pair(differences[inside], differences[default], found.sign)
                    for at, inside, default in _choices(found.choices)
                ]
        means = found.scores.T.groupby(level="model", sort=False).mean().T
        table += [about | at | _order(means[inside], means[default]) for at, inside, default in _choices(found.choices)]
    return pd.DataFrame(table, columns=[*labels, *COLUMNS])


def _choices(choices: pd.DataFrame) -> list[tuple[dict, pd.Series, pd.Series]]:
    """The columns that name a choice, the specifications with that choice, and the default specification."""
    default = choices["default"]
    found = [({}, pd.Series(True, index=choices.index), default)]
    for name in choices.columns.drop("default"):
        values = choices[name].unique()
        if len(values) > 1:
            found += [({"choice": name, "chosen": value}, choices[name] == value, default) for value in values]
    return found


def _pair(differences: pd.DataFrame, default: pd.DataFrame, sign: float) -> dict:
    """The columns of a pair, from differences (specification, seed) and those under the default specification."""
    mean, study = differences.mean(axis=1), default.mean(axis=1).item()
    n = differences.shape[1]
    row = {
        "specifications": len(mean),
        "difference_default": study,
        "difference_median": mean.median(),
        "difference_min": mean.min(),
        "difference_max": mean.max(),
        "better": (sign * mean > 0).mean(),
        "same_sign": (np.sign(mean) == np.sign(study)).mean(),
    }
    half = half_interval(differences)
    if n < 2:
        return row
    return row | {
        "significantly_better": (sign * mean > half).mean(),
        "significantly_worse": (-sign * mean > half).mean(),
    }


def half_interval(differences: pd.DataFrame) -> pd.Series:
    """Half the width of the t interval of the mean over columns; missing for fewer than two columns."""
    n = differences.shape[1]
    if n < 2:
        return pd.Series(np.nan, index=differences.index)
    return stdtrit(n - 1, (1 + LEVEL) / 2) * differences.std(axis=1) / np.sqrt(n)


def _order(means: pd.DataFrame, default: pd.DataFrame) -> dict:
    """The columns of all models, from means (specification, model) and those under the default specification."""
    first, second = np.triu_indices(means.shape[1], 1)
    orders, study = (np.sign(m.to_numpy()[:, first] - m.to_numpy()[:, second]) for m in (means, default))
    row = {"specifications": len(means)}
    if not len(first):
        return row
    return row | {"same_order": (orders == study).all(axis=1).mean(), "tau": (orders * study).mean(axis=1).mean()}
