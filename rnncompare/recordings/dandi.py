"""Addresses, checksums and metadata of files in the DANDI archive, by its REST API."""

import re
import urllib.parse
from dataclasses import dataclass

from rnncompare.files.download import NoAnswer, read_json
from rnncompare.files.safety import BadFile
from rnncompare.plugins import nearest

API = "https://api.dandiarchive.org/api"
FORM = re.compile(r"dandi:(?P<dandiset>\d{6})/(?P<path>[^@]+)(@(?P<version>draft|\d+\.\d+\.\d+))?", re.IGNORECASE)
DIGEST = "dandi:sha2-256"


@dataclass(frozen=True)
class Asset:
    """One file and its metadata in the archive; missing texts are empty."""

    url: str
    sha256: str
    bytes: int
    name: str  # last component of its path
    source: str  # dandiset, version and path
    title: str  # title of the dandiset
    licence: str
    citation: str


def asset(source: str) -> Asset:
    """The file that `dandi:DANDISET/PATH@VERSION` names.

    Without VERSION, the newest published version is used, or the draft if none is published. Raises BadFile if there is
    no such file or if it has no sha256 (the archive computes it some time after an upload, and never for a Zarr
    folder), and NoAnswer if the archive does not respond.
    """
    asked = FORM.fullmatch(source)
    if not asked:
        raise BadFile(f"found '{source}', wanted dandi:000000/PATH or dandi:000000/PATH@VERSION")
    try:
        return _asset(source, asked["dandiset"], asked["path"], asked["version"])
    except (LookupError, TypeError, AttributeError) as error:
        raise BadFile(
            f"{source}: found an unexpected response of {API} ({error!r}), wanted the format of DANDI's API"
        ) from error


def _asset(source: str, dandiset: str, path: str, version: str | None) -> Asset:
    version = version or _newest(dandiset)
    where = f"{API}/dandisets/{dandiset}/versions/{version}"
    about = _ask(where + "/", f"version {version} of dandiset {dandiset}")
    found = _ask(f"{where}/assets/{_find(where, path, source)}/", source)
    digests = found["digest"]
    if not re.fullmatch("[0-9a-f]{64}", str(digests.get(DIGEST))):
        raise BadFile(f"{source}: found digests {', '.join(digests) or 'none'}, wanted {DIGEST} to verify the download")
    return Asset(
        url=str(found["contentUrl"][0]),
        sha256=digests[DIGEST],
        bytes=int(found["contentSize"]),
        name=path.rpartition("/")[2],
        source=f"DANDI {dandiset}, version {version}, {path}",
        title=str(about.get("name") or ""),
        licence=", ".join(str(name).removeprefix("spdx:") for name in about.get("license") or ()),
        citation=str(about.get("citation") or ""),
    )


def _newest(dandiset: str) -> str:
    published = _ask(f"{API}/dandisets/{dandiset}/", f"dandiset {dandiset}").get("most_recent_published_version")
    return published["version"] if published else "draft"


def _find(where: str, path: str, source: str) -> str:
    """The archive's identifier of the file at a path. Raises BadFile, which suggests the nearest path."""
    listed = _listed(where, path)
    for each in listed:
        if each["path"] == path:
            return each["asset_id"]
    others = [each["path"] for each in listed or _listed(where, path.split("/")[0])]
    wanted = nearest(path, others) or (f" There are {', '.join(others[:5])}" if others else "")
    raise BadFile(f"{source}: found no file of that path, wanted one.{wanted}")


def _listed(where: str, beginning: str) -> list[dict]:
    """The first files, in order of their paths, whose path starts with `beginning`; an exact match comes first."""
    query = urllib.parse.urlencode({"path": beginning, "order": "path", "page_size": 100})
    return _ask(f"{where}/assets/?{query}", where)["results"]


def _ask(url: str, what: str) -> dict:
    try:
        return read_json(url)
    except NoAnswer as error:
        raise NoAnswer(f"{what}: the request to {url} failed ({error})") from error
