"""The ideal observer, compared with decisions by the summed input of a network, with its own noise."""

import numpy as np
import pytest
import torch
import xarray as xr
from scipy.special import ndtr, ndtri

from rnncompare.behaviour.ideal_observer import accuracy, ceiling, in_each_trial, noise_of_evidence, probit_slope
from rnncompare.models._noise import Noise
from rnncompare.models._noisy_drive import noisy_drive
from rnncompare.tasks.perceptual_decision import perceptual_decision

TRIALS = 20_000


def simulated(coherence, duration, *, noise, tau, dt):
    """The share of trials in which the noisy input of a network, summed without a leak, has the sign of the coherence.

    The drive of a unit with a weight of 1 is the input times dt / tau, with the noise that networks are trained with.
    """
    leak, steps = dt / tau, round(duration / dt)
    inputs = torch.full((steps, TRIALS, 1), coherence, dtype=torch.float64)
    weights, bias = torch.full((1, 1), leak, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    options = Noise(recurrent=0.0, inputs=[noise])
    drive = noisy_drive(options, inputs, weights, bias, leak, torch.Generator().manual_seed(1))
    return float((drive.sum(dim=0) > 0).double().mean())


@pytest.mark.parametrize("coherence", [0.05, 0.15])
@pytest.mark.parametrize("duration", [0.2, 0.8])
@pytest.mark.parametrize(
    ("noise", "tau", "dt"), [(0.1, 0.05, 0.05), (0.1, 0.05, 0.01), (0.1, 0.1, 0.02), (0.2, 0.1, 0.04), (0.03, 1.0, 0.1)]
)
def test_accuracy_is_that_of_a_leak_free_integrator_of_the_noisy_input(coherence, duration, noise, tau, dt):
    expected = float(accuracy(coherence, duration, noise=noise, tau=tau))
    error = np.sqrt(expected * (1 - expected) / TRIALS)
    found = simulated(coherence, duration, noise=noise, tau=tau, dt=dt)
    assert found == pytest.approx(expected, abs=4 * error + 1 / TRIALS) and expected > 0.55


def test_no_weights_of_the_steps_are_right_more_often_than_equal_ones():
    """White noise: any other linear filter, such as a leak, has a smaller ratio of signal to noise."""
    rng = np.random.default_rng(0)
    steps, sd, coherence = 16, 0.1 * np.sqrt(2 / 1.0), 0.05
    best = coherence * np.sqrt(steps) / sd
    for filters in (rng.random((200, steps)), 0.9 ** np.arange(steps)[None]):
        ratio = coherence * filters.sum(axis=1) / (sd * np.sqrt((filters**2).sum(axis=1)))
        assert (ratio < best).all()
    assert probit_slope(steps * 0.05, noise=0.1, tau=0.05) * coherence == pytest.approx(best)


def test_probit_of_accuracy_is_a_line_in_coherence_and_the_square_root_of_time():
    coherence, duration = np.array([0.01, 0.05, 0.1]), np.array([0.1, 0.4, 0.9])
    options = {"noise": 0.07, "tau": 0.1}
    found = ndtri(accuracy(coherence[:, None], duration, **options))
    np.testing.assert_allclose(found, coherence[:, None] * probit_slope(duration, **options), rtol=1e-9)
    np.testing.assert_allclose(probit_slope(duration, **options) / np.sqrt(duration), 1 / (0.07 * np.sqrt(0.2)))
    np.testing.assert_array_equal(accuracy(-coherence, 0.4, **options), accuracy(coherence, 0.4, **options))


def test_without_noise_every_decision_is_right():
    assert accuracy(0.001, 0.05, noise=0.0, tau=0.1) == 1.0 and probit_slope(0.05, noise=0.0, tau=0.1) == np.inf


def made_up(**changes):
    """Two contexts and three coherences of either sign, with stimuli of .76 s."""
    coherence = np.tile([-0.5, -0.15, -0.05, 0.05, 0.15, 0.5], 2)
    of_trials = {
        "context": np.repeat(["motion", "colour"], 6), "motion": coherence, "colour": coherence,
        "answer": np.where(coherence > 0, "left", "right"), "stimulus_on": np.full(12, 0.2),
        "stimulus_off": np.full(12, 0.96),
    }  # fmt: skip
    coords = {name: ("trial", values) for name, values in (of_trials | changes).items() if values is not None}
    return xr.Dataset(coords=coords | {"input": ["motion", "colour", "context_motion", "context_colour"]})


def ceiling_of(task, sd, tau=0.1, trials=12):
    return ceiling(task, np.arange(trials), noise=[sd, sd, 0.0, 0.0], tau=tau)


@pytest.mark.parametrize(("sd", "share"), [(0.07, 0.973), (0.1, 0.944), (0.2, 0.872)])
def test_the_ceiling_is_the_mean_over_coherences(sd, share):
    assert ceiling_of(made_up(), sd) == pytest.approx(share, abs=5e-4)
    assert ceiling_of(made_up(), sd) == pytest.approx(
        accuracy(np.array([0.05, 0.15, 0.5]), 0.76, noise=sd, tau=0.1).mean()
    )


def test_the_ceiling_is_the_mean_over_durations():
    durations = np.repeat([0.2, 1.2], 6)
    both = ceiling_of(made_up(stimulus_off=0.2 + durations, motion=np.full(12, 0.05), colour=np.full(12, 0.05)), 0.1)
    assert both == pytest.approx(accuracy(0.05, np.array([0.2, 1.2]), noise=0.1, tau=0.1).mean())


def test_each_context_has_the_noise_of_its_own_input():
    task = made_up()
    by_colour = ceiling(task.isel(trial=slice(6, 12)), np.arange(6), noise=[0.5, 0.07, 0.0, 0.0], tau=0.1)
    assert by_colour == ceiling_of(made_up(), 0.07)
    assert ceiling(task, np.arange(12), noise=None, tau=0.1) == 1.0


def test_the_ceiling_is_the_smaller_share_of_the_two_answers():
    weaker = np.where(made_up().motion.values > 0, 0.05, -0.5)
    found = ceiling_of(made_up(motion=weaker, colour=weaker), 0.1)
    assert found == pytest.approx(float(accuracy(0.05, 0.76, noise=0.1, tau=0.1)))


@pytest.mark.parametrize(
    "changes", [{"stimulus_on": None}, {"context": None}, {"context": np.repeat(["red_left", "green_left"], 6)}]
)
def test_a_task_without_the_times_or_inputs_of_its_contexts_has_no_ceiling(changes):
    assert np.isnan(ceiling_of(made_up(**changes), 0.1))


def test_there_is_no_ceiling_without_trials():
    assert np.isnan(ceiling_of(made_up(), 0.1, trials=0))


@pytest.mark.parametrize("noise", [[0.0, 0.14, 0.14], [0.0, 0.1, 0.3]])
def test_the_observer_of_two_inputs_is_as_good_as_their_best_sum(noise):
    """The whole task: means of both inputs, the noise of a step in a network, and its time constant."""
    made = perceptual_decision(
        None, None, coherences=[0.05, 0.2], fixation=0.1, stimulus=0.6, delay=0.0, decision=0.1, dt=0.05,
        train_trials=0, test_trials=5000, seed=0,
    )  # fmt: skip
    tau, rng = 0.1, np.random.default_rng(3)
    noisy = made.inputs.values + rng.standard_normal(made.inputs.shape) * np.sqrt(2 * tau / 0.05) * noise
    shown = (made.time.values >= 0.1) & (made.time.values < 0.7)
    left, right = (((noisy[..., k] - 0.5) * shown).sum(axis=1) for k in (1, 2))
    correct, *others = (
        np.sign(left * a - right * (1 - a)) == np.sign(made.coherence.values)
        for a in (noise[1] ** -2 / (noise[1] ** -2 + noise[2] ** -2), 0.3, 0.6, 0.98)
    )
    assert all(correct.mean() > other.mean() for other in others)
    right = in_each_trial(made, np.arange(len(correct)), noise=noise, tau=tau)
    for level in (0.05, 0.2):
        own = np.abs(made.coherence.values) == level
        assert np.ptp(right[own]) < 1e-12 and 0.6 < right[own][0] < 0.999
        error = np.sqrt(right[own][0] * (1 - right[own][0]) / own.sum())
        assert correct[own].mean() == pytest.approx(right[own][0], abs=4 * error)
    assert ceiling(made, np.arange(len(correct)), noise=noise, tau=tau) == pytest.approx(right.mean())


def test_the_published_durations_and_noise_have_the_accuracies_of_the_formula():
    """In steps of 20 ms and with an SD of sqrt(1 / 20) of both inputs: P(c) = Phi(c sqrt(steps) / (SD sqrt 2))."""
    coherence, mean = np.array([0, 0.064, 0.128, 0.256, 0.512]), {1.0: 0.884, 2.0: 0.896}
    noise = noise_of_evidence(np.array([0.0, 0.5, -0.5]), np.array([0.0, 0.1, 0.1]) / np.sqrt(2))
    for stimulus, steps in ((1.0, 50), (2.0, 100)):
        found = accuracy(coherence, stimulus, noise=noise, tau=0.1)
        np.testing.assert_allclose(found, ndtr(coherence * np.sqrt(steps) / np.sqrt(2 / 20)), rtol=1e-12)
        assert found.mean() == pytest.approx(mean[stimulus], abs=5e-4)


def test_at_coherence_zero_half_of_the_decisions_are_right_with_or_without_noise():
    np.testing.assert_array_equal(accuracy(np.array([0.0, 0.1]), 1.0, noise=0.0, tau=0.1), [0.5, 1.0])
    assert accuracy(0.0, 1.0, noise=0.3, tau=0.1) == 0.5


def test_a_task_without_evidence_or_contexts_has_no_observer():
    made = perceptual_decision(
        None, None, coherences=[0.1], fixation=0.1, stimulus=0.6, delay=0.0, decision=0.1, dt=0.05,
        train_trials=0, test_trials=2, seed=0,
    )  # fmt: skip
    assert in_each_trial(made.drop_vars("evidence"), np.arange(4), noise=None, tau=0.1) is None
    assert np.isnan(ceiling(made.drop_vars("evidence"), np.arange(4), noise=None, tau=0.1))
    assert in_each_trial(made.drop_vars("stimulus_on"), np.arange(4), noise=None, tau=0.1) is None
