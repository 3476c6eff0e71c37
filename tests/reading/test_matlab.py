"""Both formats of MATLAB files give the same values, and damaged files are refused."""

import struct

import h5py
import numpy as np
import pytest
import scipy.io
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from support.matlab_73 import save_73

from rnncompare.activity import BadActivity
from rnncompare.reading.matlab import matlab
from rnncompare.reading.matlab.matlab import column, read_matlab, structures

FIELDS = {
    "numbers": np.arange(24.0).reshape(2, 3, 4),
    "text": "a session",
    "one": {"x": np.array([[1.0, 2.0]]), "name": "T"},
    "many": [{"x": np.array([[float(k)]]), "inside": {"y": np.ones((2, k + 1))}} for k in range(3)],
    "cell": [np.array([[1.0]]), "b"],
}


def save_5(path, fields):
    """Write structures and cells by scipy, as record and object arrays."""

    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            made = np.empty((1, len(value)), dtype=[(name, object) for name in value[0]])
            for k, one in enumerate(value):
                for name in one:
                    made[0, k][name] = plain(one[name])
            return made
        if isinstance(value, tuple):
            return np.array(value)
        if isinstance(value, list):
            made = np.empty((1, len(value)), dtype=object)
            for k, one in enumerate(value):
                made[0, k] = plain(one)
            return made
        return value

    scipy.io.savemat(path, {k: plain(v) for k, v in fields.items()})
    return path


SAVE = {"5": save_5, "7.3": save_73}


def same(a, b) -> bool:
    if isinstance(a, dict):
        return isinstance(b, dict) and set(a) == set(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, str):
        return a == b
    return isinstance(b, np.ndarray) and a.shape == b.shape and np.array_equal(a, b, equal_nan=True)


@pytest.mark.parametrize("version", SAVE)
def test_numbers_text_structures_and_cells_are_read_with_their_shape_in_matlab(tmp_path, version):
    found = read_matlab(SAVE[version](tmp_path / "a.mat", FIELDS), *FIELDS)
    assert same(FIELDS, found)


@pytest.mark.parametrize("version", SAVE)
@settings(deadline=None, max_examples=25, derandomize=True)
@given(
    value=arrays(
        st.sampled_from([np.float64, np.uint8, np.int16, np.float32]),
        st.tuples(*[st.integers(1, 4)] * 3).filter(lambda s: s[-1] > 1),
    )
)
def test_any_array_of_numbers_is_read_as_it_was_written(tmp_path_factory, version, value):
    path = SAVE[version](tmp_path_factory.mktemp("made") / "a.mat", {"x": value})
    assert same(value, read_matlab(path, "x")["x"])


@pytest.mark.parametrize("version", SAVE)
def test_a_missing_variable_is_named_and_existing_ones_are_listed(tmp_path, version):
    path = SAVE[version](tmp_path / "a.mat", {"x": np.ones((1, 1)), "y": np.ones((1, 1))})
    with pytest.raises(BadActivity, match=r"a.mat: found variables \['x', 'y'\], wanted rates too"):
        read_matlab(path, "x", "rates")


@pytest.mark.parametrize("version", SAVE)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_truncated_file_is_refused(tmp_path, version, share):
    path = SAVE[version](tmp_path / "cut.mat", {"x": np.random.default_rng(0).random((50, 60))})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(BadActivity, match=r"cut.mat: found .*wanted x"):
        read_matlab(path, "x")


def test_circular_references_are_refused(tmp_path):
    path = tmp_path / "circle.mat"
    with h5py.File(path, "w") as file:
        made = file.create_dataset("x", (1, 1), dtype=h5py.ref_dtype)
        made.attrs["MATLAB_class"] = np.bytes_(b"cell")
        made[0, 0] = made.ref
    with pytest.raises(BadActivity, match=r"circle.mat: found no readable MATLAB file"):
        read_matlab(path, "x")


def test_references_that_multiply_are_refused_before_they_fill_memory(tmp_path):
    path = tmp_path / "many.mat"
    with h5py.File(path, "w") as file:
        file.create_dataset("r0", data=np.ones((1, 1)))
        for level in range(1, 7):
            cell = file.create_dataset(f"r{level}", (10, 1), dtype=h5py.ref_dtype)
            cell.attrs["MATLAB_class"] = np.bytes_(b"cell")
            cell[:, 0] = [file[f"r{level - 1}"].ref] * 10
    with pytest.raises(
        BadActivity, match=r"found no readable MATLAB file \(more than 10000 items beyond those that its cells"
    ):
        read_matlab(path, "r6")


def test_small_numbers_that_are_read_repeatedly_count_as_double_precision(tmp_path, monkeypatch):
    monkeypatch.setattr(matlab, "BASE_LIMIT", 0)
    with h5py.File(tmp_path / "small.mat", "w") as file:
        file.create_dataset("counts", data=np.ones((100, 100), dtype=np.uint8))
        cell = file.create_dataset("x", (2, 1), dtype=h5py.ref_dtype)
        cell[:] = file["counts"].ref  # as many bytes as stored would allow eight times
    with pytest.raises(BadActivity, match="references that repeatedly read the same data"):
        read_matlab(tmp_path / "small.mat", "x")


def test_empty_arrays_and_invalid_sparse_matrices_of_version_73(tmp_path):
    path = tmp_path / "a.mat"
    with h5py.File(path, "w") as file:
        file.create_dataset("empty", data=np.array([0, 6], dtype=np.uint64)).attrs["MATLAB_empty"] = np.uint8(1)
        file.create_group("sparse").attrs["MATLAB_sparse"] = np.uint64(3)
    assert read_matlab(path, "empty")["empty"].shape == (0, 6)
    with pytest.raises(BadActivity, match=r"/sparse is a sparse matrix"):
        read_matlab(path, "sparse")


def test_a_structure_without_a_field_is_named_by_its_index():
    with pytest.raises(BadActivity, match=r"f: D\(2\): found fields \['b'\], wanted a too"):
        structures([{"a": 1}, {"b": 1}], "a", where="f: D")
    with pytest.raises(BadActivity, match=r"f: D: found ndarray, wanted structures with a"):
        structures(np.ones(3), "a", where="f: D")
    assert structures({"a": 1}, "a", where="f: D") == [{"a": 1}]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.ones((2, 2)), r"f: RT: found shape \(2, 2\) of float64, wanted a column of numbers"),
        ("text", "f: RT: found str, wanted a column of numbers"),
        (np.ones((1, 4)), "f: RT: found 4 values, wanted 3: one for each trial"),
        (np.array([[1.0, np.nan, 2.0]]), "f: RT: found 1 of 3 values NaN or infinite, wanted none"),
    ],
)
def test_values_that_are_not_a_column_are_refused(value, message):
    with pytest.raises(BadActivity, match=message):
        column(value, "RT", "f", length=3)


def test_numbers_of_an_unknown_type_are_refused(tmp_path):
    path = tmp_path / "session.mat"
    scipy.io.savemat(path, {"rates": np.arange(3.0)})
    doubles, nothing = (struct.pack("<II", kind, 24) for kind in (9, 11))
    raw = path.read_bytes()
    assert raw.count(doubles) == 1
    path.write_bytes(raw.replace(doubles, nothing))
    with pytest.raises(BadActivity, match="an element of type 11 where numbers or text belong"):
        read_matlab(path, "rates")


def raster(rows=8, columns=50, kind=float):
    return (np.random.default_rng(0).random((rows, columns)) < 0.1).astype(kind)


@pytest.mark.parametrize("version", SAVE)
@pytest.mark.parametrize("kind", [float, bool])
@pytest.mark.parametrize("make", [raster, lambda **k: 0 * raster(**k), lambda **k: raster(1, **k)])
def test_sparse_matrices_are_read_as_dense_ones_also_in_cells_and_structures(tmp_path, version, kind, make):
    full = make(kind=kind).astype(kind)
    sparse = scipy.sparse.csc_matrix(full)
    things = {"x": sparse, "cell": [sparse, np.ones((1, 1))], "many": [{"x": sparse}, {"x": sparse}]}
    found = read_matlab(SAVE[version](tmp_path / "a.mat", things), *things)
    for value in (found["x"], found["cell"][0], *(one["x"] for one in found["many"])):
        assert value.shape == full.shape and np.array_equal(value, full)


@pytest.mark.parametrize("version", SAVE)
def test_sparse_numbers_that_are_not_counts_keep_their_type(tmp_path, version):
    full = raster() * -300.5
    full[0, 0] = np.nan
    found = read_matlab(SAVE[version](tmp_path / "a.mat", {"x": scipy.sparse.csc_matrix(full)}), "x")["x"]
    assert np.array_equal(found, full, equal_nan=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ir": [0, 9]}, "with values in rows 0 to 9"),
        ({"ir": [1, 1], "jc": [0, 2, 2]}, "several values for one element"),
        ({"jc": [0, 3, 2]}, "with invalid starts of columns"),
        ({"jc": [0, 1, 9]}, "with invalid starts of columns"),
        ({"rows": 1 << 40}, "exceeds the limit for a file of this size"),
    ],
)
def test_contradictory_or_too_large_sparse_matrices_are_refused(tmp_path, change, message):
    with h5py.File(tmp_path / "a.mat", "w") as file:
        made = file.create_group("x")
        made.attrs["MATLAB_sparse"] = np.uint64(change.get("rows", 3))
        for name, values in {"ir": [0, 2], "jc": [0, 1, 2], "data": [1.0, 1.0]}.items():
            made.create_dataset(name, data=np.array(change.get(name, values)))
    with pytest.raises(BadActivity, match=message):
        read_matlab(tmp_path / "a.mat", "x")


def test_a_too_large_sparse_matrix_of_version_5_is_refused(tmp_path):
    scipy.io.savemat(tmp_path / "a.mat", {"x": scipy.sparse.csc_matrix((1 << 30, 2))})
    with pytest.raises(BadActivity, match="exceeds the limit for a file of this size"):
        read_matlab(tmp_path / "a.mat", "x")


@pytest.mark.parametrize("version", SAVE)
def test_a_character_matrix_is_read_as_its_rows_without_padding(tmp_path, version):
    things = {"ids": ("left", "right", "up", ""), "one": ("alone ",), "number": ("01", "10")}
    found = read_matlab(SAVE[version](tmp_path / "a.mat", things), *things)
    assert found == {"ids": ["left", "right", "up", ""], "one": "alone ", "number": ["01", "10"]}
