"""The complete check of a config, which is made once for the same config, cards and code.

The check imports every member that a config names, which takes longer than planning all jobs. What it depends on is
therefore recorded with the results when jobs are started, and a run that finds the same record does not check again.
"""

import contextlib
import hashlib
import json
from pathlib import Path

from rnncompare.files.atomic import atomic
from rnncompare.reproducibility.code import whole_package
from rnncompare.study.config_keys import Config
from rnncompare.study.paths import Paths

RECORD = ".checked"  # in the folder of results; it may be deleted


def check_once(config: Config) -> str:
    """Check a config that `read_config(.., deep=False)` has read, unless its results record that it was checked.

    Returns the checksum for `remember`. Raises BadOption.
    """
    found = _checksum(config)
    with contextlib.suppress(OSError, ValueError):
        if Path(config.results, RECORD).read_text(encoding="utf-8") == found:
            return found
    from rnncompare.study.complete_check import check

    check(config, "config")
    return found


def remember(checksum: str, results: str | Path) -> None:
    """Record in the folder of results that a config was checked."""
    with atomic(Path(results, RECORD)) as temporary:
        temporary.write_text(checksum, encoding="utf-8")


def _checksum(config: Config) -> str:
    """The sha256 of all that the check depends on: the config, the cards that it names, and the package."""
    cards = {
        path: hashlib.sha256(Path(path).read_bytes()).hexdigest()
        for path in Paths(config).cards()
        if Path(path).is_file()
    }
    everything = [config.model_dump(), cards, whole_package()]
    return hashlib.sha256(json.dumps(everything).encode()).hexdigest()
