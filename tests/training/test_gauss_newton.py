"""Gauss-Newton steps: products against autograd and their adjoint, the steps against linear algebra, and refusals."""

import numpy as np
import pytest
import torch
from support.deciding import AREAS, perceptual_network, small_perceptual, small_timing, timing_network
from support.gated import GATED, network_of_model
from training.test_train_context import OPTIONS

from rnncompare.models.attention import attention
from rnncompare.plugins import BadOption
from rnncompare.training.gauss_newton import WEIGHTS, GaussNewton, Linearised, conjugate_gradients, dot, flat
from rnncompare.training.objective import objective_of
from rnncompare.training.options import Training
from rnncompare.training.train import train

STEPS = OPTIONS | {
    "optimiser": "gauss_newton", "learning_rate": 1.0, "decay": "none", "clip": None, "batch": 100, "steps": 8,
    "check_every": 1, "validation": 1, "products": 20, "damping": 1.0,
}  # fmt: skip
NONLINEARITIES = ["tanh", "rectified_tanh", "relu", "softplus"]


def small(nonlinearity="tanh", units=12, **changes):
    """A network in double precision with biases, and the data of its task."""
    task = small_timing(**changes)
    network = timing_network(nonlinearity=nonlinearity, units=units).double()
    generator = torch.Generator().manual_seed(1)
    for bias in (network.unit_bias, network.output_bias):
        bias.data = 0.3 * torch.randn(bias.shape, generator=generator, dtype=torch.float64)
    return network, objective_of(task).tensors(task.inputs.values, torch.float64)


def plain(weights, inputs, leak, nonlinearity):
    """Rates and outputs by a loop of differentiable operations."""
    J, B, W, b, c = weights
    functions = {
        "tanh": torch.tanh, "relu": torch.relu, "softplus": torch.nn.functional.softplus,
        "rectified_tanh": lambda x: torch.tanh(x).clamp(min=0),
    }  # fmt: skip
    r = functions[nonlinearity]
    x, rates = torch.zeros(len(inputs), len(J), dtype=inputs.dtype), []
    for t in range(inputs.shape[1]):
        x = (1 - leak) * x + leak * (r(x) @ J.T + inputs[:, t] @ B.T + b)
        rates.append(r(x))
    rates = torch.stack(rates, 1)
    return rates, rates @ W.T + c


def weights_of(network):
    return tuple(getattr(network, name).detach().clone() for name in WEIGHTS)


def tangents(network, inputs, nonlinearity, parts):
    """Changes of rates and outputs per change of the weights, by differentiating the plain loop twice."""
    at = weights_of(network)
    return torch.autograd.functional.jvp(lambda *w: plain(w, inputs, network.leak, nonlinearity), at, tuple(parts))[1]


def random_like(tensor, seed):
    return torch.randn(tensor.shape, dtype=tensor.dtype, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
def test_products_with_the_jacobian_are_those_of_autograd(nonlinearity):
    network, (inputs, *_) = small(nonlinearity)
    model = Linearised(network, inputs)
    vector = random_like(flat(model.weights), 0)
    wanted = tangents(network, inputs, nonlinearity, model.parts(vector))
    for ours, theirs in zip(model.forward(vector), wanted, strict=True):
        assert float((ours - theirs).norm() / theirs.norm()) < 1e-12


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
def test_the_product_with_the_transpose_is_the_adjoint(nonlinearity):
    network, (inputs, *_) = small(nonlinearity)
    model = Linearised(network, inputs)
    vector = random_like(flat(model.weights), 0)
    rates, outputs = model.forward(vector)
    to_rates, to_outputs = random_like(rates, 1), random_like(outputs, 2)
    back = model.backward(to_outputs, to_rates)
    assert dot(to_outputs, outputs) + dot(to_rates, rates) == pytest.approx(dot(back, vector), rel=1e-10)
    # In the precision of training, 7 digits of the largest possible value.
    network, inputs = network.float(), inputs.float()
    model, vector, to_outputs = Linearised(network, inputs), vector.float(), to_outputs.float()
    outputs, back = model.forward(vector)[1], model.backward(to_outputs)
    largest = float(outputs.norm() * to_outputs.norm())
    assert abs(dot(to_outputs, outputs) - dot(back, vector)) < 1e-7 * largest


def test_the_gradient_is_that_of_autograd():
    network, (inputs, targets, mask) = small()
    model = Linearised(network, inputs)
    error = 2 * mask[..., None] * (model.outputs - targets).detach() / mask.sum()
    weights = [w.requires_grad_() for w in weights_of(network)]
    outputs = plain(weights, inputs, network.leak, "tanh")[1]
    loss = ((outputs - targets).square().sum(-1) * mask).sum() / mask.sum()
    wanted = flat(torch.autograd.grad(loss, weights))
    assert float((model.backward(error) - wanted).norm() / wanted.norm()) < 1e-7


def stepper(network, data, **changes):
    options = Training(**STEPS | changes)
    return GaussNewton(network, data, 0.2, options)


def test_the_matrix_is_that_of_the_squares_of_changes_of_outputs_rates_and_weights():
    """u' G v is the mixed second derivative of the loss with outputs and rates that are linear in the weights."""
    network, data = small(units=5)
    weight = {"weights": 0.1, "rates": 0.3, "mean_weights": 0.2, "matrices": {"input": {"l2": 0.4}}}
    model = Linearised(network, data[0])
    product = stepper(network, data, **weight).curvature(model)
    u, v = (random_like(flat(model.weights), seed) for seed in (0, 1))
    (rates_u, outputs_u), (rates_v, outputs_v) = (tangents(network, data[0], "tanh", model.parts(w)) for w in (u, v))
    wanted = ((outputs_u * outputs_v).sum(-1) * data[2]).sum() / data[2].sum() / 0.2 + 0.3 * (rates_u * rates_v).mean()
    for a, b in list(zip(model.parts(u), model.parts(v), strict=True))[:3]:
        wanted += 0.2 * (a * b).mean()
    for a, b in list(zip(model.parts(u), model.parts(v), strict=True))[1:3]:
        wanted += 0.1 * (a * b).sum()
    wanted += 0.4 * (model.parts(u)[1] * model.parts(v)[1]).mean()
    assert dot(u, product(v)) == pytest.approx(2 * float(wanted), rel=1e-9)
    assert dot(u, product(v)) == pytest.approx(dot(v, product(u)), rel=1e-9)


def test_conjugate_gradients_solve_a_linear_system_from_any_start_and_return_the_residual():
    rng = np.random.default_rng(0)
    root = torch.as_tensor(rng.standard_normal((12, 12)))
    matrix, target = root @ root.T + torch.eye(12), torch.as_tensor(rng.standard_normal(12))
    for start in (torch.zeros(12, dtype=torch.float64), torch.as_tensor(rng.standard_normal(12))):
        x, residual = conjugate_gradients(lambda v: matrix @ v, target, start, 100)
        torch.testing.assert_close(x, torch.linalg.solve(matrix, target), rtol=1e-8, atol=1e-10)
        short, residual = conjugate_gradients(lambda v: matrix @ v, target, start, 3)
        torch.testing.assert_close(residual, target - matrix @ short)
    x, _ = conjugate_gradients(lambda v: matrix @ v, 0 * target, 0 * target, 5)
    assert (x == 0).all()


def test_a_step_from_silent_recurrence_solves_the_regression_of_the_outputs():
    """Without recurrent and input weights that learn, one step with little damping is least squares."""
    network, data = small(units=6)
    rates = network(data[0])[0].detach()
    scored = data[2] > 0
    design = torch.cat([rates[scored], torch.ones(int(scored.sum()), 1, dtype=torch.float64)], 1)
    best = torch.linalg.lstsq(design, data[1][scored]).solution
    wanted = float((design @ best - data[1][scored]).square().mean()) / 0.2
    step = stepper(network, data, products=200, damping=1e-9)
    inner = step.curvature
    outputs = flat([torch.full_like(getattr(network, n), float(n.startswith("output"))) for n in WEIGHTS])
    step.curvature = lambda model: lambda v: outputs * inner(model)(outputs * v)
    terms = ((network(data[0])[1] - data[1]).square().sum(-1) * data[2]).sum() / data[2].sum() / 0.2
    terms.backward()
    for name in WEIGHTS[:2] + WEIGHTS[3:4]:
        getattr(network, name).grad.zero_()
    step.step(1.0)
    assert step.loss() == pytest.approx(wanted, rel=1e-5)


def test_the_loss_never_rises_and_a_step_that_cannot_lower_it_leaves_the_weights_as_they_were():
    task, network = small_timing(), timing_network()
    history = train(network, task, Training(**STEPS), seed=0, progress=None)
    assert (np.diff(history["loss"]) <= 0).all() and history["loss"][-1] < 0.01 < 0.1 < history["loss"][0]
    assert history["stopped"] == "steps" and history["final_step"] == 8
    network, data = small(units=6)
    step = stepper(network, data)
    before = [w.clone() for w in weights_of(network)]
    step.loss = iter([1.0, *[2.0] * 100]).__next__
    for name in WEIGHTS:
        getattr(network, name).grad = random_like(getattr(network, name), 3)
    step.step(1.0)
    assert all(torch.equal(a, b) for a, b in zip(before, weights_of(network), strict=True))
    assert step.damping == pytest.approx(1.5) and step.last is None


def test_the_damping_falls_when_the_approximation_holds():
    network, data = small(units=6)
    step = stepper(network, data, damping=1e3)  # steps so short that the loss is quadratic along them
    terms = ((network(data[0])[1] - data[1]).square().sum(-1) * data[2]).sum() / data[2].sum() / 0.2
    terms.backward()
    step.step(1.0)
    assert step.damping == pytest.approx(1e3 * 2 / 3)


def test_the_same_seed_gives_the_same_bytes():
    def trained():
        network = timing_network()
        train(network, small_timing(), Training(**STEPS | {"steps": 3}), seed=0, progress=None)
        return b"".join(tensor.numpy().tobytes() for tensor in network.state_dict().values())

    first = trained()
    torch.manual_seed(1)
    assert trained() == first


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"products": None}, "found no products with the optimiser 'gauss_newton', wanted a number"),
        ({"damping": None}, "found no damping with the optimiser 'gauss_newton', wanted a number"),
        ({"damping": 0.0}, "training.damping: found 0.0, wanted a number of at least 1e-12"),
        ({"products": 0}, "training.products: found 0, wanted a number of products of at least 1"),
        ({"optimiser": "adam"}, "found products 20 with the optimiser 'adam', wanted null"),
        ({"optimiser": "sgd", "products": None}, "found damping 1 with the optimiser 'sgd', wanted null"),
        ({"learning_rate": 0.1}, "found learning_rate 0.1 with the optimiser 'gauss_newton', wanted 1: the length"),
        ({"decay": "cosine"}, "found decay cosine with the optimiser 'gauss_newton', wanted none: the length"),
        ({"clip": 1.0}, "found clip 1 with the optimiser 'gauss_newton', wanted null: the length"),
        ({"rule": "output_only"}, "found rule output_only with the optimiser 'gauss_newton', wanted backpropagation"),
        ({"dynamics": 0.1}, "found dynamics 0.1 with the optimiser 'gauss_newton', wanted 0: the second derivatives"),
        ({"vanishing": 0.1}, "found vanishing 0.1 with the optimiser 'gauss_newton', wanted 0: the second derivatives"),
        ({"wiring": 0.1}, "found wiring 0.1 with the optimiser 'gauss_newton', wanted 0: the second derivatives"),
        ({"absolute_weights": 0.1}, "found absolute_weights 0.1 with the optimiser 'gauss_newton', wanted 0: the sec"),
        (
            {"matrices": {"input": {"l1": 0.1}}},
            "found matrices.input.l1 0.1 with the optimiser 'gauss_newton', wanted 0",
        ),
        ({"batch": 5}, "with a batch of 5 of 6 training trials, wanted at least 6: each of its updates uses all"),
    ],
)
def test_options_that_do_not_apply_are_refused(changes, message):
    with pytest.raises(BadOption) as error:
        train(timing_network(), small_timing(), Training(**STEPS | changes), seed=0, progress=None)
    assert message in str(error.value)


def refusals():
    timing = {"inputs": 2, "outputs": 1, "noise": None}
    noise = {"recurrent": 0.1, "inputs": [0.0, 0.0]}
    one = {"inputs": 2, "outputs": 1, "dt": 0.05, "seed": 0, "units": 6, "tau": 0.1, "g": 1.0, "h": 1.0, "noise": None}
    yield (
        timing_network(connectivity=AREAS),
        small_timing(),
        "for a network with connectivity or masks, wanted both null",
    )
    yield timing_network(noise=noise), small_timing(), "for a network with noise, wanted noise null"
    yield attention(**one), small_timing(), "training.optimiser: found 'gauss_newton', wanted another"
    yield perceptual_network(noise=None), small_perceptual(train_trials=80), "with the loss cross_entropy, wanted"
    for name in GATED:
        yield (
            network_of_model(name, **timing),
            small_timing(),
            "training.optimiser: found 'gauss_newton', wanted another",
        )


@pytest.mark.parametrize("case", range(4 + len(GATED)))
def test_networks_and_losses_whose_products_are_not_known_are_refused(case):
    network, task, message = list(refusals())[case]
    with pytest.raises(BadOption) as error:
        train(network, task, Training(**STEPS), seed=0, progress=None)
    assert message in str(error.value)
