"""The sentences of a verdict about similarity to a recording."""

import pandas as pd

from rnncompare.comparison.primary_statistics import number_of, words
from rnncompare.statistics.p_values import LEVEL
from rnncompare.verdict.phrases import TOO_FEW, capital, networks, p_value, signed, size, statistic_name, yes
from rnncompare.verdict.rules import (
    CONTRADICTED,
    SUPPORTED,
    as_similar,
    at_least_as_similar,
    decision,
    of_claim,
    of_controls,
    unidentified,
    votes,
)

NO_NETWORK, UNTRAINED, OTHER_TASK, OTHER_MODEL = "no network", "untrained", "other task", "other model"
NOT_REQUIRED = {
    NO_NETWORK: "network",
    UNTRAINED: "training",
    OTHER_TASK: "training on this task",
    OTHER_MODEL: "such model",
}


def on_similarity(evidence: pd.DataFrame) -> list[str]:
    """What was found, the first differences, what both rest on, the controls, and whether a model is identified."""
    rows = of_claim(evidence)
    return [_finding(evidence), _differences(rows), _basis(rows), _controls(evidence), _identification(evidence)]


def _finding(evidence: pd.DataFrame) -> str:
    """The direction of the contrast, and the number of statistics that favour either model."""
    rows = of_claim(evidence)
    one, other = (networks(rows[side].iloc[0]) for side in ("model", "minus"))
    first, second, count = votes(rows)
    found = decision(evidence)
    if found == SUPPORTED:
        said = f"more similar to the recording than {other} by {first} of {count} statistics and less similar by none."
    elif found == CONTRADICTED:
        said = f"less similar to the recording than {other} by {second} of {count} statistics and more similar by none."
    else:
        start = f"It is not decided whether {one} are more similar to the recording than {other}"
        return f"{start}: {first} of {count} statistics favour the former and {second} the latter."
    return f"{capital(one)} are {said}"


def _differences(rows: pd.DataFrame) -> str:
    """The statistics that are shown first, with intervals, p and the numbers of animals that agree."""
    shown = rows[rows["rank"].notna()].sort_values("rank", kind="stable")
    agreeing = [
        f"in {same:.0f} of {n:.0f} animals" for same, n in zip(shown.same_direction, shown.animals, strict=True)
    ]
    several = (shown["animals"] > 1).any()
    every = several and len(set(agreeing)) == 1
    parts = [_statistic(row) for row in shown.to_dict("records")]
    if several and not every:
        parts = [f"{part}, {animals}" for part, animals in zip(parts, agreeing, strict=True)]
    return f"Differences: {'; '.join(parts)}" + (f"; each has this direction {agreeing[0]}." if every else ".")


def _statistic(row: dict) -> str:
    """One statistic of the contrast with its interval and its p."""
    digits = 2 if abs(row["difference"]) >= 0.1 else 3
    value, low, high = (signed(row[name], digits) for name in ("difference", "low", "high"))
    interval = f" [{low}, {high}]" if pd.notna(row["low"]) else ""
    direction = ", smaller is more similar," if row["lower_is_better"] else ""
    p = f"p {p_value(row['p_corrected'])}" if pd.notna(row["p_corrected"]) else "not tested"
    return f"{statistic_name(row['measure'], row['statistic'])}{direction} {value}{interval}, {p}"


def _basis(rows: pd.DataFrame) -> str:
    """The numbers of networks, sets of inputs and animals, the smallest p, and what intervals and p are over."""
    row = rows.iloc[0]
    text = f"This rests on {size(row)} and {_animals(row)}"
    if pd.isna(row["smallest_p"]):
        return f"{text}; there are too few networks for a test."
    over = "networks and conditions" if all(map(yes, rows["over_conditions"])) else "networks"
    intervals = f"Brackets are 95 % intervals over {over}" if rows["low"].notna().any() else TOO_FEW
    text += f". {intervals}. p are corrected over the {number_of(len(rows), 'statistic')} and, with so"
    text += f" many networks, cannot be below {p_value(row['smallest_p'])}"
    if row["smallest_p"] >= LEVEL:
        return f"{text}: the contrast cannot be decided."
    unsettled = rows[rows["favours"].fillna("") == ""]
    named = [statistic_name(m, s) for m, s in zip(unsettled["measure"], unsettled["statistic"], strict=True)]
    return f"{text}." + (f" Not decided: {', '.join(named)}." if named else "")


def _animals(row: pd.Series) -> str:
    if row["animals"] > 1:
        each = "pairs" if yes(row["paired"]) else "networks"
        return f"{row['animals']:.0f} animals (at least {row['fewest_networks']:.0f} {each} for each)"
    return f"one recording ({row['recording']})"


def _controls(evidence: pd.DataFrame) -> str:
    """How similar each control is beside the first model, and what the similarity does not require."""
    model, parts, needless = networks(evidence["model"].iloc[0]), [], []
    for control, rows in of_controls(evidence).items():
        role = rows["role"].iloc[0]
        name = words(control) if role == NO_NETWORK else networks(control)
        verb = "scores" if role == NO_NETWORK else "score"
        parts.append((name if role in name else f"{name} ({role})") + _beside(rows, verb))
        needless += [NOT_REQUIRED[role]] if as_similar(rows) else []
    if not parts:
        return ""
    text = f"Controls beside {model}: {'; '.join(parts)}."
    nothing = " and ".join(f"no {lacking}" for lacking in dict.fromkeys(needless))
    return text + (f" The similarity of {model} to this recording therefore requires {nothing}." if nothing else "")


def _beside(rows: pd.DataFrame, verb: str) -> str:
    """By how many statistics a control scores worse than the first model, or at least as well."""
    worse, better, _ = votes(rows)
    reached, count = at_least_as_similar(rows)
    if not count:
        return ": no score"
    said, decided = (
        (f"at least as well by {reached}", better) if as_similar(rows) else (f"worse by {count - reached}", worse)
    )
    everywhere = ", with this direction in every animal" if rows["animals"].max() > 1 else ""
    tested = f"{decided} significantly{everywhere}" if rows["p_corrected"].notna().any() else "not tested"
    return f" {verb} {said} of {count} statistics ({tested})"


def _identification(evidence: pd.DataFrame) -> str:
    """In how many simulated recordings of the second model the contrast favours the first."""
    rows = of_claim(evidence).dropna(subset="minus_for_model")
    if rows.empty:
        return ""
    one, other = (networks(rows[side].iloc[0]) for side in ("model", "minus"))
    low, high = (100 * share for share in (rows["minus_for_model"].min(), rows["minus_for_model"].max()))
    share = f"{low:.0f} %" if low == high else f"{low:.0f} to {high:.0f} % (depending on the statistic)"
    text = f"The same contrast significantly favours {one} in {share} of simulated recordings of {other}"
    so = f", so that it does not show that the recording is like {one}" if unidentified(evidence) else ""
    return f"{text}{so}."
