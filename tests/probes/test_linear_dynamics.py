"""Linear dynamics of systems whose modes are known, of noise, and of motion that no linear map explains."""

import numpy as np
import pytest
from probes.planted import trials
from probes.test_jpca import block, linear
from probes.test_jpca import values as of_jpca

from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption
from rnncompare.probes.linear_dynamics import linear_dynamics

OPTIONS = {"window": (-10.0, 10.0), "soft_normalise": None, "components": 4, "resamples": 0, "surrogates": None}
DURATION = 0.49  # s, of 50 times in steps of .01 s


def values(data, **changes):
    return {row["statistic"]: row["value"] for row in linear_dynamics(data, seed=0, **OPTIONS | changes)}


def with_noise(data, sd, seed=0):
    return data.assign(rate=data.rate + sd * np.random.default_rng(seed).standard_normal(data.rate.shape))


def test_a_linear_system_is_recovered_exactly():
    spirals = block(1.5, 4.0) + np.diag([-2.0, -2.0, 0.5, 0.5])
    found = values(linear(spirals))
    shares = ("r2_held_out", "r2_in_sample", "r2_trajectory", "variance_in_components", "slopes_in_components")
    assert [found[name] for name in shares] == pytest.approx([1] * 5, abs=1e-9)
    assert found["frequency"] == pytest.approx(4.0, rel=1e-8) and found["growth_rate"] == pytest.approx(0.5, rel=1e-6)
    assert found["frequency_slowest"] == pytest.approx(4.0, rel=1e-8)
    assert found["growth_rate_slowest"] == pytest.approx(0.5, rel=1e-6)
    assert found["time_to_failure"] == pytest.approx(DURATION) and found["failed"] == 0
    slow = values(linear(spirals - np.diag([0, 0, 5.0, 5.0])))
    assert slow["growth_rate"] == pytest.approx(-4.5, rel=1e-6)
    assert slow["frequency_slowest"] == pytest.approx(1.5, rel=1e-8)
    assert slow["growth_rate_slowest"] == pytest.approx(-2.0, rel=1e-6)


def test_decay_without_oscillation_has_a_frequency_of_0():
    found = values(linear(np.diag([-3.0, -1.0, 2.0])), components=3)
    assert found["frequency"] == 0 and found["growth_rate"] == pytest.approx(2.0, rel=1e-6)
    assert found["r2_held_out"] == pytest.approx(1, abs=1e-9)


def test_the_fit_in_sample_is_that_of_jpca_without_its_constraint(made_up):
    found, other = (of(made_up(1), components=6) for of in (values, of_jpca))
    assert found["r2_in_sample"] == pytest.approx(other["r2_unconstrained"], abs=1e-12)


def test_a_rotation_with_noise_keeps_its_frequency_and_loses_r2():
    clean = linear(block(2.0))
    found = values(with_noise(clean, 0.02), components=2)
    assert found["frequency"] == pytest.approx(2.0, abs=0.1)
    assert 0.2 < found["r2_held_out"] < 0.95 and found["r2_trajectory"] > 0.95
    noisier = values(with_noise(clean, 0.04), components=2)
    assert noisier["r2_held_out"] < found["r2_held_out"] and noisier["r2_trajectory"] < found["r2_trajectory"]


def test_motion_at_a_velocity_that_does_not_follow_from_the_state_is_not_explained_in_conditions_left_out():
    rng = np.random.default_rng(0)
    start, velocity = rng.standard_normal((2, 8, 1, 20))
    data = trials(start + velocity * np.arange(50)[:, None] * 0.01, condition=[str(k) for k in range(8)])
    found = values(data, components=6)
    assert found["r2_in_sample"] > 0.5 and found["r2_held_out"] < 0.1


def test_independent_conditions_are_not_explained_when_left_out():
    rng = np.random.default_rng(0)
    rate = rng.standard_normal((4, 12, 30)).cumsum(axis=1)
    found = values(trials(rate, condition=[str(k) for k in range(4)]))
    assert found["r2_in_sample"] > 0.3 and found["r2_held_out"] < 0.05


def test_states_that_do_not_change_are_predicted_by_their_first_values():
    rng = np.random.default_rng(0)
    rate = rng.standard_normal((8, 1, 20)) + 0.01 * rng.standard_normal((8, 50, 20))
    found = values(trials(rate, condition=[str(k) for k in range(8)]))
    assert found["r2_no_change"] > 0.99 and found["r2_held_out"] < 0.7


def test_a_prediction_fails_where_conditions_turn_back():
    time = np.arange(50) * 0.01
    there = np.where(time < 0.25, np.exp(8 * time), np.exp(8 * (0.5 - time)))  # a linear map has one sign of growth
    direction = np.random.default_rng(0).standard_normal((8, 1, 20))
    found = values(trials(direction * there[:, None], condition=[str(k) for k in range(8)]))
    assert found["failed"] == 1 and found["time_to_failure"] == pytest.approx(0.2)
    assert found["r2_held_out"] < 0.01


def test_linear_dynamics_are_invariant_to_rotations_of_units(made_up):
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((20, 20)))[0]
    data = made_up(1)
    turned = data.assign(rate=(data.rate.dims, data.rate.values @ turn))
    assert values(turned) == pytest.approx(values(data), abs=1e-6)


def test_intervals_of_resampled_units_contain_the_value_and_widen_with_noise():
    widths = []
    for sd in (0.02, 0.05):
        rows = linear_dynamics(
            with_noise(linear(block(2.0)), sd), seed=0, **OPTIONS | {"components": 2, "resamples": 30}
        )
        found = {row["statistic"]: row for row in rows}
        assert all(row["low"] <= row["value"] <= row["high"] for row in rows if "low" in row)
        assert "low" not in found["time_to_failure"] and "low" not in found["failed"]
        widths.append(found["frequency"]["high"] - found["frequency"]["low"])
    assert 0 < widths[0] < widths[1]


def test_sessions_are_resampled_before_their_units(made_up):
    data = made_up(1)
    sessions = data.assign_coords(session=("unit", np.repeat(["a", "b"], 10)))
    one, two = (linear_dynamics(d, seed=0, **OPTIONS | {"resamples": 10}) for d in (data, sessions))
    assert [row["value"] for row in one] == [row["value"] for row in two]
    assert one[0]["low"] != two[0]["low"]


def test_linear_dynamics_of_a_rotation_exceed_those_of_surrogates():
    surrogates = {"use": "tensor_maximum_entropy", "draws": 19, "keep": ["times"]}
    rows = linear_dynamics(linear(block(2.0, 3.0)), seed=0, **OPTIONS | {"surrogates": surrogates})
    found = {row["statistic"]: row for row in rows}
    for name in ("r2_held_out", "r2_in_sample", "r2_trajectory"):
        assert found[name]["p"] == pytest.approx(1 / 20) and found[name]["null_95"] < found[name]["value"]
    assert "p" not in found["frequency"] and "p" not in found["growth_rate"]


def test_invalid_activities_and_options_are_refused(made_up):
    data = made_up(1)
    with pytest.raises(BadActivity, match="linear_dynamics of made up: found 2 conditions, wanted at least 3"):
        values(data.isel(trial=data.condition.isin(np.unique(data.condition)[:2]).values))
    with pytest.raises(BadOption, match=r"found 2 times in window .* wanted at least 3 of"):
        values(data, window=(data.time.values[0] - 1e-6, data.time.values[1] + 1e-6))
    with pytest.raises(BadOption, match=r"found 6 components, 5 units, .* at most 5$"):
        values(data.isel(unit=slice(5)), components=6)
    few = data.isel(trial=data.condition.isin(np.unique(data.condition)[:3]).values).isel(time=slice(5))
    with pytest.raises(BadOption, match=r"found 4 components, 20 units, 3 conditions and 5 times, .* at most 3$"):
        values(few)
    with pytest.raises(BadActivity, match="found no variance in 20 columns of rate"):
        values(data.assign(rate=data.rate * 0 + 3.3))
    with pytest.raises(BadActivity, match="found no dynamics that differ between conditions"):
        values(data.assign(rate=data.rate * 0 + data.rate[:, :1].values))
