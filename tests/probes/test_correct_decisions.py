"""Shares of correct decisions: known counts, intervals of scipy, and inputs that are refused."""

import numpy as np
import pytest
from scipy.stats import binomtest

from rnncompare.activity import BadActivity
from rnncompare.probes.correct_decisions import correct_decisions


def decided(made_up, choice, correct, rule):
    data = made_up(1, conditions=len(choice), trials=1, units=2)
    values = {"choice": choice, "correct": correct, "rule": rule}
    return data.assign_coords({name: ("trial", np.array(each)) for name, each in values.items()})


def test_shares_are_those_of_all_trials_and_of_each_value(made_up):
    data = decided(made_up, ["a", "b", "undecided", "a", "b"], [1, 0, 0, 1, 1], ["go", "go", "go", "anti", "anti"])
    rows = correct_decisions(data, seed=0, by="rule")
    found = {(r["statistic"], r.get("variable")): (r["value"], r["samples"]) for r in rows}
    assert found == {
        ("fraction_correct", None): (3 / 5, 5),
        ("fraction_undecided", None): (1 / 5, 5),
        ("fraction_correct", "anti"): (1.0, 2),
        ("fraction_undecided", "anti"): (0.0, 2),
        ("fraction_correct", "go"): (1 / 3, 3),
        ("fraction_undecided", "go"): (1 / 3, 3),
    }
    exact = binomtest(1, 3).proportion_ci(0.95, method="exact")
    go = next(r for r in rows if r.get("variable") == "go" and r["statistic"] == "fraction_correct")
    assert (go["low"], go["high"]) == pytest.approx((exact.low, exact.high))
    assert correct_decisions(data, seed=0, by=None) == [r for r in rows if "variable" not in r]


def test_missing_coordinates_and_impossible_values_are_refused(made_up):
    data = decided(made_up, ["a", "b"], [1, 0], ["go", "go"])
    with pytest.raises(BadActivity, match=r"wanted 'rules'\. Did you mean 'rule'"):
        correct_decisions(data, seed=0, by="rules")
    with pytest.raises(BadActivity, match="wanted 'choice'"):
        correct_decisions(data.drop_vars("choice"), seed=0, by=None)
    with pytest.raises(BadActivity, match="found correct of 2, wanted 0 or 1"):
        correct_decisions(decided(made_up, ["a", "b"], [1, 2], ["go", "go"]), seed=0, by=None)
