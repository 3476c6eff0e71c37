"""Measures of dynamics refuse activities that are no course of a state; other measures do not."""

import numpy as np
import pytest

from rnncompare import activity, plugins
from rnncompare.activity import BadActivity
from rnncompare.activity.dynamical import needs_dynamics
from rnncompare.comparison.between import network_distances
from rnncompare.comparison.compare import compare_measures

DSA = {"use": "dsa", "components": 3, "delays": 2, "interval": 1, "rank": 4, "starts": 1, "iterations": 5}
CKA = {"use": "cka", "samples": "conditions", "kernel": "linear", "bandwidth": None}
FRAME = {
    "preparation": {"window": None, "soft_normalise": 0.2}, "folds": {"by": "condition", "groups": None},
    "units": {"count": None, "repeats": 1}, "nulls": {}, "intervals": {"draws": 5, "units": 0}, "seed": 0,
}  # fmt: skip


def made_up(seed, **label):
    rate = np.random.default_rng(seed).standard_normal((6, 30, 8)).cumsum(axis=1)
    names = [f"c{k}" for k in range(6)]
    return activity.build(rate, time=np.arange(30) * 0.02, unit=[f"u{k}" for k in range(8)], condition=names,
                          source="network", **label)  # fmt: skip


def test_the_measures_of_dynamics_are_named():
    named = {
        name for folder in ("probes", "similarity") for name in plugins.available(folder)
        if needs_dynamics(plugins.find(folder, name))
    }  # fmt: skip
    assert named == {"jpca", "tangling", "linear_dynamics", "dsa"}


@pytest.mark.parametrize("name", ["jpca", "tangling", "linear_dynamics"])
def test_a_probe_of_dynamics_refuses_an_activity_without_them(name):
    probe = plugins.find("probes", name)
    options = {"seed": 0, "window": (0.0, 0.5)} | getattr(probe, "first_look", {})
    assert probe(made_up(0), **options)
    with pytest.raises(BadActivity, match=f"{name} of network: found an activity with the label dynamical 0, wanted"):
        probe(made_up(0, dynamical=0), **options)


@pytest.mark.parametrize("sides", [(0, 1), (1, 0)])
def test_a_comparison_of_dynamics_refuses_either_side_and_one_of_geometry_does_not(sides):
    x, y = (made_up(k, dynamical=label) for k, label in enumerate(sides))
    measures = {name: plugins.bind("similarity", options, name) for name, options in (("dsa", DSA), ("cka", CKA))}
    assert compare_measures([x], [y], {"cka": measures["cka"]}, **FRAME)["cka"].rows
    with pytest.raises(BadActivity, match="dsa of network: found an activity with the label dynamical 0, wanted"):
        compare_measures([x], [y], measures, **FRAME)
    parts = {name: FRAME[name] for name in ("preparation", "folds", "seed")}
    with pytest.raises(BadActivity, match="dsa of network: found an activity with the label dynamical 0, wanted"):
        network_distances({"one": [x], "two": [y]}, {"dsa": measures["dsa"]}, **parts)
