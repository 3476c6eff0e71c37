"""The conversion of values to labels loses no information."""

import datetime
import os
import subprocess
import sys

import numpy as np
import pytest

from rnncompare.files.labels import among, counted, label, labels, missing, names

NUMBERS = {  # value: label
    45.0: "45",
    22.5: "22.5",
    20131014.0: "20131014",
    0.7853981633974483: "0.7853981633974483",
    -0.0: "0",
    1e-5: "1e-05",
    1e22: "1e+22",
    np.float32(0.1): "0.1",
    np.float16(0.1): "0.1",
    np.int64(2**53 + 1): "9007199254740993",
    np.uint64(2**64 - 1): "18446744073709551615",
    np.float64(np.inf): "inf",
}


@pytest.mark.parametrize(("value", "wanted"), [*NUMBERS.items(), (np.int8(-1), "-1"), (7, "7")])
def test_a_number_is_written_in_full_and_read_back_as_itself(value, wanted):
    assert label(value) == wanted
    assert type(value)(label(value)) == value


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.int64, np.uint64])
def test_different_numbers_have_different_labels(kind):
    bits = np.random.default_rng(0).integers(0, 2**63, 500).astype(np.uint64)
    values = np.unique(bits.view(kind) if kind is not np.float64 else bits.view(np.float64))
    values = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    found = labels(values)
    assert len(set(found.tolist())) == len(values)
    assert (np.array([kind(name) for name in found]) == values).all()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (True, "true"),
        (np.bool_(False), "false"),
        (b"R", "R"),
        ("é".encode(), "é"),
        (b"caf\xe9", "caf\\xe9"),
        (np.bytes_(b"R"), "R"),
        (np.str_("left turn "), "left turn "),
        ("2_1", "2_1"),
        ("none", "none"),
        (np.datetime64("2013-10-14T00:00:00.000000000"), "2013-10-14"),
        (np.datetime64("2013-10-14T10:30:00", "ms"), "2013-10-14T10:30"),
        (datetime.date(2013, 10, 14), "2013-10-14"),
    ],
)
def test_values_that_are_not_numbers_become_text(value, wanted):
    assert label(value) == wanted


@pytest.mark.parametrize(
    "value", [None, np.nan, np.float32("nan"), np.datetime64("NaT"), "", "  ", "nan", "NaN", "NaT", "<NA>", b""]
)
def test_a_missing_value_has_no_label(value):
    assert label(value) == ""
    assert missing(np.array([value], dtype=object)).all()


def test_text_such_as_nan_is_kept_as_a_name_of_an_activity():
    assert names(np.array(["nan", "a"])).tolist() == ["nan", "a"]
    assert names([np.nan, None, 3.0]).tolist() == ["", "", "3"]


def test_a_value_of_a_type_without_labels_is_refused():
    with pytest.raises(ValueError, match=r"found list, wanted a number, a truth value, a date or text"):
        labels([[1, 2]])


@pytest.mark.parametrize("many", [1, 50])
def test_labels_are_the_same_however_many_values_there_are(many):
    for values in (
        np.array([2.0, np.nan, -0.0, 0.1], dtype=np.float32),
        np.array([b"a", b""]),
        np.array([True, False]),
    ):
        assert labels(np.tile(values, many)).tolist() == [label(v) for v in values] * many


@pytest.mark.parametrize(
    ("values", "wanted", "kept"),
    [
        (np.array([20131014.0, 20131015.0]), [20131014], [0]),
        (np.array([20131014.0, 20131015.0]), ["20131015"], [1]),
        (np.array([1, 2]), [1.0], [0]),
        (np.array([0.1, 0.2], dtype=np.float32), [0.1], [0]),
        (np.array([0.1, 0.2], dtype=np.float32), [float(np.float32(0.2))], [1]),
        (np.array([2**53, 2**53 + 1]), [2**53 + 1], [1]),
        (np.array([20131014, 20131016], dtype=np.float32), [20131015.0], []),
        (np.array([True, False]), [1], [0]),
        (np.array([True, False]), [False], [1]),
        (np.array([True, False]), ["True"], [0]),
        (np.array([True, False]), ["yes"], []),
        (np.array([1.0, 0.0]), [True], [0]),
        (np.array([1.0, 2.0]), [True], []),
        (np.array(["True", "False"]), [True], [0]),
        (np.array(["yes", "no"]), ["yes"], [0]),
        (np.array(["1", "x"]), [1], [0]),
        (np.array([b"R", b"F"]), ["R"], [0]),
        (np.array(["\u00e9", "e"]), ["e\u0301"], [0]),
        (np.array(["a b", "a"]), ["a b"], [0]),
        (np.array([np.nan, 1.0]), [np.nan, None, ""], []),
        (np.array([None, True], dtype=object), [1], [1]),
    ],
)
def test_values_match_what_a_user_would_write_for_them(values, wanted, kept):
    assert np.flatnonzero(among(values, wanted)).tolist() == kept


def test_values_are_counted_in_natural_order_and_missing_ones_separately():
    assert counted(np.array([True] * 18 + [False] * 6)) == "false (6), true (18)"
    assert counted(np.array([10.0, 9.0, np.nan])) == "9 (1), 10 (1); 1 have none"
    assert counted(np.array(["R ", ""])) == "'R ' (1); 1 have none"
    assert counted(np.arange(40.0)).endswith("11 (1) and 28 more, up to 39")
    assert counted(np.array([np.nan])) == "no value; 1 have none"


SCRIPT = """
import numpy as np
from rnncompare import activity
from rnncompare.comparison.compare import score_seeds
from rnncompare.plugins import bind
names = ["nan", "inf", "1e3", "\\u0661", "NaN", "a", "45", "1_0"]
rng = np.random.default_rng(0)
def made(shift):
    base = np.random.default_rng(9).standard_normal((8, 20, 5)).cumsum(axis=1)
    return activity.build(
        base + rng.standard_normal((8, 20, 5)) + shift, time=np.arange(20) * 0.01, unit=list("abcde"), condition=names
    )
rows = []
for name in ("cca", "ridge"):
    measure = bind("similarity", {"use": name} | MORE[name], name)
    rows += score_seeds(
        [made(0)], [made(1)], measure, seed=0, preparation={"window": None, "soft_normalise": 0.2},
        folds={"by": "condition", "groups": None}, units={"count": None, "repeats": 1}, signals=("removed",),
    )
print(activity.conditions(made(0)), [(r["statistic"], r["value"].hex()) for r in rows])
"""


def test_a_comparison_does_not_depend_on_the_hash_seed_of_python():
    more = 'MORE = {"cca": {"components": 2, "curve": []}, "ridge": {"components": 2, "penalties": [0.1]}}\n'
    printed = []
    for seed in ("0", "1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        words = [sys.executable, "-c", more + SCRIPT]
        printed.append(subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout)
    assert printed[0] == printed[1] == printed[2] != ""
