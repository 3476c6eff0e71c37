"""Values of a file as labels: the one place where a number, a truth value, a date or bytes become text."""

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

MISSING = ("nan", "NaN", "NaT", "<NA>")  # text that numpy and pandas write where a value is missing
NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")  # not '2_1' or '١', which float() takes
WHOLE = 1e21  # whole numbers below it are written out; above it, digits that nobody gave would be
TRUTH = {"true": "true", "false": "false", "1": "true", "0": "false"}  # of a truth value, by what one writes for it
FEW = 12  # values that are all named

# Control characters (C0, DEL, C1), surrogates, and separators of lines and paragraphs: they break lines of tables and
# reports, or cannot be written to a file.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


def label(value: object) -> str:
    """The label of one value; '' where it is missing: None, NaN, NaT, empty text, or what numpy and pandas write then.

    Numbers are written in full, '45' for 45.0 and '20131014' for 20131014.0, and otherwise with the fewest digits that
    give them back in their own precision; truth values are 'true' and 'false', dates ISO 8601, bytes the text that they
    are in UTF-8, a byte that is none as '\\xff'. Different values have different labels. Raises ValueError for others.
    """
    if isinstance(value, bytes):
        value = value.decode("utf-8", "backslashreplace")
    if isinstance(value, str):
        return "" if not value.strip() or value.strip() in MISSING else str(value)
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | np.integer) and not isinstance(value, np.timedelta64):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return _of_float(value)
    if value is None or type(value).__name__ == "NAType":  # pandas' own, which few files need pandas for
        return ""
    if isinstance(value, np.datetime64 | np.timedelta64):
        return "" if np.isnat(value) else _of_date(value)
    if isinstance(value, datetime.date | datetime.timedelta):
        return value.isoformat() if isinstance(value, datetime.date) else str(value)
    raise ValueError(f"found {type(value).__name__}, wanted a number, a truth value, a date or text")


def _of_float(value: float | np.floating) -> str:
    if value != value:
        return ""
    if abs(float(value)) < WHOLE and value == int(value):
        return str(int(value))  # -0.0 is 0
    return str(value)  # not its repr, which names numpy's type


def _of_date(value: np.datetime64 | np.timedelta64) -> str:
    """A date without the zeros that its type has room for."""
    return str(value) if isinstance(value, np.timedelta64) else str(np.datetime_as_string(value, unit="auto"))


def labels(values: Iterable) -> np.ndarray:
    """(n,) text: the label of each of (n,) values. Raises ValueError, see `label`."""
    return _each(label, values)


def names(values: Iterable) -> np.ndarray:
    """(n,) text of values that an activity has: the label of each that is no text yet; '' where it is missing.

    What a reader takes for missing does not reach an activity, so text stays as it is. Raises ValueError, see `label`.
    """
    return _each(lambda value: str(value) if isinstance(value, str) else label(value), values)


def _each(named: Callable[[object], str], values: Iterable) -> np.ndarray:
    values = _flat(values)
    if values.dtype.kind in "fiubSU" and len(values) > FEW:  # millions may be of few kinds
        kinds, which = np.unique(values, return_inverse=True)
        return np.array([named(v) for v in kinds], dtype=str)[which]
    return np.array([named(v) for v in values], dtype=str)


def _flat(values: Iterable) -> np.ndarray:
    if isinstance(values, np.ndarray):
        return values
    values = list(values)
    flat = np.empty(len(values), dtype=object)
    flat[:] = values
    return flat


def missing(values: np.ndarray) -> np.ndarray:
    """(n,) whether each of (n,) values is missing."""
    if values.dtype.kind in "iub":
        return np.zeros(len(values), dtype=bool)
    return np.isnan(values) if values.dtype.kind == "f" else labels(values) == ""


def among(values: np.ndarray, wanted: Iterable) -> np.ndarray:
    """(n,) whether each of (n,) values is one of those that somebody wrote down for them in a card or config.

    A number is the same number in any type, and its text; 1, true and 'True' are the truth value, and true is the 1 of
    numbers that are all 0 or 1; letters are the same however Unicode composes them. A missing value is none of them.
    """
    found = names(values)
    kinds = sorted(set(found.tolist()) - {""})
    text = values.dtype.kind in "SU" or (values.dtype.kind == "O" and any(isinstance(v, str | bytes) for v in values))
    truth = not text and bool(kinds) and set(kinds) <= {"true", "false"}
    composed = np.array([_composed(name) for name in found.tolist()], dtype=str)
    kept = np.zeros(len(found), dtype=bool)
    for one in wanted:
        (name,) = names([one]).tolist()
        if truth:
            name = TRUTH.get(name.lower(), name)
        elif isinstance(one, bool | np.bool_):
            name = _of_truth(name, kinds, text)
        if values.dtype.kind == "f" and isinstance(one, float) and one % 1:
            # 0.1 of single precision has other digits in double precision.
            kept |= values == values.dtype.type(one)
        kept |= composed == _composed(name)
    return kept & (found != "")


def _of_truth(name: str, kinds: list[str], text: bool) -> str:
    """The label that 'true' or 'false' is among values that are no truth values."""
    if text:
        return next((kind for kind in kinds if kind.lower() == name), "")
    return str(int(name == "true")) if set(kinds) <= {"0", "1"} else ""


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def counted(values: np.ndarray) -> str:
    """The values that there are and how many of each, in words: 'R (18), F (6); 2 have none'."""
    found = labels(values).tolist()
    count = Counter(name for name in found if name)
    shown = sorted(count, key=natural)
    listed = ", ".join(f"{quoted(name)} ({count[name]})" for name in shown[:FEW])
    listed += f" and {len(shown) - FEW} more, up to {quoted(shown[-1])}" if len(shown) > FEW else ""
    lacking = len(found) - sum(count.values())
    return (listed or "no value") + (f"; {lacking} have none" if lacking else "")


def quoted(name: str) -> str:
    """A name as it stands, or in quotes where it has spaces at its ends or letters that cannot be shown."""
    return name if name == name.strip() and name.isprintable() and name else repr(name)


def natural(name: str) -> tuple:
    """Sort key that puts '45' before '135', '2_1' before '10_1', and numbers before words: a total order.

    Names joined of several numbers are ordered by the first, then the second. 'nan' and 'inf' are words.
    """
    parts = [float(part) for part in name.split("_")] if all(map(NUMBER.fullmatch, name.split("_"))) else []
    if not parts or not np.isfinite(parts).all():
        return (1, (), name)
    return (0, tuple(parts), name)


def fault(name: str) -> str:
    """What is wrong with a name, in words: control characters; '' where nothing is."""
    found = CONTROL.search(name)
    return f"{name!r}, with the control character {found[0]!r}" if found else ""
