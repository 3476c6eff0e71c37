"""HTTP requests with restrictions: only http and https, no redirect from https to http, and a total time limit."""

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
    """Time limit of all attempts at one file: `grace` s and the time for its bytes at `slowest` bytes/s.

    A timeout of single reads does not stop a server that sends one byte at a time, also in the headers. When the time
    is over, the connections are therefore shut down while they are being read.
    """

    def __init__(self, grace: float, slowest: float):
        self._grace, self._slowest, self._began = grace, slowest, time.monotonic()
        self._sockets, self.seconds, self._timer = [], grace, None
        self.allow(0)

    def allow(self, size: int) -> None:
        """Extend the limit by the time for `size` bytes, once the size is known."""
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
            with contextlib.suppress(OSError):  # the socket is already closed
                socket.shutdown(2)


def opened(url: str, headers: dict[str, str], timeout: float, limit: Limit):
    """The response to a request; a password is not sent to other hosts. Raises BadFile, URLError, HTTPError."""
    if urllib.parse.urlsplit(url).scheme not in SCHEMES:
        raise BadFile(f"found url {address.redacted(url)}, wanted http or https")
    if any(not c.isprintable() or c == " " for c in url):
        raise BadFile(f"found blanks or control characters in {address.redacted(url)}, wanted them as %20 and so on")
    plain, login = address.login(url)
    try:
        request = urllib.request.Request(urllib.parse.quote(plain, safe="%/:=&?~#+!$,;'@()*[]"), headers=headers)
        if login:
            request.add_unredirected_header("Authorization", login)
        opener = urllib.request.build_opener(_Redirects, _watched("http", limit), _watched("https", limit))
        return opener.open(request, timeout=timeout)
    except (http.client.InvalidURL, UnicodeError) as error:  # the original message would show the whole address
        raise BadFile(f"found {address.redacted(url)}, wanted a web address with a valid host") from error


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Redirects are followed only to http and https addresses, and only to https from https."""

    def http_error_302(self, request, response, code, message, headers):
        location = headers.get("location") or headers.get("uri")
        if location is not None:
            new = urllib.parse.urljoin(request.full_url, location)
            before, after = (urllib.parse.urlsplit(each).scheme for each in (request.full_url, new))
            wanted = ("https",) if before == "https" else SCHEMES
            if after not in wanted or "@" in urllib.parse.urlsplit(new).netloc:
                response.close()
                what = f"from {before} to {after or 'no scheme'}, {address.redacted(new)}"
                raise urllib.error.URLError(
                    f"found a redirect {what}; wanted {' or '.join(wanted)}, without a password"
                )
        return super().http_error_302(request, response, code, message, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _watched(scheme: str, limit: Limit) -> urllib.request.BaseHandler:
    """A handler of http or https whose connections are shut down when the time limit is exceeded."""
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
