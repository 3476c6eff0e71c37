"""Parts of the sentences of a verdict: names, numbers, and the sizes on which a contrast rests."""

import pandas as pd

from rnncompare.comparison.primary_statistics import number_of, title, words

TOO_FEW = "No interval is stated for so few networks"


def size(row: pd.Series) -> str:
    """The numbers of networks of both models, and of sets of random inputs."""
    if not yes(row["paired"]):
        return f"{count(row['networks'])} and {count(row['minus_networks'])} networks"
    sets = f" with {row['input_sets']:.0f} sets of random inputs" if pd.notna(row["input_sets"]) else ""
    return f"{number_of(int(row['networks']), 'pair')} of networks{sets}"


def statistic_name(measure: str, statistic: str) -> str:
    """'CCA (mean)'; without the name of the statistic if it is that of the measure."""
    name = words(statistic)
    same = name == words(measure) or name in title(measure).split()
    return title(measure) if same else f"{title(measure)} ({name})"


def yes(value: object) -> bool:
    """Whether a value of the table is true; an empty one is not."""
    return pd.notna(value) and bool(value)


def networks(name: str) -> str:
    return f"{words(name)} networks"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def count(number: float) -> str:
    return "no" if pd.isna(number) else f"{number:.0f}"


def signed(value: float, digits: int) -> str:
    """With a sign; -0.00 is +0.00."""
    text = f"{value:+.{digits}f}"
    return text.replace("-", "+") if float(text) == 0 else text


def p_value(value: float) -> str:
    """Two significant digits without a zero before the point."""
    return "< .001" if value < 0.001 else f"{value:.2g}".removeprefix("0") if value < 1 else "1"
