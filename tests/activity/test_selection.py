"""Selection of trials, times and units by their coordinates."""

import numpy as np
import pytest

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.selection import along_trials, areas, coordinate, realigned, within


def test_bars_select_the_magnitude_of_a_numeric_coordinate_up_to_rounding(made_up):
    data = made_up(0).assign_coords(coherence=("trial", [0.3, -0.3, 0.1 + 0.2, -0.1 - 0.2, 0.6, -0.6, 0, np.nan]))
    assert set(coordinate(data, "|coherence|", "here")[:4]) == {0.3}
    np.testing.assert_array_equal(coordinate(data, "coherence", "here"), data.coherence.values)
    with pytest.raises(BadActivity, match=r"here: found condition of type .*, wanted numbers"):
        coordinate(data, "|condition|", "here")


def test_coordinates_of_units_are_not_coordinates_along_trial(made_up):
    data = made_up(0)
    data = data.assign_coords(area=("unit", ["1"] * data.sizes["unit"]), depth=0.2)
    assert "condition" in along_trials(data) and not {"area", "unit", "time", "depth"} & set(along_trials(data))
    with pytest.raises(BadActivity, match="wanted 'area'"):
        coordinate(data, "area", "here")


def test_areas_are_in_order_of_units_and_without_areas_all_units_form_one_group(made_up):
    data = made_up(0)
    count = data.sizes["unit"]
    assert {name: members.all() for name, members in areas(data).items()} == {"": True}
    found = areas(data.assign_coords(area=("unit", [2, 1] + [2] * (count - 2))))
    places = [(name, np.flatnonzero(members).tolist()) for name, members in found.items()]
    assert places == [("2", [0, *range(2, count)]), ("1", [1])]


def test_both_ends_of_a_window_are_included_up_to_rounding(made_up):
    data = made_up(0)
    times = data.time.values
    first, last = times[3] + 1e-9, times[7] - 1e-9
    assert np.flatnonzero(within(data, (first, last))).tolist() == [3, 4, 5, 6, 7]
    assert np.flatnonzero(within(data, (first + 1e-5, last - 1e-5))).tolist() == [4, 5, 6]


def with_events(made_up, at):
    data = made_up(0)
    rng = np.random.default_rng(0)
    behavior = (("trial", "time", "channel"), rng.standard_normal((8, data.sizes["time"], 2)))
    return data.assign(behavior=behavior).assign_coords(channel=["x", "y"], rt=("trial", at))


def test_realignment_to_another_event_shifts_the_samples_of_each_trial(made_up):
    at = [0.0, 0.05, -0.031, 0.1, 0.102, -0.1, 0.0, np.nan]
    data = with_events(made_up, at)
    found = activity.validate(realigned(data, "rt", (-0.05, 0.04)), "found")
    assert found.rt.values.tolist() == at[:7]
    assert found.time.values == pytest.approx(np.arange(-5, 5) * 0.01)
    for trial, event in enumerate(at[:7]):
        for name in ("rate", "behavior"):
            wanted = data[name].isel(trial=trial).sel(time=found.time.values + round(event, 2), method="nearest")
            np.testing.assert_array_equal(found[name].isel(trial=trial).values, wanted.values)


def test_trials_that_do_not_cover_the_window_are_left_out_and_an_empty_result_is_an_error(made_up):
    data = with_events(made_up, [0.0, 0.1, 0.19, 0.05, -0.19, -0.15, np.nan, np.nan])
    first, last = data.time.values[[0, -1]]
    found = realigned(data, "rt", (-0.05, 0.05))
    events = data.rt.values
    inside = (events - 0.05 >= first - 1e-9) & (events + 0.05 <= last + 1e-9)
    assert found.rt.values.tolist() == events[inside].tolist()
    with pytest.raises(BadActivity, match=r"aligning .* to rt: found 6 of 8 trials with that event"):
        realigned(data, "rt", (-0.5, 0.5))
    with pytest.raises(BadActivity, match=r"aligning .* to move: found coordinates .*, wanted 'move'"):
        realigned(data, "move", (-0.1, 0.1))


def test_without_an_event_the_window_is_cut(made_up):
    data = made_up(0)
    found = realigned(data, None, (-0.1, 0.1))
    assert found.identical(data.sel(time=slice(-0.1 - 1e-9, 0.1 + 1e-9)))
