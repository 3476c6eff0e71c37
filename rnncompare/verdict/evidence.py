"""The evidence about the claim of each study: the contrasts of its models and controls as one table, verdict.csv."""

from math import comb

import numpy as np
import pandas as pd

from rnncompare.comparison.claimed_rows import PLACES
from rnncompare.comparison.primary_statistics import lower_is_better, primary_held_out
from rnncompare.statistics.p_values import EXACT, LEVEL
from rnncompare.verdict.rules import CLAIM, favoured

MOST_SHOWN = 3  # measures that are shown first
COLUMNS = {  # column -> meaning, "" if it is that of all tables
    **dict.fromkeys(("study", "recording"), ""),
    **dict.fromkeys(("model", "minus"), "the first model of the claim; the second, or a control"),
    "role": "what distinguishes `minus` from `model`, `claim` for the contrast of the claim",
    **dict.fromkeys(("measure", "statistic"), ""),
    "rank": "1 to 3 for the statistics that are shown first",
    "lower_is_better": "",
    "paired": "whether networks are paired by seed; empty without a contrast",
    **dict.fromkeys(("networks", "minus_networks"), "the numbers of networks of `model` and `minus`"),
    "input_sets": "",
    **dict.fromkeys(("mean", "minus_mean"), "the means of `model` and `minus`"),
    "difference": "of the contrast; without one, the difference of the means, which has no interval and no p",
    **dict.fromkeys(("low", "high"), "the interval over networks and conditions, or over networks if there is none"),
    "over_conditions": "whether `low` and `high` are over networks and conditions",
    "p_corrected": "",
    "smallest_p": "the smallest corrected p that so many networks can give",
    "animals": "the number of animals of the claim's group with this contrast",
    "same_direction": "the number of these animals whose difference has the sign of this row",
    "fewest_networks": "the smallest number of pairs, or of networks of `model`, in one animal",
    **dict.fromkeys(
        ("minus_recordings", "minus_for_model"),
        "the number of simulated recordings of the second model, and `for_model` of recovery.csv; empty if none can be "
        "significant",
    ),
    "favours": "the source that the first rule of verdicts favours",
    "claimed": "less or more, of a claim about statistics of probes; the columns that follow are empty for others",
    **dict.fromkeys(
        PLACES,
        "where the statistic was measured, and whether without the condition-independent "
        "signal; `area` can be last, that of each source",
    ),
    **dict.fromkeys(("mean_low", "mean_high", "minus_low", "minus_high"), "the intervals of both means over networks"),
    **dict.fromkeys(("recorded", "recorded_low", "recorded_high"), "the recorded value and its interval, or empty"),
    "recorded_source": "the source of the recorded value",
}


def evidence(
    claims: dict[str, dict],
    contrasts: pd.DataFrame,
    summary: pd.DataFrame,
    animals: pd.DataFrame | None = None,
    recovery: pd.DataFrame | None = None,
    claimed: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """A row for each statistic of the corrected family, of the claim's two models and of the first and each control.

    claims: study -> {contrast: (model, minus), controls: {source: role}, measures: those shown first, correction:
    method, group: animals}, or, for a claim about statistics of probes, see `study.claims`. contrasts, summary,
    animals, recovery: tables of the run; the last two if it has them. claimed: see `claimed_statistics`, for claims
    about probes; with less claimed, smaller values are better. Columns: see `COLUMNS`.
    """
    table = []
    for study, claim in claims.items():
        if "statistics" in claim:
            table += _of_probes(claim, claimed[claimed["study"] == study])
            continue
        scores = summary[(summary["study"] == study) & (summary["condition_independent"] == "removed")]
        model, other = claim["contrast"]
        family = _family(scores, [model, other])
        ranks = _ranks(family, claim["measures"])
        for minus, role in {other: CLAIM, **claim["controls"]}.items():
            about, rows = {"study": study, "model": model, "minus": minus, "role": role}, []
            for statistic in family:
                row = (
                    about | dict(zip(("measure", "statistic"), statistic, strict=True)) | {"rank": ranks.get(statistic)}
                )
                row |= _means(row, scores) | _difference(row, contrasts)
                row |= _over_animals(row, animals, claim["group"]) | _recovered(row, recovery)
                rows.append(row | {"favours": favoured(row)})
            table += _with_corrected_limits(rows, claim["correction"])
    return pd.DataFrame(table, columns=list(COLUMNS))


def _of_probes(claim: dict, claimed: pd.DataFrame) -> list[dict]:
    """The rows of a claim about statistics of probes; those of the contrast come first."""
    table = []
    for minus, role in {claim["contrast"][1]: CLAIM, **claim["controls"]}.items():
        rows = []
        for rank, found in enumerate(claimed[claimed["minus"] == minus].to_dict("records"), start=1):
            row = found | _sizes(found) | {"role": role, "rank": rank if rank <= MOST_SHOWN else np.nan}
            row |= {"lower_is_better": found["claimed"] == "less", "over_conditions": False}
            row |= {"networks": found["seeds"]}
            row |= _over_animals(row, None, None)
            rows.append(row | {"favours": favoured(row)})
        table += _with_corrected_limits(rows, claim["correction"])
    return table


def _with_corrected_limits(rows: list[dict], method: str) -> list[dict]:
    """The rows of one pair of models, whose smallest p are those that remain possible after the correction.

    That of max-T is the smallest one of a single test; Holm, which replaces max-T where tests have different networks,
    multiplies it by the number of tests.
    """
    tested = [(row["networks"], row["minus_networks"]) for row in rows if pd.notna(row.get("smallest_p"))]
    tests = len(tested) if method == "holm" or len(set(tested)) > 1 else 1
    return [row | {"smallest_p": min(row.get("smallest_p", np.nan) * tests, 1.0)} for row in rows]


def _family(scores: pd.DataFrame, models: list[str]) -> list[tuple[str, str]]:
    """The (measure, statistic) pairs over which p of both models are corrected."""
    return primary_held_out(scores[scores["model"].isin(models) & scores["p_corrected"].notna()])


def _ranks(family: list[tuple[str, str]], measures: list[str] | None) -> dict[tuple[str, str], int]:
    """The statistics that are shown first -> 1, 2, 3: the first of each named measure, or of the first three."""
    shown = (measures or list(dict.fromkeys(measure for measure, _ in family)))[:MOST_SHOWN]
    first = [next((pair for pair in family if pair[0] == measure), None) for measure in shown]
    return {pair: rank for rank, pair in enumerate(filter(None, first), start=1)}


def _means(row: dict, scores: pd.DataFrame) -> dict:
    """The means and numbers of networks of both sources, and their difference, which has no test."""
    here = scores[(scores["measure"] == row["measure"]) & (scores["statistic"] == row["statistic"])]
    of = here.drop_duplicates("model").set_index("model").reindex([row["model"], row["minus"]])
    (mean, other), (networks, others) = of["mean"], of["seeds"]
    found = {"recording": next(iter(here["recording"].dropna()), ""), "lower_is_better": lower_is_better(here)}
    found |= {"mean": mean, "minus_mean": other, "difference": mean - other}
    return found | {
        "networks": networks,
        "minus_networks": others,
        "low": np.nan,
        "high": np.nan,
        "p_corrected": np.nan,
    }


def _difference(row: dict, contrasts: pd.DataFrame) -> dict:
    """The difference, interval and p of the contrast of both sources; empty if it was not computed."""
    found = _same(contrasts, row)
    if found.empty:
        return {}
    one = found.iloc[0].to_dict()
    whole = pd.notna(one.get("condition_low"))
    low, high = (one[f"condition_{end}" if whole else end] for end in ("low", "high"))
    interval = {"low": low, "high": high, "over_conditions": whole}
    return _sizes(one) | interval | {"difference": one["difference"], "p_corrected": one.get("p_corrected", np.nan)}


def _sizes(contrast: dict) -> dict:
    """The numbers of networks and sets of random inputs of a contrast, and the smallest p that they can give."""
    paired = pd.isna(contrast.get("minus_seeds"))
    networks = contrast["seeds"]
    others, sets = networks if paired else contrast["minus_seeds"], contrast.get("input_sets", np.nan)
    independent = networks if pd.isna(sets) else sets
    few = min(independent, others) < 2
    smallest = np.nan if few else _smallest_p(int(independent), None if paired else int(others))
    size = {"paired": paired, "networks": networks, "minus_networks": others, "input_sets": sets}
    return size | {"smallest_p": smallest}


def _same(table: pd.DataFrame, row: dict) -> pd.DataFrame:
    """The rows of a table of contrasts that are about the same sources and statistic, with the usual signal removed."""
    if table.empty:  # without a contrast, the table has other columns
        return table
    keys = [key for key in ("study", "model", "minus", "measure", "statistic") if row.get(key) is not None]
    same = (table[keys] == pd.Series(row)[keys]).all(axis=1)
    removed = table["condition_independent"] == "removed" if "condition_independent" in table else True
    return table[same & removed]


def _smallest_p(networks: int, others: int | None) -> float:
    """The smallest p of a sign-flip test of pairs, or of a permutation of two models' networks (statistics/)."""
    if others is None:
        return 2.0 ** (1 - min(networks, EXACT))
    ways = min(comb(networks + others, networks), 2**EXACT)
    return (2.0 if networks == others else 1.0) / ways


def _over_animals(row: dict, animals: pd.DataFrame | None, group: str | None) -> dict:
    """In how many animals of the group the difference has the direction of this row, and in how many it is known."""
    found = pd.DataFrame() if animals is None or group is None else _same(animals, row | {"study": None})
    found = (
        found[(found["group"] == group) & found["study"].notna() & found["difference"].notna()] if len(found) else found
    )
    if found.empty:
        known = int(pd.notna(row["difference"]))
        return {"animals": known, "same_direction": known, "fewest_networks": row["networks"]}
    same = np.sign(found["difference"]) == np.sign(row["difference"])
    return {"animals": len(found), "same_direction": int(same.sum()), "fewest_networks": found["seeds"].min()}


def _recovered(row: dict, recovery: pd.DataFrame | None) -> dict:
    """The share of simulated recordings of the second model in which the contrast of the claim favours the first.

    Empty if so few networks are compared with a recording that no contrast of it can be significant.
    """
    found = pd.DataFrame() if recovery is None or row["role"] != CLAIM else _same(recovery, row)
    found = found[found["generator"] == row["minus"]] if len(found) else found
    networks = int(found["networks"].min()) if len(found) else 0
    if networks < 2 or _smallest_p(networks, None if row.get("paired", True) else networks) >= LEVEL:
        return {}
    return {"minus_recordings": found["recordings"].iloc[0], "minus_for_model": found["for_model"].iloc[0]}
