"""Overlaps of known axes with known weights, their null distributions, and errors."""

import numpy as np
import pytest
from probes.test_demixed_variance import PARTS, planted

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.probes.axis_overlap import axis_overlap

OPTIONS = {
    "seed": 0,
    "parts": PARTS,
    "leave_out": ["undecided"],
    "align": None,
    "window": [-0.1, 0.19],
    "min_trials": 5,
    "penalty": 0.0,
    "dimensions": 1,
    "draws": 40,
}
UNITS = 30


def two_areas(seed=0):
    """Thirty units of area 1 with a known axis for each part, and ten units of area 2 without a signal."""
    data = planted(seed, units=UNITS)
    axes = np.linalg.qr(np.random.default_rng(seed).standard_normal((UNITS, 4)))[0].T
    rate = np.concatenate([data.rate.values, data.rate.values[..., :10] * 0.5], axis=2)
    both = data.isel(unit=np.r_[0:UNITS, 0:10]).assign(rate=(data.rate.dims, rate))
    both = both.assign_coords(unit=[f"unit_{k}" for k in range(UNITS + 10)])
    both = both.assign_coords(area=("unit", ["1"] * UNITS + ["2"] * 10))
    return both, dict(zip(("time", "direction", "colour", "context"), axes, strict=True))


def forward(axis, seed=0):
    """Weights from area 1 to area 2 that read out one axis."""
    matrix = np.zeros((UNITS + 10,) * 2)
    matrix[UNITS:, :UNITS] = np.outer(np.random.default_rng(seed).standard_normal(10), axis)
    return matrix


def rows(data, weights, statistic="potent_overlap", **changes):
    found = axis_overlap(data, weights, **(OPTIONS | changes))
    return {(r["area"], r["to"], r.get("variable")): r for r in found if r["statistic"] == statistic}


def test_weights_that_read_out_direction_transmit_only_direction():
    data, axes = two_areas()
    found = rows(data, forward(axes["direction"]))
    values = {variable: r["value"] for (_, _, variable), r in found.items()}
    assert values == pytest.approx({"time": 0, "direction": 1, "colour": 0, "context": 0}, abs=1e-9)
    assert found["1", "2", "direction"]["p"] == 1 / 41
    gains = rows(data, forward(axes["direction"]), "gain")
    assert gains["1", "2", "direction"]["value"] == pytest.approx(UNITS)
    assert rows(data, forward(axes["direction"]), "weights_dimensionality")["1", "2", None]["value"] == pytest.approx(1)


def test_an_axis_between_two_others_is_partly_transmitted():
    data, axes = two_areas()
    found = rows(data, forward(0.6 * axes["colour"] + 0.8 * axes["context"]))
    assert found["1", "2", "colour"]["value"] == pytest.approx(0.36)
    assert found["1", "2", "context"]["value"] == pytest.approx(0.64)


def test_only_sending_units_are_used():
    """A third of the units has no weights to the other area: the axis is that of the others."""
    data, axes = two_areas()
    weights = forward(axes["direction"])
    weights[:, :10] = 0.0
    found = rows(data, weights)["1", "2", "direction"]
    assert found["sending_units"] == UNITS - 10
    assert found["value"] == pytest.approx(1)
    assert found["random_axis"] == pytest.approx(1 / (UNITS - 10), rel=0.6)


def test_exactly_the_pairs_of_areas_with_weights_have_rows():
    data, _ = two_areas()
    rng = np.random.default_rng(0)
    weights = rng.standard_normal((UNITS + 10,) * 2)
    weights[:UNITS, UNITS:] = 0.0
    assert {k[:2] for k in rows(data, weights)} == {("1", "1"), ("1", "2"), ("2", "2")}


def test_a_common_axis_is_not_significant_against_shuffled_positive_weights():
    """Its overlap is far above that of a random axis, but not above that of other positive weights."""
    data, _ = two_areas()
    side = np.where(data.choice.values == "right", 1.0, -1.0)[:, None, None]
    data = data.assign(rate=data.rate * 0 + side * np.ones((1, 1, UNITS + 10)))
    rng = np.random.default_rng(1)
    weights = np.zeros((UNITS + 10,) * 2)
    weights[UNITS:, :UNITS] = rng.uniform(0.5, 1.5, (10, UNITS))
    found = rows(data, weights)["1", "2", "direction"]
    assert found["value"] > 0.9 > 0.3 > found["random_axis_95"]
    assert found["p"] > 0.02


def test_a_part_without_variance_has_no_axis():
    data, axes = two_areas()
    still = data.assign(rate=data.rate.mean(dim="time").expand_dims(time=data.time).transpose(*data.rate.dims))
    assert "time" not in {k[2] for k in rows(still, forward(axes["direction"]))}


@pytest.mark.parametrize(
    ("error", "weights", "changes", "message"),
    [
        (BadActivity, np.ones((3, 3)), {}, "found weights of shape (3, 3), wanted (40, 40), the number of units"),
        (BadActivity, np.zeros((40, 40)), {}, "found only zero weights, wanted at least one that is not 0"),
        (
            BadOption,
            np.ones((40, 40)),
            {"dimensions": 10},
            "found dimensions 10, wanted fewer than the 10 sending units",
        ),
        (BadOption, np.ones((40, 40)), {"draws": 0}, "found dimensions 1, draws 0"),
    ],
)
def test_invalid_activities_and_options_are_refused(error, weights, changes, message):
    with pytest.raises(error) as caught:
        axis_overlap(two_areas()[0], weights, **(OPTIONS | changes))
    assert message in str(caught.value)
