"""Files of DANDI, from a local server that responds like the archive's API."""

import hashlib
import http.server
import json
import signal
import threading
import urllib.parse
from pathlib import Path

import numpy as np
import pytest
from support import sessions

from rnncompare.__main__ import main
from rnncompare.files.download import NoAnswer
from rnncompare.files.safety import BadFile
from rnncompare.recordings import dandi
from rnncompare.recordings.card import read_card

PATH = "sub-J/sub-J_ses-full_behavior+ecephys.nwb"
SOURCE = f"dandi:000128/{PATH}"
ID, VERSION = "0b1a3a5c", "0.220113.0400"


class Archive(http.server.ThreadingHTTPServer):
    """One dandiset with one file, whose download is redirected.

    sent: the content that is sent; breaks: number of bytes after which each of the next downloads ends; failures:
    number of 503 responses at the beginning.
    """

    def __init__(self, content: bytes):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.breaks, self.failures, self.versions = content, [], 0, ["draft", VERSION]
        self.sent = content
        self.base = f"http://127.0.0.1:{self.server_port}"
        self.digest = {"dandi:dandi-etag": "1-1", "dandi:sha2-256": hashlib.sha256(content).hexdigest()}
        self.asked: list[str] = []

    def answer(self, path: str, query: dict) -> dict | None:
        """The JSON at a path of the API, as its documentation and client have it; None: not found."""
        published = {"version": self.versions[-1]} if len(self.versions) > 1 else None
        if path == "/api/dandisets/000128/":
            return {"identifier": "000128", "most_recent_published_version": published}
        for version in self.versions:
            start = f"/api/dandisets/000128/versions/{version}/"
            if path == start:
                about = {"name": "A maze", "license": ["spdx:CC-BY-4.0"], "citation": "Somebody (2022)"}
                return about | {"version": version}
            if path == f"{start}assets/":
                every = [PATH, PATH.replace("full", "other"), PATH + ".more"]
                found = [p for p in sorted(every) if p.startswith(query.get("path", [""])[0])]
                return {"next": None, "results": [{"path": p, "asset_id": ID, "size": 1} for p in found]}
            if path == f"{start}assets/{ID}/":
                url = f"{self.base}/api/assets/{ID}/download/"
                return {"path": PATH, "contentUrl": [url], "contentSize": len(self.content), "digest": self.digest}
        return None


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        asked, server = urllib.parse.urlsplit(self.path), self.server
        server.asked.append(asked.path)
        if server.failures:
            server.failures -= 1
            return self.send_error(503)
        if asked.path == f"/api/assets/{ID}/download/":
            self.send_response(302)
            self.send_header("Location", f"{server.base}/blob?signed=yes")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if asked.path == "/blob":
            return self.blob(self.headers.get("Range"))
        found = server.answer(asked.path, urllib.parse.parse_qs(asked.query))
        return self.send_error(404) if found is None else self.send(200, json.dumps(found).encode())

    def blob(self, asked):
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        whole = len(self.server.sent)
        if start >= whole:
            return self.send_error(416)
        return self.send(206 if asked else 200, self.server.sent[start:], f"bytes {start}-{whole - 1}/{whole}")

    def send(self, status, body, range_of=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if range_of and status == 206:
            self.send_header("Content-Range", range_of)
        self.end_headers()
        self.wfile.write(body[: self.server.breaks.pop(0)] if range_of and self.server.breaks else body)
        self.close_connection = True


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    return sessions.save(tmp_path_factory.mktemp("s") / "s.nwb", sessions.maze()).read_bytes()


@pytest.fixture
def archive(content, monkeypatch, tmp_path):
    """A local replacement of the archive, without pauses between attempts; the test runs in its own folder."""
    server = Archive(content)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setattr(dandi, "API", f"{server.base}/api")
    monkeypatch.setattr("rnncompare.files.download.time.sleep", lambda _: None)
    monkeypatch.setenv("RNNCOMPARE_DATA", "")
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGTERM)
    yield server
    signal.signal(signal.SIGTERM, before)
    server.shutdown()
    server.server_close()
    thread.join()


def added(source=SOURCE, name="maze"):
    assert main(["add", name, source]) == 0
    return read_card(f"data/{name}/card.yaml")


def test_a_file_of_dandi_becomes_a_card_with_its_version_checksum_licence_and_citation(archive, content, capsys):
    card = added()
    (file,) = card.files
    assert (card.folder / file.file).read_bytes() == content
    assert file.model_dump(exclude={"made_by", "session"}) == {
        "file": PATH.split("/")[1], "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
        "url": f"{archive.base}/api/assets/{ID}/download/",
    }  # fmt: skip
    assert (card.title, card.licence, card.citation) == ("A maze", "CC-BY-4.0", "Somebody (2022)")
    assert card.source == f"DANDI 000128, version {VERSION}, {PATH}"
    assert "could not determine" not in capsys.readouterr().out


def test_the_version_is_the_requested_one_or_the_newest_or_the_draft(archive):
    archive.versions = ["draft", "0.210101.0000", VERSION]
    assert dandi.asset(f"{SOURCE}@0.210101.0000").source.startswith("DANDI 000128, version 0.210101.0000,")
    assert dandi.asset(SOURCE).source.startswith(f"DANDI 000128, version {VERSION},")
    archive.versions = ["draft"]
    assert dandi.asset(SOURCE).source.startswith("DANDI 000128, version draft,")
    with pytest.raises(NoAnswer, match=r"version 0\.9\.9 of dandiset 000128: .*404"):
        dandi.asset(f"{SOURCE}@0.9.9")


def test_an_interrupted_download_from_dandi_is_resumed_before_the_card_is_written(archive, content):
    rng = np.random.default_rng(1)
    for k in range(5):
        archive.breaks = sorted(rng.integers(1, len(content) // 5, 4).tolist())
        assert (added(name=f"maze_{k}").folder / PATH.split("/")[1]).read_bytes() == content


def test_a_request_is_repeated_if_the_server_fails(archive):
    archive.failures = 3
    assert dandi.asset(SOURCE).bytes == len(archive.content)
    archive.failures = 100
    with pytest.raises(NoAnswer, match="503"):
        dandi.asset(SOURCE)


def test_an_existing_file_is_verified_and_not_downloaded(archive, content, tmp_path, monkeypatch, capsys):
    (tmp_path / "mine" / "maze").mkdir(parents=True)
    here = tmp_path / "mine" / "maze" / PATH.split("/")[1]
    here.write_bytes(content)
    monkeypatch.setenv("RNNCOMPARE_DATA", str(tmp_path / "mine"))
    added()
    assert "/blob" not in archive.asked and str(here) in capsys.readouterr().out
    Path("data/maze/card.yaml").unlink()
    here.write_bytes(content[:-1])
    assert main(["add", "maze", SOURCE]) == 1
    assert f"{here}: found sha256" in capsys.readouterr().err


def test_wrong_bytes_are_refused_and_leave_neither_file_nor_card(archive, content, capsys):
    for sent in (bytes(len(content)), content + b"more"):
        archive.sent = sent
        assert main(["add", "maze", SOURCE]) == 1
        assert "found sha256" in capsys.readouterr().err
        assert [p for p in Path("data").rglob("*") if p.is_file()] == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("dandi:128/x.nwb", "wanted dandi:000000/PATH"),
        (f"dandi:000128/{PATH}@latest", "wanted dandi:000000/PATH"),
        ("dandi:000999/x.nwb", "dandiset 000999: the request to .* failed .*404"),
        ("dandi:000128/sub-J/sub-J_ses-ful_behavior+ecephys.nwb", f"Did you mean '{PATH.replace('+', '.')}'"),
        ("dandi:000128/elsewhere.nwb", "found no file of that path, wanted one"),
    ],
)
def test_a_file_that_is_not_in_the_archive_is_refused_by_name(archive, source, message):
    with pytest.raises((BadFile, NoAnswer), match=message):
        dandi.asset(source)


@pytest.mark.parametrize("digest", [{}, {"dandi:dandi-zarr-checksum": "0-0--0"}, {"dandi:sha2-256": "short"}])
def test_a_file_without_a_sha256_is_refused(archive, digest):
    archive.digest = digest
    with pytest.raises(BadFile, match=r"wanted dandi:sha2-256 to verify the download"):
        dandi.asset(SOURCE)


@pytest.mark.parametrize("found", [[], {}, {"results": 3}, {"results": [{}]}])
def test_a_response_of_another_format_is_refused(archive, monkeypatch, found):
    answer = archive.answer
    monkeypatch.setattr(archive, "answer", lambda path, query: found if "assets/" in path else answer(path, query))
    with pytest.raises(BadFile, match=r"wanted (the format of DANDI's|one)"):
        dandi.asset(SOURCE)
