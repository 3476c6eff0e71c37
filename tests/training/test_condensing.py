"""Merging of units: exact where units are equal, in the order of their similarity, and refused otherwise."""

import itertools

import numpy as np
import pytest
import torch
from support.condensing import doubled
from support.deciding import AREAS, small_timing, timing_network
from support.gated import network_of_model

from rnncompare.condensing.pairs import costs
from rnncompare.plugins import BadOption
from rnncompare.training.condensing import condensed
from rnncompare.training.simulate import simulate

OPTIONS = {"by": "loadings", "merges": 3, "components": 4, "seed": 0}


@pytest.mark.parametrize("by", ["loadings", "correlation"])
def test_merging_the_copies_of_units_gives_back_the_network_without_copies(by):
    one, two = doubled()
    inputs = small_timing().inputs.values
    rates, wanted = simulate(two, inputs)
    options = OPTIONS | {"by": by, "merges": 8, "components": 8 if by == "loadings" else None}
    sizes = []
    for network in condensed(two, rates, **options):
        np.testing.assert_allclose(simulate(network, inputs)[1], wanted, atol=1e-9)
        sizes.append(len(network.unit_bias))
    assert sizes == [15, 14, 13, 12, 11, 10, 9, 8]
    np.testing.assert_allclose(network.recurrent_weights.detach(), one.recurrent_weights.detach(), atol=1e-12)


def test_the_pair_that_is_merged_is_the_most_similar_one_and_the_control_does_not_see_the_rates():
    rng = np.random.default_rng(0)
    samples = rng.standard_normal((50, 6))
    samples[:, 4] = 3 * samples[:, 1] + 0.01 * rng.standard_normal(50)
    samples[:, 5] = samples[:, 2] + 0.1 * rng.standard_normal(50)
    best = {
        by: np.unravel_index(costs(samples, by, n, 0).argmin(), (6, 6))
        for by, n in (("loadings", 6), ("correlation", None))
    }
    assert set(best["correlation"]) == {1, 4} and set(best["loadings"]) == {2, 5}
    found = costs(samples, "correlation", None, 0)
    for i, j in itertools.combinations(range(6), 2):
        assert found[i, j] == pytest.approx(1 - np.corrcoef(samples.T)[i, j])
        distance = np.linalg.norm(samples[:, i] - samples[:, i].mean() - samples[:, j] + samples[:, j].mean())
        assert costs(samples, "loadings", 6, 0)[i, j] == pytest.approx(distance)  # with all components
    control = costs(samples, "random", None, 1)
    assert np.array_equal(control, costs(samples[::-1] ** 2, "random", None, 1)) and np.array_equal(control, control.T)
    assert not np.array_equal(control, costs(samples, "random", None, 2))


def test_the_given_network_is_not_modified_and_the_same_seed_merges_the_same_units():
    network = timing_network(units=10)
    before = {n: w.clone() for n, w in network.state_dict().items()}
    rates = simulate(network, small_timing().inputs.values)[0]
    options = OPTIONS | {"by": "random", "components": None}
    one, two = (list(condensed(network, rates, **options)) for _ in range(2))
    assert all(torch.equal(w, before[n]) for n, w in network.state_dict().items())
    assert all(torch.equal(a.recurrent_weights, b.recurrent_weights) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"merges": 0}, "found 0 merges of 10 units, wanted 1 to 9"),
        ({"merges": 10}, "found 10 merges of 10 units, wanted 1 to 9, so that at least as many units as outputs (1)"),
        ({"components": 11}, "found components 11 by loadings, wanted 1 to 10"),
        ({"components": None}, "found components None by loadings, wanted 1 to 10"),
        ({"by": "random"}, "found components 4 by random, wanted None"),
        ({"by": "name"}, "found by 'name', wanted one of loadings, correlation, random"),
    ],
)
def test_options_that_make_no_sense_are_refused(changes, message):
    network = timing_network(units=10)
    rates = simulate(network, small_timing().inputs.values)[0]
    with pytest.raises(BadOption) as error:
        list(condensed(network, rates, **OPTIONS | changes))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("network", "rates", "message"),
    [
        (lambda: network_of_model("gru"), np.zeros((2, 3, 20)), "wanted a network of the kind leaky"),
        (lambda: timing_network(connectivity=AREAS), np.zeros((2, 3, 40)), "wanted both null"),
        (timing_network, np.zeros((2, 3, 5)), r"found rates \(2, 3, 5\), wanted finite ones"),
        (timing_network, np.full((2, 3, 40), np.nan), r"found rates \(2, 3, 40\), wanted finite ones"),
    ],
)
def test_networks_and_rates_that_cannot_be_condensed_are_refused(network, rates, message):
    with pytest.raises(BadOption, match=message):
        list(condensed(network(), rates, **OPTIONS))
