"""Fingerprints detect a replaced recording, whatever its times, and are the same for one that was moved."""

import hashlib
import os
import shutil

import pytest
from recordings.test_finding import CONTENT, make_card

from rnncompare.files.checksums import atomic_with_checksum
from rnncompare.files.safety import BadFile
from rnncompare.recordings import fingerprints
from rnncompare.recordings.finding import fetch
from rnncompare.recordings.fingerprints import fingerprint, fingerprint_of, unchanged
from rnncompare.recordings.loading import fetch_all


@pytest.fixture(autouse=True)
def no_other_recordings(monkeypatch):
    monkeypatch.delenv("RNNCOMPARE_DATA", raising=False)


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fetched(card, folder):
    """Write found.json in the format of the step `fetch`."""
    import json

    with atomic_with_checksum(folder / "found.json") as temporary:
        temporary.write_text(json.dumps(fetch_all([card], folder)))
    return folder / "found.json"


def test_a_replaced_recording_without_a_checksum_has_another_fingerprint_whatever_its_times(tmp_path, monkeypatch):
    monkeypatch.setattr(fingerprints, "SETTLED", -1)  # its hash is cached immediately
    card = make_card(tmp_path, files={"session.mat": None})
    path, folder = card.folder / "session.mat", tmp_path / "results"
    path.write_bytes(CONTENT)
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    before = fingerprint(card, folder)
    assert before["session.mat"] == sha(CONTENT) and fingerprint(card, folder) == before
    path.write_bytes(CONTENT[::-1])
    os.utime(path, ns=times)
    assert fingerprint(card, folder) == before | {"session.mat": sha(CONTENT[::-1])}


def test_an_unchanged_file_is_not_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(fingerprints, "SETTLED", -1)
    card = make_card(tmp_path, files={"session.mat": None})
    (card.folder / "session.mat").write_bytes(CONTENT)
    before, read = fingerprint(card, tmp_path / "results"), []
    monkeypatch.setattr(fingerprints, "sha256", lambda path: read.append(path.name) or "0")
    assert fingerprint(card, tmp_path / "results")["session.mat"] == before["session.mat"]
    assert read == ["card.yaml", "hashes.json"] or read == ["card.yaml"]


def test_a_damaged_cache_of_checksums_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(fingerprints, "SETTLED", -1)
    card = make_card(tmp_path, files={"session.mat": None})
    (card.folder / "session.mat").write_bytes(CONTENT)
    before, cache = fingerprint(card, tmp_path / "results"), tmp_path / "results/hashes.json"
    cache.write_text(cache.read_text().replace(sha(CONTENT), "0" * 64))
    assert fingerprint(card, tmp_path / "results") == before


def test_a_new_session_changes_the_fingerprint(tmp_path):
    card = make_card(tmp_path, files={"s_{day}.mat": None})
    for day in "12":
        (card.folder / f"s_{day}.mat").write_bytes(day.encode())
    two = fingerprint(card, tmp_path / "results")
    assert {name: two[name] for name in ("s_1.mat", "s_2.mat")} == {"s_1.mat": sha(b"1"), "s_2.mat": sha(b"2")}
    (card.folder / "s_3.mat").write_bytes(b"3")
    assert fingerprint(card, tmp_path / "results") == two | {"s_3.mat": sha(b"3")}


def test_the_fingerprint_does_not_change_when_a_file_is_downloaded(tmp_path):
    card = make_card(tmp_path)
    before = fingerprint(card, tmp_path / "results")
    (card.folder / "session.nwb").write_bytes(CONTENT)
    assert before["session.nwb"] == sha(CONTENT) and fingerprint(card, tmp_path / "results") == before


def test_a_file_on_a_disk_that_is_not_mounted_keeps_its_fingerprint(tmp_path):
    card = make_card(tmp_path, files={"session.mat": None})
    (card.folder / "session.mat").write_bytes(CONTENT)
    before, found = fingerprint(card, tmp_path / "results"), fetched(card, tmp_path / "results")
    (card.folder / "session.mat").unlink()
    assert fingerprint(card, found.parent) == before


def test_a_recording_that_was_moved_keeps_its_fingerprint(tmp_path, monkeypatch):
    card = make_card(tmp_path, files={"session.mat": None})
    (card.folder / "session.mat").write_bytes(CONTENT)
    before, found = fingerprint(card, tmp_path / "results"), fetch(card, tmp_path / "results")
    (tmp_path / "elsewhere").mkdir()
    shutil.move(card.folder / "session.mat", tmp_path / "elsewhere")
    monkeypatch.setenv("RNNCOMPARE_DATA", str(tmp_path / "elsewhere"))
    assert fingerprint(card, tmp_path / "results") == before
    (record,) = unchanged(card, found, tmp_path / "found.json")
    assert record == found[0] | {"path": str(tmp_path / "elsewhere/session.mat")}


@pytest.mark.parametrize("listed", [CONTENT, None])
def test_a_flipped_bit_after_fetch_is_refused_with_both_checksums_and_the_remedy(tmp_path, listed):
    card = make_card(tmp_path, files={"session.mat": listed})
    path = card.folder / "session.mat"
    path.write_bytes(CONTENT)
    found = fetch(card, tmp_path / "results")
    for bit in range(8 * len(CONTENT)):
        flipped = bytearray(CONTENT)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        how = "delete it and .*found.json .* to download it" if listed else "restore it, or, .* delete .*found.json"
        with pytest.raises(BadFile, match=f"session.mat: found sha256 {sha(flipped)}, wanted {sha(CONTENT)} .*; {how}"):
            unchanged(card, found, tmp_path / "found.json")


def test_a_file_that_no_longer_exists_is_named_with_the_searched_places(tmp_path):
    card = make_card(tmp_path, files={"session.mat": None})
    (card.folder / "session.mat").write_bytes(CONTENT)
    found = fetch(card, tmp_path / "results")
    (card.folder / "session.mat").unlink()
    with pytest.raises(BadFile, match=r"session.mat: found no file there any more, nor session.mat in .*monkey nor in"):
        unchanged(card, found, tmp_path / "found.json")


def test_published_weights_have_their_own_fingerprint(tmp_path):
    assert fingerprint_of(f"{tmp_path}/card/w.pth", tmp_path) == {}
    (tmp_path / "card").mkdir()
    (tmp_path / "card/w.pth").write_bytes(CONTENT)
    assert fingerprint_of(f"{tmp_path}/card/w.pth", tmp_path) == {"w.pth": sha(CONTENT)}
