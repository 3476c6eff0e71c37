"""Fixtures of the tests of configs."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch):
    """Configs name their cards relative to the folder of the project."""
    monkeypatch.chdir(ROOT)
