"""Select the rows of the tables that a figure shows, and their order."""

import pandas as pd

from rnncompare.comparison.primary_statistics import ceiling_sources
from rnncompare.comparison.shown_intervals import with_shown_intervals
from rnncompare.drawing.style import ablation

# Tables whose column `source` contains the recording, the targets and networks.
VIEWS = ("psths", "outputs", "trajectories", "dissimilarities")
OVER_NETWORKS = ("summary", "contrasts", "universality", "size_curves")  # tables of which intervals are over networks
DEFAULT_UNITS = ("spikes/s", "a.u.")  # of recordings and of networks
AUTHORS = " (authors)"  # suffix of the name of a source with published statistics
OPTIONAL = ("area", "variable", "time", "strength", "low", "high", "to", "random_axis")  # columns of published values


def of_study(tables: dict[str, pd.DataFrame], name: str, study: str, **values) -> pd.DataFrame:
    """Return the rows of a table of a study, and of the values of other columns, without published values.

    They have no intervals from fewer than four networks, so that no figure draws one (`with_shown_intervals`). Raises
    ValueError if there are none.
    """
    if name not in tables:
        raise ValueError(f"figure of {study}: found tables {', '.join(tables) or 'none'}, wanted a table '{name}'")
    rows = ours(tables[name])
    for column, value in {"study": study, **values}.items():
        if column not in rows:
            raise ValueError(
                f"figure of {study}: found columns {', '.join(rows)} in {name}.csv, wanted also '{column}'"
            )
        rows = rows[rows[column].isin(value if isinstance(value, (list, tuple, set)) else [value])]
    if rows.empty:
        wanted = ", ".join(f"{c} {v}" for c, v in {"study": study, **values}.items())
        raise ValueError(f"figure of {study}: found no rows of {wanted} in {name}.csv, wanted at least one")
    return with_shown_intervals(rows, networks(tables, study)) if name in OVER_NETWORKS else rows


def first_networks(tables: dict[str, pd.DataFrame], name: str, study: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a view for the first network of each source that could be shown, and of those that could not.

    Raises ValueError if no network could be shown.
    """
    rows = of_study(tables, name, study)
    passed = rows["note"].notna() if "note" in rows else pd.Series(False, index=rows.index)
    shown = rows[~passed]
    if shown.empty:
        raise ValueError(
            f"figure of {study}: found only the {len(rows)} networks that cannot be shown in {name}.csv, "
            "wanted at least one that can"
        )
    return shown[shown["seed"] == shown.groupby("source")["seed"].transform("min")], rows[passed]


def rate_label(rows: pd.DataFrame) -> str:
    """Return the largest rate of a unit with the unit of measurement, for example '79 spikes/s'.

    Without a column `measured_in`, rates of a recording are in spikes/s and those of networks in arbitrary units.
    """
    largest, unit = rows["rate"].max(), rows["measured_in"].iloc[0] if "measured_in" in rows else None
    if unit is None or pd.isna(unit):
        unit = DEFAULT_UNITS["recording" not in set(rows["source"])]
    unit = unit.split(" (")[0]  # without a remark
    return f"{largest:.2g} {unit}" if largest < 10 else f"{largest:.0f} {unit}"


def of_one_probe(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Select the probe named `kind`, or else the first whose name contains it; return no rows if there is none."""
    names = [name for name in dict.fromkeys(rows["measure"]) if kind in name]
    return rows[rows["measure"] == (kind if kind in names else names[0])] if names else rows[:0]


def ours(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that were computed by rnncompare: published ones have an origin or end their name in AUTHORS."""
    if "model" not in rows:
        return rows
    others = rows["model"].astype(str).str.endswith(AUTHORS)
    return rows[~(others | rows["origin"].notna() if "origin" in rows else others)]


def published(tables: dict[str, pd.DataFrame], study: str, measure: str, *statistics: str) -> pd.DataFrame:
    """Return the published rows of probes.csv of measures whose name contains `measure`; there may be none.

    Column `counterpart` is the name of the model without the suffix AUTHORS.
    """
    rows = tables.get("probes", pd.DataFrame(columns=["study", "model", "measure", "statistic", "value"]))
    rows = rows[rows["study"].eq(study) & rows["measure"].str.contains(measure) & rows["statistic"].isin(statistics)]
    rows = rows.drop(index=ours(rows).index).reindex(columns=list(dict.fromkeys([*rows, *OPTIONAL])))
    return rows.assign(counterpart=rows["model"].str.removesuffix(AUTHORS))


def similarities(tables: dict[str, pd.DataFrame], study: str, *signals: str) -> pd.DataFrame:
    """Return the summary rows of similarity measures, without those of probes, for the named signals.

    signals: values of column condition_independent. Raises ValueError if there is no null distribution.
    """
    measures = set(of_study(tables, "similarity", study)["measure"])
    rows = of_study(tables, "summary", study, measure=measures, condition_independent=signals)
    if rows["null_95"].isna().all():
        raise ValueError(f"figure of {study}: found no null distribution of similarity, wanted permutations above 0")
    return rows


def sources(tables: dict[str, pd.DataFrame], study: str) -> list[str]:
    """Return all sources of a study, in the order of the tables."""
    models = [_names(tables, name, "model", study) for name in ("summary", "similarity", "probes", "training")]
    shown = [_names(tables, name, "source", study) for name in VIEWS]
    return list(dict.fromkeys(name for names in models + shown for name in names))


def networks(tables: dict[str, pd.DataFrame], study: str) -> list[str]:
    """Return the sources that are networks: those that were trained, and those in views that are not recordings."""
    trained = _names(tables, "training", "model", study)
    shown = [name for view in VIEWS for name in _names(tables, view, "source", study)]
    return [
        s
        for s in sources(tables, study)
        if s in {*trained, *shown} - {"recording", "target", *_ceilings(tables, study)}
    ]


def _ceilings(tables: dict[str, pd.DataFrame], study: str) -> set[str]:
    """Return the sources that are ceilings, such as another animal."""
    summary = tables.get("summary")
    return set() if summary is None else set(ceiling_sources(summary[summary["study"] == study]).values())


def _names(tables: dict[str, pd.DataFrame], name: str, column: str, study: str) -> list[str]:
    table = tables.get(name)
    if table is None or not {"study", column} <= set(table):
        return []
    return list(dict.fromkeys(ours(table[table["study"] == study])[column]))


def main_networks(tables: dict[str, pd.DataFrame], study: str) -> list[str]:
    """Return the networks that are not ablations."""
    return [n for n in networks(tables, study) if not ablation(n)]


def headline(tables: dict[str, pd.DataFrame], study: str) -> list[str]:
    """Return the two sources that a study is about: those of its claim, or else of its first contrast; or none."""
    for name in ("verdict", "contrasts"):
        rows = tables.get(name, pd.DataFrame(columns=["study"]))
        rows = rows[rows["study"] == study]
        if len(rows):
            return [rows["model"].iloc[0], rows["minus"].iloc[0]]
    return []
