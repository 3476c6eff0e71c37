"""Download of one file: interrupted downloads are resumed, failed attempts repeated, and the checksum is verified."""

import contextlib
import dataclasses
import http.client
import json
import os
import ssl
import sys
import time
import urllib.error
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from rnncompare.files import address
from rnncompare.files.checksums import sha256
from rnncompare.files.safety import BadFile
from rnncompare.files.web import Limit, opened

PIECE = 1 << 16  # bytes
GRACE, SLOWEST = 300.0, 20_000.0  # s, and bytes/s: time limit of all attempts at one file, see `web.Limit`
MOST_JSON = 1 << 26  # bytes
T = TypeVar("T")


class NoAnswer(OSError):
    """The server did not respond, or does not provide the file."""


class _Broken(Exception):
    """An attempt that failed and may succeed when it is repeated."""


@dataclasses.dataclass
class _Served:
    """Properties of the file at an address.

    size: bytes, from the caller (`size_given`) or else from the server's response; version: ETag or Last-Modified of
    the response; resumed: whether the local file was assembled from several responses.
    """

    size: int | None
    size_given: bool
    version: str | None = None
    resumed: bool = False


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
    """Download `url` to `path`; the file is created only once it is complete and its checksum is verified.

    wanted: sha256; size: bytes; pause: s before the second attempt, doubled for each further one; timeout: s without
    receiving a byte; grace: s that all attempts may take together, in addition to the time for the file's bytes at
    SLOWEST. An address that needs a secret is requested as it is given in RNNCOMPARE_URLS (`address.with_secrets`);
    messages show the redacted address.

    An incomplete download is kept in `<path>.part` and resumed by the next attempt or call. If a resumed file has the
    wrong sha256, it is downloaded once more from the beginning. If wanted and size are None (not yet known), the
    server's Content-Length is used, each call starts from the beginning, and so does each attempt if the server's
    responses carry no version of the file (ETag, Last-Modified).

    Raises NoAnswer if the server does not respond, all attempts fail or the time limit is exceeded, and BadFile if the
    downloaded file has the wrong checksum or size; it is then removed.
    """
    part = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    if wanted is None:
        part.unlink(missing_ok=True)  # without a checksum, a mixture of two versions could not be detected
    served, limit, asked = _Served(size, size_given=size is not None), Limit(grace, SLOWEST), address.with_secrets(url)
    try:
        _with_retries(lambda: _continue(asked, part, served, timeout, limit), attempts, pause, limit)
        if wanted is not None and served.resumed and sha256(part) != wanted:
            part.unlink()  # the beginning may belong to another version of the file
            _with_retries(lambda: _continue(asked, part, served, timeout, limit), attempts, pause, limit)
    except BaseException:
        if wanted is None:
            part.unlink(missing_ok=True)
        raise
    finally:
        limit.close()
    if wanted is not None and (found := sha256(part)) != wanted:
        part.unlink()
        shown = address.redacted(url)
        raise BadFile(
            f"{path}: found sha256 {found} of the file downloaded from {shown}, wanted {wanted}; it was removed"
        )
    os.replace(part, path)


def read_json(url: str, *, attempts: int = 5, pause: float = 1.0, timeout: float = 30.0, grace: float = GRACE) -> dict:
    """The JSON object at an address; the parameters are as in `download`. Raises NoAnswer, BadFile."""
    limit = Limit(grace, SLOWEST)

    def once() -> bytes:
        with opened(url, {}, timeout, limit) as response:
            return response.read(MOST_JSON + 1)

    try:
        text = _with_retries(once, attempts, pause, limit)
    finally:
        limit.close()
    shown = address.redacted(url)
    try:
        found = json.loads(text) if len(text) <= MOST_JSON else None
    except ValueError as error:
        raise BadFile(f"{shown}: found no readable JSON ({error}), wanted a JSON object") from error
    if not isinstance(found, dict):
        raise BadFile(f"{shown}: found {len(text)} bytes that are not a JSON object, wanted one")
    return found


def _with_retries(once: Callable[[], T], attempts: int, pause: float, limit: Limit) -> T:
    """The result of `once`, which is repeated if the connection breaks or the server fails. Raises NoAnswer."""
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
            broken += f"; the time limit of {limit.seconds:.3g} s for all attempts was exceeded"
            break
    raise NoAnswer(broken)


def _status(error: urllib.error.HTTPError) -> str:
    """A description of an HTTP error with the standard phrase, since the server's own text is not trusted."""
    try:
        phrase = http.HTTPStatus(error.code).phrase
    except ValueError:
        phrase = "a non-standard status"
    refused = f"; if it needs a query or a password, {address.ADVICE}" if error.code in (401, 403) else ""
    return f"HTTP status {error.code}, {phrase}{refused}"


def _continue(url: str, part: Path, served: _Served, timeout: float, limit: Limit) -> None:
    """Append the missing bytes to `part`, or start from the beginning if the server does not support ranges.

    Raises _Broken, BadFile.
    """
    have = part.stat().st_size if part.exists() else 0
    if served.size is not None:
        limit.allow(served.size)
    if served.size_given and have >= served.size:
        served.resumed = True
        return
    if not served.size_given and not served.version:
        have = 0  # the rest might belong to another version of the file
    headers = {"Range": f"bytes={have}-"} if have else {}
    headers |= {"If-Range": served.version} if have and served.version else {}
    try:
        response = opened(url, headers, timeout, limit)
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise
        error.close()
        part.unlink(missing_ok=True)  # the server's file is shorter, so that `part` belongs to another file
        raise _Broken(_status(error)) from error
    with response:
        if limit.left() <= 0:
            raise _Broken("the headers of the response were not received")
        resumes = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        if resumes and served.version and _version(response) != served.version:
            part.unlink()
            raise _Broken("the file on the server changed between two attempts")
        have = have if resumes else 0
        served.resumed = served.resumed or resumes
        size = _size(url, response, served, have)
        limit.allow(size)
        with open(part, "ab" if resumes else "wb") as file:
            # Reading one byte more than expected is enough to detect a file that is too long.
            for piece in _received(response, size + 1 - have):
                file.write(piece)
                _report_progress(part, have, have + len(piece), size)
                have += len(piece)
    if have < size:
        raise _Broken(f"the connection ended after {have} of {size} bytes")


def _received(response, most: int) -> Iterator[bytes]:
    """The bytes of a response's body as they arrive, `most` at most, up to the end or failure of the connection.

    `response.read` would discard the bytes that it holds when the connection is reset, and thus what was received.
    """
    most = most if response.length is None else min(most, response.length)
    with contextlib.suppress(http.client.HTTPException, OSError):
        while most > 0 and (piece := response.read1(min(PIECE, most))):
            most -= len(piece)
            yield piece


def _version(response) -> str | None:
    """The version of the file by the response's headers; a weak ETag is ignored, as it does not identify the bytes."""
    tag = response.headers.get("ETag") or ""
    return tag if tag.startswith('"') else response.headers.get("Last-Modified")


def _size(url: str, response, served: _Served, have: int) -> int:
    """The size of the complete file in bytes, as given by the caller or else by the server. Raises BadFile."""
    if not served.size_given:
        length, shown = response.headers.get("Content-Length", ""), address.redacted(url)
        if not length.isdecimal() or int(length) == 0:
            raise BadFile(
                f"{shown}: found Content-Length '{length}', wanted the size of the file: without it, it cannot be "
                "determined whether the download is complete"
            )
        if have and have + int(length) != served.size:
            found = have + int(length)
            raise BadFile(f"{shown}: found {found} bytes at a later attempt, wanted {served.size} as at the first")
        served.size = have + int(length)
        served.version = _version(response)
    return served.size


def _report_progress(part: Path, before: int, now: int, size: int) -> None:
    """Print a line to stderr at each tenth of the download."""
    if 10 * before // size != 10 * now // size:
        name = os.path.join(part.parent.name, part.stem)
        percent = min(100, 100 * now // size)
        print(f"downloading {name}: {percent} % of {size / 1e6:.1f} MB", file=sys.stderr, flush=True)
