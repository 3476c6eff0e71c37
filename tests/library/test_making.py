"""Activities of arrays, tables and xarray objects keep the contract and are the same whichever form they came in."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rnncompare import activity
from rnncompare.activity import BadActivity, from_arrays, from_pandas, from_xarray

RATES = np.random.default_rng(0).standard_normal((6, 4, 3))
TIME = [-0.1, 0.0, 0.1, 0.2]
CONDITION = ["a", "b", "a", "b", "c", "c"]
UNIT = ["n1", "n2", "n3"]
HAND = RATES[..., :1] * 2


def whole(**changes):
    return from_arrays(
        RATES,
        **{"time": TIME, "condition": CONDITION, "unit": UNIT, "behavior": HAND, "channel": ["x"]}
        | {"per_trial": {"choice": CONDITION[::-1]}, "per_unit": {"area": ["M1", "M1", "PMd"]}, "source": "me"}
        | changes,
    )


def wide():
    """A row for each trial and time."""
    index = pd.MultiIndex.from_product([range(6), TIME], names=["trial", "time"])
    table = pd.DataFrame(RATES.reshape(-1, 3), index=index, columns=UNIT)
    return table.assign(x=HAND.ravel(), condition=np.repeat(CONDITION, 4), choice=np.repeat(CONDITION[::-1], 4))


def tidy():
    """A row for each trial, time and unit."""
    table = wide().reset_index().melt(
        id_vars=["trial", "time", "x", "condition", "choice"], value_vars=UNIT, var_name="unit", value_name="rate"
    )  # fmt: skip
    return table.assign(area=table.unit.map({"n1": "M1", "n2": "M1", "n3": "PMd"}))


def test_names_that_are_not_given_are_numbers():
    made = from_arrays(RATES)
    assert made.time.values.tolist() == [0, 1, 2, 3] and made.unit.values.tolist() == ["unit_1", "unit_2", "unit_3"]
    assert made.condition.values.tolist() == ["1", "2", "3", "4", "5", "6"]
    assert from_arrays(RATES, time=0.25).time.values.tolist() == [0, 0.25, 0.5, 0.75]


def test_samples_are_trials_of_one_time_and_conditions_may_be_a_dimension():
    samples = from_arrays(RATES[:, 0])
    assert samples.sizes == {"trial": 6, "time": 1, "unit": 3} and (samples.rate.values[:, 0] == RATES[:, 0]).all()
    crossed = from_arrays(RATES.reshape(3, 2, 4, 3), condition=["a", "b", "c"])
    assert crossed.condition.values.tolist() == ["a", "a", "b", "b", "c", "c"]
    assert (crossed.rate.values == RATES).all()
    assert from_arrays(RATES.reshape(3, 2, 4, 3)).condition.values.tolist() == ["1", "1", "2", "2", "3", "3"]


def test_an_activity_of_arrays_survives_a_file(tmp_path):
    activity.write(whole(), tmp_path / "a.nc")
    assert activity.read(tmp_path / "a.nc").identical(whole())


@pytest.mark.parametrize("table", [wide(), wide().reset_index(), wide().sample(frac=1, random_state=0).sort_index()])
def test_a_table_with_a_column_a_unit_is_the_same_activity(table):
    made = from_pandas(table, rate=UNIT, behavior=["x"], per_trial=["choice"], source="me")
    assert made.identical(whole(per_unit=None))


def test_a_table_with_a_row_a_unit_is_the_same_activity():
    made = from_pandas(tidy(), behavior=["x"], per_trial=["choice"], per_unit=["area"], source="me")
    assert made.identical(whole())
    renamed = tidy().rename(columns={"trial": "number", "rate": "spikes", "condition": "target"})
    made = from_pandas(renamed, trial="number", rate="spikes", condition="target", source="me")
    assert made.identical(whole(behavior=None, per_trial=None, per_unit=None))


def test_an_xarray_object_is_the_same_activity_whatever_its_dimensions_are_called():
    data = whole().rename(trial="k", time="t", unit="neuron", channel="joint")
    data = data.transpose("neuron", "k", "t", "joint")
    names = {"trial": "k", "time": "t", "unit": "neuron", "channel": "joint"}
    assert from_xarray(data, **names, behavior="behavior").identical(whole())
    names = {"condition": list("abcdef")}
    alone = xr.DataArray(RATES.transpose(2, 0, 1), dims=("unit", "condition", "time"), coords=names)
    made = from_xarray(alone, trial="condition", source="array")
    assert made.identical(from_arrays(RATES, **names))
    assert from_xarray(alone.isel(time=0, drop=True), trial="condition").sizes["time"] == 1


def test_durations_of_xarray_are_seconds():
    data = xr.DataArray(
        RATES, dims=("trial", "time", "unit"), coords={"time": np.array([0, 50, 100, 150], dtype="timedelta64[ms]")}
    )
    assert from_xarray(data).time.values.tolist() == [0, 0.05, 0.1, 0.15]


WRONG = [
    (lambda: from_arrays(RATES, condition=CONDITION[:5]), r"from_arrays: found condition of shape \(5,\), wanted \(6"),
    (lambda: from_arrays(RATES, time=TIME[:3]), r"from_arrays: found time of shape \(3,\), wanted \(4,\)"),
    (lambda: from_arrays(RATES, time=-1), "from_arrays: found time -1, wanted a step above 0 s"),
    (lambda: from_arrays(RATES, unit=["a"]), r"from_arrays: found unit of shape \(1,\), wanted \(3,\)"),
    (lambda: from_arrays(RATES, behavior=RATES[:2]), r"from_arrays: found behavior of shape \(2, 4, 3\), wanted"),
    (lambda: from_arrays(RATES, per_trial={"choice": [1]}), r"from_arrays: found per_trial choice of shape \(1,\)"),
    (lambda: from_arrays(RATES, per_unit={"area": [1]}), r"from_arrays: found per_unit area of shape \(1,\)"),
    (lambda: from_arrays(RATES[0, 0]), r"from_arrays: found rates of shape \(3,\), wanted one of \(sample, unit\)"),
    (lambda: from_arrays(RATES * 1j), "from_arrays: found rates of type complex128, wanted real numbers"),
    (lambda: from_arrays(np.ma.masked_less(RATES, 0)), "from_arrays: found .* of 72 rates NaN or infinite"),
    (lambda: from_arrays(xr.DataArray(RATES)), "found rates as an xarray object, wanted an array; act"),
    (lambda: from_arrays(RATES, unit=["a", "a", "b"]), "found 1 repeated unit names, wanted each name once"),
    (lambda: from_pandas(RATES), "from_pandas: found a ndarray as table, wanted a pandas DataFrame"),
    (lambda: from_pandas(tidy(), unit="cell"), "from_pandas: found columns .*, wanted cell too"),
    (lambda: from_pandas(tidy().iloc[1:]), "from_pandas: found 71 rows, wanted 72, one for each combination of trial"),
    (lambda: from_pandas(pd.concat([tidy(), tidy()[:2]])), "found 2 rows whose trial, time, unit equal those of"),
    (lambda: from_pandas(tidy(), per_trial=["area"]), "found 2 values of area in trial 0, wanted one for each trial"),
    (lambda: from_pandas(wide(), rate=UNIT, per_unit=["area"]), "found per_unit and a column for each unit, wanted a"),
    (lambda: from_xarray(RATES), "from_xarray: found a ndarray, wanted a DataArray or a Dataset"),
    (lambda: from_xarray(whole(), rate="rates"), r"found variables \['behavior', 'rate'\], wanted rate 'rates'"),
    (lambda: from_xarray(whole().rate, unit="cell"), r"found dimensions .*, wanted \('trial', 'time', 'cell'\)"),
    (lambda: from_xarray(whole().rate, behavior="hand"), "from_xarray: found no variable 'hand', wanted behavior"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "message"), WRONG, ids=[str(k) for k in range(len(WRONG))])
def test_what_is_no_activity_is_refused_by_the_name_of_its_argument(make, message):
    with pytest.raises(BadActivity, match=message):
        make()
