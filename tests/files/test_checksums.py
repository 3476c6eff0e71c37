"""Files written by the program carry their checksum, and changed content is never read as if it were the original."""

import hashlib
import subprocess
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import torch
import xarray as xr
from conftest import make_activity
from flips import flips
from recordings.test_finding import unfinished_of_a_killed_process
from training.test_checkpoint import stored

from rnncompare import activity
from rnncompare.files.checksums import Damaged, atomic_with_checksum, checksum_path
from rnncompare.readers.activity_file import activity_file
from rnncompare.tabulation import tables
from rnncompare.training import checkpoint


def test_no_damaged_file_of_any_kind_is_read_with_wrong_content():
    """A short version of `python tests/flips.py`, whose docstring has its table."""
    for kind, of in flips(times=24, seed=1).items():
        for how, ends in of.items():
            assert ends["wrong"] == 0 and ends.total() == (24 if how == "flipped" else 2), (kind, how, ends)
            assert ends["refused"] > 0, (kind, how)


def test_an_activity_with_its_checksum_is_a_valid_netcdf_file_for_other_libraries(tmp_path):
    activity.write(make_activity(0), tmp_path / "a.nc")
    assert xr.load_dataset(tmp_path / "a.nc", engine="h5netcdf").identical(make_activity(0))
    with h5py.File(tmp_path / "a.nc") as file:
        assert file["rate"].shape == (8, 40, 20)


def test_a_checkpoint_with_its_checksum_is_a_valid_zip_archive_for_other_libraries(tmp_path):
    stored(tmp_path / "0.pt")
    with zipfile.ZipFile(tmp_path / "0.pt") as archive:
        assert archive.testzip() is None and archive.comment.startswith(b"\nrnncompare sha256 ")
    assert torch.load(tmp_path / "0.pt", weights_only=True)["format"] == checkpoint.FORMAT


def test_a_table_is_plain_csv_and_its_checksum_file_is_verified_by_sha256sum(tmp_path):
    tables.write(pd.DataFrame({"study": ["s"], "value": [0.5]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "study,value\ns,0.5\n"
    checked = subprocess.run(["sha256sum", "--check", "a.csv.sha256"], cwd=tmp_path, capture_output=True, text=True)
    assert (checked.returncode, checked.stdout) == (0, "a.csv: OK\n")


def test_the_error_of_a_mismatch_names_the_file_both_checksums_and_the_remedy(tmp_path):
    path = tmp_path / "a.nc"
    activity.write(make_activity(0), path)
    raw = path.read_bytes()
    content, wanted = raw[:-84], raw[-65:-1].decode()
    path.write_bytes(b"\x88" + raw[1:])
    found = hashlib.sha256(b"\x88" + content[1:]).hexdigest()
    message = (
        f"{path}: found sha256 {found} of its content, wanted {wanted} as written at its end: .*; delete it and run"
    )
    with pytest.raises(Damaged, match=message):
        activity.read(path)


def written_by_user(path: Path) -> Path:
    """Write an activity without a checksum, as a user's own program does."""
    (make_activity(0) + 10.0).to_netcdf(path, engine="h5netcdf")
    return path


def test_a_users_own_activity_is_read_by_its_reader_and_is_not_accepted_as_a_result(tmp_path):
    path = written_by_user(tmp_path / "mine.nc")
    data = activity_file({"mine.nc": path}, bin=0.01, minimum_rate=0, window=[-0.2, 0.19])
    np.testing.assert_array_equal(data.rate, make_activity(0).rate + 10.0)
    with pytest.raises(Damaged, match=r"mine.nc: found no checksum at its end, wanted .* is read through a card"):
        activity.read(path)


def test_the_checksum_of_a_result_that_is_used_as_a_recording_is_verified(tmp_path):
    path = tmp_path / "a.nc"
    activity.write(make_activity(0), path)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(Damaged, match="found sha256"):
        activity_file({"a.nc": path}, bin=0.01, minimum_rate=0, window=[-0.2, 0.19])


def test_a_table_without_a_checksum_is_refused_and_the_error_says_how_to_add_one(tmp_path):
    (tmp_path / "mine.csv").write_text("study,value\ns,1\n")
    with pytest.raises(
        Damaged, match=r"found no mine.csv.sha256 in the same folder, wanted .*: sha256sum .*mine.csv > "
    ):
        tables.read(tmp_path / "mine.csv")
    assert tables.read(tmp_path / "mine.csv", from_user=True).value.tolist() == [1]
    made = subprocess.run(["sha256sum", tmp_path / "mine.csv"], capture_output=True, check=True).stdout
    checksum_path(tmp_path / "mine.csv").write_bytes(made)
    assert tables.read(tmp_path / "mine.csv").value.tolist() == [1]


def test_a_table_is_written_completely_with_its_checksum_or_not_at_all(tmp_path):
    tables.write(pd.DataFrame({"value": [1]}), tmp_path / "a.csv")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(OSError, match="full"), atomic_with_checksum(tmp_path / "a.csv") as temporary:
        temporary.write_text("half")
        raise OSError("full")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_a_killed_process_leaves_no_table_that_is_read(tmp_path):
    unfinished_of_a_killed_process("files.checksums", "atomic_with_checksum", tmp_path / "a.csv")
    assert not (tmp_path / "a.csv").exists() and not checksum_path(tmp_path / "a.csv").exists()
