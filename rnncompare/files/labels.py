"""Conversion of values of a file (numbers, truth values, dates, bytes) to text labels."""

import datetime
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

from rnncompare.files.text import natural, quoted

MISSING = ("nan", "NaN", "NaT", "<NA>")  # text that numpy and pandas write for a missing value
WHOLE = 1e21  # whole numbers below this are written out; larger ones would show digits beyond their precision
TRUTH = {"true": "true", "false": "false", "1": "true", "0": "false"}  # label of a truth value for each spelling of it
FEW = 12  # up to this many different values are all listed


def label(value: object) -> str:
    """The label of one value; '' for a missing value (None, NaN, NaT, empty text, or the text in `MISSING`).

    Whole numbers are written in full ('45' for 45.0, '20131014' for 20131014.0), other numbers with the fewest digits
    that reproduce them in their own precision. Truth values become 'true' and 'false', dates ISO 8601, and bytes are
    decoded as UTF-8, with an invalid byte written as '\\xff'. Different values have different labels. Raises ValueError
    for values of any other type.
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
    if value is None or type(value).__name__ == "NAType":  # pandas.NA, recognised without importing pandas
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
        return str(int(value))  # -0.0 becomes '0'
    return str(value)  # not repr(), which includes the name of numpy's type


def _of_date(value: np.datetime64 | np.timedelta64) -> str:
    """A date without trailing zeros of its time unit."""
    return str(value) if isinstance(value, np.timedelta64) else str(np.datetime_as_string(value, unit="auto"))


def labels(values: Iterable) -> np.ndarray:
    """The labels (n,) of the values (n,). Raises ValueError, see `label`."""
    return _each(label, values)


def names(values: Iterable) -> np.ndarray:
    """The values (n,) of an activity as text (n,): text is unchanged, other values are converted by `label`.

    Text such as 'nan' is kept, because readers have already removed missing values. Raises ValueError, see `label`.
    """
    return _each(lambda value: str(value) if isinstance(value, str) else label(value), values)


def _each(named: Callable[[object], str], values: Iterable) -> np.ndarray:
    values = _flat(values)
    if values.dtype.kind in "fiubSU" and len(values) > FEW:  # many values, of which few may be different
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
    """(n,) of bool: whether each of the values (n,) is missing."""
    if values.dtype.kind in "iub":
        return np.zeros(len(values), dtype=bool)
    return np.isnan(values) if values.dtype.kind == "f" else labels(values) == ""


def among(values: np.ndarray, wanted: Iterable) -> np.ndarray:
    """(n,) of bool: whether each of the values (n,) is one of the `wanted` values, which come from a card or config.

    A number matches the same number of any type and its text. 1, true and 'True' match the truth value true, and true
    matches 1 if all numbers are 0 or 1. Text is compared in Unicode normal form C. A missing value never matches.
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
            # 0.1 in single precision is not equal to 0.1 in double precision.
            kept |= values == values.dtype.type(one)
        kept |= composed == _composed(name)
    return kept & (found != "")


def _of_truth(name: str, kinds: list[str], text: bool) -> str:
    """The label that corresponds to 'true' or 'false' among values that are not truth values."""
    if text:
        return next((kind for kind in kinds if kind.lower() == name), "")
    return str(int(name == "true")) if set(kinds) <= {"0", "1"} else ""


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def counted(values: np.ndarray) -> str:
    """The different values and their counts as text: 'R (18), F (6); 2 have none'."""
    found = labels(values).tolist()
    count = Counter(name for name in found if name)
    shown = sorted(count, key=natural)
    listed = ", ".join(f"{quoted(name)} ({count[name]})" for name in shown[:FEW])
    listed += f" and {len(shown) - FEW} more, up to {quoted(shown[-1])}" if len(shown) > FEW else ""
    lacking = len(found) - sum(count.values())
    return (listed or "no value") + (f"; {lacking} have none" if lacking else "")
