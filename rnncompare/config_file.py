"""Config files as they are meant: no key twice, 1e-4 a number, and nothing that JSON could not say."""

import math
import re
from pathlib import Path

import yaml

from rnncompare.plugins import BadOption

NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+")  # YAML 1.1 takes 1e-4 for text, for want of a point


class _Loader(yaml.SafeLoader):
    """YAML without repeated keys, of which all but the last would be forgotten in silence."""

    def compose_mapping_node(self, anchor):
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.composer.ComposerError(None, None, f"found key '{key.value}' twice", key.start_mark)
            if isinstance(key.value, str):
                seen.add(key.value)
        return node


def read(path: str | Path) -> dict:
    """The mapping that a config file holds, not yet checked. Raises BadOption, OSError."""
    try:
        found = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadOption(f"{path}, line {mark.line + 1}: {error.problem}; wanted YAML with each key once") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadOption(f"{path}: found no text in UTF-8, wanted YAML") from error
    if not isinstance(found, dict):
        raise BadOption(f"{path}: found {type(found).__name__}, wanted a mapping of keys")
    return found


def plain(found: object, where: str, *place: str) -> object:
    """The same with 1e-4 as a number. Raises BadOption for NaN, infinities, dates, and keys that are not text.

    where: the file; place: keys that lead to `found`.
    """
    here = f"{where}: {'.'.join(place)}" if place else where
    if isinstance(found, dict):
        for key in found:
            if not isinstance(key, str):
                hint = "; YAML reads yes, no, on and off as true and false" if isinstance(key, bool) else ""
                raise BadOption(f"{here}: found the key {key!r}, wanted text{hint}")
        return {key: plain(value, where, *place, key) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [plain(value, where, *place, str(k)) for k, value in enumerate(found)]
    if isinstance(found, str) and NUMBER.fullmatch(found):
        found = float(found)
    if isinstance(found, float) and not math.isfinite(found):
        raise BadOption(f"{here}: found {found}, wanted a finite number")
    if not isinstance(found, str | int | float | None):
        raise BadOption(f"{here}: found {found!r}, wanted text, a number, true, false or null")
    return found
