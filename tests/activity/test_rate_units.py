"""The unit of the rates determines which measures accept them."""

import pytest
from probes.test_contract import single_trials

from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.activity.rate_units import measured_in
from rnncompare.calibration.recordings import dimensions_of

CHOICES = {"window": (-0.1, 0.1), "seed": 0}


def choice_probability(data):
    measure = plugins.find("probes", "choice_probability")
    return measure(data, **(plugins.first_look(measure) | CHOICES))


def poisson(data):
    control = plugins.find("controls", "poisson")
    return control(data, None, seed=0, **plugins.first_look(control))


def calibrated(data):
    return dimensions_of(data, noise="poisson", smooth=0.0, trials=4)


REFUSED = [(choice_probability, "z-score"), (choice_probability, "mV"), (poisson, "z-score"), (poisson, "mV")]
REFUSED += [(poisson, "normalised"), (calibrated, "z-score"), (calibrated, "normalised")]


@pytest.mark.parametrize(("measure", "unit"), REFUSED)
def test_measures_that_need_spikes_refuse_other_units(made_up, measure, unit):
    data = single_trials(made_up, rate_units=unit)
    with pytest.raises(BadActivity, match=rf"found values in {unit} \(rates of its card\), wanted spikes/s"):
        measure(data)


@pytest.mark.parametrize("unit", ["spikes/s", "a.u.", "normalised", "m, m/s"])
def test_choice_probability_does_not_depend_on_the_scale_of_the_rates(made_up, unit):
    data = single_trials(made_up, rate_units=unit)
    assert choice_probability(data) == choice_probability(data.assign_attrs(rate_units="spikes/s"))


def test_a_remark_in_brackets_is_not_part_of_the_unit(made_up):
    assert measured_in(made_up(0, rate_units="a.u. (range-normalised)")) == "a.u."
    assert measured_in(made_up(0)) == "a.u."
