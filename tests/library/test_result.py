"""A result: statistics by name, one number for all, and no more than was measured."""

import copy
import dataclasses
import pickle

import numpy as np
import pandas as pd
import pytest

import rnncompare
from rnncompare.activity import BadActivity
from rnncompare.comparison.measure_card import MeasureCard
from rnncompare.library.result import Result


def result(rows, **more):
    return Result("made_up", pd.DataFrame(rows), MeasureCard(), {}, **more)


def test_a_statistic_is_an_attribute_an_item_and_the_first_is_the_number():
    found = result([{"statistic": "mean", "value": 0.5, "p": 0.01}, {"statistic": "first", "value": 0.9, "p": None}])
    assert (found.mean, found["mean"], float(found), found.first) == (0.5, 0.5, 0.5, 0.9)
    assert dict(found) == {"mean": 0.5, "first": 0.9} and len(found) == 2 and "mean" in found
    assert found.p == 0.01 and found.low is None
    assert {"mean", "first", "table"} <= set(dir(found))


def test_rows_of_areas_are_a_series_by_area_and_no_single_number():
    found = result([{"statistic": "a", "value": v, "area": n} for v, n in ((0.1, "M1"), (0.2, "PMd"))])
    assert found.a.to_dict() == {"M1": 0.1, "PMd": 0.2} and found.p is None
    with pytest.raises(BadActivity, match=r"made_up: found 2 values of a, by area, wanted one: result\.a has"):
        float(found)


def test_rows_of_the_whole_window_stand_for_those_over_time():
    rows = [
        {"statistic": "a", "value": 1.0},
        *({"statistic": "a", "value": v, "time": t} for t, v in enumerate((2, 3))),
    ]
    assert float(result(rows)) == 1.0 and len(result(rows).table) == 3
    assert result(rows[1:]).a.to_dict() == {0.0: 2, 1.0: 3}


def test_the_signal_without_the_mean_over_conditions_stands_for_both():
    rows = [{"statistic": "a", "value": v, "condition_independent": s} for s, v in (("kept", 1.0), ("removed", 2.0))]
    assert float(result(rows)) == 2.0 and float(result(rows[:1])) == 1.0


def test_one_unit_is_a_series_as_many_are():
    assert result([{"statistic": "cp", "value": 0.6, "unit": "n1"}]).cp.to_dict() == {"n1": 0.6}


def test_it_cannot_be_changed_and_survives_copies_and_files():
    found = rnncompare.similarity.rsa(*np.random.default_rng(0).standard_normal((2, 5, 6, 4)), nulls=10)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.table = None
    for other in (copy.deepcopy(found), copy.copy(found), pickle.loads(pickle.dumps(found))):
        assert dict(other) == dict(found) and other.p == found.p and (other.null["rdm"] == found.null["rdm"]).all()
    assert found != copy.copy(found) and len({found, found}) == 1


def test_what_it_does_not_have_is_answered_with_what_it_has():
    found = result([{"statistic": "mean", "value": 0.5}])
    with pytest.raises(AttributeError, match=r"made_up: found no 'men', wanted one of mean\. Did you mean 'mean'"):
        found.men  # noqa: B018
    with pytest.raises(KeyError, match="made_up: found no 'men'"):
        found["men"]
    assert found.get("men") is None and not hasattr(found, "_repr_html_")


def test_a_line_a_statistic_is_shown():
    rows = [{"statistic": "mean", "value": 0.5, "low": 0.4, "high": 0.6, "null_95": 0.2, "p": 0.01}]
    assert "  mean: 0.5 [0.4, 0.6], p 0.01 (null_95 0.2)" in repr(result(rows))
    assert "  cp: 2 values by unit, 0.4 to 0.6" in repr(
        result([{"statistic": "cp", "value": v, "unit": n} for v, n in ((0.4, "a"), (0.6, "b"))])
    )
