"""Selection of units: valid thresholds are applied, meaningless ones are refused, and omitted units are named."""

import numpy as np
import pytest
from readers.test_array import AVERAGES, fields, made, read

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.activity.notes import split_notes
from rnncompare.plugins import BadOption
from rnncompare.readers.activity_file import activity_file
from rnncompare.reading.unit_selection import select_units


def below_zero() -> dict:
    """Centred rates: the mean of one unit is below 0, those of the others above."""
    things = fields()
    rates = things["rates"] - things["rates"].mean(axis=(0, 2), keepdims=True)
    return things | {"rates": rates + np.array([-1.0, 1.0, 2.0])[:, None]}


WHOLE = AVERAGES | {"window": [-0.4, 0.4]}


@pytest.mark.parametrize("minimum", [0, None])
def test_without_a_threshold_units_with_a_negative_mean_are_kept(tmp_path, minimum):
    data = read(made(tmp_path, below_zero()), **WHOLE, minimum_rate=minimum)
    assert data.sizes["unit"] == 3 and data.rate.values.mean(axis=(0, 1)).min() < 0
    (note,) = [text for doubtful, text in split_notes(data.attrs["notes"]) if doubtful]
    assert "1 of 3 units with a mean below 0, which are not spikes/s" in note and "`rates` of the card" in note
    assert data.attrs["rate_units"] == "a.u."


def test_the_default_is_no_threshold(tmp_path):
    options = {k: v for k, v in WHOLE.items() if k != "minimum_rate"}
    assert read(made(tmp_path, below_zero()), **options | {"minimum_rate": None}).sizes["unit"] == 3
    assert select_units(np.array([-1.0, 0.0, 2.0]), None, "x", measured="mV").index.tolist() == [0, 1, 2]


def test_units_below_the_threshold_are_counted_and_named(tmp_path):
    things = fields()
    things["rates"][:, 1] /= 1000
    data = read(made(tmp_path, things), **WHOLE, minimum_rate=1)
    assert data.unit.values.tolist() == ["unit_0", "unit_2"]
    assert "units left out: 1 of 3 with a mean rate below 1 spikes/s (unit_1)" in data.attrs["notes"]


@pytest.mark.parametrize("unit", ["z-score", "mV"])
def test_a_threshold_is_refused_for_z_scores_and_potentials(tmp_path, unit):
    path = made(tmp_path, below_zero())
    assert read(path, **WHOLE, rates=unit, minimum_rate=0).attrs["rate_units"] == unit
    with pytest.raises(BadOption, match=rf"found minimum_rate 1 for values in {unit}.*wanted minimum_rate: null"):
        read(path, **WHOLE, rates=unit, minimum_rate=1)


def test_a_threshold_is_refused_for_values_below_zero_of_unknown_unit(tmp_path):
    with pytest.raises(BadOption, match=r"found minimum_rate 1 for values down to -\d.*wanted minimum_rate: null"):
        read(made(tmp_path, below_zero()), **WHOLE, minimum_rate=1)


def test_a_threshold_for_normalised_rates_is_in_their_unit(tmp_path):
    things = fields()
    things["rates"] /= things["rates"].max()
    things["rates"][:, 1] /= 1000
    data = read(made(tmp_path, things), **WHOLE, rates="normalised", minimum_rate=0.1)
    assert "1 of 3 with a mean rate below 0.1 normalised (unit_1)" in data.attrs["notes"]


def test_small_negative_values_of_filtered_rates_are_accepted_as_spikes(tmp_path):
    things = fields()
    things["rates"][0, 0, 50] = -0.5
    data = read(made(tmp_path, things), **WHOLE, minimum_rate=0)
    assert data.attrs["rate_units"] == "spikes/s" and "caution" not in data.attrs["notes"]


def test_negative_rounding_errors_are_treated_as_zero():
    kept = select_units(np.array([-1e-14, 5.0]), 0, "x", measured=None, low_high=(-1e-14, 80.0))
    assert kept.measured == "spikes/s" and len(kept.index) == 2


def test_another_unit_of_rates_is_refused_for_counts(tmp_path):
    with pytest.raises(BadOption, match=r"found rates z-score of values: counts, which become spikes/s"):
        read(made(tmp_path), rates="z-score")


def test_if_no_unit_is_selected_the_error_is_in_the_unit_of_the_rates():
    with pytest.raises(BadActivity, match=r"x: found no unit of 2 with 9 a.u. or more \(the fastest has 3\)"):
        select_units(np.array([1.0, 3.0]), 9, "x", measured="a.u. (EMG)")


def test_an_activity_in_a_file_keeps_all_units_without_a_threshold_and_names_those_below_it(tmp_path, made_up):
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


def test_a_unit_without_values_in_all_trials_is_left_out_and_named_or_refused(tmp_path):
    things = fields()
    things["rates"][:, 1] = np.nan
    with pytest.raises(BadActivity, match="6 of 6 trials incomplete"):
        read(made(tmp_path, things), **WHOLE)
    data = read(made(tmp_path, things), **WHOLE, incomplete="leave out")
    assert data.unit.values.tolist() == ["unit_0", "unit_2"] and data.sizes["trial"] == 6
    assert "units left out: 1 of 3 that are NaN throughout (unit_1)" in data.attrs["notes"]


def test_units_with_fewer_trials_than_others_are_named(tmp_path):
    """In the format of dPCA: (unit, condition, time, trial), with NaN for missing trials of a unit."""
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
    assert "trials in which only some units have values: 12 (unit_0 in 12, unit_1 in 6)" in data.attrs["notes"]
