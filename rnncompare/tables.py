"""Tables: labelled rows in, tidy CSV out; what summarises them over seeds."""

from pathlib import Path

import numpy as np
import pandas as pd

from rnncompare.files import atomic
from rnncompare.headlines import headlines, in_sample, words
from rnncompare.statistics import bootstrap_interval, sign_flip_p

FIRST = ["study", "recording", "model", "seed", "measure", "statistic", "value", "area", "variable"]
KEYS = [
    "study",
    "recording",
    "model",
    "measure",
    "statistic",
    "area",
    "variable",
    "condition_independent",
    "strength",
    "trials",
]
SCORES = ["seeds", "mean", "low", "high", "null_mean", "null_95", "p"]  # a summary has them whatever was measured


def label(rows: list[dict] | pd.DataFrame, columns: dict) -> pd.DataFrame:
    """Rows with the same labels before each."""
    table = pd.DataFrame(rows)
    for position, (name, value) in enumerate(columns.items()):
        table.insert(position, name, value)
    return table


def write(table: pd.DataFrame, path: str | Path) -> None:
    """Write whole or not at all, floats to ten digits, well-known columns first."""
    order = [c for c in FIRST if c in table] + [c for c in table if c not in FIRST]
    with atomic(path) as temporary:
        table[order].to_csv(temporary, index=False, float_format="%.10g")


def read(path: str | Path) -> pd.DataFrame:
    """Read a table; labels stay text (a condition '45' is a name)."""
    try:
        names = pd.read_csv(path, nrows=0).columns
    except ValueError as error:
        raise ValueError(f"{path}: found no readable table ({error}), wanted CSV with a line of columns") from error
    text = [c for c in names if c in {*KEYS, "condition", "other", "unit", "output"} - {"strength"}]
    return pd.read_csv(path, dtype=dict.fromkeys(text, str), keep_default_na=False, na_values=[""])


def collect(paths: list[Path]) -> pd.DataFrame:
    """Tables one below the other, in the order given."""
    tables = [t for t in map(read, paths) if len(t)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(dict.fromkeys(FIRST + KEYS)))


def summarise(
    similarity: pd.DataFrame, probes: pd.DataFrame, ceilings: dict, *, seed: int, bootstrap: int
) -> pd.DataFrame:
    """One row a model and statistic.

    similarity: the summaries that the comparison layer made (their null is of the mean over seeds); probes: rows a
    seed, whose mean and percentile interval over seeds are added here; ceilings: study -> column -> the source whose
    score is that ceiling. `p_holm` corrects p over the family of one model and study (Holm 1979): the headline
    statistics of all measures that are not scored in sample, without the condition-independent signal.
    """
    similarity = similarity.reset_index(drop=True)
    table = pd.concat([similarity, _over_seeds(probes, seed, bootstrap)], ignore_index=True)
    table = table.reindex(columns=list(dict.fromkeys([*table.columns, *SCORES])))
    key = ["study", "measure", "statistic", "condition_independent"]
    for study, columns in ceilings.items() if len(similarity) else ():
        for column, source in columns.items():
            scores = similarity[(similarity.study == study) & (similarity.model == source)].set_index(key)["mean"]
            here = table.study == study
            table.loc[here, column] = [
                scores.get(k, np.nan) for k in table.loc[here, key].itertuples(index=False, name=None)
            ]
    table["p_holm"] = np.nan
    for _, group in similarity[similarity.condition_independent == "removed"].groupby(["study", "model"], sort=False):
        chosen = trusted(group)
        family = [k for k in group.index if (group.measure[k], group.statistic[k]) in chosen]
        table.loc[family, "p_holm"] = holm(group.p[family].to_numpy(dtype=float))
    return table


def _over_seeds(rows: pd.DataFrame, seed: int, bootstrap: int) -> pd.DataFrame:
    keys = [k for k in KEYS if k in rows]
    nulls = [c for c in ("null_mean", "null_95") if c in rows]
    summary = []
    # One unit's statistic stays in probes.csv: a unit has no twin in another seed.
    rows = rows[rows["per_unit"].isna()] if "per_unit" in rows else rows
    for values, group in rows.groupby(keys, sort=False, dropna=False):
        low, high = bootstrap_interval(group["value"].to_numpy(), seed=seed, draws=bootstrap)
        summary.append(
            dict(zip(keys, values, strict=True))
            | {"seeds": len(group), "mean": group["value"].mean(), "low": low, "high": high}
            | {c: group[c].mean() for c in nulls}
            | ({"p": group["p"].iloc[0]} if "p" in rows and len(group) == 1 else {})
        )
    return pd.DataFrame(summary)


def trusted(scores: pd.DataFrame) -> list[tuple[str, str]]:
    """The headline (measure, statistic) pairs of all measures that are not scored in sample."""
    return [(measure, statistic) for measure, statistic in headlines(scores) if not in_sample(measure)]


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's step-down adjusted p-values (Holm 1979); p: (tests,)."""
    order = np.argsort(p, kind="stable")
    adjusted = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    result = np.empty_like(p)
    result[order] = np.minimum(adjusted, 1.0)
    return result


def contrast(rows: pd.DataFrame, pairs: dict, *, seed: int, bootstrap: int) -> pd.DataFrame:
    """Differences between models, paired by seed: mean, bootstrap interval over seeds, exact sign-flip p.

    rows: similarity and probe rows; what only describes a comparison (similarity without a null) is left out.
    pairs: study -> list of (model, minus model). p_holm corrects over the family of one pair: the headline statistics
    of all similarity measures that are not scored in sample, without the condition-independent signal.
    """
    if "null_95" in rows:
        rows = rows[rows["null_95"].notna() | rows["draws"].isna()]
    keys = [k for k in KEYS if k in rows and k != "model"]
    differences = []
    for study, of_study in pairs.items():
        for one, other in of_study:
            both = rows[(rows.study == study) & rows.model.isin([one, other])]
            found = [
                d
                for values, group in both.groupby(keys, sort=False, dropna=False)
                if (d := _difference(group, one, other, seed, bootstrap, dict(zip(keys, values, strict=True))))
            ]
            if found and "condition_independent" in both:
                tested = both[both.condition_independent.eq("removed") & both.draws.notna()]
                chosen = trusted(tested)
                family = [
                    d
                    for d in found
                    if (d["measure"], d["statistic"]) in chosen and d["condition_independent"] == "removed"
                ]
                for row, p in zip(family, holm(np.array([d["p"] for d in family])), strict=True):
                    row["p_holm"] = p
            differences += found
    return pd.DataFrame(differences)


def _difference(rows: pd.DataFrame, one: str, other: str, seed: int, bootstrap: int, labels: dict) -> dict | None:
    """One row of `contrast`; None where fewer than two seeds are common."""
    sides = [rows[rows.model == m].drop_duplicates("seed").set_index("seed")["value"] for m in (one, other)]
    delta = (sides[0] - sides[1]).dropna().to_numpy()
    if len(delta) < 2:
        return None
    low, high = bootstrap_interval(delta, seed=seed, draws=bootstrap)
    about = {"model": one, "minus": other, "seeds": len(delta), "difference": delta.mean(), "low": low, "high": high}
    return labels | about | {"p": sign_flip_p(delta)}


def headline_table(summary: pd.DataFrame, study: str) -> str:
    """A study's headline similarities in Markdown: mean [interval over networks] (what one null draw in twenty beats).

    summary: summary.csv; without the condition-independent signal; a row a model, a column a headline statistic.
    Raises ValueError for a study that the table does not have.
    """
    rows = summary[(summary.study == study) & (summary.condition_independent == "removed")]
    if rows.empty:
        raise ValueError(f"summary: found studies {sorted(set(summary.study))}, wanted {study}")
    columns = trusted(rows)
    lines = [
        "| model (networks) | " + " | ".join(f"{words(m)}, {words(s)}" for m, s in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for model, group in rows.groupby("model", sort=False):
        cells = group.set_index(["measure", "statistic"])
        if not any(c in cells.index for c in columns):
            continue
        lines.append(
            f"| {words(model)} ({int(group.seeds.max())}) | " + " | ".join(_cell(cells, c) for c in columns) + " |"
        )
    return "\n".join(lines)


def _cell(cells: pd.DataFrame, column: tuple[str, str]) -> str:
    if column not in cells.index:
        return ""
    row = cells.loc[column]
    interval = "" if np.isnan(row.low) else f" [{row.low:.2f}, {row.high:.2f}]"
    return f"{row['mean']:.2f}{interval} ({row.null_95:.2f})"
