"""Names of sessions in the names of their files: {names} in a pattern such as 'sub-{animal}_ses-{session}.nwb'."""

import glob
import re
from pathlib import Path

WILDCARD = re.compile(r"\{([A-Za-z_]\w*)\}")


def wildcards(pattern: str) -> list[str]:
    """The {names} in a pattern of file names, in order."""
    return WILDCARD.findall(pattern)


def matching_files(pattern: str, folder: Path) -> dict[str, dict[str, str]]:
    """File name -> values of the {names}, for the files in `folder` that match the pattern, in order."""
    pieces = re.split(r"(\{\w+\})", pattern)
    exact = re.compile("".join(_piece(p) for p in pieces))
    roughly = "".join("*" if WILDCARD.fullmatch(p) else glob.escape(p) for p in pieces)
    names = sorted(p.relative_to(folder).as_posix() for p in folder.glob(roughly) if p.is_file())
    found = {name: exact.fullmatch(name) for name in names}
    return {name: match.groupdict() for name, match in found.items() if match}


def _piece(part: str) -> str:
    name = WILDCARD.fullmatch(part)
    return f"(?P<{name[1]}>[^/]+)" if name else re.escape(part)
