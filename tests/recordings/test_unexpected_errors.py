"""Messages of libraries are not shown to users."""

import numpy as np
import pytest
import yaml

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import read_card
from rnncompare.recordings.loading import load_recording
from rnncompare.recordings.unexpected_errors import describe_failure, is_user_error

CARD = {
    "name": "mine", "title": "t", "animal": "a", "area": "M1", "task": "t", "licence": "CC0", "citation": "none",
    "source": "made here", "facts": [], "files": [{"file": "a.nc", "url": None, "sha256": None, "bytes": None}],
    "reader": {"use": "activity_file"},
}  # fmt: skip


def test_errors_written_for_users_are_distinguished_from_those_of_libraries():
    assert is_user_error(BadOption("no such option")) and is_user_error(ValueError("x: found 1, wanted 2"))
    assert not is_user_error(ValueError("all input arrays must have the same shape")) and not is_user_error(
        KeyError("rate")
    )


def test_the_failure_of_a_reader_is_reported_with_the_card_and_without_the_librarys_message(tmp_path, monkeypatch):
    def broken(*_, **__):
        return np.stack([np.zeros(2), np.zeros(3)])

    monkeypatch.setattr("rnncompare.activity.read_dataset", broken)
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "card.yaml").write_text(yaml.safe_dump(CARD))
    card = read_card(folder / "card.yaml")
    with pytest.raises(BadActivity) as raised:
        load_recording(card, [{"file": "a.nc", "path": str(folder / "a.nc")}], {"bin": 0.01, "window": [0, 1]})
    message = str(raised.value)
    assert "card.yaml: reader 'activity_file' failed: ValueError (" in message and "wanted" in message
    assert "same shape" not in message


def test_the_place_of_a_failure_is_reported():
    try:
        np.linalg.inv(np.zeros((2, 2)))
    except np.linalg.LinAlgError as error:
        assert describe_failure(error).startswith("failed: LinAlgError (") and "ingular" not in describe_failure(error)
