"""Names and options: what is misspelt is refused, with the nearest that exists."""

import pytest

from rnncompare import plugins
from rnncompare.plugins import BadOption


def test_a_misspelt_measure_is_answered_with_the_nearest():
    with pytest.raises(
        BadOption, match=r"rnncompare/similarity/ has no ccaa\.py; it has .*cca.*\. Did you mean 'cca'\?"
    ):
        plugins.find("similarity", "ccaa")


def test_a_misspelt_option_is_answered_with_the_nearest():
    with pytest.raises(
        BadOption, match=r"here: found option 'component', wanted one of components.*Did you mean 'components'\?"
    ):
        plugins.bind("similarity", {"use": "cca", "component": 3}, "here")


def test_an_option_that_was_left_out_is_named():
    with pytest.raises(BadOption, match="here: found no value for components, curve, wanted one"):
        plugins.bind("similarity", {"use": "cca"}, "here")


@pytest.mark.parametrize(
    "folder", ["readers", "simulators", "tasks", "models", "similarity", "probes", "controls", "views", "figures"]
)
def test_every_file_of_a_folder_gives_the_documented_function_of_its_name(folder):
    assert plugins.available(folder)
    for name in plugins.available(folder):
        function = plugins.find(folder, name)
        assert callable(function) and function.__name__ == name
        assert function.__doc__ and len(function.__doc__) > 40
