"""Files of several networks: what is read is what was written, one after another, and damage is named."""

import zipfile

import pytest

from rnncompare.files import bundles, checksums

CONTENTS = [("0.nc", b"first"), ("1.nc", b""), ("2.nc", bytes(range(256)) * 500)]


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "batch_0.zip"
    bundles.write(CONTENTS, path)
    return path


def test_a_bundle_gives_its_files_as_they_were_and_so_does_any_zip_program(bundle):
    assert [(member.name, member.read()) for member in bundles.read(bundle)] == CONTENTS
    assert bundles.count(bundle) == 3
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None and archive.read("2.nc") == CONTENTS[2][1]


def test_the_same_files_give_the_same_bytes_whenever_they_are_written(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 2e9)
    bundles.write(iter(CONTENTS), tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == bundle.read_bytes()


def test_one_file_is_held_at_a_time(tmp_path, monkeypatch):
    """Each is written before the next is made, and read when it is asked for."""
    at_work, archive = [], zipfile.ZipFile.writestr
    monkeypatch.setattr(
        zipfile.ZipFile,
        "writestr",
        lambda self, info, data: (at_work.append(f"wrote {data}"), archive(self, info, data)),
    )

    def made():
        for k in range(3):
            at_work.append(f"made {k}")
            yield f"{k}", str(k)

    bundles.write(made(), tmp_path / "b.zip")
    assert at_work == [f"{did} {k}" for k in range(3) for did in ("made", "wrote")]
    found = bundles.read(tmp_path / "b.zip")
    assert next(found).read() == b"0" and next(found).read() == b"1"


def test_a_write_that_fails_leaves_no_file(tmp_path):
    def failing():
        yield CONTENTS[0]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        bundles.write(failing(), tmp_path / "b.zip")
    assert list(tmp_path.iterdir()) == []


def test_every_changed_byte_is_noticed_and_the_file_is_named(bundle):
    """A change of the last line removes the checksum, any other contradicts it or the archive."""
    content = bundle.read_bytes()
    for place in range(0, len(content), max(1, len(content) // 97)):
        bundle.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises((bundles.BadBundle, checksums.Damaged), match=r"batch_0\.zip: found"):
            list(bundles.read(bundle))


@pytest.mark.parametrize("kept", [0, 3, 1000, -1])
def test_a_truncated_bundle_is_named(bundle, kept):
    bundle.write_bytes(bundle.read_bytes()[:kept])
    with pytest.raises((bundles.BadBundle, checksums.Damaged), match=r"batch_0\.zip: found"):
        list(bundles.read(bundle))


def test_an_archive_of_another_program_is_refused(tmp_path):
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.nc", b"0" * 10_000)
    with pytest.raises(checksums.Damaged, match="found no checksum at its end"):
        list(bundles.read(path))
    with pytest.raises(bundles.BadBundle, match="a compressed archive"):
        bundles.count(path)


def test_a_missing_bundle_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        next(bundles.read(tmp_path / "none.zip"))
