"""The statistics of probes that claims are about: of both models and each control, with their differences."""

import numpy as np
import pandas as pd

from rnncompare.comparison.claimed_rows import claimed_rows
from rnncompare.tabulation.contrasts import corrected, difference_of, over_sets, scores_of


def claimed_statistics(
    claims: dict[str, dict], probes: pd.DataFrame, summary: pd.DataFrame, *, seed: int, bootstrap: int
) -> pd.DataFrame:
    """A row for each claimed statistic, of the contrast of the claim and of its first model and each control.

    claims: study -> see `study.claims`; those about similarity are left out. probes, summary: tables of the run. mean,
    minus_mean: of both models, with intervals over networks (`mean_low`, `minus_low`, ..). difference, low, high, p: as
    in contrasts.csv, of networks that are paired by their seed unless one side is `unpaired`; p_corrected: over the
    statistics of one pair of models. recorded: the value of the source of recorded values, if it has the statistic.
    Raises ValueError for a statistic that no network has, for a source of recorded values that has none of them, and
    for rows about several places (`claimed_rows`).
    """
    table = []
    for study, claim in claims.items():
        if claim.get("statistics") is None:
            continue
        of_study = {name: rows[rows["study"] == study] for name, rows in (("probes", probes), ("summary", summary))}
        for minus in (claim["contrast"][1], *claim["controls"]):
            table += _pair(claim, minus, of_study, study, seed, bootstrap)
        if claim["recorded"] and all(np.isnan(row["recorded"]) for row in table if row["study"] == study):
            known = ", ".join(map(str, dict.fromkeys(of_study["summary"]["model"])))
            raise ValueError(
                f"claim of {study}: found no claimed statistic of '{claim['recorded']}', wanted `recorded` to name a "
                f"source in summary.csv that has one: {known}"
            )
    return pd.DataFrame(table)


def _pair(
    claim: dict, minus: str, tables: dict[str, pd.DataFrame], study: str, seed: int, bootstrap: int
) -> list[dict]:
    """Rows of the first model and another source, with p that are corrected over the statistics."""
    model = claim["contrast"][0]
    paired = not {model, minus} & set(claim["unpaired"])
    recording = next(iter(tables["probes"]["recording"].dropna()), "")
    found, scores, tested = [], [], []
    for statistic in claim["statistics"]:
        named = {"measure": statistic["measure"], "statistic": statistic["statistic"]} | statistic["at"]
        row = {"study": study, "recording": recording, "model": model, "minus": minus} | named
        row |= {"claimed": statistic["claimed"]}
        sides = {source: claimed_rows(tables["probes"], named, source) for source in (model, minus)}
        _check_found(sides, tables["probes"], study, named)
        row |= _means(tables["summary"], named, {"mean": model, "minus": minus, "recorded": claim["recorded"]})
        values, sets = scores_of(pd.concat(sides.values()), model, minus, paired)
        row |= {"paired": paired} | dict(zip(("seeds", "minus_seeds"), map(len, values), strict=False))
        values, _, _ = over_sets(values, None, None, sets)
        row |= {"input_sets": len(values[0])} if sets[0] is not None else {}
        if min(map(len, values)) > 1:
            row |= difference_of(values, None, None, seed, bootstrap)
            tested.append(len(found))
            scores.append(values)
        else:
            row |= {"difference": row["mean"] - row["minus_mean"], "low": np.nan, "high": np.nan, "p": np.nan}
        found.append(row | {"p_corrected": np.nan})
    of_tests = corrected(scores, [found[k]["p"] for k in tested], claim["correction"])
    for k, p in zip(tested, of_tests, strict=True):
        found[k]["p_corrected"] = p
    return found


def _check_found(sides: dict[str, pd.DataFrame], probes: pd.DataFrame, study: str, named: dict) -> None:
    """Raise ValueError if neither model has a value, although its networks could be measured: the place is wrong."""
    if any(rows["value"].notna().any() for rows in sides.values()):
        return
    of_probe = probes[(probes["measure"] == named["measure"]) & probes["model"].isin(sides)]
    if len(of_probe) and ((of_probe["statistic"] == "measured") & (of_probe["value"] == 0)).all():
        return  # probes.csv says why
    here = probes[(probes["measure"] == named["measure"]) & (probes["statistic"] == named["statistic"])]
    known = {
        column: sorted(map(str, here[column].dropna().unique()))[:12]
        for column in named
        if column in here and column not in ("measure", "statistic")
    }
    raise ValueError(
        f"claim of {study}: found no value of {', '.join(f'{c} {v}' for c, v in named.items())} for "
        f"{' and '.join(sides)}, wanted some in probes.csv, which has {known}"
    )


def _means(summary: pd.DataFrame, named: dict, sources: dict[str, str | None]) -> dict:
    """The mean and interval of each source; NaN of one that lacks the statistic."""
    found = {}
    for prefix, source in sources.items():
        rows = summary[:0] if source is None else claimed_rows(summary, named, source)
        one = rows.iloc[0] if len(rows) else {}
        value = prefix if prefix != "minus" else "minus_mean"
        found |= {value: one.get("mean", np.nan)}
        found |= {f"{prefix}_{end}": one.get(end, np.nan) for end in ("low", "high")}
        found |= {"recorded_source": source} if prefix == "recorded" and len(rows) else {}
    return found
