"""A penalty that a network lacks is refused before the first update."""

import pytest
from support.deciding import small_context
from support.gated import GATED, network_of_model
from training.test_train_context import OPTIONS

from rnncompare.plugins import BadOption
from rnncompare.training.capabilities import refuse_lacking
from rnncompare.training.options import Training
from rnncompare.training.train import train


@pytest.fixture(scope="module")
def task():
    return small_context()


@pytest.mark.parametrize("penalty", ["dynamics", "vanishing"])
@pytest.mark.parametrize("name", GATED)
def test_a_penalty_of_leaky_networks_is_refused_for_a_gated_one(name, penalty, task):
    options = Training(**OPTIONS | {penalty: 0.1})
    with pytest.raises(BadOption, match=rf"^training\.{penalty}: found 0\.1, wanted 0 for this network: "):
        train(network_of_model(name), task, options, seed=0, progress=None)


def test_options_that_are_not_used_are_not_refused():
    lacks = {"training.rates": "reason", "weights": "reason"}
    for options in ({"training": {"rates": 0.0}, "weights": None}, {"training": None}, {}):
        refuse_lacking(lacks, options, "here")
    with pytest.raises(BadOption, match=r"^here\.weights: found 'file', wanted none for this network: reason$"):
        refuse_lacking(lacks, {"weights": "file"}, "here")
