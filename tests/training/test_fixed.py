"""Weights that are fixed keep every bit while the others are trained, under every rule and optimiser that has them."""

import pytest
import torch
from support.deciding import context_network, deciding_network, small_checkerboard, small_context
from support.gated import network_of_model
from torch import nn
from training.test_train_context import OPTIONS

from rnncompare.options.masks import Mask
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.training.fixed import Fixed
from rnncompare.training.options import Training
from rnncompare.training.train import backward, train, update

HALF = {"block": [[1, 0], [0, 0]]}
PENALTIES = {"weights": 1e-2, "mean_weights": 0.1, "rates": 1e-2, "matrices": {"recurrent": {"l1": 0.1, "l2": 0.1}}}


def weights(network):
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def bits(tensor):
    return tensor.numpy().tobytes()  # -0 differs from 0


def trained(network, task, **changes):
    before = weights(network)
    train(network, task, Training(**OPTIONS | {"steps": 4} | changes), seed=0, progress=None)
    return before, weights(network)


@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
@pytest.mark.parametrize("rule", ["backpropagation", "rflo", "eprop"])
def test_fixed_entries_keep_every_bit_and_all_others_change(rule, optimiser):
    fixed = {"input": "all", "recurrent": HALF}
    penalties = PENALTIES | {"dynamics": 0.0}
    before, after = trained(
        context_network(tau=0.1), small_context(), rule=rule, optimiser=optimiser, fixed=fixed, **penalties
    )
    assert bits(before["input_weights"]) == bits(after["input_weights"])
    J, K = before["recurrent_weights"], after["recurrent_weights"]
    held = torch.as_tensor(Mask(**HALF).of(*J.shape, "here"))
    assert held.any() and bits(J[held]) == bits(K[held]) and (J[~held] != K[~held]).all()
    for name in ("unit_bias", "output_weights", "output_bias"):
        assert not torch.equal(before[name], after[name])


def test_fixed_weights_of_a_network_with_areas_and_masks_keep_every_bit():
    network = deciding_network(units=20, masks={"output": {"block": [[0, 1]]}})
    before, after = trained(network, small_checkerboard(), fixed={"recurrent": "all", "output": {"block": [[1], [0]]}})
    assert bits(before["recurrent_weights"]) == bits(after["recurrent_weights"])
    assert bits(before["output_weights"][0]) == bits(after["output_weights"][0])
    assert not torch.equal(before["output_weights"][1], after["output_weights"][1])


def test_a_mask_of_a_whole_matrix_gives_the_networks_of_all():
    same = [trained(context_network(), small_context(), fixed={"recurrent": f})[1] for f in ("all", {"block": [[1]]})]
    assert all(torch.equal(same[0][name], same[1][name]) for name in same[0])


def test_gradients_are_clipped_at_the_norm_of_the_free_weights():
    """A step of gradient descent with a rate of 1 is as long as the clipped gradient."""
    network = context_network()
    fixed = Fixed(network, {"input": "all", "recurrent": HALF})
    parameters = fixed.free(list(network.parameters()))
    before = weights(network)
    outputs = network(torch.ones(2, 10, 4))[1]
    backward(network, 1e6 * outputs.square().sum(), parameters)
    fixed.hold()
    update(parameters, lambda rate: [p.data.sub_(rate * p.grad) for p in parameters], 1.0, 0.5)
    changes = [tensor - before[name] for name, tensor in weights(network).items()]
    assert sum(float(change.square().sum()) for change in changes) ** 0.5 == pytest.approx(0.5, rel=1e-3)


def test_nothing_fixed_gives_the_same_networks_to_the_last_bit():
    found = [trained(context_network(), small_context(), fixed=f)[1] for f in (None, {}, {"recurrent": None})]
    assert all(bits(found[0][name]) == bits(other[name]) for other in found[1:] for name in found[0])


def test_an_entry_with_a_gradient_that_is_not_finite_is_held_as_well():
    network = nn.Module()
    network.input_weights = nn.Parameter(torch.ones(2, 1))
    network.input_weights.grad = torch.tensor([[float("nan")], [1.0]])
    Fixed(network, {"input": {"entries": [[1], [0]]}}).hold()
    assert network.input_weights.grad.tolist() == [[0.0], [1.0]]


WHOLE = {"fixed": {"recurrent": "all"}}
STEPS = {"learning_rate": 1.0, "decay": "none", "clip": None}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (WHOLE | {"rule": "output_only"}, "found fixed recurrent with the rule 'output_only', wanted output or null"),
        (
            WHOLE | STEPS | {"optimiser": "gauss_newton", "products": 3, "damping": 1.0},
            "found fixed recurrent with the optimiser 'gauss_newton', wanted null: its steps are solved for all",
        ),
        (
            WHOLE
            | STEPS
            | {"rule": "full_force", "optimiser": "least_squares"}
            | {"teacher": {"amplitude": 1.0, "between": "zero", "ridge": 1.0}},
            "found fixed recurrent with the rule 'full_force', wanted null",
        ),
        (WHOLE | {"wiring": 0.1}, "found wiring 0.1 with fixed recurrent, wanted 0: it depends on fixed weights alone"),
        (WHOLE | {"matrices": {"recurrent": {"l2": 0.1}}}, "found matrices.recurrent.l2 0.1 with fixed recurrent"),
        ({"fixed": {"input": "all", "output": "all"}, "weights": 0.1}, "found weights 0.1 with fixed input and output"),
        ({"fixed": {"J": "all"}}, "here.fixed"),
        ({"fixed": {"recurrent": "some"}}, "here.fixed.recurrent"),
        ({"fixed": ["recurrent"]}, "here.fixed"),
    ],
)
def test_fixed_weights_that_cannot_be_held_or_penalised_are_refused(changes, message):
    none = {"weights": 0.0, "mean_weights": 0.0, "rates": 0.0, "dynamics": 0.0, "vanishing": 0.0}
    with pytest.raises(BadOption) as error:
        check_values(Training, OPTIONS | none | changes, "here")
    assert message in str(error.value)


def test_a_mask_that_does_not_fit_and_a_network_with_other_matrices_are_refused():
    with pytest.raises(BadOption, match=r"training: fixed\.recurrent: found 2 x 2 entries, wanted "):
        trained(context_network(), small_context(), fixed={"recurrent": {"entries": [[1, 0], [1, 1]]}})
    with pytest.raises(BadOption, match=r"training\.fixed: found .*, wanted none for this network: each unit has"):
        trained(network_of_model("gru"), small_context(), fixed={"recurrent": "all"})
    with pytest.raises(BadOption, match="found no weights that are not fixed"):
        Fixed(context_network(), {"output": "all"}).free([])
