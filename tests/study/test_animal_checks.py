"""Groups of studies that ask the same of different animals."""

import pytest
import yaml
from study.test_config import ROOT

from rnncompare.plugins import BadOption
from rnncompare.study import contents
from rnncompare.study.config import read_config


def demo_and(other: dict, animals: list[str] = ("demo", "other")) -> dict:
    """The demo, and a study like it of the real recording."""
    config = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
    options = {"bin": 0.01, "smooth": 0.025, "window": [-0.6, 0.4], "minimum_rate": 0}
    recording = {"card": "hatsopoulos2007_m1", "options": options}
    config["studies"]["other"] = {"like": "demo", "recording": recording, "controls": {}, "claim": None} | other
    return config | {"animals": {"reaching": list(animals)}}


def test_the_other_animals_of_a_group_are_known_by_their_cards():
    options = {"bin": 0.01, "smooth": 0.025, "window": [-0.6, 0.4], "minimum_rate": 0}
    found = read_config(demo_and({"others": {"one": {"card": "simulated_reach", "options": options}}}))
    assert contents.other_animals(found) == {"demo": [], "other": ["one"]}


@pytest.mark.parametrize(
    ("other", "animals", "message"),
    [
        ({}, ["demo"], "animals.reaching: found ['demo'], wanted two or more different studies"),
        ({}, ["demo", "demo"], "animals.reaching: found ['demo', 'demo'], wanted two or more different studies"),
        ({}, ["demo", "othr"], "found 'othr', wanted a study among demo, deciding, other. Did you mean 'other'?"),
        ({"contrasts": []}, ["demo", "other"], "found no contrast that all of demo, other have, wanted at least one"),
        (
            {"recording": {"card": "simulated_reach"}},
            ["demo", "other"],
            "found the recording simulated_reach in 'demo' and 'other', wanted recordings of different animals",
        ),
    ],
)
def test_a_group_that_is_not_one_of_several_animals_is_refused(other, animals, message):
    with pytest.raises(BadOption) as error:
        read_config(demo_and(other, animals))
    assert message in str(error.value)
