"""Rates, intervals and variability of integrate-and-fire neurons, beside those of Poisson spikes."""

import numpy as np
import pytest
from probes.planted import trials

from rnncompare.controls.poisson import poisson
from rnncompare.systems.integrate_and_fire import RHEOBASE, integrate_and_fire, rate_of

CURRENTS = np.linspace(0.08, 0.3, 4)
SIZE = {"seed": 0, "conditions": 4, "times": 2000, "units": 40}


def rates(spikes, step=5.0):
    """(condition,) spikes/s."""
    return spikes.mean(axis=(1, 2)) * 1000 / step


def intervals(spikes):
    """All intervals between spikes of a neuron, in steps."""
    return np.concatenate(
        [np.diff(np.flatnonzero(train)) for train in spikes.swapaxes(1, 2).reshape(-1, spikes.shape[1])]
    )


def fano(counts, window=20):
    """(condition,) mean over neurons of the variance over the mean of counts in windows of so many steps."""
    binned = counts.reshape(len(counts), -1, window, counts.shape[2]).sum(axis=2)
    return (binned.var(axis=1) / binned.mean(axis=1)).mean(axis=1)


def test_rates_at_constant_currents_are_those_of_the_formula():
    assert abs(RHEOBASE - 0.0671) < 5e-5
    listed = {0.0: 0, 0.067: 0, 0.068: 8.54, 0.08: 18.25, 0.1: 26.83, 0.2: 49.95, 0.3: 61.70}  # by other code
    assert rate_of(np.array(list(listed))) == pytest.approx(list(listed.values()), abs=0.005)
    assert rate_of(1e6) == pytest.approx(100, rel=1e-4)  # one spike each refractory period


@pytest.mark.parametrize("step", [1.0, 5.0, 10.0])
def test_without_noise_rates_do_not_depend_on_the_step(step):
    spikes = integrate_and_fire(**SIZE | {"times": int(10000 / step)}, step=step)
    one_spike = 1 / 10 / 40**0.5  # in 10 s, over 40 neurons
    assert rates(spikes, step) == pytest.approx(rate_of(CURRENTS), abs=2 * one_spike)


def test_without_noise_spikes_are_periodic_from_the_first():
    spikes = integrate_and_fire(**SIZE, step=1.0)
    for condition, current in zip(spikes, CURRENTS, strict=True):
        period = 1000 / rate_of(current)
        for train in condition.T:
            times = np.flatnonzero(train)
            assert times[0] < period and np.abs(times - times[0] - period * np.arange(len(times))).max() <= 1


def test_the_first_spikes_are_uniform_over_a_period():
    spikes = integrate_and_fire(**SIZE | {"times": 60, "units": 500}, step=1.0)
    share = np.sort(spikes[0].argmax(axis=0) + 0.5) * rate_of(0.08) / 1000
    assert np.abs(share - (np.arange(500) + 0.5) / 500).max() < 1.63 / 500**0.5  # Kolmogorov-Smirnov at .01


@pytest.mark.parametrize("noise", [0.0, 0.05, 1.0])
def test_no_interval_is_shorter_than_the_refractory_period(noise):
    spikes = integrate_and_fire(**SIZE, step=2.0, noise=noise)
    assert spikes.max() == 1 and intervals(spikes).min() >= 5
    assert noise < 1 or intervals(spikes).min() == 5


def test_spikes_are_more_regular_than_those_of_the_poisson_control_at_equal_rates():
    spikes = integrate_and_fire(**SIZE, noise=0.1)
    steady = np.broadcast_to(rates(spikes)[:, None, None], (4, 2000, 40))
    averages = trials(steady, condition=list("abcd"), time=np.arange(2000) * 0.005, rate_units="spikes/s")
    mean = float(steady.mean())
    drawn = poisson(averages, None, seed=0, trials=1, mean_rate=mean, smooth=0.0).rate.values * 0.005
    assert rates(drawn) == pytest.approx(rates(spikes), rel=0.03)
    assert fano(drawn) == pytest.approx(np.ones(4), abs=0.1)
    assert (fano(spikes) < 0.6).all() and (fano(spikes) > fano(integrate_and_fire(**SIZE))).all()
    assert intervals(drawn).min() == 1


def test_the_effect_of_noise_hardly_depends_on_the_step():
    """Near the rheobase, where only noise causes spikes, longer steps have fewer of them."""
    coarse, fine = (
        integrate_and_fire(**SIZE | {"times": int(4000 / step)}, step=step, noise=0.03) for step in (2.0, 0.5)
    )
    assert rates(fine, 0.5) == pytest.approx(rates(coarse, 2.0), rel=0.08)
    assert fano(fine, 200) == pytest.approx(fano(coarse, 50), rel=0.2)


@pytest.mark.parametrize("step", [0.0, -1.0, 10.5, np.nan])
def test_a_step_in_which_a_neuron_could_fire_twice_is_refused(step):
    with pytest.raises(ValueError, match=f"found a step of {step:g} ms, wanted one above 0 and at most 10 ms"):
        integrate_and_fire(**SIZE, step=step)
