"""What changes with the number of units: networks that were condensed, and networks that were trained at each size."""

import pandas as pd

from rnncompare.comparison.primary_statistics import primary_statistics
from rnncompare.statistics.intervals import by_input_set, t_interval

OTHER_SEEDS = "other_seeds"  # the family of pairs of networks of the parent with different seeds
MEASURED = ["measure", "statistic", "compared_with"]
COLUMNS = {  # column -> meaning, "" if it is that of all tables
    **dict.fromkeys(("study", "recording"), ""),
    "parent": "the model whose networks were condensed",
    "family": "how: by merging (`loadings`, `correlation` or `random`), or `trained` at this size. Rows of "
    "`other_seeds` are mean distances between networks of the parent with different seeds, without intervals, because "
    "pairs are not independent",
    "curve": "the first model of a chain of condensed ones (of trained ones, the parent); a column only where parent, "
    "family and units do not tell models apart",
    "model": "",
    "units": "the number of units",
    "measure": "a similarity measure (its primary statistics), a probe (statistics with one value a network), or "
    "`training`, the error of the weights that were kept; without the condition-independent signal where there are "
    "values with and without it",
    "statistic": "",
    "compared_with": "`recording`, or `parent`: the network of the parent with the same seed; empty for one activity",
    "mean": "the mean over networks",
    **dict.fromkeys(
        ("low", "high"), "95 % t interval over networks, or over the means of sets of random inputs; empty for one"
    ),
    "networks": "their number",
    "input_sets": "",
}
OPTIONAL = ("curve", "input_sets")  # columns that are left out if no row has a value
VALUES = ["model", "seed", *MEASURED, "value"]
CELL = ["area", "variable", "time", "strength"]  # columns of statistics of which a network has several


def size_curves(
    sizes: dict[str, list[dict]],
    training: pd.DataFrame,
    probes: pd.DataFrame,
    similarity: pd.DataFrame,
    distances: pd.DataFrame | None,
) -> pd.DataFrame:
    """Means over the networks of each model by its number of units, with 95 % t intervals (empty for one network).

    sizes: study -> parent, family, model, units of its models (`study.model_sizes`) and their input_sets, if inputs are
    random. training, probes, similarity, distances: training.csv, probes.csv, similarity.csv and network_distances.csv,
    if there is one. Columns: see `COLUMNS`. Several models of one parent, family and number of units must have
    different curves. Raises ValueError.
    """
    found = []
    for study, models in sizes.items():
        _check_apart(study, models)
        own = [_of_study(table, study) for table in (training, probes, similarity, distances)]
        values = _values(*own[:3])
        for one in models:
            to_parent = _to_parent(own[3], one["model"], one["parent"]) if one["model"] != one["parent"] else []
            rows = [values[values["model"] == one["model"]], pd.DataFrame(to_parent, columns=VALUES)]
            means = _means(pd.concat([part for part in rows if len(part)]), one.get("input_sets"))
            found += [{"study": study, "recording": own[0]["recording"].iloc[0]} | one | row for row in means]
        for parent in dict.fromkeys(one["parent"] for one in models):
            root = next(one for one in models if one["model"] == parent) | {"family": OTHER_SEEDS}
            about = {"study": study, "recording": own[0]["recording"].iloc[0]} | root
            found += [about | row for row in _between_seeds(own[3], parent, root.get("input_sets"))]
    table = pd.DataFrame(found, columns=list(COLUMNS))
    return table.drop(columns=[name for name in OPTIONAL if table[name].isna().all()])


def _check_apart(study: str, models: list[dict]) -> None:
    """Raise ValueError for two models that would be one point of a curve."""
    points = {}
    for one in models:
        point = tuple(one.get(name) for name in ("parent", "family", "curve", "units"))
        other = points.setdefault(point, one["model"])
        if other != one["model"]:
            raise ValueError(
                f"size_curves: found {other} and {one['model']} of {study} with the same parent ({one['parent']}), "
                f"family ({one['family']}) and {one['units']} units, wanted a `curve` for each, which tells them apart"
            )


def _of_study(table: pd.DataFrame | None, study: str) -> pd.DataFrame:
    wanted = ["model", "seed", "measure", "statistic", "value", "other_model", "other_seed"]
    return pd.DataFrame(columns=wanted) if table is None else table[table["study"] == study]


def _values(training: pd.DataFrame, probes: pd.DataFrame, similarity: pd.DataFrame) -> pd.DataFrame:
    """A value of each network for every measure."""
    kept = training[training["kept"].ne(False)] if "kept" in training else training
    last = kept.sort_values("step", kind="stable").groupby(["model", "seed"], sort=False)["error"].last()
    errors = last.rename("value").reset_index().assign(measure="training", statistic="error", compared_with="")
    parts = [errors]
    if len(probes):
        parts.append(_once(probes).assign(compared_with=""))
    if len(similarity):
        primary = pd.MultiIndex.from_tuples(primary_statistics(similarity), names=["measure", "statistic"])
        compared = similarity[pd.MultiIndex.from_frame(similarity[["measure", "statistic"]]).isin(primary)]
        parts.append(_once(compared).assign(compared_with="recording"))
    return pd.concat([part[VALUES] for part in parts], ignore_index=True)


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of statistics of which each network has one value."""
    rows = rows[rows.reindex(columns=CELL).isna().all(axis=1)]
    if "condition_independent" in rows:
        rows = rows[rows["condition_independent"].fillna("removed") == "removed"]
    return rows[~rows.duplicated(["model", "seed", "measure", "statistic"], keep=False) & rows["value"].notna()]


def _to_parent(distances: pd.DataFrame, model: str, parent: str) -> list[dict]:
    """The distance of each network from the network of the parent with the same seed."""
    pair = {(model, parent), (parent, model)}
    rows = distances[distances["seed"] == distances["other_seed"]]
    return [
        {"model": model, "seed": row.seed, "measure": row.measure, "statistic": row.statistic}
        | {"compared_with": "parent", "value": row.value}
        for row in rows.itertuples()
        if (row.model, row.other_model) in pair
    ]


def _between_seeds(distances: pd.DataFrame, parent: str, sets: list[int] | None) -> list[dict]:
    """Rows of mean distances between the networks of the parent; sets: see `_means`."""
    rows = distances[(distances["model"] == parent) & (distances["other_model"] == parent)]
    return [
        {"measure": measure, "statistic": statistic, "compared_with": "parent", "mean": of["value"].mean()}
        | {"networks": len({*of["seed"], *of["other_seed"]})}
        | ({"input_sets": len(set(sets))} if sets else {})
        for (measure, statistic), of in rows.groupby(["measure", "statistic"], sort=False)
    ]


def _means(values: pd.DataFrame, sets: list[int] | None) -> list[dict]:
    """Rows of means and intervals; sets: the set of random inputs of each network, by its position."""
    found = []
    for key, of in values.groupby(MEASURED, sort=False):
        own = by_input_set(of["value"].to_numpy(), sets and [sets[int(seed)] for seed in of["seed"]])
        low, high = t_interval(own)
        about = dict(zip(MEASURED, key, strict=True)) | {"mean": of["value"].mean(), "low": low, "high": high}
        found.append(about | {"networks": len(of)} | ({"input_sets": len(own)} if sets else {}))
    return found
