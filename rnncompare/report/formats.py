"""Numbers as text in the tables of the report."""

import pandas as pd


def score(value: float | None) -> str:
    """Two decimals, or three below 0.1, with a minus sign; a dash for a missing value."""
    if value is None:
        return "–"
    text = f"{value:.3f}" if 0.0005 <= abs(value) < 0.1 else f"{value:.2f}"
    return text.replace("-", "" if float(text) == 0 else "−")


def count(value: float | None) -> str:
    """A mean count with at most one decimal; a dash for a missing value."""
    return "–" if value is None else f"{value:.1f}".removesuffix(".0")


def percent(share: float | None) -> str:
    """A share as a percentage without decimals; a dash for a missing value."""
    return "–" if share is None or pd.isna(share) else f"{100 * share:.0f} %"


def p_value(value: float | None) -> str:
    """Two significant digits, or '< 0.001'; a dash for a missing value."""
    return "–" if value is None else "< 0.001" if value < 0.001 else f"{value:.2g}"


def duration(seconds: float) -> str:
    """Seconds as text with one unit or two: '0.4 s', '12 s', '3 min 5 s', '2 h 7 min'."""
    if seconds < 59.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
