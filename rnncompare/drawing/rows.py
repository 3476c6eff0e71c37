"""Which rows of the tables a figure shows, and in which order."""

import pandas as pd

from rnncompare.comparison.primary_statistics import ceiling_sources
from rnncompare.drawing.style import ablation

# Tables whose column `source` holds the recording, the targets and networks.
VIEWS = ("psths", "outputs", "trajectories", "dissimilarities")
USUAL = ("spikes/s", "a.u.")  # of recordings and of networks
AUTHORS = " (authors)"  # ends the name of a source whose statistics are published ones
MIGHT = ("area", "variable", "time", "strength", "low", "high", "to", "random_axis")  # columns of theirs


def of_study(tables: dict[str, pd.DataFrame], name: str, study: str, **values) -> pd.DataFrame:
    """A table's rows of a study, and of the values of other columns, without what others published.

    Raises ValueError where there are none.
    """
    if name not in tables:
        raise ValueError(f"figure of {study}: found no table '{name}' among {', '.join(tables)}, wanted it")
    rows = ours(tables[name])
    for column, value in {"study": study, **values}.items():
        if column not in rows:
            raise ValueError(f"figure of {study}: found no column '{column}' in {name}.csv, wanted it")
        rows = rows[rows[column].isin(value if isinstance(value, (list, tuple, set)) else [value])]
    if rows.empty:
        wanted = ", ".join(f"{c} {v}" for c, v in {"study": study, **values}.items())
        raise ValueError(f"figure of {study}: found no rows of {wanted} in {name}.csv, wanted some")
    return rows


def first_networks(tables: dict[str, pd.DataFrame], name: str, study: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of a view: what it shows of the first network of each source, and its rows on those that it passed over.

    Raises ValueError where it shows nothing.
    """
    rows = of_study(tables, name, study)
    passed = rows["note"].notna() if "note" in rows else pd.Series(False, index=rows.index)
    shown = rows[~passed]
    if shown.empty:
        raise ValueError(f"figure of {study}: found {len(rows)} networks that cannot be shown in {name}.csv")
    return shown[shown["seed"] == shown.groupby("source")["seed"].transform("min")], rows[passed]


def unusual_unit(rows: pd.DataFrame) -> str:
    """What the rates of a source are measured in, for a second line of its name; nothing where captions say it."""
    unit = rows["measured_in"].iloc[0] if "measured_in" in rows and len(rows) else None
    return "" if unit in (None, *USUAL) or pd.isna(unit) else f"\n({unit})"


def of_one_probe(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Of probes whose name has `kind` in it the one of just that name, or else the first; none is no error."""
    names = [name for name in dict.fromkeys(rows["measure"]) if kind in name]
    return rows[rows["measure"] == (kind if kind in names else names[0])] if names else rows[:0]


def ours(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that were computed here: those of others say whose they are, in column origin and in their name."""
    if "model" not in rows:
        return rows
    others = rows["model"].astype(str).str.endswith(AUTHORS)
    return rows[~(others | rows["origin"].notna() if "origin" in rows else others)]


def published(tables: dict[str, pd.DataFrame], study: str, measure: str, *statistics: str) -> pd.DataFrame:
    """Rows of probes.csv that others published, of measures whose name has `measure` in it; none is no error.

    Column `counterpart`: the model that is named as theirs is.
    """
    rows = tables.get("probes", pd.DataFrame(columns=["study", "model", "measure", "statistic", "value"]))
    rows = rows[rows["study"].eq(study) & rows["measure"].str.contains(measure) & rows["statistic"].isin(statistics)]
    rows = rows.drop(index=ours(rows).index).reindex(columns=list(dict.fromkeys([*rows, *MIGHT])))
    return rows.assign(counterpart=rows["model"].str.removesuffix(AUTHORS))


def similarities(tables: dict[str, pd.DataFrame], study: str, *signals: str) -> pd.DataFrame:
    """Summary rows of similarity measures (probes may be of a signal too), condition-independent signal as named."""
    measures = set(of_study(tables, "similarity", study)["measure"])
    rows = of_study(tables, "summary", study, measure=measures, condition_independent=signals)
    if rows["null_95"].isna().all():
        raise ValueError(f"figure of {study}: found similarities without a null, wanted permutations above 0")
    return rows


def sources(tables: dict[str, pd.DataFrame], study: str) -> list[str]:
    """Every source of a study, in the order of the tables."""
    models = [_names(tables, name, "model", study) for name in ("summary", "similarity", "probes", "training")]
    shown = [_names(tables, name, "source", study) for name in VIEWS]
    return list(dict.fromkeys(name for names in models + shown for name in names))


def networks(tables: dict[str, pd.DataFrame], study: str) -> list[str]:
    """The sources that are networks: those that were trained, and those that the views show beside recordings."""
    trained = _names(tables, "training", "model", study)
    shown = [name for view in VIEWS for name in _names(tables, view, "source", study)]
    return [
        s
        for s in sources(tables, study)
        if s in {*trained, *shown} - {"recording", "target", *_ceilings(tables, study)}
    ]


def _ceilings(tables: dict[str, pd.DataFrame], study: str) -> set[str]:
    """The sources that are ceilings, such as another animal."""
    summary = tables.get("summary")
    return set() if summary is None else set(ceiling_sources(summary[summary["study"] == study]).values())


def _names(tables: dict[str, pd.DataFrame], name: str, column: str, study: str) -> list[str]:
    table = tables.get(name)
    if table is None or not {"study", column} <= set(table):
        return []
    return list(dict.fromkeys(ours(table[table["study"] == study])[column]))


def main_networks(tables: dict[str, pd.DataFrame], study: str) -> list[str]:
    """The networks that are no rung of an ablation ladder."""
    return [n for n in networks(tables, study) if not ablation(n)]
