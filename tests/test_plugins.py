"""Names and options: a misspelt one is refused with the most similar existing one."""

import inspect

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


@pytest.mark.parametrize("folder", ["readers", "tasks", "models", "similarity", "probes", "controls", "views"])
def test_the_parameters_of_a_member_are_those_of_its_signature(folder):
    for name in plugins.available(folder):
        assert plugins.parameters(folder, name) == list(inspect.signature(plugins.find(folder, name)).parameters)


@pytest.mark.parametrize(
    "text",
    [
        "def own(a, /, b, *c, d, e=1, **f): ...",
        "own = lambda a, /, b, *c, d, e=1, **f: None",
        "def changed(f): return lambda a, /, b, *c, d, e=1, **f: None\n@changed\ndef own(x): ...",
    ],
)
def test_the_parameters_of_a_member_are_found_in_any_form_of_its_definition(tmp_path, monkeypatch, text):
    (tmp_path / "probes").mkdir()
    (tmp_path / "probes/own.py").write_text(text)
    defined = {}
    exec(text, defined)
    monkeypatch.setattr(plugins, "PACKAGE", tmp_path)
    monkeypatch.setattr(plugins, "find", lambda folder, name: defined[name])
    plugins.parameters.cache_clear()
    assert plugins.parameters("probes", "own") == list("abcdef")


def test_the_parameters_of_a_misspelt_member_are_refused_as_the_member_is():
    with pytest.raises(BadOption, match=r"rnncompare/probes/ has no decodin\.py; it has .*Did you mean 'decoding'"):
        plugins.parameters("probes", "decodin")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("def own(a) -> dict: ...", "dict"),
        ("def own(a): ...", ""),
        ("def other(a) -> dict: ...\nown = other", "dict"),
        ("own = lambda a: None", ""),
    ],
)
def test_the_type_that_a_member_returns_is_found_in_any_form_of_its_definition(tmp_path, monkeypatch, text, wanted):
    (tmp_path / "probes").mkdir()
    (tmp_path / "probes/own.py").write_text(text)
    defined = {}
    exec(text, defined)
    monkeypatch.setattr(plugins, "PACKAGE", tmp_path)
    monkeypatch.setattr(plugins, "find", lambda folder, name: defined[name])
    plugins.returned.cache_clear()
    assert plugins.returned("probes", "own") == wanted
    plugins.returned.cache_clear()
