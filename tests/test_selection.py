"""What trials, times and units are chosen by."""

import numpy as np
import pytest

from rnncompare.activity import BadActivity
from rnncompare.selection import along_trials, areas, coordinate, within


def test_bars_take_the_magnitude_whatever_the_last_bits_and_nothing_else(made_up):
    data = made_up(0).assign_coords(coherence=("trial", [0.3, -0.3, 0.1 + 0.2, -0.1 - 0.2, 0.6, -0.6, 0, np.nan]))
    assert set(coordinate(data, "|coherence|", "here")[:4]) == {0.3}
    np.testing.assert_array_equal(coordinate(data, "coherence", "here"), data.coherence.values)
    with pytest.raises(BadActivity, match=r"here: found condition of type .*, wanted numbers"):
        coordinate(data, "|condition|", "here")


def test_coordinates_of_units_are_none_of_trials(made_up):
    data = made_up(0)
    data = data.assign_coords(area=("unit", ["1"] * data.sizes["unit"]), depth=0.2)
    assert "condition" in along_trials(data) and not {"area", "unit", "time", "depth"} & set(along_trials(data))
    with pytest.raises(BadActivity, match="wanted 'area'"):
        coordinate(data, "area", "here")


def test_areas_come_as_units_do_and_without_any_all_units_are_one(made_up):
    data = made_up(0)
    count = data.sizes["unit"]
    assert {name: members.all() for name, members in areas(data).items()} == {"": True}
    found = areas(data.assign_coords(area=("unit", [2, 1] + [2] * (count - 2))))
    places = [(name, np.flatnonzero(members).tolist()) for name, members in found.items()]
    assert places == [("2", [0, *range(2, count)]), ("1", [1])]


def test_both_ends_of_a_window_are_in_it_whatever_the_last_bits(made_up):
    data = made_up(0)
    times = data.time.values
    first, last = times[3] + 1e-9, times[7] - 1e-9
    assert np.flatnonzero(within(data, (first, last))).tolist() == [3, 4, 5, 6, 7]
    assert np.flatnonzero(within(data, (first + 1e-5, last - 1e-5))).tolist() == [4, 5, 6]
