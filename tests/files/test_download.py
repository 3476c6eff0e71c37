"""Downloads from a local server whose responses break off, are slow or are wrong."""

import contextlib
import hashlib
import http.server
import io
import socket
import struct
import threading
import time
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest

from rnncompare.files import web
from rnncompare.files.download import NoAnswer, download
from rnncompare.files.safety import BadFile

CONTENT = bytes(range(256)) * 1000
SHA = hashlib.sha256(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Serves CONTENT.

    breaks: number of bytes after which each of the next responses ends; mark: ETag; then: content and ETag that are
    served after the first response.
    """

    def __init__(self, ranges: bool, breaks=(), content=CONTENT, status=200, mark=None, length=True, then=None, **more):
        super().__init__(("127.0.0.1", 0), Handler)
        # to: target of a redirect; drip: s between two bytes; needs: the query or login that is required.
        self.to, self.drip, self.needs = more.pop("to", None), more.pop("drip", None), more.pop("needs", None)
        self.logins, self.resets = [], more.pop("resets", False)  # resets: a broken connection is reset, not closed
        self.ranges, self.breaks, self.content, self.status, self.asked = ranges, list(breaks), content, status, []
        self.mark, self.length, self.then = mark, length, then

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/session.nwb"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        server, asked = self.server, self.headers.get("Range")
        server.asked.append(asked)
        server.logins.append(self.headers.get("Authorization"))
        if server.to:
            self.send_response(302)
            self.send_header("Location", server.to)
            return self.end_headers()
        if server.needs and server.needs not in (self.path.partition("?")[2], server.logins[-1]):
            return self.send_error(403, f"no entry with {self.path}")
        goes_on = asked and server.ranges and self.headers.get("If-Range") in (None, server.mark)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if goes_on else 0
        if start >= len(server.content):
            return self.send_error(416)
        if server.status != 200:
            return self.send_error(server.status)
        body = server.content[start:]
        self.send_response(206 if goes_on else 200)
        if server.length:
            self.send_header("Content-Length", str(len(body)))
        if server.mark:
            self.send_header("ETag", server.mark)
        if goes_on:
            self.send_header("Content-Range", f"bytes {start}-{len(server.content) - 1}/{len(server.content)}")
        self.end_headers()
        drip = server.drip  # a test may change it while this response is sent
        for byte in body if drip else b"":
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
            time.sleep(drip)
        breaks = bool(server.breaks)
        self.wfile.write(body[: server.breaks.pop(0)] if breaks else body)
        if breaks and server.resets:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.rfile.close()
            self.connection.close()
        if server.then:
            server.content, server.mark, server.then = *server.then, None
        self.close_connection = True


@pytest.fixture
def serve():
    running = []

    def start(**how):
        server = Server(**how)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        running.append((server, thread))
        return server

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join()


def get(server, path, **how):
    download(server.url, path, wanted=SHA, size=len(CONTENT), pause=0, **how)


def test_an_interrupted_download_is_resumed(tmp_path, serve, capsys):
    server = serve(ranges=True, breaks=[100_000, 50_000])
    get(server, tmp_path / "session.nwb")
    assert (tmp_path / "session.nwb").read_bytes() == CONTENT
    assert server.asked == [None, "bytes=100000-", "bytes=150000-"]
    assert [p.name for p in tmp_path.iterdir()] == ["session.nwb"]
    assert "100 % of 0.3 MB" in capsys.readouterr().err


def test_a_download_that_was_interrupted_in_an_earlier_run_is_resumed(tmp_path, serve):
    server = serve(ranges=True, breaks=[200_000])
    with pytest.raises(NoAnswer, match=r"the connection ended after 200000 of 256000 bytes"):
        get(server, tmp_path / "session.nwb", attempts=1)
    assert [p.name for p in tmp_path.iterdir()] == ["session.nwb.part"]
    get(server, tmp_path / "session.nwb")
    assert server.asked == [None, "bytes=200000-"]
    assert (tmp_path / "session.nwb").read_bytes() == CONTENT


def test_from_a_server_without_ranges_the_whole_file_is_requested_again(tmp_path, serve):
    server = serve(ranges=False, breaks=[100_000])
    get(server, tmp_path / "session.nwb")
    assert (tmp_path / "session.nwb").read_bytes() == CONTENT


@pytest.mark.parametrize("wrong", [b"x" * len(CONTENT), CONTENT + b"more"], ids=["other bytes", "longer"])
def test_a_wrong_download_is_removed_and_named(tmp_path, serve, wrong):
    server = serve(ranges=True, content=wrong)
    with pytest.raises(BadFile, match=rf"session.nwb: found sha256 .* downloaded from {server.url}, wanted {SHA}"):
        get(server, tmp_path / "session.nwb")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("begun", [1000, len(CONTENT)], ids=["a part", "as long as the whole"])
def test_a_partial_download_of_another_file_is_discarded(tmp_path, serve, begun):
    server = serve(ranges=True, content=CONTENT)
    (tmp_path / "session.nwb.part").write_bytes(b"y" * begun)
    get(server, tmp_path / "session.nwb")
    assert (tmp_path / "session.nwb").read_bytes() == CONTENT
    assert server.asked[-1] is None


def test_a_file_that_is_shorter_on_the_server_than_expected_raises_no_answer(tmp_path, serve):
    server = serve(ranges=True, content=CONTENT[:1000])
    with pytest.raises(NoAnswer):
        get(server, tmp_path / "session.nwb", attempts=4)
    assert not (tmp_path / "session.nwb").exists()


def test_a_missing_page_is_requested_once_and_a_failing_server_repeatedly(tmp_path, serve):
    for status, times in ((404, 1), (503, 3)):
        server = serve(ranges=True, status=status)
        with pytest.raises(NoAnswer, match=str(status)):
            get(server, tmp_path / "session.nwb", attempts=3)
        assert len(server.asked) == times


def test_all_bytes_received_before_a_connection_is_reset_are_kept(tmp_path, serve):
    server = serve(ranges=True, breaks=[100, 50], resets=True, content=CONTENT[:1000])
    with pytest.raises(NoAnswer, match="ended after 150 of 1000 bytes"):
        download(server.url, tmp_path / "session.nwb", wanted=SHA, size=1000, pause=0, attempts=2)
    assert (tmp_path / "session.nwb.part").read_bytes() == CONTENT[:150]


@pytest.mark.parametrize("known", [True, False])
def test_a_download_interrupted_at_any_byte_is_complete_in_the_end(tmp_path, serve, known):
    content, path = CONTENT[:500], tmp_path / "session.nwb"
    server = serve(ranges=True, content=content, mark='"1"')
    asked = (
        {"wanted": hashlib.sha256(content).hexdigest(), "size": len(content)}
        if known
        else {"wanted": None, "size": None}
    )
    for byte in range(len(content)):
        server.breaks = [byte]
        download(server.url, path, pause=0, **asked)
        assert path.read_bytes() == content
        path.unlink()
        assert not list(tmp_path.iterdir())


def get_unknown(server, path, **how):
    download(server.url, path, wanted=None, size=None, pause=0, **how)


def test_a_file_of_unknown_size_and_checksum_is_downloaded_with_the_length_given_by_the_server(tmp_path, serve, capsys):
    server = serve(ranges=True, breaks=[100_000], mark='"1"')
    (tmp_path / "session.nwb.part").write_bytes(b"of another download")
    get_unknown(server, tmp_path / "session.nwb")
    assert (tmp_path / "session.nwb").read_bytes() == CONTENT
    assert server.asked == [None, "bytes=100000-"]
    assert "100 % of 0.3 MB" in capsys.readouterr().err


@pytest.mark.parametrize("mark", [None, 'W/"1"'])
def test_without_an_etag_the_download_of_a_file_with_unknown_checksum_starts_over(tmp_path, serve, mark):
    other = bytes(reversed(CONTENT))  # of the same length, so that the size does not reveal a mixture
    server = serve(ranges=True, breaks=[100_000], mark=mark, then=(other, None))
    get_unknown(server, tmp_path / "session.nwb")
    assert server.asked == [None, None]
    assert (tmp_path / "session.nwb").read_bytes() == other


def test_two_versions_of_a_file_that_changes_during_its_download_are_not_mixed(tmp_path, serve):
    for other in (bytes(reversed(CONTENT)) + b"longer", bytes(reversed(CONTENT))):
        marked = serve(ranges=True, breaks=[100_000], mark='"1"', then=(other, '"2"'))
        get_unknown(marked, tmp_path / "session.nwb")
        assert (tmp_path / "session.nwb").read_bytes() == other
        plain = serve(ranges=True, breaks=[100_000], then=(other, None))
        get_unknown(plain, tmp_path / "plain.nwb")
        assert (tmp_path / "plain.nwb").read_bytes() == other
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plain.nwb", "session.nwb"]


def test_a_server_that_sends_single_bytes_exceeds_the_time_limit_and_the_partial_file_is_kept(tmp_path, serve):
    server, content = serve(ranges=True, drip=0.02, content=CONTENT[:200]), CONTENT[:200]
    asked = {"wanted": hashlib.sha256(content).hexdigest(), "size": 200, "pause": 0}
    with pytest.raises(
        NoAnswer, match=r"ended after \d+ of 200 bytes; the time limit of 0.51 s for all attempts was exceeded"
    ):
        download(server.url, tmp_path / "session.nwb", grace=0.5, **asked)
    assert 0 < (tmp_path / "session.nwb.part").stat().st_size < 200
    server.drip = None
    download(server.url, tmp_path / "session.nwb", **asked)
    assert (tmp_path / "session.nwb").read_bytes() == content


def test_a_server_that_sends_its_headers_in_single_bytes_exceeds_the_time_limit(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip():
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                while True:
                    connection.sendall(b"X")
                    time.sleep(0.01)

        thread = threading.Thread(target=drip)
        thread.start()
        with pytest.raises(NoAnswer, match=r"the time limit of 0\.3 s for all attempts was exceeded"):
            url = f"http://127.0.0.1:{listening.getsockname()[1]}/session.nwb"
            download(url, tmp_path / "session.nwb", wanted=None, size=None, pause=0, grace=0.3)
        thread.join()


def test_a_file_without_length_or_content_is_refused_and_no_file_is_left(tmp_path, serve):
    for server in (serve(ranges=True, length=False), serve(ranges=True, breaks=[9] * 5)):
        with pytest.raises((BadFile, NoAnswer), match=r"Content-Length ''|ended after"):
            get_unknown(server, tmp_path / "session.nwb", attempts=2)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "mine://x/y", "data:,x"])
def test_only_http_and_https_addresses_are_downloaded(tmp_path, url):
    with pytest.raises(BadFile, match=r"wanted http or https"):
        download(url, tmp_path / "x", wanted=SHA, size=1)


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "mine://x/y", "data:,x", "http://me:hidden@127.0.0.1/x"]
)
def test_a_redirect_to_another_scheme_or_with_a_password_is_refused(tmp_path, serve, to):
    with pytest.raises(
        NoAnswer, match=r"found a redirect from http to .*wanted http or https, without a pass"
    ) as refused:
        get(serve(ranges=True, to=to), tmp_path / "session.nwb")
    assert "hidden" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_redirect_from_https_to_http_is_refused_and_its_secrets_stay_hidden():
    request = urllib.request.Request("https://a.org/x.nwb")
    for to, fits in (("https://b.org/y?sig=hidden", True), ("/y", True), ("http://a.org/x.nwb?sig=hidden", False)):
        headers = {"location": to}
        following = web._Redirects()
        following.parent = SimpleNamespace(open=lambda new, **_: new)
        request.timeout = 1
        if fits:
            assert following.http_error_302(request, io.BytesIO(), 302, "Found", headers).full_url.startswith(
                "https://"
            )
        else:
            with pytest.raises(urllib.error.URLError, match=r"from https to http, http://a.org/x.nwb \(") as refused:
                following.http_error_302(request, io.BytesIO(), 302, "Found", headers)
            assert "hidden" not in str(refused.value)


def test_the_complete_address_in_the_environment_variable_is_requested_and_not_shown(tmp_path, serve, monkeypatch):
    server = serve(ranges=True, needs="sig=hidden")
    with pytest.raises(NoAnswer, match=r"HTTP status 403, Forbidden; .* give the whole address in .* RNNCOMPARE_URLS"):
        get(server, tmp_path / "session.nwb")
    monkeypatch.setenv("RNNCOMPARE_URLS", f"https://elsewhere.org/?sig=other {server.url}?sig=hidden")
    get(server, tmp_path / "session.nwb")
    assert (tmp_path / "session.nwb").read_bytes() == CONTENT


def test_the_password_of_an_address_is_sent_only_to_its_host_and_appears_in_no_message(tmp_path, serve):
    server = serve(ranges=True, needs="Basic bWU6aGlkZGVu")
    url = server.url.replace("//", "//me:hidden@")
    download(url, tmp_path / "session.nwb", wanted=SHA, size=len(CONTENT), pause=0)
    on = serve(ranges=True, to=server.url)
    with pytest.raises(NoAnswer) as refused:
        sent_on = on.url.replace("//", "//me:hidden@")
        download(sent_on, tmp_path / "again.nwb", wanted=SHA, size=len(CONTENT), pause=0)
    assert server.logins == ["Basic bWU6aGlkZGVu", None]
    with pytest.raises(BadFile) as wrong:
        download(url, tmp_path / "wrong.nwb", wanted="0" * 64, size=len(CONTENT), pause=0)
    assert "hidden" not in str(refused.value) + str(wrong.value)
