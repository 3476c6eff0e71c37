"""Networks of several areas: their connections and signs, and that no update changes these."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support.deciding import AREAS, small_network

from rnncompare.models._connectivity import cells, connections, inhibition_factors, read
from rnncompare.models.leaky import leaky
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.training import penalties
from rnncompare.training.optimisers import OPTIMISERS, optimiser

OPTIONS = AREAS | {
    "areas": 3, "output_areas": [3],
    "forward": {"to_excitatory": 0.1, "to_inhibitory": 0.05}, "backward": {"to_excitatory": 0.05, "to_inhibitory": 0.0},
}  # fmt: skip
HALF = {"to_excitatory": 0.5, "to_inhibitory": 0.5}
SHUT = {"to_excitatory": 0.0, "to_inhibitory": 0.0}


def make(seed=0, units=90, g=1.5, nonlinearity="relu", inputs=4, **changes):
    own = {"inputs": inputs, "seed": seed, "units": units, "g": g, "nonlinearity": nonlinearity}
    return small_network(**own, h=0.2, connectivity=OPTIONS | changes)


def effective(network):
    matrices = (
        network.effective_recurrent_weights(), network.effective_input_weights(), network.effective_output_weights()
    )  # fmt: skip
    return [matrix.detach().numpy() for matrix in matrices]


def allowed(options, units):
    """Every possible connection (unit to, unit from), by a loop over pairs."""
    area, excitatory = cells(read(options), units)
    possible = np.zeros((units, units), bool)
    for to in range(units):
        for sender in range(units):
            if area[to] == area[sender]:
                possible[to, sender] = to != sender or options["self_connections"]
            elif excitatory[sender] and area[to] - area[sender] in (1, -1):
                way = options["forward" if area[to] > area[sender] else "backward"]
                possible[to, sender] = way["to_excitatory" if excitatory[to] else "to_inhibitory"] > 0
    return possible


def test_units_are_ordered_by_area_and_excitatory_units_of_an_area_come_first():
    labels = make(
        units=10, areas=2, output_areas=[2], excitatory=0.6, **{way: HALF for way in ("forward", "backward")}
    ).labels
    assert labels["area"] == ["1"] * 5 + ["2"] * 5
    assert labels["cell"] == (["excitatory"] * 3 + ["inhibitory"] * 2) * 2
    assert set(make(dale=False).labels["cell"]) == {"mixed"}


@pytest.mark.parametrize("changes", [{}, {"self_connections": True, "areas": 4, "output_areas": [4]}])
def test_areas_are_connected_fully_within_and_only_with_their_neighbours(changes):
    options = OPTIONS | changes
    mask, possible = connections(read(options), 90, seed=3), allowed(options, 90)
    assert not (mask & ~possible).any()
    area, _ = cells(read(options), 90)
    within = area[:, None] == area[None, :]
    assert np.array_equal(mask[within], possible[within])


def test_the_numbers_of_connections_between_areas_are_those_of_the_shares():
    mask = connections(read(OPTIONS), 300, seed=0)
    area, excitatory = cells(read(OPTIONS), 300)

    def count(to, sender, kind):
        return mask[np.ix_((area == to) & kind, (area == sender) & excitatory)].sum()

    assert [count(2, 1, excitatory), count(3, 2, excitatory)] == [640, 640]  # 10 % of 80 x 80
    assert [count(2, 1, ~excitatory), count(3, 2, ~excitatory)] == [80, 80]  # 5 % of 20 x 80
    assert [count(1, 2, excitatory), count(2, 3, excitatory)] == [320, 320]
    assert count(1, 2, ~excitatory) == count(3, 1, excitatory | True) == 0


def test_connections_depend_on_the_seed():
    masks = [connections(read(OPTIONS), 90, seed=seed) for seed in (0, 0, 1)]
    assert np.array_equal(masks[0], masks[1]) and not np.array_equal(masks[0], masks[2])


def test_signs_are_those_of_the_cell_types_and_inputs_and_outputs_are_in_the_given_areas():
    network = make()
    J, B, W = effective(network)
    inhibitory = np.array(network.labels["cell"]) == "inhibitory"
    area = np.array(network.labels["area"])
    assert (J[:, inhibitory] <= 0).all() and (J[:, ~inhibitory] >= 0).all() and (J < 0).any()
    assert (B[area == "1"] > 0).all() and not B[area != "1"].any()
    read_out = (area == "3") & ~inhibitory
    assert (W[:, read_out] > 0).all() and not W[:, ~read_out].any()
    everyone = effective(make(output_cells="all", positive_inputs=False))
    assert (everyone[2][:, inhibitory & (area == "3")] < 0).all() and (everyone[1] < 0).any()


@pytest.mark.parametrize("changes", [{}, {"dale": False}, {"areas": 1, "output_areas": [1]}, {"inhibition": None}])
def test_a_network_is_initialised_with_the_given_spectral_radius(changes):
    J = effective(make(g=1.3, **changes))[0]
    assert np.abs(np.linalg.eigvals(J.astype(float))).max() == pytest.approx(1.3, rel=1e-5)
    assert not effective(make(g=0.0, **changes))[0].any()


@pytest.mark.parametrize("inhibition", [0.5, 1.0, 2.0])
def test_inhibition_is_the_ratio_of_inhibitory_to_excitatory_factors_of_a_unit(inhibition):
    options = read(OPTIONS | {"inhibition": inhibition})
    mask, (area, excitatory) = connections(options, 90, seed=0), cells(options, 90)
    within = inhibition_factors(options, mask) * mask * (area[:, None] == area[None, :])
    np.testing.assert_allclose(within[:, ~excitatory].sum(axis=1), inhibition * within[:, excitatory].sum(axis=1))


def test_without_inhibition_all_weights_have_the_same_distribution():
    mask = connections(read(OPTIONS), 90, seed=0)
    assert (inhibition_factors(read(OPTIONS | {"inhibition": None}), mask) == 1).all()
    one = {"areas": 1, "output_areas": [1], "units": 300}
    balanced, plain = (effective(make(inhibition=b, **one))[0] for b in (1.0, None))
    assert abs(balanced.sum(1).mean()) < 0.1 * plain.sum(1).mean()


def test_with_stronger_inhibition_the_spectral_radius_excludes_the_mode_that_inhibition_damps():
    values = np.linalg.eigvals(effective(make(units=150, g=1.5, inhibition=2.0))[0])
    assert values[np.abs(values).argmax()] == pytest.approx(-1.5, rel=1e-5)
    assert values.real.max() < 1


@pytest.mark.parametrize("inhibition", [0, -1, float("nan")])
def test_inhibition_that_is_not_positive_is_refused(inhibition):
    with pytest.raises(BadOption, match=r"found inhibition .*, wanted a number above 0, or null"):
        read(OPTIONS | {"inhibition": inhibition})


def test_one_area_without_constraints_is_the_network_without_connectivity():
    changes = {"areas": 1, "dale": False, "self_connections": True, "positive_inputs": False, "output_areas": [1]}
    free = make(**changes, inhibition=None, output_cells="all")
    plain = small_network(inputs=4, units=90, h=0.2, nonlinearity="relu")
    ratio = free.recurrent_weights / plain.recurrent_weights
    torch.testing.assert_close(ratio, torch.full_like(ratio, ratio[0, 0].item()))
    assert torch.equal(free.input_weights, plain.input_weights)
    with torch.no_grad():
        free.recurrent_weights.copy_(plain.recurrent_weights)
    u = torch.randn(3, 20, 4, generator=torch.Generator().manual_seed(0))
    assert torch.equal(free(u)[1], plain(u)[1])


@settings(deadline=None, max_examples=25, derandomize=True)
@given(
    areas=st.integers(1, 4), dale=st.booleans(), positive=st.booleans(),
    cells_read=st.sampled_from(["all", "excitatory"]), name=st.sampled_from(OPTIMISERS),
    rate=st.sampled_from([1e-3, 1.0, 1e3]), seed=st.integers(0, 2**16),
)  # fmt: skip
def test_masks_and_signs_hold_after_every_update_of_any_optimiser(areas, dale, positive, cells_read, name, rate, seed):
    changes = {"areas": areas, "dale": dale, "positive_inputs": positive, "output_cells": cells_read}
    network = make(seed=seed, units=40, **changes, output_areas=[areas], self_connections=True)
    options = OPTIONS | changes | {"output_areas": [areas], "self_connections": True}
    could = allowed(options, 40)
    inhibitory, before = np.array(network.labels["cell"]) == "inhibitory", effective(network)
    step, draw = optimiser(name, list(network.parameters())), torch.Generator().manual_seed(seed)
    for _ in range(4):
        for parameter in network.parameters():
            parameter.grad = 10 * torch.randn(parameter.shape, generator=draw)
        step(rate)
        J, B, W = effective(network)
        assert not J[~could].any()
        assert not any(now[~(start != 0)].any() for now, start in zip((J, B, W), before, strict=True))
        if dale:
            assert (J[:, inhibitory] <= 0).all() and (J[:, ~inhibitory] >= 0).all()
            assert (W[:, inhibitory] <= 0).all() and (W[:, ~inhibitory] >= 0).all()
        if positive:
            assert (B >= 0).all()


def test_masked_weights_have_no_gradient_and_penalties_use_the_effective_weights():
    network = make()
    with torch.no_grad():
        for parameter in (network.recurrent_weights, network.input_weights, network.output_weights):
            parameter.sub_(0.02)  # some weights become negative, and masked ones are no longer 0
    J, B, W = (torch.as_tensor(w) for w in effective(network))
    assert penalties.weights(network).item() == pytest.approx((B**2).sum().item() + (W**2).sum().item())
    expected = sum((w**2).mean().item() for w in (J, B, W))
    assert penalties.mean_weights(network).item() == pytest.approx(expected)
    u = torch.randn(3, 20, 4, generator=torch.Generator().manual_seed(0))
    (network(u)[1].sum() + penalties.mean_weights(network)).backward()
    for parameter, weights in zip(network.parameters(), (J, B, W), strict=False):
        assert not parameter.grad[weights == 0].any() and parameter.grad.any()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"input_areas": [4]}, "connectivity: found input_areas [4], wanted one or more of areas 1 to 3"),
        ({"output_areas": []}, "connectivity: found output_areas [], wanted one or more of areas 1 to 3"),
        (
            {"forward": SHUT},
            "connectivity: found no path from area 1 to output_areas [3], wanted one",
        ),
        ({"input_areas": [2], "backward": SHUT}, "found no path from input_areas"),
        (
            {"output_areas": [2], "backward": SHUT},
            "found no path from area 3 to output_areas [2], wanted one",
        ),
        ({"excitatory": 0.0, "output_cells": "all"}, "found no path from area 1 to output_areas [3]"),
        ({"excitatory": 0.0}, "found output_cells 'excitatory' and excitatory 0, wanted excitatory above 0"),
        ({"excitatory": 1.2}, "found excitatory 1.2, wanted a share from 0 to 1"),
        ({"areas": 0}, "found areas 0, wanted at least 1"),
        ({"output_cells": "inhibitory"}, "found output_cells 'inhibitory', wanted 'excitatory' or 'all'"),
        ({"area": 3}, "found option 'area', wanted one of areas"),
        (
            {"forward": {"to_excitatory": -0.1, "to_inhibitory": 0.0}},
            "connectivity.forward: found to_excitatory -0.1, wanted a share from 0 to 1",
        ),
        (
            {"forward": {"to_excitatory": 0.1, "to_inhibitry": 0.0}},
            "forward: found option 'to_inhibitry', wanted one of to_excitatory, to_inhibitory. Did you mean",
        ),
        (
            {"forward": {"to_excitatory": 1e-4, "to_inhibitory": 0.0}},
            "connectivity.forward.to_excitatory: found 0.0001, which is none of the 576 connections from area 1 to 2",
        ),
    ],
)  # fmt: skip
def test_an_impossible_connectivity_is_refused_with_a_reason(changes, message):
    with pytest.raises(BadOption) as error:
        make(**changes)
    assert message in str(error.value)


def test_more_areas_than_units_and_a_network_without_loops_are_refused():
    with pytest.raises(BadOption, match="found 3 areas of 2 units, wanted at least one unit for each"):
        make(units=2)
    with pytest.raises(BadOption, match=r"found excitatory 0\.8, which is 2 of the 2 units of an area, wanted some"):
        make(units=6)
    alone = {"to_excitatory": 1.0, "to_inhibitory": 0.0}
    with pytest.raises(BadOption, match="found recurrent weights without loops"):
        make(units=3, excitatory=1.0, forward=alone, backward=SHUT)


def test_a_config_is_refused_before_any_network_is_made():
    check_values(leaky, {"connectivity": OPTIONS, "noise": {"recurrent": 0.05, "inputs": [0.1]}}, "study.network")
    for changes in ({"input_areas": [4]}, {"area": 3}, {"dale": "no"}, {"backward": {"to_excitatory": 2.0}}):
        with pytest.raises(BadOption, match=r"study\.network\.connectivity"):
            check_values(leaky, json.loads(json.dumps({"connectivity": OPTIONS | changes})), "study.network")
