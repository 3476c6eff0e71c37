"""A simulated recording has the size, rates and noise of the real one."""

from dataclasses import replace

import numpy as np
import pytest

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.calibration.recordings import dimensions_of, recorded, signals
from rnncompare.plugins import BadOption

OPTIONS = {"noise": "poisson", "smooth": 0.0, "trials": 20}


def spikes(seed: int, trials: int, made_up, conditions: int = 6, units: int = 30):
    """Rates in spikes/s, with Poisson noise for several trials."""
    data = made_up(seed, conditions=conditions, times=40, units=units, trials=trials)
    rng = np.random.default_rng(seed)
    mean = rng.uniform(100, 400, units)  # high rates, which are visible in a few trials
    signal = made_up(seed, conditions=conditions, times=40, units=units).rate.values
    rate = np.repeat(np.maximum(mean * (1 + 0.08 * signal), 0), trials, axis=0)
    return data.assign(rate=(data.rate.dims, rng.poisson(rate * 0.01) / 0.01 if trials > 1 else rate))


def test_dimensions_of_single_trials_are_those_of_the_recording(made_up):
    found = dimensions_of(spikes(0, 7, made_up), **OPTIONS)
    assert (len(found.condition), len(found.time), len(found.mean)) == (6, 40, 30)
    assert (found.trials, found.single_trials) == (7, True)
    assert found.step == 0.01


def test_dimensions_of_averages_have_the_assumed_number_of_trials(made_up):
    found = dimensions_of(spikes(0, 1, made_up), **OPTIONS)
    assert (found.trials, found.single_trials) == (20, False)


def test_the_spread_of_averages_is_corrected_for_their_noise(made_up):
    """Known signals, whose variance is overestimated by averages of 4 Poisson trials."""
    truth = spikes(3, 1, made_up)
    noisy = dimensions_of(spikes(3, 4, made_up), **OPTIONS)
    apparent = activity.condition_average(spikes(3, 4, made_up)).rate.values.std(axis=(0, 1))
    wanted = np.sqrt((truth.rate.values.var(axis=(0, 1))).mean())
    assert np.sqrt((noisy.spread**2).mean()) == pytest.approx(wanted, rel=0.15)
    assert np.sqrt((apparent**2).mean()) > 1.3 * wanted


def test_a_recording_without_noise_has_the_rates_of_the_real_one(made_up):
    dimensions = dimensions_of(spikes(0, 1, made_up), **OPTIONS | {"trials": 10**6})
    signal = np.clip(np.random.default_rng(0).standard_normal((6, len(dimensions.clock), 30)), -3, 3)
    signal = (signal - signal.mean(axis=(0, 1))) / signal.std(axis=(0, 1))
    made = recorded(signal, dimensions, seed=0, trials=np.inf).rate.values
    np.testing.assert_allclose(np.sort(made.mean(axis=(0, 1))), np.sort(dimensions.mean), rtol=1e-9)
    np.testing.assert_allclose(np.sort(made.std(axis=(0, 1))), np.sort(dimensions.spread), rtol=1e-9)


@pytest.mark.parametrize("noise", ["poisson", "gaussian"])
@pytest.mark.parametrize("smooth", [0.0, 0.025])
def test_directly_drawn_averages_have_the_noise_of_averages_of_trials(made_up, noise, smooth):
    kept = dimensions_of(spikes(0, 12, made_up), noise=noise, smooth=smooth, trials=1)
    signal = np.zeros((6, len(kept.clock), 30))
    trials, averages = (recorded(signal, d, seed=1) for d in (kept, replace(kept, single_trials=False)))
    assert (trials.sizes["trial"], averages.sizes["trial"]) == (72, 6)
    apart, at_once = (activity.condition_average(a).rate.values for a in (trials, averages))
    spread = [(a - a.mean(axis=(0, 1))).std() for a in (apart, at_once)]
    assert spread[0] == pytest.approx(spread[1], rel=0.1)


def test_gaussian_trials_have_the_noise_of_the_real_ones_with_any_smoothing(made_up):
    real = made_up(0, conditions=6, times=40, units=30, trials=10)
    dimensions = dimensions_of(real, noise="gaussian", smooth=0.025, trials=1)
    made = recorded(np.zeros((6, len(dimensions.clock), 30)), dimensions, seed=0)
    assert made.rate.values.std(axis=(0, 1)).mean() == pytest.approx(0.1, rel=0.1)  # the noise added in conftest


def test_signals_are_of_active_units_which_are_repeated_only_if_necessary():
    rates = np.random.default_rng(0).uniform(size=(4, 10, 12))
    rates[..., :2] = 3.0  # constant rate
    few, many = (signals(rates, n, seed=0) for n in (10, 25))
    for made in (few, many):
        np.testing.assert_allclose(made.mean(axis=(0, 1)), 0, atol=1e-12)
        np.testing.assert_allclose(made.std(axis=(0, 1)), 1)
    assert len(np.unique(few.reshape(-1, 10).round(9), axis=1).T) == 10
    np.testing.assert_array_equal(many[..., :5], many[..., 10:15])


@pytest.mark.parametrize("change", [{"noise": "pink"}, {"smooth": -1}, {"trials": 0}])
def test_invalid_options_are_refused(made_up, change):
    with pytest.raises(BadOption, match=r"^calibration with the numbers of .* made up: found .*, wanted noise 'pois"):
        dimensions_of(spikes(0, 1, made_up), **OPTIONS | change)


def test_recordings_from_which_nothing_can_be_drawn_are_refused(made_up):
    with pytest.raises(BadActivity, match=r"found rates down to -.*, wanted none below 0 for Poisson spikes"):
        dimensions_of(made_up(0), **OPTIONS)
    with pytest.raises(BadActivity, match=r"found 2 conditions and 40 times, wanted at least 3 and 2"):
        dimensions_of(spikes(0, 1, made_up, conditions=2), **OPTIONS)
    with pytest.raises(BadActivity, match=r"no unit whose averages vary more than by the poisson noise of 1 trials"):
        dimensions_of(spikes(0, 1, made_up), **OPTIONS | {"trials": 1})
