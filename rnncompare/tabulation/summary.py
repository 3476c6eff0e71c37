"""The summary: one row for each model and statistic, with its null distribution, ceilings and corrected p."""

import numpy as np
import pandas as pd
import xarray as xr

from rnncompare.comparison.primary_statistics import lower_is_better, primary_held_out
from rnncompare.statistics.intervals import by_input_set, hierarchical_interval, prediction_interval
from rnncompare.statistics.p_values import holm, max_t
from rnncompare.tabulation.tables import KEYS

SCORES = ["seeds", "mean", "low", "high", "null_mean", "null_95", "p"]  # columns that every summary has
SCORE = ["study", "measure", "statistic", "condition_independent"]  # what a score of a source is about
ROUNDING = 1e-9  # a score exceeds a ceiling only by more than this
Draws = dict[tuple[str, str, str], xr.Dataset]  # (study, model, measure)


def summarise(
    similarity: pd.DataFrame,
    probes: pd.DataFrame,
    draws: Draws,
    *,
    ceilings: dict[str, dict],
    baselines: dict[str, str],
    corrections: dict[str, dict],
    seed: int,
    bootstrap: int,
) -> pd.DataFrame:
    """One row for each model and statistic.

    similarity: the summaries of the comparison (their null distribution is that of the mean over seeds); probes: rows
    for each seed, whose mean and interval over seeds (over `input_set`, if rows have one), truncated at `minimum` and
    `maximum`, are computed here; draws: those of the comparison. ceilings: study -> column -> {source, spearman_brown};
    for a source that is a half, correlations after the Spearman-Brown formula have a column of their own.
    above_ceiling: the ceilings that a score exceeds. baselines: study -> the source whose score is in the column
    `baseline`; over_baseline is by how much a score is better than it. corrections: study -> {method, family};
    p_corrected is over the family of one model, its primary statistics with the condition-independent signal removed.
    """
    similarity = similarity.reset_index(drop=True)
    table = pd.concat([similarity, _over_seeds(probes, seed, bootstrap)], ignore_index=True)
    table = table.reindex(columns=list(dict.fromkeys([*table.columns, *SCORES])))
    table["p_corrected"] = np.nan
    if len(similarity):
        for (study, model), group in similarity.groupby(["study", "model"], sort=False):
            table.loc[group.index, "p_corrected"] = _corrected(group, draws, study, model, **corrections[study])
        table = _beside_ceilings(table, similarity, ceilings)
        table = _over_baselines(table, similarity, baselines)
    return table.drop(columns="spearman_brown", errors="ignore")


def marked(table: pd.DataFrame, trained_on: dict[str, dict[str, str]], baselines: dict[str, str]) -> pd.DataFrame:
    """The summary with the column `trained_on` for networks that were trained on the recording, if there are any.

    baselines: see `summarise`. These networks are compared with other units of the recording than all other sources.
    Their above_ceiling is therefore empty, and so is over_baseline of a source unless the baseline has the same mark.
    """
    if not trained_on:
        return table
    said = [trained_on.get(study, {}).get(model) for study, model in zip(table.study, table.model, strict=True)]
    of_baseline = [trained_on.get(study, {}).get(baselines.get(study)) for study in table.study]
    unlike = np.array([one != other for one, other in zip(said, of_baseline, strict=True)])
    is_trained = np.array([one is not None for one in said])
    apart = {"over_baseline": (unlike, np.nan), "above_ceiling": (is_trained, "")}
    emptied = {name: table[name].mask(*how) for name, how in apart.items() if name in table}
    return table.assign(trained_on=said, **emptied)


def _corrected(
    group: pd.DataFrame, draws: Draws, study: str, model: str, method: str, family: list | None
) -> np.ndarray:
    """Corrected p for each row of one model; NaN outside the family."""
    corrected = pd.Series(np.nan, index=group.index)
    removed = group[group.condition_independent == "removed"]
    chosen = primary_held_out(removed, family)
    tests = [k for k in removed.index if (removed.measure[k], removed.statistic[k]) in chosen]
    nulls = {k: draws[study, model, removed.measure[k]][f"null|{removed.statistic[k]}|removed"].values for k in tests}
    # Only statistics with the same permutations are tested together.
    most = max((len(n) for n in nulls.values()), default=0)
    tests = [k for k in tests if len(nulls[k]) == most]
    if not tests:
        return corrected.to_numpy()
    if method == "holm":
        corrected[tests] = holm(removed.p[tests].to_numpy(dtype=float))
        return corrected.to_numpy()
    together = np.stack([nulls[k] for k in tests], axis=1)
    lower = (removed.null_95[tests] < removed.null_mean[tests]).to_numpy()
    corrected[tests] = max_t(together[0], together[1:], lower)
    return corrected.to_numpy()


def _beside_ceilings(table: pd.DataFrame, similarity: pd.DataFrame, ceilings: dict[str, dict]) -> pd.DataFrame:
    """The table with a column for each ceiling, and the ceilings that each score exceeds."""
    table["above_ceiling"] = ""
    for study, columns in ceilings.items():
        here = (table.study == study) & table.measure.isin(similarity.measure)
        owners = {c["source"] for c in columns.values()}
        for column, ceiling in columns.items():
            scores = similarity[(similarity.study == study) & (similarity.model == ceiling["source"])].set_index(SCORE)
            held = "mean"
            table.loc[here, column] = _looked_up(table.loc[here, SCORE], scores["mean"])
            highest = table[column]
            if ceiling["spearman_brown"] and "spearman_brown" in scores:
                held = f"{column}_spearman_brown"
                table.loc[here, held] = _looked_up(table.loc[here, SCORE], scores["spearman_brown"])
                highest = table[held].fillna(table[column])
            for _, group in table[here & ~table.model.isin(owners)].groupby(SCORE, sort=False):
                sign = -1 if lower_is_better(group) else 1
                above = group.index[sign * group["mean"] > sign * highest[group.index] + ROUNDING]
                table.loc[above, "above_ceiling"] += f" {column}"
    table["above_ceiling"] = table["above_ceiling"].str.strip()
    return table


def _over_baselines(table: pd.DataFrame, similarity: pd.DataFrame, baselines: dict[str, str]) -> pd.DataFrame:
    """The table with the score of the baseline of each study, and by how much every other source is better than it."""
    for study, source in baselines.items():
        scores = similarity[(similarity.study == study) & (similarity.model == source)].set_index(SCORE)["mean"]
        here = (table.study == study) & table.measure.isin(similarity.measure) & (table.model != source)
        table.loc[here, "baseline"] = _looked_up(table.loc[here, SCORE], scores)
        for _, group in table[here].groupby(SCORE, sort=False):
            sign = -1 if lower_is_better(group) else 1
            table.loc[group.index, "over_baseline"] = sign * (group["mean"] - group["baseline"])
    return table


def _looked_up(labels: pd.DataFrame, scores: pd.Series) -> list[float]:
    return [scores.get(k, np.nan) for k in labels.itertuples(index=False, name=None)]


def input_sets_of(rows: pd.DataFrame) -> list[int] | None:
    """The set of random inputs of each row; None unless every row has one."""
    if "input_set" not in rows or rows["input_set"].isna().any():
        return None
    return rows["input_set"].astype(int).tolist()


def _over_seeds(rows: pd.DataFrame, seed: int, bootstrap: int) -> pd.DataFrame:
    keys = [k for k in KEYS if k in rows]
    nulls = [c for c in ("null_mean", "null_95") if c in rows]
    summary = []
    # Statistics of single units are only in probes.csv, because the units of different seeds do not correspond.
    rows = rows[rows["per_unit"].isna()] if "per_unit" in rows else rows
    theirs = rows["origin"].notna() if "origin" in rows else pd.Series(False, index=rows.index)
    for values, group in rows[~theirs].groupby(keys, sort=False, dropna=False):
        bounds = tuple(None if pd.isna(end) else end for end in group.reindex(columns=["minimum", "maximum"]).iloc[0])
        of_seeds = by_input_set(group["value"].to_numpy(), input_sets_of(group))
        low, high = hierarchical_interval(of_seeds, bounds=bounds, seed=seed, draws=bootstrap)
        summary.append(
            dict(zip(keys, values, strict=True))
            | {"seeds": len(group), "mean": group["value"].mean(), "low": low, "high": high}
            | ({} if input_sets_of(group) is None else {"input_sets": len(of_seeds)})
            | prediction_interval(of_seeds, bounds=bounds)
            | {c: group[c].mean() for c in nulls}
            | ({"p": group["p"].iloc[0]} if "p" in rows and len(group) == 1 else {})
        )
    # Published statistics have no seeds: their mean and interval are as published.
    kept = [c for c in [*keys, "value", "low", "high", "origin"] if c in rows]
    published = rows.loc[theirs, kept].rename(columns={"value": "mean"})
    return pd.concat([pd.DataFrame(summary), published], ignore_index=True) if theirs.any() else pd.DataFrame(summary)
