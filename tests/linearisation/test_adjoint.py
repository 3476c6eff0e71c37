"""Sensitivities and kernels are derivatives, exactly."""

import numpy as np
import pytest
import torch
from linearisation.made_up import Gate

from rnncompare import plugins
from rnncompare.fixed_points.starts import trajectories
from rnncompare.linearisation.adjoint import cosines, noise_sd, sensitivity

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(12, 3))
WEIGHTS = RNG.normal(size=(12, 2)) * (np.arange(12) > 7)[:, None]


def network(nonlinearity: str):
    make = plugins.find("models", "leaky")
    made = make(
        inputs=3, outputs=2, seed=1, units=9, tau=0.1, dt=0.05, g=1.3, h=1.0, nonlinearity=nonlinearity,
        connectivity=None, noise=None,
    )  # fmt: skip
    return made.double()


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu", "rectified_tanh", "softplus"])
def test_kernels_are_the_gradient_that_backpropagation_computes(nonlinearity):
    made, inputs = network(nonlinearity), torch.tensor(INPUTS[None], requires_grad=True)
    outputs = made(inputs)[1][0]
    (outputs * torch.tensor(WEIGHTS)).sum().backward()
    dynamics = made.dynamics()
    _, kernel = sensitivity(dynamics, trajectories(dynamics, INPUTS[None])[0], INPUTS, WEIGHTS)
    assert np.abs(kernel - inputs.grad[0].numpy()).max() < 1e-10


def test_sensitivities_are_differences_of_the_output_for_small_changes_of_a_state():
    dynamics, small = network("tanh").dynamics(), 1e-6
    states = trajectories(dynamics, INPUTS[None])[0]
    found, _ = sensitivity(dynamics, states, INPUTS, WEIGHTS)

    def output(at: int, x: np.ndarray) -> float:
        total = WEIGHTS[at] @ dynamics.read(x[None])[0]
        for t in range(at + 1, len(INPUTS)):
            x = dynamics.step(x[None], INPUTS[t])[0]
            total += WEIGHTS[t] @ dynamics.read(x[None])[0]
        return total

    for at, unit in ((0, 0), (5, 3), (10, 8)):
        change = small * np.eye(9)[unit]
        slope = (output(at, states[at] + change) - output(at, states[at] - change)) / (2 * small)
        assert found[at, unit] == pytest.approx(slope, abs=1e-7)


def test_the_sd_of_an_integrator_is_that_of_the_summed_noise():
    """Only the relevant input counts, at every time before the end of the decision, and so does the state."""
    inputs = np.zeros((10, 4))
    inputs[:, 2] = 1
    weights = np.zeros((10, 2))
    weights[-1] = 0.5, -0.5
    states = trajectories(Gate(), inputs[None])[0]
    found, kernel = sensitivity(Gate(), states, inputs, weights)
    assert found == pytest.approx(np.ones((10, 1)))
    assert kernel == pytest.approx(np.tile([1.0, 0, 0, 0], (10, 1)))
    sd = noise_sd(found, kernel, np.array([0.3, 5.0, 0, 0]), 0.4)
    assert sd == pytest.approx(np.sqrt(10 * 0.3**2 + 10 * 0.4**2))


def test_lengths_that_differ_are_refused():
    with pytest.raises(ValueError, match="found 3 states, 2 inputs and 3 weights"):
        sensitivity(Gate(), np.zeros((3, 1)), np.zeros((2, 4)), np.zeros((3, 2)))


def test_the_cosine_with_nothing_is_0():
    assert cosines(np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([1.0, 0.0])).tolist() == [0.6, 0.0]
