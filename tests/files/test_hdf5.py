"""HDF5 files on which the library would loop without end are refused, and valid ones are accepted."""

from io import BytesIO

import h5py
import pytest

from rnncompare.files import hdf5


@pytest.fixture
def texts(tmp_path):
    """A file of strings of variable length, which HDF5 stores in heaps."""
    path = tmp_path / "texts.h5"
    with h5py.File(path, "w") as file:
        file["texts"] = ["word" * k for k in range(300)]
    return path


def test_valid_heaps_are_accepted(texts):
    assert hdf5.refuse_unsafe(texts) == hdf5.refuse_unsafe(str(texts))
    with h5py.File(texts) as file:
        assert file["texts"].asstr()[299] == "word" * 299


def test_a_heap_that_would_cause_an_endless_loop_is_refused(texts):
    raw = bytearray(texts.read_bytes())
    first = raw.find(hdf5.HEAP) + 16
    assert int.from_bytes(raw[first : first + 2], "little") == 1
    raw[first : first + 16] = bytes(16)  # free space of 0 bytes
    texts.write_bytes(raw)
    with pytest.raises(ValueError, match=f"an object of no size at byte {first}"):
        hdf5.refuse_unsafe(texts)


def test_a_heap_that_exceeds_the_file_is_refused(texts):
    raw = bytearray(texts.read_bytes())
    at = raw.find(hdf5.HEAP)
    raw[at + 8 : at + 16] = (1 << 31).to_bytes(8, "little")
    texts.write_bytes(raw)
    with pytest.raises(ValueError, match=f"a heap of {1 << 31} bytes at byte {at} of {len(raw)}"):
        hdf5.refuse_unsafe(texts)


@pytest.mark.parametrize("chunks", [None, (7,)])
def test_a_text_that_is_longer_than_the_file_is_refused(tmp_path, chunks):
    path = tmp_path / "texts.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("texts", data=[f"word {k}" for k in range(30)], dtype=h5py.string_dtype(), chunks=chunks)
        place = file["texts"].id
        file.flush()
        at = place.get_offset() if chunks is None else place.get_chunk_info(1).byte_offset
    hdf5.refuse_unsafe(path)
    raw = bytearray(path.read_bytes())
    assert int.from_bytes(raw[at : at + 4], "little") == len("word 0")
    raw[at : at + 4] = (2_000_000_000).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(ValueError, match=f"/texts has a value of 2000000000 bytes in {len(raw)}"):
        hdf5.refuse_unsafe(path)


def test_small_numbers_count_as_the_double_precision_to_which_they_are_converted(tmp_path):
    path = tmp_path / "small.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("counts", (6000, 6000), "u1", chunks=(6000, 6000), compression="gzip")
    with pytest.raises(ValueError, match=f"data sets up to /counts claim {8 * 6000**2} bytes"):
        hdf5.refuse_unsafe(path)


def test_a_byte_string_is_found_across_the_boundaries_of_blocks(monkeypatch):
    monkeypatch.setattr(hdf5, "PIECE", 7)
    raw = b"abcd" * 5 + b"xabcdx" + b"bcdabc"
    wanted = [k for k in range(len(raw)) if raw[k : k + 4] == b"abcd"]
    assert list(hdf5._places(BytesIO(raw), b"abcd")) == wanted
    assert list(hdf5._places(BytesIO(b"ab"), b"abcd")) == []
