"""Names and options: a misspelt one is refused with the most similar existing one."""

import pytest

from rnncompare import plugins
from rnncompare.plugins import BadOption


def test_the_error_for_a_misspelt_measure_names_the_most_similar_one():
    with pytest.raises(
        BadOption, match=r"rnncompare/similarity/ has no ccaa\.py; it has .*cca.*\. Did you mean 'cca'\?"
    ):
        plugins.find("similarity", "ccaa")


def test_the_error_for_a_misspelt_option_names_the_most_similar_one():
    with pytest.raises(
        BadOption, match=r"here: found option 'component', wanted one of components.*Did you mean 'components'\?"
    ):
        plugins.bind("similarity", {"use": "cca", "component": 3}, "here")


def test_the_error_for_missing_options_names_them():
    with pytest.raises(BadOption, match="here: found no value for components, curve, wanted one"):
        plugins.bind("similarity", {"use": "cca"}, "here")


@pytest.mark.parametrize(
    "folder", ["readers", "simulators", "tasks", "models", "similarity", "probes", "controls", "views", "figures"]
)
def test_every_file_of_a_folder_has_a_documented_function_with_its_name(folder):
    assert plugins.available(folder)
    for name in plugins.available(folder):
        function = plugins.find(folder, name)
        assert callable(function) and function.__name__ == name
        assert function.__doc__ and len(function.__doc__) > 40
