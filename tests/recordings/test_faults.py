"""A library's own sentence never reaches a user."""

import numpy as np
import pytest
import yaml

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import read_card
from rnncompare.recordings.faults import broke, is_ours
from rnncompare.recordings.loading import load_recording

CARD = {
    "name": "mine", "title": "t", "animal": "a", "area": "M1", "task": "t", "licence": "CC0", "citation": "none",
    "source": "made here", "facts": [], "files": [{"file": "a.nc", "url": None, "sha256": None, "bytes": None}],
    "reader": {"use": "activity_file"},
}  # fmt: skip


def test_our_own_errors_are_ours_and_those_of_libraries_are_not():
    assert is_ours(BadOption("no such option")) and is_ours(ValueError("x: found 1, wanted 2"))
    assert not is_ours(ValueError("all input arrays must have the same shape")) and not is_ours(KeyError("rate"))


def test_a_reader_that_breaks_is_said_to_with_the_card_and_without_the_librarys_sentence(tmp_path, monkeypatch):
    def broken(*_, **__):
        return np.stack([np.zeros(2), np.zeros(3)])

    monkeypatch.setattr("rnncompare.activity.read_dataset", broken)
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "card.yaml").write_text(yaml.safe_dump(CARD))
    card = read_card(folder / "card.yaml")
    with pytest.raises(BadActivity) as raised:
        load_recording(card, [{"file": "a.nc", "path": str(folder / "a.nc")}], {"bin": 0.01, "window": [0, 1]})
    said = str(raised.value)
    assert "card.yaml: reader 'activity_file' broke: ValueError (" in said and "wanted" in said
    assert "same shape" not in said


def test_where_it_broke_is_said():
    try:
        np.linalg.inv(np.zeros((2, 2)))
    except np.linalg.LinAlgError as error:
        assert broke(error).startswith("broke: LinAlgError (") and "ingular" not in broke(error)
