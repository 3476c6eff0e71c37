"""Read and merge config files, with one reader for all uses; their contents are limited to what JSON can represent."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from rnncompare.files import plain_yaml
from rnncompare.plugins import BadOption

LARGEST = 1 << 20  # bytes
TEMPLATE = "__use_yte__"  # makes Snakemake evaluate Python expressions in a config


def read(path: str | Path) -> dict:
    """Return the mapping of a config file, unchecked. Raises BadOption, OSError."""
    path = Path(path)
    if path.stat().st_size > LARGEST:
        raise BadOption(f"{path}: found {path.stat().st_size} bytes, wanted a config of at most {LARGEST}")
    try:
        found = plain_yaml.parse(path.read_text(encoding="utf-8"))
    except plain_yaml.BadYAML as error:
        raise BadOption(f"{path}, {error}") from error
    except UnicodeDecodeError as error:
        raise BadOption(f"{path}: found bytes that are not UTF-8, wanted YAML") from error
    if not isinstance(found, dict):
        raise BadOption(f"{path}: found {type(found).__name__}, wanted a mapping of keys")
    if TEMPLATE in found:
        raise BadOption(f"{path}: found {TEMPLATE}, wanted a config without expressions, which Snakemake runs as code")
    return found


def given(arguments: Iterable[str]) -> dict:
    """The values of a command line (--config KEY=VALUE ...), read by the rules of config files. Raises BadOption.

    Snakemake's own reader takes 010 and 1_0 for 10, and numbers in braces for text.
    """
    found: dict = {}
    for argument in arguments:
        key, _, value = argument.partition("=")
        try:
            found = on_top(found, {key: plain_yaml.parse(value)})
        except plain_yaml.BadYAML as error:
            raise BadOption(f"--config {argument}: {error}") from error
    return found


def merged(paths: Iterable[str | Path], given: Mapping) -> dict:
    """Merge several config files, of which later ones take precedence, and the values `given` on the command line.

    Files are merged as by Snakemake, but are read by `read`, so that every job gets the config that was checked.
    Raises BadOption, OSError.
    """
    found: dict = {}
    for one in [*map(read, paths), given]:
        found = on_top(found, one)
    return found


def on_top(below: Mapping, above: Mapping) -> dict:
    """Merge two mappings; values that are mappings in both are merged recursively, and `above` takes precedence."""
    both = {k for k in above if isinstance(above[k], Mapping) and isinstance(below.get(k), Mapping)}
    return {**below, **above, **{k: on_top(below[k], above[k]) for k in both}}


def plain(found: object, where: str, *place: str) -> object:
    """Convert to plain mappings and lists. Raises BadOption for NaN, infinities, dates, and keys that are not text.

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
