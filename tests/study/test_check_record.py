"""A config is checked again if anything has changed that the check depends on, and otherwise it is not."""

import shutil
from pathlib import Path

import pytest
import yaml

from rnncompare.plugins import BadOption
from rnncompare.study import check_record, complete_check
from rnncompare.study.config import read_config

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo(tmp_path, monkeypatch) -> dict:
    """The demo's config, in a folder with its cards."""
    monkeypatch.chdir(tmp_path)
    for card in (ROOT / "data").glob("*/card.yaml"):
        (tmp_path / "data" / card.parent.name).mkdir(parents=True)
        shutil.copy(card, tmp_path / "data" / card.parent.name)
    return yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())


@pytest.fixture
def looked(monkeypatch) -> list:
    """The configs that were checked completely since the last look, without the time that it takes."""
    found = []
    monkeypatch.setattr(complete_check, "check", lambda config, where: found.append(config))
    return found


def run(config: dict) -> None:
    """What a run does with its config before it starts jobs."""
    read = read_config(config, deep=False)
    check_record.remember(check_record.check_once(read), read.results)


def test_a_config_that_is_refused_is_refused_again(demo):
    demo["similarity"]["rsa"]["distance"] = "sqeuclidian"
    for _ in range(2):
        with pytest.raises(BadOption, match=r"config: similarity\.rsa\.distance: .*Did you mean 'sqeuclidean'"):
            run(demo)


def test_a_config_is_checked_once(demo, looked):
    for _ in range(3):
        run(demo)
    assert len(looked) == 1


@pytest.mark.parametrize("change", ["config", "card", "card that is gone", "code", "record"])
def test_a_config_is_checked_again_after_any_change(demo, looked, monkeypatch, change):
    run(demo)
    card = Path("data/simulated_reach/card.yaml")
    if change == "config":
        demo["seed"] += 1
    elif change == "card":
        card.write_text(card.read_text() + "\n# edited\n")
    elif change == "card that is gone":
        card.unlink()
    elif change == "code":
        monkeypatch.setattr(check_record, "whole_package", lambda: ["rnncompare/similarity/rsa.py 0123"])
    else:
        Path(demo["results"], check_record.RECORD).write_bytes(b"\xff damaged")
    run(demo)
    assert len(looked) == 2


def test_a_card_that_nothing_names_is_not_looked_at(demo, looked):
    run(demo)
    Path("data/stevenson2011_m1/card.yaml").unlink()
    run(demo)
    assert len(looked) == 1
