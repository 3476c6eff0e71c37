"""One download: goes on where it stopped, is tried again when it breaks, and counts only when its checksum is right."""

import dataclasses
import http.client
import json
import os
import ssl
import sys
import time
import urllib.error
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rnncompare.files import address
from rnncompare.files.safety import BadFile, sha256
from rnncompare.files.web import Limit, opened

PIECE = 1 << 16  # bytes
GRACE, SLOWEST = 300.0, 20_000.0  # s, and bytes per s: what all attempts at one file may take
MOST_JSON = 1 << 26  # bytes
T = TypeVar("T")


class NoAnswer(OSError):
    """Nothing answered at an address, or it said that it does not have the file."""


class _Broken(Exception):
    """What did not come through and may do so at another attempt."""


@dataclasses.dataclass
class _Served:
    """What is known of the file at an address: its size (bytes), from the caller or else from the server's answer,
    which may also carry a mark of this version of the file. pieces: whether what is there came in several answers."""

    size: int | None
    stated: bool
    mark: str | None = None
    pieces: bool = False


def download(
    url: str,
    path: Path,
    *,
    wanted: str | None,
    size: int | None,
    attempts: int = 5,
    pause: float = 1.0,
    timeout: float = 30.0,
    grace: float = GRACE,
) -> None:
    """Download `url` to `path`, whole and right or not at all.

    wanted: sha256; size: bytes; pause: s before the second attempt, doubled for each further one; timeout: s without a
    byte; grace: s that all attempts may take together, beside what the file's bytes take at SLOWEST. An address that
    needs a secret is asked for as RNNCOMPARE_URLS has it (`address.whole`), and shown without.

    What arrived lies in `<path>.part` until the rest does, also between calls; what was put together so and has the
    wrong sha256 is downloaded anew, once. Where wanted and size are None, as nobody knows them yet, the file has the
    length that the server says, each call begins anew, and so does each attempt where the server's answers carry no
    mark of the file's version (ETag, Last-Modified). Raises NoAnswer where nothing answers, every attempt breaks or
    the time is over, BadFile where what arrived is not what was wanted; that is then removed.
    """
    part = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    if wanted is None:
        part.unlink(missing_ok=True)  # of another call: nothing would tell a mixture of two files from one
    served, limit, asked = _Served(size, stated=size is not None), Limit(grace, SLOWEST), address.whole(url)
    try:
        _patiently(lambda: _continue(asked, part, served, timeout, limit), attempts, pause, limit)
        if wanted is not None and served.pieces and sha256(part) != wanted:
            part.unlink()  # the beginning may have been another version's
            _patiently(lambda: _continue(asked, part, served, timeout, limit), attempts, pause, limit)
    except BaseException:
        if wanted is None:
            part.unlink(missing_ok=True)
        raise
    finally:
        limit.close()
    if wanted is not None and (found := sha256(part)) != wanted:
        part.unlink()
        sent = address.shown(url)
        raise BadFile(f"{path}: found sha256 {found} in what {sent} sent, wanted {wanted}; the download was removed")
    os.replace(part, path)


def read_json(url: str, *, attempts: int = 5, pause: float = 1.0, timeout: float = 30.0, grace: float = GRACE) -> dict:
    """The JSON object at an address; the rest as in `download`. Raises NoAnswer, BadFile."""
    limit = Limit(grace, SLOWEST)

    def once() -> bytes:
        with opened(url, {}, timeout, limit) as response:
            return response.read(MOST_JSON + 1)

    try:
        text = _patiently(once, attempts, pause, limit)
    finally:
        limit.close()
    shown = address.shown(url)
    try:
        found = json.loads(text) if len(text) <= MOST_JSON else None
    except ValueError as error:
        raise BadFile(f"{shown}: found no readable JSON ({error}), wanted an object") from error
    if not isinstance(found, dict):
        raise BadFile(f"{shown}: found {len(text)} bytes that are no object, wanted one of JSON")
    return found


def _patiently(once: Callable[[], T], attempts: int, pause: float, limit: Limit) -> T:
    """What `once` gives, tried again where the connection breaks or the server fails. Raises NoAnswer."""
    for attempt in range(attempts):
        if attempt:
            time.sleep(min(pause * 2 ** (attempt - 1), max(limit.left(), 0)))
        try:
            return once()
        except (http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError, _Broken) as error:
            broken = str(error) or type(error).__name__
        except urllib.error.HTTPError as error:
            broken = _status(error)
            error.close()
            if error.code < 500:
                break
        except urllib.error.URLError as error:
            broken = str(error.reason)
            break
        if limit.left() <= 0:
            broken += f"; {limit.seconds:.3g} s, the time for all attempts together, were over"
            break
    raise NoAnswer(broken)


def _status(error: urllib.error.HTTPError) -> str:
    """An answer that is an error, in the standard's words: the server's own may hold anything."""
    try:
        phrase = http.HTTPStatus(error.code).phrase
    except ValueError:
        phrase = "a status that no standard names"
    refused = f"; if it needs a query or a password, {address.HOW}" if error.code in (401, 403) else ""
    return f"HTTP status {error.code}, {phrase}{refused}"


def _continue(url: str, part: Path, served: _Served, timeout: float, limit: Limit) -> None:
    """Append to `part` what it lacks; from the start where the server does not know ranges. Raises _Broken, BadFile."""
    have = part.stat().st_size if part.exists() else 0
    if served.size is not None:
        limit.allow(served.size)
    if served.stated and have >= served.size:
        served.pieces = True
        return
    if not served.stated and not served.mark:
        have = 0  # nothing would say whether the rest is the same version's
    headers = {"Range": f"bytes={have}-"} if have else {}
    headers |= {"If-Range": served.mark} if have and served.mark else {}
    try:
        response = opened(url, headers, timeout, limit)
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise
        error.close()
        part.unlink(missing_ok=True)  # the server's file ends before ours: ours is another one's beginning
        raise _Broken(_status(error)) from error
    with response:
        if limit.left() <= 0:
            raise _Broken("the answer's headers had not come")
        goes_on = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        if goes_on and served.mark and _mark(response) != served.mark:
            part.unlink()
            raise _Broken("the file became another one between two attempts")
        have = have if goes_on else 0
        served.pieces = served.pieces or goes_on
        size = _size(url, response, served, have)
        limit.allow(size)
        with open(part, "ab" if goes_on else "wb") as file:
            # One byte more than wanted is enough to know that it is the wrong file.
            while have <= size and (piece := response.read(min(PIECE, size + 1 - have))):
                file.write(piece)
                _show(part, have, have + len(piece), size)
                have += len(piece)
    if have < size:
        raise _Broken(f"the connection ended after {have} of {size} bytes")


def _mark(response) -> str | None:
    """What an answer says of the file's version; a weak ETag says nothing of its bytes."""
    tag = response.headers.get("ETag") or ""
    return tag if tag.startswith('"') else response.headers.get("Last-Modified")


def _size(url: str, response, served: _Served, have: int) -> int:
    """How long the file is that an answer is the rest of: as was wanted, or as the server says. Raises BadFile."""
    if not served.stated:
        said, shown = response.headers.get("Content-Length", ""), address.shown(url)
        if not said.isdecimal() or int(said) == 0:
            raise BadFile(
                f"{shown}: found Content-Length '{said}', wanted the file's: without it nobody knows when it is whole"
            )
        if have and have + int(said) != served.size:
            found = have + int(said)
            raise BadFile(f"{shown}: found {found} bytes at another attempt, wanted {served.size} as at first")
        served.size = have + int(said)
        served.mark = _mark(response)
    return served.size


def _show(part: Path, before: int, now: int, size: int) -> None:
    """A line on stderr at each tenth."""
    if 10 * before // size != 10 * now // size:
        name = os.path.join(part.parent.name, part.stem)
        percent = min(100, 100 * now // size)
        print(f"downloading {name}: {percent} % of {size / 1e6:.1f} MB", file=sys.stderr, flush=True)
