"""The primary statistic of each measure, whether smaller values of it are better, and its ceilings.

The functions take rows of summary.csv or similarity.csv; tables, figures and the report use the same rules.
"""

import re
from collections.abc import Callable

import pandas as pd

from rnncompare.comparison.measure_card import card_of, in_sample

KNOWN = {"r2": "R²", "psths": "PSTHs", "jpca": "jPCA"} | {
    w: w.upper() for w in ("cca", "svcca", "pwcca", "cka", "rbf", "rsa", "rdm", "dsa", "emg", "m1", "cp", "roc", "rt")
}


def primary_statistics(scores: pd.DataFrame) -> list[tuple[str, str]]:
    """(measure, statistic) pairs: the first statistic of each measure that has a null distribution, and its reverse.

    Only a statistic with a direction has a reverse: that of `A_to_B` is `B_to_A`. In-sample measures come last.
    """
    tested = scores[scores["null_95"].notna()]
    chosen = []
    for measure, rows in tested.groupby("measure", sort=False):
        names = list(dict.fromkeys(rows["statistic"]))
        chosen += [(measure, name) for name in names if name in (names[0], reverse(names[0]))]
    return sorted(chosen, key=lambda pair: in_sample(*pair))


def primary_held_out(scores: pd.DataFrame, family: list[str] | None = None) -> list[tuple[str, str]]:
    """The primary statistics, of all measures or of a family of measures, that are not scored in sample."""
    return [(m, s) for m, s in primary_statistics(scores) if not in_sample(m, s) and (family is None or m in family)]


def reverse(statistic: str) -> str:
    """'r2_a_to_b' -> 'r2_b_to_a'; other names stay."""
    return re.sub(r"^(\w+?)_([a-z]+)_to_([a-z]+)$", r"\1_\3_to_\2", statistic)


def primary_values(measure: Callable, values: dict[str, float]) -> list[dict]:
    """Rows of the first statistic of a measure, and of its reverse if it has one: statistic, value, lower_is_better."""
    first, lower = next(iter(values)), card_of(measure).lower_is_better
    return [
        {"statistic": name, "value": values[name], "lower_is_better": name in lower}
        for name in values
        if name in (first, reverse(first))
    ]


def lower_is_better(scores: pd.DataFrame) -> bool:
    """Whether smaller values mean more similar: `null_95` is then the 5th percentile, below the mean of the null."""
    return bool((scores["null_95"] < scores["null_mean"]).mean() > 0.5)


def fewer_components(means: pd.DataFrame) -> dict[tuple[str, str], int]:
    """(model, measure) -> number of components of sources that have fewer than other sources, such as few channels.

    means: rows of summary.csv of a study. Scores with fewer components are not comparable with others without this
    number. Measures that are scored in sample choose the number by the variance, and are not included.
    """
    found = {}
    rows = means[(means["statistic"] == "components_source") & (means["condition_independent"] == "removed")]
    for measure, of_measure in rows.groupby("measure", sort=False):
        few = of_measure[of_measure["mean"] < of_measure["mean"].max()]
        if measure not in {m for m, s in primary_statistics(means) if in_sample(m, s)}:
            found |= {(row.model, measure): round(row.mean) for row in few.itertuples()}
    return found


def ceilings(means: pd.DataFrame) -> dict[str, float]:
    """Column -> value of the ceilings that rows of summary.csv contain for one statistic."""
    columns = [
        c for c in means if c.startswith("ceiling") and not c.endswith("spearman_brown") and means[c].notna().any()
    ]
    return {c: float(means[c].dropna().iloc[0]) for c in columns}


def ceiling_sources(means: pd.DataFrame) -> dict[str, str]:
    """Column -> the source whose mean is that ceiling; the name of the column if no row has that mean."""
    owners = {c: means.loc[means["mean"] == means[c], "model"].mode() for c in ceilings(means)}
    return {column: owner[0] if len(owner) else column for column, owner in owners.items()}


def words(name: str) -> str:
    """A name in a table as a label: 'cca_in_sample' -> 'CCA in sample'."""
    return re.sub(r"[^\W_]+", lambda word: KNOWN.get(word[0], word[0]), name.replace("_", " "))


def title(name: str) -> str:
    """`words` with a capital first letter, except for names with a spelling of their own, such as jPCA."""
    named = words(name)
    return named if name.split("_")[0] in KNOWN else named[:1].upper() + named[1:]


def number_of(count: int, what: str) -> str:
    """'1 draw', '2 draws'."""
    return f"{count} {what}{'' if count == 1 else 's'}"
