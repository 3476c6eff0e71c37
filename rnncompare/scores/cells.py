"""The texts of one score, margin or source in a cell of a Markdown table."""

import pandas as pd

from rnncompare.comparison.primary_statistics import words
from rnncompare.scores.kinds import CONTROL, MODEL, REFERENCE
from rnncompare.scores.ranks import NO_MODEL
from rnncompare.statistics.p_values import LEVEL

LINE = "<br>"  # a new line in a cell
# What the seeds of a role are.
COUNTED = {MODEL: ("network", "networks"), CONTROL: ("draw", "draws"), REFERENCE: ("split", "splits")}


def score(row: dict, excused: str = "") -> str:
    """A mean with its interval, what is not comparable, and its rank or why it has none.

    excused: the reason that is given for the whole row.
    """
    lines = [f"{row['mean']:.2f}{interval(row['low'], row['high'])}"]
    if pd.notna(row["full_length"]):
        lines.append(f"at full length {row['full_length']:.2f}")
    if pd.notna(row["p_corrected"]) and row["p_corrected"] >= LEVEL:
        lines.append(f"p {row['p_corrected']:.2f}")
    reason = row["not_ranked"] if row["not_ranked"] not in (excused, row["differs"], NO_MODEL) else ""
    return LINE.join([*lines, *filter(None, [row["differs"], reason]), *rank(row)])


def rank(row: dict) -> list[str]:
    """The range of ranks, or nothing."""
    if pd.isna(row["rank_best"]):
        return []
    best, worst = int(row["rank_best"]), int(row["rank_worst"])
    return [f"rank {best}" + (f"-{worst}" if worst > best else "") + f" of {int(row['of'])}"]


def margin(row: dict) -> str:
    """A margin with its interval, in how many animals it has this sign, and what is not comparable; '' without one."""
    if pd.isna(row["margin"]):
        return ""
    lines = [f"{signed(row['margin'])}{interval(row['margin_low'], row['margin_high'], signed)}"]
    if row["animals"] > 1 and row["role"] != REFERENCE:
        lines.append(f"{row['same_direction']:.0f} of {row['animals']:.0f} animals")
    return LINE.join(filter(None, [*lines, row["differs"]]))


def interval(low: float, high: float, shown=lambda value: f"{value:.2f}") -> str:
    """' [low, high]', or '' if there is none."""
    return "" if pd.isna(low) or pd.isna(high) else f" [{shown(low)}, {shown(high)}]"


def signed(value: float) -> str:
    """Two digits with a sign; -0.00 is +0.00."""
    text = f"{value:+.2f}"
    return text.replace("-", "+") if float(text) == 0 else text


def networks(row: dict) -> str:
    """The number of networks and of their sets of random inputs, or of draws; '' for another recording."""
    one, several = COUNTED[row["role"]]
    if pd.isna(row["networks"]) or (row["role"] == REFERENCE and row["networks"] == 1):
        return ""
    count = f"{row['networks']:.0f} {one if row['networks'] == 1 else several}"
    return count if pd.isna(row["input_sets"]) else f"{count}{LINE}{row['input_sets']:.0f} sets of inputs"


def size(row: dict) -> str:
    """`networks`, and the number of animals to which such a model or control was compared, if there are several."""
    animals = f"{row['animals']:.0f} animals" if row["animals"] > 1 and row["role"] != REFERENCE else ""
    return LINE.join(filter(None, [networks(row), animals]))


def kind(row: dict) -> str:
    """What a source is, and what of the recording it was trained on."""
    on = "" if pd.isna(row["trained_on"]) else f"; trained on {row['trained_on']}"
    return plain(f"{row['kind']}{on}")


def name(row: dict) -> str:
    """A source with the run and the study in which it was compared, which link to the section of that study."""
    where = plain(f"{row['run']}: {row['study']}")
    return f"{plain(words(row['model']))}{LINE}[{where}](#{study_anchor(row['run'], row['study'])})"


def plain(text: str) -> str:
    """Text without a meaning in Markdown: a bar would end the cell."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|" else letter for letter in text)


def study_heading(run: str, study: str) -> str:
    return f"Study `{study}` of `{run}`"


def study_anchor(run: str, study: str) -> str:
    return anchor(study_heading(run, study))


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub and the documentation site make it."""
    kept = [letter for letter in heading.lower() if letter.isalnum() or letter in "_- "]
    return "".join(kept).replace(" ", "-")
