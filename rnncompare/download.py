"""One download: goes on where it stopped, is tried again when it breaks, and counts only when its checksum is right."""

import http.client
import os
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from rnncompare.files import BadFile, sha256

PIECE = 1 << 16  # bytes


class NoAnswer(OSError):
    """Nothing answered at an address, or it said that it does not have the file."""


class _OnlyTheWeb(urllib.request.HTTPRedirectHandler):
    """A redirect may not leave http and https."""

    def redirect_request(self, request, response, code, message, headers, new):
        if urllib.parse.urlsplit(new).scheme not in ("http", "https"):
            raise urllib.error.URLError(f"found a redirect to {new}, wanted http or https")
        return super().redirect_request(request, response, code, message, headers, new)


def download(
    url: str, path: Path, *, wanted: str, size: int, attempts: int = 5, pause: float = 1.0, timeout: float = 30.0
) -> None:
    """Download `url` to `path`, whole and right or not at all.

    wanted: sha256; size: bytes; pause: s before the second attempt, doubled for each further one; timeout: s without a
    byte. What arrived lies in `<path>.part` until the rest does, also between calls. Raises NoAnswer where nothing
    answers or every attempt breaks, BadFile where what arrived is not what was wanted; that is then removed.
    """
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise BadFile(f"{path}: found url {url}, wanted http or https")
    part = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    for attempt in range(attempts):
        if attempt:
            time.sleep(pause * 2 ** (attempt - 1))
        try:
            _continue(url, part, size, timeout)
        except (http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError) as error:
            broken = error
            continue
        except urllib.error.HTTPError as error:
            broken = error
            error.close()
            if error.code == 416:  # the server's file ends before ours: ours is another one's beginning
                part.unlink(missing_ok=True)
            elif error.code < 500:
                break
            continue
        except urllib.error.URLError as error:
            broken = error.reason
            break
        if part.stat().st_size >= size:
            break
        broken = f"the connection ended after {part.stat().st_size} of {size} bytes"
    if not part.exists() or part.stat().st_size < size:
        raise NoAnswer(str(broken))
    found = sha256(part)
    if found != wanted:
        part.unlink()
        raise BadFile(f"{path}: found sha256 {found} in what {url} sent, wanted {wanted}; the download was removed")
    os.replace(part, path)


def _continue(url: str, part: Path, size: int, timeout: float) -> None:
    """Append to `part` what it lacks; from the start where the server does not know ranges."""
    have = part.stat().st_size if part.exists() else 0
    if have >= size:
        return
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.build_opener(_OnlyTheWeb).open(request, timeout=timeout) as response:
        goes_on = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        have = have if goes_on else 0
        with open(part, "ab" if goes_on else "wb") as file:
            # One byte more than wanted is enough to know that it is the wrong file.
            while have <= size and (piece := response.read(min(PIECE, size + 1 - have))):
                file.write(piece)
                _show(part, have, have + len(piece), size)
                have += len(piece)


def _show(part: Path, before: int, now: int, size: int) -> None:
    """A line on stderr at each tenth."""
    if 10 * before // size != 10 * now // size:
        name = os.path.join(part.parent.name, part.stem)
        percent = min(100, 100 * now // size)
        print(f"downloading {name}: {percent} % of {size / 1e6:.1f} MB", file=sys.stderr, flush=True)
