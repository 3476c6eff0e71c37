"""One download: goes on where it stopped, is tried again when it breaks, and counts only when its checksum is right."""

import dataclasses
import http.client
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rnncompare.files import BadFile, sha256

PIECE = 1 << 16  # bytes
MOST_JSON = 1 << 26  # bytes
T = TypeVar("T")


class NoAnswer(OSError):
    """Nothing answered at an address, or it said that it does not have the file."""


class _OnlyTheWeb(urllib.request.HTTPRedirectHandler):
    """A redirect may not leave http and https."""

    def redirect_request(self, request, response, code, message, headers, new):
        if urllib.parse.urlsplit(new).scheme not in ("http", "https"):
            raise urllib.error.URLError(f"found a redirect to {new}, wanted http or https")
        return super().redirect_request(request, response, code, message, headers, new)


class _Broken(Exception):
    """What did not come through and may do so at another attempt."""


@dataclasses.dataclass
class _Served:
    """What is known of the file at an address: its size (bytes), from the caller or else from the server's answer,
    which may also carry a mark of this version of the file."""

    size: int | None
    stated: bool
    mark: str | None = None


def download(
    url: str,
    path: Path,
    *,
    wanted: str | None,
    size: int | None,
    attempts: int = 5,
    pause: float = 1.0,
    timeout: float = 30.0,
) -> None:
    """Download `url` to `path`, whole and right or not at all.

    wanted: sha256; size: bytes; pause: s before the second attempt, doubled for each further one; timeout: s without a
    byte. What arrived lies in `<path>.part` until the rest does, also between calls. Where wanted and size are None,
    as nobody knows them yet, the file has the length that the server says, and each call begins anew. Raises
    NoAnswer where nothing answers or every attempt breaks, BadFile where what arrived is not what was wanted; that is
    then removed.
    """
    part = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    if wanted is None:
        part.unlink(missing_ok=True)  # of another call: nothing would tell a mixture of two files from one
    served = _Served(size, stated=size is not None)
    try:
        _patiently(lambda: _continue(url, part, served, timeout), attempts, pause)
    except BaseException:
        if wanted is None:
            part.unlink(missing_ok=True)
        raise
    if wanted is not None and (found := sha256(part)) != wanted:
        part.unlink()
        raise BadFile(f"{path}: found sha256 {found} in what {url} sent, wanted {wanted}; the download was removed")
    os.replace(part, path)


def read_json(url: str, *, attempts: int = 5, pause: float = 1.0, timeout: float = 30.0) -> dict:
    """The JSON object at an address; the rest as in `download`. Raises NoAnswer, BadFile."""

    def once() -> bytes:
        with _opened(url, {}, timeout) as response:
            return response.read(MOST_JSON + 1)

    text = _patiently(once, attempts, pause)
    try:
        found = json.loads(text) if len(text) <= MOST_JSON else None
    except ValueError as error:
        raise BadFile(f"{url}: found no readable JSON ({error}), wanted an object") from error
    if not isinstance(found, dict):
        raise BadFile(f"{url}: found {len(text)} bytes that are no object, wanted one of JSON")
    return found


def _patiently(once: Callable[[], T], attempts: int, pause: float) -> T:
    """What `once` gives, tried again where the connection breaks or the server fails. Raises NoAnswer."""
    for attempt in range(attempts):
        if attempt:
            time.sleep(pause * 2 ** (attempt - 1))
        try:
            return once()
        except (http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError, _Broken) as error:
            broken = error
        except urllib.error.HTTPError as error:
            broken = error
            error.close()
            if error.code < 500:
                break
        except urllib.error.URLError as error:
            broken = error.reason
            break
    raise NoAnswer(str(broken))


def _opened(url: str, headers: dict[str, str], timeout: float):
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise BadFile(f"found url {url}, wanted http or https")
    return urllib.request.build_opener(_OnlyTheWeb).open(urllib.request.Request(url, headers=headers), timeout=timeout)


def _continue(url: str, part: Path, served: _Served, timeout: float) -> None:
    """Append to `part` what it lacks; from the start where the server does not know ranges. Raises _Broken, BadFile."""
    have = part.stat().st_size if part.exists() else 0
    if served.size is not None and have >= served.size:
        return
    headers = {"Range": f"bytes={have}-"} if have else {}
    headers |= {"If-Range": served.mark} if have and served.mark else {}
    try:
        response = _opened(url, headers, timeout)
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise
        error.close()
        part.unlink(missing_ok=True)  # the server's file ends before ours: ours is another one's beginning
        raise _Broken(str(error)) from error
    with response:
        goes_on = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        have = have if goes_on else 0
        size = _size(url, response, served, have)
        with open(part, "ab" if goes_on else "wb") as file:
            # One byte more than wanted is enough to know that it is the wrong file.
            while have <= size and (piece := response.read(min(PIECE, size + 1 - have))):
                file.write(piece)
                _show(part, have, have + len(piece), size)
                have += len(piece)
    if have < size:
        raise _Broken(f"the connection ended after {have} of {size} bytes")


def _size(url: str, response, served: _Served, have: int) -> int:
    """How long the file is that an answer is the rest of: as was wanted, or as the server says. Raises BadFile."""
    if not served.stated:
        said = response.headers.get("Content-Length", "")
        if not said.isdecimal() or int(said) == 0:
            raise BadFile(
                f"{url}: found Content-Length '{said}', wanted the file's: without it nobody knows when it is whole"
            )
        if have and have + int(said) != served.size:
            raise BadFile(f"{url}: found {have + int(said)} bytes at another attempt, wanted {served.size} as at first")
        served.size = have + int(said)
        served.mark = response.headers.get("ETag") or response.headers.get("Last-Modified")
    return served.size


def _show(part: Path, before: int, now: int, size: int) -> None:
    """A line on stderr at each tenth."""
    if 10 * before // size != 10 * now // size:
        name = os.path.join(part.parent.name, part.stem)
        percent = min(100, 100 * now // size)
        print(f"downloading {name}: {percent} % of {size / 1e6:.1f} MB", file=sys.stderr, flush=True)
