"""Names as text: control characters, natural order, quotation marks, and lists of names in messages.

It does not import numpy, which the workflow does not need to read a config.
"""

import math
import re
from collections.abc import Iterable

NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")  # unlike float(), not '2_1' or '١'
FEW = 12  # up to this many items are all listed
# Control characters (C0, DEL, C1), surrogates, and line and paragraph separators: they break the lines of tables and
# reports, or cannot be encoded.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


def quoted(name: str) -> str:
    """The name, in quotes if it begins or ends with a space, contains unprintable characters or is empty."""
    return name if name == name.strip() and name.isprintable() and name else repr(name)


def natural(name: str) -> tuple:
    """Sort key of the natural order: '45' before '135', '2_1' before '10_1', and numbers before words.

    Names that consist of several numbers are ordered by the first, then the second, and so on. 'nan' and 'inf' are
    treated as words. The order is total.
    """
    parts = [float(part) for part in name.split("_")] if all(map(NUMBER.fullmatch, name.split("_"))) else []
    if not parts or not all(map(math.isfinite, parts)):
        return (1, (), name)
    return (0, tuple(parts), name)


def fault(name: str) -> str:
    """A description of the first control character in a name; '' if there is none."""
    found = CONTROL.search(name)
    return f"{name!r}, with the control character {found[0]!r}" if found else ""


def abbreviated(names: Iterable[object], limit: int = FEW) -> str:
    """The names as a list in text, of which only the first `limit` are given: 'a, b and 3 more'."""
    names = [str(name) for name in names]
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")
