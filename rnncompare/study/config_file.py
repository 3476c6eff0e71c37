"""Config files as they are meant: read by one reader wherever they are read, and nothing that JSON could not say."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from rnncompare.files import plain_yaml
from rnncompare.plugins import BadOption

LARGEST = 1 << 20  # bytes


def read(path: str | Path) -> dict:
    """The mapping that a config file holds, not yet checked. Raises BadOption, OSError."""
    path = Path(path)
    if path.stat().st_size > LARGEST:
        raise BadOption(f"{path}: found {path.stat().st_size} bytes, wanted a config of at most {LARGEST}")
    try:
        found = plain_yaml.parse(path.read_text(encoding="utf-8"))
    except plain_yaml.BadYAML as error:
        raise BadOption(f"{path}, {error}") from error
    except UnicodeDecodeError as error:
        raise BadOption(f"{path}: found no text in UTF-8, wanted YAML") from error
    if not isinstance(found, dict):
        raise BadOption(f"{path}: found {type(found).__name__}, wanted a mapping of keys")
    return found


def merged(paths: Iterable[str | Path], given: Mapping) -> dict:
    """What several config files hold, each on top of the one before, and what was `given` by hand on top of them all.

    This is how Snakemake merges them, but read by `read`: what is checked is then what every job gets. Raises
    BadOption, OSError.
    """
    found: dict = {}
    for one in [*map(read, paths), given]:
        found = on_top(found, one)
    return found


def on_top(below: Mapping, above: Mapping) -> dict:
    """A mapping with another on top; what is a mapping in both is merged likewise."""
    both = {k for k in above if isinstance(above[k], Mapping) and isinstance(below.get(k), Mapping)}
    return {**below, **above, **{k: on_top(below[k], above[k]) for k in both}}


def plain(found: object, where: str, *place: str) -> object:
    """The same as plain mappings and lists. Raises BadOption for NaN, infinities, dates, and keys that are not text.

    where: the file; place: keys that lead to `found`.
    """
    here = f"{where}: {'.'.join(place)}" if place else where
    if isinstance(found, Mapping):
        for key in found:
            if not isinstance(key, str):
                raise BadOption(f"{here}: found the key {key!r}, wanted text")
        return {key: plain(value, where, *place, key) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [plain(value, where, *place, str(k)) for k, value in enumerate(found)]
    if isinstance(found, float) and not math.isfinite(found):
        raise BadOption(f"{here}: found {found}, wanted a finite number")
    if not isinstance(found, str | int | float | None):
        raise BadOption(f"{here}: found {found!r}, wanted text, a number, true, false or null")
    return found
