"""Files are written completely or not at all, located in the documented places, and verified by their checksum."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncompare.files.atomic import atomic, unfinished
from rnncompare.files.checksums import sha256
from rnncompare.files.safety import BadFile, single_file
from rnncompare.recordings.card import read_card
from rnncompare.recordings.finding import fetch, locate
from rnncompare.recordings.loading import fetch_all

CONTENT = b"a recording"
DEAD = "http://127.0.0.1:9/session.nwb"  # nothing listens on the discard port


def make_card(root, name="monkey", files=None):
    folder = root / "data" / name
    folder.mkdir(parents=True)
    listed = files or {"session.nwb": CONTENT}
    card = {
        "name": name, "title": "t", "animal": "a", "area": "M1", "task": "reach",
        "reader": {"use": "churchland_4g10_pcs"},
        "files": [
            {"file": f, "url": DEAD, "sha256": hashlib.sha256(c).hexdigest(), "bytes": len(c)}
            if c is not None
            else {"file": f, "url": None, "sha256": None, "bytes": None}
            for f, c in listed.items()
        ],
        "licence": "l", "citation": "c", "source": "s", "facts": [],
    }  # fmt: skip
    (folder / "card.yaml").write_text(yaml.safe_dump(card))
    return read_card(folder / "card.yaml")


def unfinished_of_a_killed_process(module: str, function: str, path: Path) -> list[Path]:
    """The temporary files of a process that was killed while it wrote a file."""
    code = f"import os; from rnncompare.{module} import {function} as write\n"
    code += f"with write({str(path)!r}) as temporary: temporary.write_text('half'); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code])
    return sorted(path.parent.glob(".*"))


NOT_OURS = ("._x.csv", ".x.csv.swp", ".x.swp", ".DS_Store", ".gitkeep", ".x.csv.original.csv", ".~lock.x.csv#", "x.csv")


def test_temporary_files_of_a_killed_process_are_distinguished_from_other_hidden_files(tmp_path):
    for name in NOT_OURS:
        (tmp_path / name).write_text("")
    (tmp_path / ".ipynb_checkpoints.d").mkdir()
    left = [
        p
        for path in (tmp_path / "x.csv", tmp_path / "deeper" / "weights", tmp_path / ".hidden")
        for p in unfinished_of_a_killed_process("files.atomic", "atomic", path)
        if p.name not in NOT_OURS and p.is_file()
    ]
    assert unfinished(tmp_path) == sorted(set(left)) and len(set(left)) == 3


def test_a_block_that_fails_leaves_the_old_file_and_no_temporary_one(tmp_path):
    (tmp_path / "out.txt").write_text("old")
    with pytest.raises(RuntimeError), atomic(tmp_path / "out.txt") as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]
    assert (tmp_path / "out.txt").read_text() == "old"


def test_an_atomic_file_has_the_permissions_of_an_ordinary_one(tmp_path):
    with atomic(tmp_path / "new" / "out.txt") as temporary:
        temporary.write_text("whole")
    (tmp_path / "ordinary").write_text("")
    assert (tmp_path / "new" / "out.txt").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_sha256_matches_the_test_vector_of_the_standard(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_folder_of_the_card_has_precedence_over_the_search_path_and_named_subfolders_over_files(tmp_path):
    card, one, two = tmp_path / "data" / "monkey", tmp_path / "one", tmp_path / "two"
    for place in (card, one, two / "monkey"):
        place.mkdir(parents=True)
    search = [one, two]
    assert locate(card, "s.nwb", search=search) is None
    for place in (two / "monkey", one, card):
        (place / "s.nwb").write_text("")
        assert locate(card, "s.nwb", search=search) == place / "s.nwb"


def test_the_search_path_is_given_by_the_environment_variable(tmp_path, monkeypatch):
    (tmp_path / "b" / "monkey").mkdir(parents=True)
    (tmp_path / "b" / "monkey" / "s.nwb").write_text("")
    monkeypatch.setenv("RNNCOMPARE_DATA", f"{tmp_path / 'a'}{os.pathsep}{tmp_path / 'b'}")
    assert locate(tmp_path / "monkey", "s.nwb") == tmp_path / "b" / "monkey" / "s.nwb"


def test_a_link_beside_the_card_that_leaves_its_folder_is_refused(tmp_path):
    (tmp_path / "secret").write_text("")
    (tmp_path / "monkey").mkdir()
    (tmp_path / "monkey" / "s.nwb").symlink_to(tmp_path / "secret")
    with pytest.raises(BadFile, match=r"found a link to .*secret, wanted a file inside .*monkey"):
        locate(tmp_path / "monkey", "s.nwb", search=[])


def test_a_found_file_is_recorded_with_its_checksum(tmp_path, monkeypatch):
    card = make_card(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "session.nwb").write_bytes(CONTENT)
    monkeypatch.setenv("RNNCOMPARE_DATA", str(tmp_path / "mine"))
    assert fetch(card, tmp_path / "results") == [
        {
            "file": "session.nwb",
            "path": str(tmp_path / "mine" / "session.nwb"),
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
            "bytes": len(CONTENT),
            "checked": "size and sha256 equal the card's",
        }
    ]


@given(content=st.binary(min_size=1, max_size=40), found=st.binary(max_size=40))
@settings(deadline=None, max_examples=40, derandomize=True)
def test_a_file_with_a_checksum_is_always_verified_and_one_without_is_recorded(content, found):
    with tempfile.TemporaryDirectory() as place:
        for name, listed in (("checked", {"session.mat": content}), ("unchecked", {"session.mat": None})):
            card = make_card(Path(place), name, listed)
            (card.folder / "session.mat").write_bytes(found)
            if name == "checked" and found != content:
                with pytest.raises(BadFile, match=r"session.mat: found .*, wanted "):
                    fetch(card, Path(place) / "results")
                continue
            (record,) = fetch(card, Path(place) / "results")
            assert record["sha256"] == hashlib.sha256(found).hexdigest() and record["bytes"] == len(found)
            assert (record["checked"] == "not checked: the card has no checksum") == (name == "unchecked")


def test_a_missing_file_without_a_checksum_is_named_with_the_searched_places(tmp_path, monkeypatch):
    monkeypatch.delenv("RNNCOMPARE_DATA", raising=False)
    card = make_card(tmp_path, files={"session.mat": None})
    wanted = r"its card has no url; wanted it in one of them \(not checked: the card has no checksum\)"
    with pytest.raises(BadFile, match=f"monkey/session.mat: found neither in .*monkey nor in .*, and {wanted}"):
        fetch(card, tmp_path / "results")


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"a recordinG", "found sha256 .*, wanted .* as in its card"), (b"a rec", "found 5 bytes, wanted 11")],
)
def test_a_users_file_with_the_wrong_content_is_named_and_kept(tmp_path, monkeypatch, content, message):
    monkeypatch.delenv("RNNCOMPARE_DATA", raising=False)
    card = make_card(tmp_path)
    (card.folder / "session.nwb").write_bytes(content)
    with pytest.raises(BadFile, match=message) as error:
        fetch(card, tmp_path / "results")
    assert str(card.folder / "session.nwb") in str(error.value)
    assert (card.folder / "session.nwb").read_bytes() == content


def test_all_missing_files_of_all_cards_are_named_in_one_error_with_url_and_variable(tmp_path, monkeypatch):
    monkeypatch.delenv("RNNCOMPARE_DATA", raising=False)
    cards = [make_card(tmp_path, "monkey", {"one.nwb": b"1", "two.nwb": b"2"}), make_card(tmp_path, "other")]
    with pytest.raises(BadFile) as error:
        fetch_all(cards, tmp_path / "results")
    lines = str(error.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["monkey/one.nwb", "monkey/two.nwb", "other/session.nwb"]
    for line in lines:
        assert DEAD in line
        assert "RNNCOMPARE_DATA (not set)" in line
    assert [p.name for p in cards[0].folder.iterdir()] == ["card.yaml"]


def test_a_generated_file_is_written_to_the_results_even_if_an_older_one_exists(tmp_path, monkeypatch):
    from rnncompare import plugins

    card = make_card(tmp_path)
    card.files[0].made_by = {"use": "simulated_reach", "seed": 3}
    (card.folder / "session.nwb").write_bytes(b"older")
    made = {}

    def bind(folder, options, where):
        made.update(folder=folder, options=options)
        return lambda path: (path.parent.mkdir(parents=True), path.write_bytes(b"new"))

    monkeypatch.setattr(plugins, "bind", bind)
    (record,) = fetch(card, tmp_path / "results")
    assert record["path"] == str(tmp_path / "results" / "monkey" / "session.nwb")
    assert record["sha256"] == hashlib.sha256(b"new").hexdigest()
    assert record["checked"] == "made by simulated_reach"
    assert made == {"folder": "simulators", "options": {"use": "simulated_reach", "seed": 3}}


def test_a_reader_of_one_file_refuses_two(tmp_path):
    assert single_file({"a": tmp_path / "a"}) == tmp_path / "a"
    with pytest.raises(BadFile, match=r"found 2 files \(a, b\), wanted 1"):
        single_file({"a": tmp_path, "b": tmp_path})
