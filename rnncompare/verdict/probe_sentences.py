"""The sentences of a verdict about statistics of probes."""

import math

import pandas as pd

from rnncompare.comparison.claimed_rows import place
from rnncompare.comparison.primary_statistics import number_of, words
from rnncompare.statistics.p_values import LEVEL
from rnncompare.verdict.phrases import TOO_FEW, capital, networks, p_value, signed, size, statistic_name
from rnncompare.verdict.rules import (
    CONTRADICTED,
    SUPPORTED,
    as_recorded,
    as_similar,
    at_least_as_similar,
    decision,
    of_claim,
    of_controls,
    votes,
)


def on_probes(evidence: pd.DataFrame) -> list[str]:
    """What was found, the first differences, recorded values, what both rest on, and the controls."""
    rows = of_claim(evidence)
    return [_finding(evidence), _differences(rows), _recorded(evidence), _basis(rows), _controls(evidence)]


def _finding(evidence: pd.DataFrame) -> str:
    """The direction of the claimed differences, and the number of statistics that have them or the opposite ones."""
    rows = of_claim(evidence)
    one, other = (networks(rows[side].iloc[0]) for side in ("model", "minus"))
    first, second, several = votes(rows)
    found, claimed = decision(evidence), set(rows["claimed"])
    which = number_of(several, "statistic") + (f" of {_subject(rows)}" if _subject(rows) else "")
    has = claimed.pop() if len(claimed) == 1 else ""
    values = {"less": "lower", "more": "higher"}
    said = f"{one} have {values[has]} values than {other}" if has else f"{one} differ from {other} as claimed"
    if found == SUPPORTED:
        opposite = {"less": "higher ones", "more": "lower ones", "": "the other way"}[has]
        return f"{capital(said)} by {first} of {which}, and {opposite} by none."
    if found == CONTRADICTED:
        return f"It is not the case that {said}: {second} of {which} have the opposite difference."
    return f"It is not decided whether {said}: {first} of {which} have this difference and {second} the opposite one."


def _subject(rows: pd.DataFrame) -> str:
    """What the statistics are of: 'colour and context in the last area'; '' if they are of several areas."""
    if rows["variable"].isna().any() or rows["area"].nunique(dropna=False) > 1:
        return ""
    area = {"area": rows["area"].iloc[0]}
    *several, last = dict.fromkeys(map(words, rows["variable"]))
    return f"{', '.join(several)}{' and ' if several else ''}{last} {place(area)}".rstrip()


def _differences(rows: pd.DataFrame) -> str:
    """The statistics that are shown first, of both models, with the interval and p of the difference."""
    shown = rows[rows["rank"].notna()].sort_values("rank", kind="stable")
    return f"Differences: {'; '.join(_statistic(row) for row in shown.to_dict('records'))}."


def _statistic(row: dict) -> str:
    """One statistic of both models; a model that could not be measured has no value."""
    lacking = [networks(row[side]) for side, mean in (("model", "mean"), ("minus", "minus_mean")) if pd.isna(row[mean])]
    if lacking:
        return f"{_name(row)}: no value of {' and '.join(lacking)}"
    digits = _digits(row["difference"])
    difference, low, high = (signed(row[name], digits) for name in ("difference", "low", "high"))
    interval = f" [{low}, {high}]" if pd.notna(row["low"]) else ""
    p = f"p {p_value(row['p_corrected'])}" if pd.notna(row["p_corrected"]) else "not tested"
    sides = f"{_value(row['mean'])} against {_value(row['minus_mean'])}"
    return f"{_name(row)} {difference}{interval}, {p} ({sides})"


def _recorded(evidence: pd.DataFrame) -> str:
    """The recorded values beside the mean of the first model and its interval."""
    rows = of_claim(evidence).dropna(subset="recorded")
    if rows.empty:
        return ""
    parts = [f"{_name(row)} {_value(row['recorded'])} ({_mean(row)})" for row in rows.to_dict("records")]
    reached, count = as_recorded(evidence)
    text = f"Recorded values{_source(rows)}, and the means of {networks(rows['model'].iloc[0])}: {'; '.join(parts)}."
    return text + (f" {reached} of {count} recorded values are inside the intervals." if count else "")


def _source(rows: pd.DataFrame) -> str:
    """Whose recorded values these are; '' if they are those of the recording of the study."""
    source = rows["recorded_source"].dropna().iloc[0]
    return "" if source == "recording" else f" of {words(source)}"


def _mean(row: dict) -> str:
    """The mean of the first model with its interval."""
    interval = f" [{_value(row['mean_low'])}, {_value(row['mean_high'])}]" if pd.notna(row["mean_low"]) else ""
    return f"{_value(row['mean'])}{interval}" if pd.notna(row["mean"]) else "no value"


def _basis(rows: pd.DataFrame) -> str:
    """The numbers of networks, the smallest p, and what intervals and p are over."""
    tested = rows if rows["p_corrected"].isna().all() else rows[rows["p_corrected"].notna()]
    sizes = list(dict.fromkeys(size(row) for _, row in tested.iterrows()))
    text = f"This rests on {' or '.join(sizes)}" + (", depending on the statistic," if len(sizes) > 1 else "")
    if rows["recorded"].notna().any():
        text += f" and the recorded values{_source(rows)}"
    text = text.removesuffix(",")
    if rows["smallest_p"].isna().all():
        return f"{text}; there are too few networks for a test."
    intervals = "Brackets are 95 % intervals over networks" if rows["low"].notna().any() else TOO_FEW
    smallest = rows["smallest_p"].min()
    over = f"p are corrected over the {number_of(len(tested), 'statistic')} and" if len(tested) > 1 else "p"
    text += f". {intervals}. {over}, with so many networks, cannot be below {p_value(smallest)}"
    if smallest >= LEVEL:
        return f"{text}: the contrast cannot be decided."
    undecided = [_name(row) for row in rows[rows["favours"].fillna("") == ""].to_dict("records")]
    return f"{text}." + (f" Not decided: {', '.join(undecided)}." if undecided else "")


def _controls(evidence: pd.DataFrame) -> str:
    """By how many statistics each control is less far in the claimed direction than the first model, or as far."""
    parts = []
    for control, rows in of_controls(evidence).items():
        reached, count = at_least_as_similar(rows)
        first, second, _ = votes(rows)
        role = rows["role"].iloc[0]
        far, tested = (
            (f"at least as far by {reached}", second) if as_similar(rows) else (f"less far by {count - reached}", first)
        )
        found = f"{far} of {number_of(count, 'statistic')} ({tested} significantly)" if count else "without a value"
        parts.append(f"{words(control) if role == 'no network' else networks(control)} ({role}) {found}")
    if not parts:
        return ""
    model = networks(evidence["model"].iloc[0])
    return f"Controls beside {model}, in the claimed direction: {'; '.join(parts)}."


def _name(row: dict) -> str:
    """'Decoding (accuracy) of colour in the last area'."""
    where = place(row)
    named = statistic_name(row["measure"], row["statistic"])
    return f"{named} {'of ' if pd.notna(row['variable']) else ''}{where}".rstrip()


def _digits(difference: float) -> int:
    """Decimals of a difference and its interval: two or three, and more if it would be 0 with them."""
    size = abs(difference)
    if size >= 0.01 or not size:
        return 2 if size >= 0.1 else 3
    return max(3, 1 - math.floor(math.log10(size)))


def _value(value: float) -> str:
    """Three decimals, or two significant digits of a smaller value, without a zero before the point."""
    text = f"{value:.3f}" if abs(value) >= 0.01 or value == 0 else f"{value:.2g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
