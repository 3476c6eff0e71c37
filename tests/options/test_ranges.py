"""Invalid numbers are refused before any job, with their place, in every member, config and card."""

import numpy as np
import pytest
from pydantic import ValidationError
from support.number_leaves import leaves, outside

from rnncompare import plugins
from rnncompare.options.ranges import Range, bins_in_window
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.recordings.card_model import Card
from rnncompare.study.config_keys import Config
from rnncompare.training.disturbances import Disturbances
from rnncompare.training.options import Training

FOLDERS = (
    "readers", "simulators", "published", "tasks", "models", "similarity", "probes", "controls", "surrogates", "views",
    "exports",
)  # fmt: skip
MEMBERS = {f"{folder}/{name}": plugins.find(folder, name) for folder in FOLDERS for name in plugins.available(folder)}
MEMBERS |= {"training/options": Training, "training/disturbances": Disturbances}
NUMBERS = [
    (f"{member}: {name}", function, name, leaf)
    for member, function in MEMBERS.items()
    for name, parameter in plugins.options_of(function).items()
    for leaf in leaves(parameter.annotation)
]


def test_every_option_of_every_member_has_an_annotation_with_a_range():
    without_annotation = [
        f"{member}: {name}"
        for member, function in MEMBERS.items()
        for name, parameter in plugins.options_of(function).items()
        if parameter.annotation is parameter.empty
    ]
    assert without_annotation == []
    assert [place for place, *_, leaf in NUMBERS if leaf.range is None] == []
    assert len(NUMBERS) > 200


@pytest.mark.parametrize(("place", "function", "name", "leaf"), NUMBERS, ids=[f"{n[0]}.{n[3].place}" for n in NUMBERS])
def test_a_number_outside_the_range_of_an_option_is_refused_with_its_place(place, function, name, leaf):
    for number in outside(leaf):
        with pytest.raises(BadOption) as error:
            check_values(function, {name: leaf.holding(number)}, "here")
        assert str(error.value).startswith(".".join(["here", name, *leaf.place]) + ": found "), number
        assert "wanted" in str(error.value)


@pytest.mark.parametrize("model", [Config, Card])
def test_every_number_of_a_config_and_a_card_has_a_range_that_is_checked(model):
    found = list(leaves(model))
    assert [leaf.place for leaf in found if leaf.range is None] == []
    assert len(found) > 2
    for leaf in found:
        for number in outside(leaf):
            with pytest.raises(ValidationError) as error:
                model.model_validate(leaf.holding(number))
            places = [".".join(map(str, e["loc"])) for e in error.value.errors() if e["type"] != "missing"]
            assert any(set(leaf.place) <= set(p.split(".")) for p in places), (leaf.place, number)


def test_the_error_for_an_upper_limit_gives_its_reason():
    far = Range("a number of draws", 1, 10, why="more do not fit")
    with pytest.raises(ValueError, match=r"^found 11, wanted a number of draws of at least 1 and at most 10: more do"):
        far.checked(11)
    with pytest.raises(ValueError, match=r"at most 10$"):
        far.checked(0)
    assert far.checked(10) == 10


@pytest.mark.parametrize(
    ("folder", "name", "options", "message"),
    [
        ("readers", "nwb", {"window": [0.4, -0.3]}, r"here\.window: found \[0\.4, -0\.3\], wanted the start before"),
        ("probes", "decoding", {"window": [0.2, 0.2]}, r"here\.window: found \[0\.2, 0\.2\], wanted the start before"),
        ("probes", "decoding", {"windows": {"width": 0.1, "step": 1e-12}}, r"here\.windows: found 1e-12, wanted a ste"),
        ("probes", "decoding", {"windows": {"width": 0.1, "step": 0.1, "start": 1, "stop": 0}}, "start before the sto"),
        ("similarity", "ridge", {"penalties": []}, r"here\.penalties: found \[\], wanted at least one"),
        ("similarity", "cca", {"components": 3, "curve": [5]}, r"here: cca: found \[5\] in curve"),
        ("similarity", "cka", {"samples": "times", "kernel": "rbf", "bandwidth": None}, "here: cka with kernel rbf"),
        ("similarity", "rsa", {"distance": "crossnobis", "trial_folds": None}, "here: distance crossnobis: found"),
        ("readers", "array", {"time": {"start": 0, "step": 0}}, r"here\.time: found .*wanted a start and a step abov"),
        ("readers", "array", {"time_unit": 0}, r"here\.time_unit: found 0\.0, wanted a time above 0"),
        ("readers", "nwb", {"simultaneous": 2}, r"here\.simultaneous: Input should be 0 or 1"),
        ("controls", "units", {"half": "frist"}, r"here\.half: .*Did you mean 'first'\?"),
        ("models", "leaky", {"noise": {"recurrent": 0.1, "inputs": [0.1, -1]}}, r"here\.noise\.inputs\.1: found -1\.0"),
    ],
)  # fmt: skip
def test_invalid_options_are_refused_with_a_readable_message(folder, name, options, message):
    with pytest.raises(BadOption, match=message):
        check_values(plugins.find(folder, name), options, "here")


def test_constraints_among_options_are_checked_only_once_all_of_them_are_known():
    cca = plugins.find("similarity", "cca")
    check_values(cca, {"curve": [5]}, "here")
    with pytest.raises(BadOption, match=r"here: cca: found \[5\] in curve"):
        check_values(cca, {"components": 4, "curve": [5]}, "here")


@pytest.mark.parametrize(
    ("window", "bin", "smooth", "message"),
    [
        ([0, 0.004], 0.01, 0, "wanted a window of one bin or more"),
        ([-1000, 1000], 1e-3, 0, "2e\\+06 bins, wanted at most 100,000"),
        ([-0.5, 0.5], 1e-4, 10, "smooth 10 s, which needs 80 s more"),
    ],
)
def test_a_window_has_at_least_one_bin_and_no_more_bins_than_fit_into_memory(window, bin, smooth, message):
    with pytest.raises(BadOption, match=message):
        bins_in_window(window=window, bin=bin, smooth=smooth)
    bins_in_window(window=[0.25, 0.25], bin=0.5)  # a single bin, as for spike counts of one window


def test_numpy_numbers_are_checked_like_python_numbers():
    check_values(Training, {"steps": np.int64(3), "weights": np.float32(0.5)}, "training")
    with pytest.raises(BadOption, match=r"training\.steps: found 0"):
        check_values(Training, {"steps": np.int64(0)}, "training")


def test_for_a_union_the_error_about_the_range_comes_before_those_about_other_types():
    array = plugins.find("readers", "array")
    check_values(array, {"time_unit": "ms"}, "here")
    with pytest.raises(BadOption, match=r"here\.time_unit: found -1\.0, wanted a time above 0"):
        check_values(array, {"time_unit": -1}, "here")
