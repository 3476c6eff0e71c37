"""Cosine tuning against loops of least squares, closed forms, the ridge measure, and what a fit must not see."""

from itertools import permutations as all_orders

import numpy as np
import pytest

from rnncompare import activity
from rnncompare.activity import BadActivity, Unmeasurable
from rnncompare.comparison.pair import Pair
from rnncompare.comparison.soft_normalisation import soft_normalised
from rnncompare.probes.cosine_tuning import cosine_tuning, held_out_map
from rnncompare.readers.hatsopoulos2007_m1 import hatsopoulos2007_m1
from rnncompare.similarity.ridge import ridge

OPTIONS = {"seed": 0, "window": (-1.0, 1.0), "soft_normalise": None, "permutations": 0}
EVEN = np.arange(8) * 45.0
UNEVEN = np.array([350.0, 12.0, 12.0, 80.0, 100.0, 175.0, 260.0, -100.0])  # two pairs of conditions share a direction


def tuned(rate, angle, **more):
    """An activity (condition, time, unit) whose conditions have these directions."""
    return activity.build(
        rate,
        time=np.arange(rate.shape[1]) * 0.01 - 0.05,
        unit=[f"unit_{k}" for k in range(rate.shape[2])],
        condition=[f"c{k}" for k in range(len(rate))],
        per_trial={"angle": angle},
        source="made up",
        **more,
    )


def noise(seed, conditions=8, times=10, units=6):
    return np.random.default_rng(seed).standard_normal((conditions, times, units))


def code(angle, harmonic, seed=0):
    """Rates (condition, time, unit) that follow one harmonic of the direction, about a mean at each time."""
    mean, cosine, sine = noise(seed, conditions=3)
    phase = np.deg2rad(harmonic * angle)[:, None, None]
    return mean + cosine * np.cos(phase) + sine * np.sin(phase)


def r2(rate, angle=EVEN, **changes):
    (row,) = cosine_tuning(tuned(rate, angle), **(OPTIONS | changes))
    return row["value"]


def by_loops(rate, angle):
    """R2 by one least-squares fit for each direction, time and unit."""
    error = power = 0.0
    for direction in np.unique(angle % 360):
        test = angle % 360 == direction
        for t in range(rate.shape[1]):
            for unit in range(rate.shape[2]):
                y, d = rate[:, t, unit], np.deg2rad(angle)
                tuning = np.stack([np.ones(len(d)), np.cos(d), np.sin(d)], axis=1)
                fitted = np.linalg.lstsq(tuning[~test], y[~test], rcond=None)[0]
                error += ((y[test] - tuning[test] @ fitted) ** 2).sum()
                power += ((y[test] - y[~test].mean()) ** 2).sum()
    return 1 - error / power


@pytest.mark.parametrize("angle", [EVEN, UNEVEN], ids=["evenly spaced", "repeated directions"])
def test_r2_is_that_of_a_loop_over_directions_times_and_units(angle):
    rate = noise(1) + 2 * code(angle, 1)
    assert r2(rate, angle) == pytest.approx(by_loops(rate, angle), rel=1e-10)
    inside = soft_normalised(rate[:, 2:7], 0.2)
    found = r2(rate, angle, window=(-0.03, 0.01), soft_normalise=0.2)
    assert found == pytest.approx(by_loops(inside, angle), rel=1e-10)


def test_the_null_distribution_is_that_of_all_other_pairings_of_few_directions():
    angle = np.array([0.0, 70.0, 150.0, 300.0])
    rate = (noise(2, conditions=4) + code(angle, 1))[:, ::3, ::3]
    null = [by_loops(rate[list(order)], angle) for order in all_orders(range(4))][1:]
    (row,) = cosine_tuning(tuned(rate, angle), **(OPTIONS | {"permutations": 1000}))
    assert row["draws"] == 23 and row["null_mean"] == pytest.approx(np.mean(null), rel=1e-9)
    assert row["p"] == pytest.approx((1 + sum(value >= row["value"] for value in null)) / 24)


def test_r2_is_that_of_ridge_for_a_source_with_cosine_and_sine_at_each_time():
    """Without a penalty and with all components, for any time courses that span all times."""
    rate, courses = noise(3) + code(EVEN, 1), noise(4, 1, 10, 10)[0] + 3 * np.eye(10)
    directions = np.stack([np.cos(np.deg2rad(EVEN)), np.sin(np.deg2rad(EVEN))])
    source = np.concatenate([d[:, None, None] * courses for d in directions], axis=2)
    found = ridge(Pair(source, rate, np.arange(8)[None], "removed"), components=20, penalties=[1e-12]).values
    assert r2(rate) == pytest.approx(float(found["r2_source_to_recording"][0]), abs=1e-6)


@pytest.mark.parametrize("angle", [EVEN, UNEVEN, np.array([0.0, 10.0, 40.0, 300.0])])
def test_r2_of_a_noiseless_cosine_code_is_1(angle):
    assert r2(code(angle, 1), angle) == pytest.approx(1, abs=1e-10)


@pytest.mark.parametrize("harmonic", [2, 3, 4])
def test_r2_of_a_code_of_a_higher_harmonic_of_8_directions_is_minus_24_25ths(harmonic):
    """It is orthogonal to the regressors; the leverage of a condition is 3/8 with them and 1/8 with the mean alone."""
    assert r2(code(EVEN, harmonic)) == pytest.approx(-24 / 25, abs=1e-10)


@pytest.mark.parametrize("count", [5, 8, 12])
def test_r2_of_noise_is_minus_2_over_the_number_of_directions_minus_3(count):
    found = r2(noise(5, conditions=count, times=100, units=200), np.arange(count) * 360 / count)
    assert found == pytest.approx(-2 / (count - 3), rel=0.03)


@pytest.mark.parametrize("angle", [EVEN, UNEVEN])
def test_a_prediction_does_not_depend_on_the_data_of_its_own_direction_but_on_all_others(angle):
    group = np.unique(angle % 360, return_inverse=True)[1]
    tuning = np.stack([np.ones(8), np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))], axis=1)
    rate = noise(6)
    predicted = np.tensordot(held_out_map(tuning, group), rate, axes=1)
    for left_out in np.unique(group):
        own = group == left_out
        replaced = np.where(own[:, None, None], noise(7), rate)
        again = np.tensordot(held_out_map(tuning, group), replaced, axes=1)
        assert (again[own] == predicted[own]).all()
        assert (np.abs(again - predicted)[~own].max(axis=(1, 2)) > 0.01).all()


def test_turning_and_reflecting_all_directions_changes_nothing():
    rate = noise(8) + code(UNEVEN, 1)
    for angle in (UNEVEN + 77.0, -UNEVEN, UNEVEN + 720.0):
        assert r2(rate, angle) == pytest.approx(r2(rate, UNEVEN), rel=1e-9)


def test_trials_are_averaged_and_a_signal_that_all_conditions_share_changes_nothing():
    rate = noise(9) + code(EVEN, 1)
    single = np.concatenate([rate + 1.5, rate - 1.5]) + 100 * np.sin(np.arange(10))[:, None]
    trials = tuned(single, np.tile(EVEN, 2)).assign_coords(condition=("trial", [f"c{k}" for k in range(8)] * 2))
    assert cosine_tuning(trials, **OPTIONS)[0]["value"] == pytest.approx(r2(rate), rel=1e-9)


def test_r2_of_the_real_recording_is_that_of_loops_and_the_one_in_the_documentation(real_recording):
    (file,) = real_recording("hatsopoulos2007_m1").glob("*.npy")
    data = hatsopoulos2007_m1({file.name: file}, bin=0.01, smooth=0.025, window=[-0.8, 0.4])
    options = {"seed": 0, "window": (-0.8, 0.4), "soft_normalise": 0.2, "permutations": 200}
    (row,) = cosine_tuning(data, **options)
    assert round(row["value"], 2) == 0.30 and row["p"] == pytest.approx(1 / 201)
    few = data.isel(time=slice(0, None, 30))
    loops = by_loops(soft_normalised(few.rate.values, 0.2), EVEN)
    assert cosine_tuning(few, **options)[0]["value"] == pytest.approx(loops, rel=1e-9)


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (tuned(noise(0), EVEN).drop_vars("angle"), BadActivity, "found no coordinate 'angle', wanted each condition's"),
        (
            tuned(noise(0), EVEN).assign_coords(condition=("trial", ["a", "a", *"bcdefg"])),
            BadActivity,
            "found no coordinate 'angle', wanted each condition's target direction (deg), equal in all of its trials",
        ),
        (tuned(noise(0), list("abcdefgh")), BadActivity, "found angle ['a', 'b', "),
        (tuned(noise(0), [0, 0, 90, 90, 450, 180, 180, 360]), BadActivity, "found 3 directions, wanted at least 4"),
        (tuned(np.ones((8, 10, 6)), EVEN), Unmeasurable, "found equal rates in all 8 conditions, wanted some that"),
    ],
)
def test_what_has_no_tuning_is_refused(data, kind, message):
    with pytest.raises(kind) as error:
        cosine_tuning(data, **OPTIONS)
    assert "cosine_tuning of made up: " in str(error.value) and message in str(error.value)
