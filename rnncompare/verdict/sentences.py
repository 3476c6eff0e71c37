"""The sentences that state a verdict with its numbers, from the rows of verdict.csv about one study."""

import pandas as pd

from rnncompare.comparison.primary_statistics import title, words
from rnncompare.comparison.shown_intervals import with_shown_intervals
from rnncompare.statistics.p_values import LEVEL
from rnncompare.verdict.rules import (
    CONTRADICTED,
    SUPPORTED,
    as_similar,
    at_least_as_similar,
    decision,
    of_claim,
    of_controls,
    strength,
    unidentified,
    votes,
)

NO_NETWORK, UNTRAINED, OTHER_TASK, OTHER_MODEL = "no network", "untrained", "other task", "other model"
TOO_FEW = "No interval is stated for so few networks"
NOT_REQUIRED = {
    NO_NETWORK: "network",
    UNTRAINED: "training",
    OTHER_TASK: "training on this task",
    OTHER_MODEL: "such model",
}


def sentences(evidence: pd.DataFrame) -> list[str]:
    """What was found, the first differences, what both rest on, the controls, and whether a model is identified.

    evidence: the rows of one study. Each entry is a paragraph of plain text; there is none about what was not computed.
    """
    rows = of_claim(with_shown_intervals(evidence, set(evidence["model"]) | set(evidence["minus"])))
    found = [_finding(evidence), _differences(rows), _basis(rows), _controls(evidence), _identification(evidence)]
    return [text for text in found if text]


def markdown(evidence: pd.DataFrame) -> str:
    """The verdicts of all studies of verdict.csv as Markdown; each study has a heading if there are several.

    Raises ValueError if the table has no rows.
    """
    if evidence.empty:
        raise ValueError("verdict.csv: found no study with a claim, wanted at least one")
    studies = list(dict.fromkeys(evidence["study"]))
    parts = []
    for study in studies:
        rows = evidence[evidence["study"] == study]
        parts += [f"### {title(study)}"] if len(studies) > 1 else []
        parts.append(" ".join([f"**{strength(rows)}.**", *sentences(rows)]))
    return "\n\n".join(parts)


def _finding(evidence: pd.DataFrame) -> str:
    """The direction of the contrast, and the number of statistics that favour either model."""
    rows = of_claim(evidence)
    one, other = (_networks(rows[side].iloc[0]) for side in ("model", "minus"))
    first, second, count = votes(rows)
    found = decision(evidence)
    if found == SUPPORTED:
        said = f"more similar to the recording than {other} by {first} of {count} statistics and less similar by none."
    elif found == CONTRADICTED:
        said = f"less similar to the recording than {other} by {second} of {count} statistics and more similar by none."
    else:
        start = f"It is not decided whether {one} are more similar to the recording than {other}"
        return f"{start}: {first} of {count} statistics favour the former and {second} the latter."
    return f"{_capital(one)} are {said}"


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
    value, low, high = (_number(row[name], digits) for name in ("difference", "low", "high"))
    interval = f" [{low}, {high}]" if pd.notna(row["low"]) else ""
    direction = ", smaller is more similar," if row["lower_is_better"] else ""
    p = f"p {_p(row['p_corrected'])}" if pd.notna(row["p_corrected"]) else "not tested"
    return f"{_statistic_name(row['measure'], row['statistic'])}{direction} {value}{interval}, {p}"


def _basis(rows: pd.DataFrame) -> str:
    """The numbers of networks, sets of inputs and animals, the smallest p, and what intervals and p are over."""
    row = rows.iloc[0]
    text = f"This rests on {_size(row)} and {_animals(row)}"
    if pd.isna(row["smallest_p"]):
        return f"{text}; there are too few networks for a test."
    over = "networks and conditions" if all(map(_yes, rows["over_conditions"])) else "networks"
    intervals = f"Brackets are 95 % intervals over {over}" if rows["low"].notna().any() else TOO_FEW
    text += f". {intervals}. p are corrected over the {len(rows)} statistics and, with so"
    text += f" many networks, cannot be below {_p(row['smallest_p'])}"
    if row["smallest_p"] >= LEVEL:
        return f"{text}: the contrast cannot be decided."
    unsettled = rows[rows["favours"].fillna("") == ""]
    named = [_statistic_name(m, s) for m, s in zip(unsettled["measure"], unsettled["statistic"], strict=True)]
    return f"{text}." + (f" Not decided: {', '.join(named)}." if named else "")


def _size(row: pd.Series) -> str:
    """The numbers of networks of both models, and of sets of random inputs."""
    if not _yes(row["paired"]):
        return f"{_count(row['networks'])} and {_count(row['minus_networks'])} networks"
    sets = f" with {row['input_sets']:.0f} sets of random inputs" if pd.notna(row["input_sets"]) else ""
    return f"{row['networks']:.0f} pairs of networks{sets}"


def _animals(row: pd.Series) -> str:
    if row["animals"] > 1:
        each = "pairs" if _yes(row["paired"]) else "networks"
        return f"{row['animals']:.0f} animals (at least {row['fewest_networks']:.0f} {each} for each)"
    return f"one recording ({row['recording']})"


def _controls(evidence: pd.DataFrame) -> str:
    """How similar each control is beside the first model, and what the similarity does not require."""
    model, parts, needless = _networks(evidence["model"].iloc[0]), [], []
    for control, rows in of_controls(evidence).items():
        role = rows["role"].iloc[0]
        name = words(control) if role == NO_NETWORK else _networks(control)
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
    one, other = (_networks(rows[side].iloc[0]) for side in ("model", "minus"))
    low, high = (100 * share for share in (rows["minus_for_model"].min(), rows["minus_for_model"].max()))
    share = f"{low:.0f} %" if low == high else f"{low:.0f} to {high:.0f} % (depending on the statistic)"
    text = f"The same contrast significantly favours {one} in {share} of simulated recordings of {other}"
    so = f", so that it does not show that the recording is like {one}" if unidentified(evidence) else ""
    return f"{text}{so}."


def _statistic_name(measure: str, statistic: str) -> str:
    """'CCA (mean)'; without the name of the statistic if it is that of the measure."""
    name = words(statistic)
    return title(measure) if name in title(measure).split() else f"{title(measure)} ({name})"


def _yes(value: object) -> bool:
    """Whether a value of the table is true; an empty one is not."""
    return pd.notna(value) and bool(value)


def _networks(name: str) -> str:
    return f"{words(name)} networks"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(number: float) -> str:
    return "no" if pd.isna(number) else f"{number:.0f}"


def _number(value: float, digits: int) -> str:
    """With a sign; -0.00 is +0.00."""
    text = f"{value:+.{digits}f}"
    return text.replace("-", "+") if float(text) == 0 else text


def _p(value: float) -> str:
    """Two significant digits without a zero before the point."""
    return "< .001" if value < 0.001 else f"{value:.2g}".removeprefix("0") if value < 1 else "1"
