"""A finished run of a very small study, for all tests of this folder; each test leaves it as it was."""

import os

import pytest
from support.tampering import contents, restore
from support.tiny_run import tiny_run


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """The folder of results of a finished run; the folder above it also has the cards."""
    folder, before = tmp_path_factory.mktemp("run"), os.getcwd()
    os.chdir(folder)
    try:
        return tiny_run(folder)
    finally:
        os.chdir(before)


@pytest.fixture(scope="session")
def untouched(run):
    return contents(run.parent)


@pytest.fixture
def results(run, untouched, monkeypatch):
    """The results of the run, which are restored after the test."""
    monkeypatch.chdir(run.parent)
    yield run
    restore(run.parent, untouched)
