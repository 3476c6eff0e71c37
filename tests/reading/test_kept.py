"""Which units are kept: a threshold that is meant is used, one that cannot be is refused, who goes is named."""

import numpy as np
import pytest
from readers.test_array import AVERAGES, fields, made, read

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.notes import split_notes
from rnncompare.plugins import BadOption
from rnncompare.readers.activity_file import activity_file
from rnncompare.reading.kept import fast_enough


def below_zero() -> dict:
    """Rates of which a mean over trials and times was taken: that of one unit is just below 0, of the others above."""
    things = fields()
    rates = things["rates"] - things["rates"].mean(axis=(0, 2), keepdims=True)
    return things | {"rates": rates + np.array([-1.0, 1.0, 2.0])[:, None]}


WHOLE = AVERAGES | {"window": [-0.4, 0.4]}


@pytest.mark.parametrize("minimum", [0, None])
def test_no_threshold_keeps_units_whose_mean_is_below_zero(tmp_path, minimum):
    data = read(made(tmp_path, below_zero()), **WHOLE, minimum_rate=minimum)
    assert data.sizes["unit"] == 3 and data.rate.values.mean(axis=(0, 1)).min() < 0
    (said,) = [text for doubtful, text in split_notes(data.attrs["notes"]) if doubtful]
    assert "1 of 3 units with a mean below 0, which are no spikes/s" in said and "`rates` of the card" in said
    assert data.attrs["rate_units"] == "a.u."


def test_a_threshold_that_is_left_out_is_none(tmp_path):
    options = {k: v for k, v in WHOLE.items() if k != "minimum_rate"}
    assert read(made(tmp_path, below_zero()), **options | {"minimum_rate": None}).sizes["unit"] == 3
    assert fast_enough(np.array([-1.0, 0.0, 2.0]), None, "x", measured="mV").index.tolist() == [0, 1, 2]


def test_units_that_a_threshold_leaves_out_are_counted_and_named(tmp_path):
    things = fields()
    things["rates"][:, 1] /= 1000
    data = read(made(tmp_path, things), **WHOLE, minimum_rate=1)
    assert data.unit.values.tolist() == ["unit_0", "unit_2"]
    assert "units left out: 1 of 3 with a mean rate below 1 spikes/s (unit_1)" in data.attrs["notes"]


@pytest.mark.parametrize("unit", ["z-score", "mV"])
def test_a_threshold_says_nothing_of_z_scores_and_potentials_and_is_refused(tmp_path, unit):
    path = made(tmp_path, below_zero())
    assert read(path, **WHOLE, rates=unit, minimum_rate=0).attrs["rate_units"] == unit
    with pytest.raises(BadOption, match=rf"found minimum_rate 1 for values in {unit}.*wanted minimum_rate: null"):
        read(path, **WHOLE, rates=unit, minimum_rate=1)


def test_a_threshold_is_refused_where_nobody_says_what_values_below_zero_are(tmp_path):
    with pytest.raises(BadOption, match=r"found minimum_rate 1 for values down to -\d.*wanted minimum_rate: null"):
        read(made(tmp_path, below_zero()), **WHOLE, minimum_rate=1)


def test_a_threshold_on_normalised_rates_is_in_their_own_unit(tmp_path):
    things = fields()
    things["rates"] /= things["rates"].max()
    things["rates"][:, 1] /= 1000
    data = read(made(tmp_path, things), **WHOLE, rates="normalised", minimum_rate=0.1)
    assert "1 of 3 with a mean rate below 0.1 normalised (unit_1)" in data.attrs["notes"]


def test_what_filters_leave_below_zero_is_still_spikes(tmp_path):
    things = fields()
    things["rates"][0, 0, 50] = -0.5
    data = read(made(tmp_path, things), **WHOLE, minimum_rate=0)
    assert data.attrs["rate_units"] == "spikes/s" and "caution" not in data.attrs["notes"]


def test_rounding_below_zero_is_zero():
    kept = fast_enough(np.array([-1e-14, 5.0]), 0, "x", measured=None, low_high=(-1e-14, 80.0))
    assert kept.measured == "spikes/s" and len(kept.index) == 2


def test_counts_are_spikes_whatever_a_card_says(tmp_path):
    with pytest.raises(BadOption, match=r"found rates z-score of values: counts, which become spikes/s"):
        read(made(tmp_path), rates="z-score")


def test_no_unit_left_is_an_error_in_their_own_unit():
    with pytest.raises(BadActivity, match=r"x: found no unit of 2 with 9 a.u. or more \(the fastest has 3\)"):
        fast_enough(np.array([1.0, 3.0]), 9, "x", measured="a.u. (EMG)")


def test_an_activity_of_a_file_keeps_all_units_without_a_threshold_and_names_those_below_one(tmp_path, made_up):
    path = tmp_path / "a.nc"
    activity.write(made_up(0, units=3), path)
    data = activity.read(path)
    data["rate"] = data.rate + np.array([-9.0, 1.0, 9.0])
    activity.write(data, path)
    options = {"bin": 0.01, "window": [-0.1, 0.1]}
    assert activity_file({"a.nc": path}, **options, minimum_rate=0).sizes["unit"] == 3
    fast = activity_file({"a.nc": path}, **options, minimum_rate=5)
    assert fast.attrs["notes"] == "units left out: 2 of 3 with a mean rate below 5 a.u. (unit_0, unit_1)"
    with pytest.raises(BadOption, match="for values in z-score"):
        activity_file({"a.nc": path}, **options, minimum_rate=5, rates="z-score")


def test_a_unit_without_a_value_in_any_trial_is_left_out_and_named_or_refused(tmp_path):
    things = fields()
    things["rates"][:, 1] = np.nan
    with pytest.raises(BadActivity, match="6 of 6 trials incomplete"):
        read(made(tmp_path, things), **WHOLE)
    data = read(made(tmp_path, things), **WHOLE, incomplete="leave out")
    assert data.unit.values.tolist() == ["unit_0", "unit_2"] and data.sizes["trial"] == 6
    assert "units left out: 1 of 3 that are NaN throughout (unit_1)" in data.attrs["notes"]


def test_units_with_fewer_trials_are_named_where_they_cost_the_others_theirs(tmp_path):
    """As dPCA's own form: (unit, condition, time, trial), NaN where a unit has fewer trials."""
    rng = np.random.default_rng(0)
    rates = rng.uniform(5, 30, (4, 3, 40, 6))
    for unit, last in enumerate((2, 4, 6, 6)):
        rates[unit, :, :, last:] = np.nan
    path = made(tmp_path, fields() | {"rates": rates})
    data = read(path, **AVERAGES | {
        "dims": ["unit", "condition", "time", "trial"], "time": {"start": -200, "step": 10}, "window": [-0.1, 0.1],
    }, incomplete="leave out")  # fmt: skip
    assert data.sizes["trial"] == 6 and sorted(set(data.condition.values.tolist())) == ["1", "2", "3"]
    assert "left out: 12 with NaN" in data.attrs["notes"]
    assert "trials without a value of some units alone: 12 (unit_0 in 12, unit_1 in 6)" in data.attrs["notes"]
