"""Which files a pattern of `activities` names."""

import os

import pytest

from rnncompare.imported.files import matching
from rnncompare.plugins import BadOption


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A function: make files in a project's folder, which is where the tests are."""
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")

    def made(*names):
        for name in names:
            path = tmp_path / "project" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
        return tmp_path / "project"

    return made


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (["runs/2.npz", "runs/10.npz"], "runs/*.npz"),
        (["runs/gru_2.npz", "runs/gru_10.npz"], "runs/*.npz"),
        (["runs/seed2/h.pt", "runs/seed10/h.pt"], "runs/*/h.pt"),
        (["a1b3.nc", "a1b20.nc", "a2b1.nc"], "a*.nc"),
        (["runs/2.npz", "runs/10.npy", "runs/11.npz"], "runs/*.np?"),
    ],
)
def test_files_come_in_the_order_of_the_numbers_in_their_names(project, names, pattern):
    project(*reversed(names))
    assert matching(pattern, "here") == names


def test_a_list_keeps_its_order_and_hidden_files_match_nothing(project):
    project("b.npz", "a.npz", ".c.npz")
    assert matching(["b.npz", "a.npz"], "here") == ["b.npz", "a.npz"]
    assert matching("*.npz", "here") == ["a.npz", "b.npz"]


def test_a_link_brings_another_folder_in(project, tmp_path):
    project("here.txt")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/0.npz").write_bytes(b"")
    os.symlink(tmp_path / "elsewhere", "runs")
    assert matching("runs/*.npz", "here") == ["runs/0.npz"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (
            "runs/*.npz",
            r"here: found no file that matches 'runs/\*\.npz' in .* \(runs contains 0\.npy, notes\.txt, sub\)",
        ),
        ("other/*.npz", r"found no file that matches 'other/\*\.npz' in .*project, wanted at least one"),
        ("/{tmp}/*.npz", r"which leads out of the project's folder, wanted a pattern.*ln -s FOLDER runs"),
        ("~/runs/*.npz", "which leads out of the project's folder"),
        ("C:\\runs\\*.npz", "which leads out of the project's folder"),
        ("../project/runs/*", "which leads out of the project's folder"),
        ("runs/../../*", "which leads out of the project's folder"),
        ("runs/**/*.npz", r"found '\*\*' in .*wanted one \* for each folder"),
        ("runs/sub", r"matches runs/sub, which is not a file, wanted 'runs/sub/\*\.npz'"),
        ("runs/s*", r"matches runs/sub, which is not a file"),
        ("runs/[0n]*", r"matches runs/notes\.txt, wanted only files of hidden states \(\.npz, \.npy"),
        ("", "found no text"),
        ("runs/\n*", "control character"),
        ([], "found no file"),
        (["runs/0.npy", "runs/*.npy"], r"found runs/0\.npy and runs/0\.npy, which are the same network by their names"),
        (["runs/0.npy", "runs/0.npz"], r"found no file that matches 'runs/0\.npz'"),
    ],
)
def test_a_pattern_that_names_no_files_of_networks_is_refused(project, pattern, message):
    project("runs/0.npy", "runs/notes.txt", "runs/sub/1.txt")
    with pytest.raises(BadOption, match=message):
        matching(pattern, "here")


def test_one_network_saved_twice_under_two_endings_is_refused(project):
    project("runs/0.npz", "runs/0.nc")
    with pytest.raises(BadOption, match=r"found runs/0\.nc and runs/0\.npz, which are the same network by their names"):
        matching("runs/*", "here")
