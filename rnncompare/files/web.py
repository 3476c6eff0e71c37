"""One answer from the web: by http or https only, never from the second to the first, and within a time that ends."""

import contextlib
import http.client
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from rnncompare.files import address
from rnncompare.files.safety import BadFile

SCHEMES = ("http", "https")


class Limit:
    """How long all attempts at one file may take together: `grace` s, and as long as its bytes take at `slowest` B/s.

    A server that sends a byte now and then keeps every wait for the next one short, in the headers as well. So at the
    end the connections are closed under whoever reads from them.
    """

    def __init__(self, grace: float, slowest: float):
        self._grace, self._slowest, self._began = grace, slowest, time.monotonic()
        self._sockets, self.seconds, self._timer = [], grace, None
        self.allow(0)

    def allow(self, size: int) -> None:
        """Say how many bytes are to come, once that is known."""
        self.close()
        self.seconds = self._grace + size / self._slowest
        self._timer = threading.Timer(max(self.left(), 0), self._end)
        self._timer.daemon = True
        self._timer.start()

    def left(self) -> float:
        return self._began + self.seconds - time.monotonic()

    def watch(self, socket) -> None:
        self._sockets.append(socket)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _end(self) -> None:
        for socket in self._sockets:
            with contextlib.suppress(OSError):  # closed already
                socket.shutdown(2)


def opened(url: str, headers: dict[str, str], timeout: float, limit: Limit):
    """The answer to a request; a password goes to its host alone. Raises BadFile, URLError, HTTPError."""
    if urllib.parse.urlsplit(url).scheme not in SCHEMES:
        raise BadFile(f"found url {address.shown(url)}, wanted http or https")
    if any(not c.isprintable() or c == " " for c in url):
        raise BadFile(f"found blanks or control characters in {address.shown(url)}, wanted them as %20 and so on")
    plain, login = address.login(url)
    try:
        request = urllib.request.Request(urllib.parse.quote(plain, safe="%/:=&?~#+!$,;'@()*[]"), headers=headers)
        if login:
            request.add_unredirected_header("Authorization", login)
        opener = urllib.request.build_opener(_Redirects, _watched("http", limit), _watched("https", limit))
        return opener.open(request, timeout=timeout)
    except (http.client.InvalidURL, UnicodeError) as error:  # which would show all of the address
        raise BadFile(f"found {address.shown(url)}, wanted an address of the web with a host that can be") from error


class _Redirects(urllib.request.HTTPRedirectHandler):
    """A redirect stays on the web, and on https where it was."""

    def http_error_302(self, request, response, code, message, headers):
        location = headers.get("location") or headers.get("uri")
        if location is not None:
            new = urllib.parse.urljoin(request.full_url, location)
            before, after = (urllib.parse.urlsplit(each).scheme for each in (request.full_url, new))
            wanted = ("https",) if before == "https" else SCHEMES
            if after not in wanted or "@" in urllib.parse.urlsplit(new).netloc:
                response.close()
                what = f"from {before} to {after or 'no scheme'}, {address.shown(new)}"
                raise urllib.error.URLError(
                    f"found a redirect {what}; wanted {' or '.join(wanted)}, without a password"
                )
        return super().http_error_302(request, response, code, message, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _watched(scheme: str, limit: Limit) -> urllib.request.BaseHandler:
    """A handler of http or https whose connections end with the limit."""
    https = scheme == "https"
    base = http.client.HTTPSConnection if https else http.client.HTTPConnection

    class Connection(base):
        def connect(self):
            super().connect()
            limit.watch(self.sock)

    class Handler(urllib.request.HTTPSHandler if https else urllib.request.HTTPHandler):
        def do_open(self, _, request, **how):
            return super().do_open(Connection, request, **how)

    return Handler()
