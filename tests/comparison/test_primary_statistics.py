"""The choice of the primary statistic of a measure."""

import pandas as pd
import pytest

from rnncompare.comparison.primary_statistics import (
    ceiling_sources,
    lower_is_better,
    primary_statistics,
    reverse,
    words,
)


def scores(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["measure", "statistic", "null_95", "null_mean"])


def test_the_first_statistic_with_a_null_is_primary_and_in_sample_measures_come_last():
    table = scores(
        ("cca_in_sample", "mean", 0.5, 0.4),
        ("cca", "components", None, None),
        ("cca", "mean", 0.5, 0.4),
        ("cca", "first", 0.5, 0.4),
    )
    assert primary_statistics(table) == [("cca", "mean"), ("cca_in_sample", "mean")]


def test_both_directions_of_a_prediction_are_primary():
    table = scores(
        *(("ridge", s, 0.1, 0.0) for s in ("r2_source_to_recording", "unit_r2_median", "r2_recording_to_source"))
    )
    assert primary_statistics(table) == [("ridge", "r2_source_to_recording"), ("ridge", "r2_recording_to_source")]


@pytest.mark.parametrize("name", ["mean", "r2", "a_to", "angle_in_sample"])
def test_a_statistic_without_direction_is_its_own_reverse(name):
    assert reverse(name) == name


def test_whether_smaller_is_better_follows_from_the_null():
    assert lower_is_better(scores(("procrustes", "angle", 1.2, 1.5)))
    assert not lower_is_better(scores(("cka", "cka", 0.2, 0.1)))


def test_a_ceiling_is_attributed_to_the_source_with_that_mean():
    means = pd.DataFrame(
        {"model": ["a", "half_of_units"], "mean": [0.4, 0.9], "ceiling": [0.9, 0.9], "ceiling_animal": [0.7, 0.7]}
    )
    assert ceiling_sources(means) == {"ceiling": "half_of_units", "ceiling_animal": "ceiling_animal"}


def test_names_in_tables_become_labels():
    assert words("r2_source_to_recording, hand_velocity") == "R² source to recording, hand velocity"
