"""Every member of similarity/ and probes/ is a function of arrays, found by itself; members can still be imported."""

import importlib
import inspect
import pickle
import pkgutil
from types import FunctionType, ModuleType

import numpy as np
import pandas as pd
import pytest
from conftest import make_activity
from probes.test_contract import OPTIONS as PROBE_OPTIONS
from probes.test_contract import rows as probe_rows
from probes.test_contract import single_trials, weights_of

import rnncompare
from rnncompare import plugins
from rnncompare.activity import BadActivity
from rnncompare.comparison.measure_card import card_of
from rnncompare.comparison.pair import Pair
from rnncompare.library.result import Result
from rnncompare.plugins import BadOption

MEASURES, PROBES = plugins.available("similarity"), plugins.available("probes")
MEMBERS = [(folder, name) for folder in ("similarity", "probes") for name in plugins.available(folder)]


def smooth(seed, conditions=6, times=25, units=12):
    return make_activity(seed, conditions, times, units).rate.values


def small(name):
    """Options with which a measure is quick."""
    return {"starts": 2, "iterations": 20} if name == "dsa" else {}


@pytest.mark.parametrize(("folder", "name"), MEMBERS)
def test_an_attribute_is_a_function_and_the_module_stays_a_module(folder, name):
    package = importlib.import_module(f"rnncompare.{folder}")
    module = importlib.import_module(f"rnncompare.{folder}.{name}")
    function = getattr(package, name)
    assert isinstance(function, FunctionType) and isinstance(module, ModuleType)
    assert function is getattr(package, name)
    assert getattr(module, name) is plugins.find(folder, name) is not function
    assert (function.__name__, function.__module__) == (name, f"rnncompare.{folder}")


@pytest.mark.parametrize(("folder", "name"), MEMBERS)
def test_a_function_has_the_options_the_docstring_and_the_card_of_its_member(folder, name):
    function, member = getattr(getattr(rnncompare, folder), name), plugins.find(folder, name)
    signature = inspect.signature(function)
    assert set(plugins.options_of(member)) <= set(signature.parameters)
    assert signature.return_annotation is Result
    assert function.card is card_of(member)
    text = inspect.getdoc(function)
    assert text.startswith(inspect.getdoc(member)) and function.card.pitfalls in text
    assert "Annotated" not in str(signature)


@pytest.mark.parametrize("folder", ["similarity", "probes"])
def test_a_folder_lists_its_members_and_stars_import_them(folder):
    package = getattr(rnncompare, folder)
    shown = [name for name in dir(package) if not name.startswith("_")]
    assert set(plugins.available(folder)) <= set(shown) and shown == package.__all__
    names = {}
    exec(f"from rnncompare.{folder} import *", names)
    assert all(callable(names[name]) for name in shown)
    assert {info.name for info in pkgutil.iter_modules(package.__path__)} >= set(plugins.available(folder))


def test_imports_of_either_kind_give_what_they_say():
    from rnncompare.similarity import cca as function
    from rnncompare.similarity.cca import cca as member

    assert function is rnncompare.similarity.cca and member is plugins.find("similarity", "cca")
    assert pickle.loads(pickle.dumps(function)) is function
    assert pickle.loads(pickle.dumps(member)) is member


def test_a_name_that_is_none_is_answered_with_the_nearest():
    with pytest.raises(AttributeError, match=r"module 'rnncompare.similarity' has no attribute 'ccaa'.*mean 'cca'"):
        rnncompare.similarity.ccaa  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'ccaa'"):
        from rnncompare.similarity import ccaa  # noqa: F401
    assert not hasattr(rnncompare.similarity, "__wrapped__")


@pytest.fixture
def added(tmp_path, monkeypatch):
    """A function: a user's own file in similarity/."""

    def add(name, text):
        package, available = importlib.import_module("rnncompare.similarity"), plugins.available
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        found = {"similarity": [name]}
        monkeypatch.setattr(plugins, "available", lambda folder: sorted(available(folder) + found.get(folder, [])))
        monkeypatch.delitem(importlib.sys.modules, f"rnncompare.similarity.{name}", raising=False)

    return add


def test_a_new_file_is_a_function_at_once(added):
    added("pace", 'def pace(x, y, *, power: int):\n    """Fast."""\n    return {"pace": abs(x).mean() ** power}\n')
    x = smooth(1)
    wanted = np.abs(x - x.mean(axis=0)).mean() ** 2
    assert float(rnncompare.similarity.pace(x, smooth(2), power=2)) == pytest.approx(wanted)
    with pytest.raises(BadOption, match="pace: found no power, wanted a value of each required argument"):
        rnncompare.similarity.pace(x, smooth(2))
    assert rnncompare.compare(x, smooth(2), {"pace": {"power": 2}}, nulls=None).value[0] == pytest.approx(wanted)


def test_a_broken_file_fails_when_it_is_called_and_not_before(added):
    added("broken", "def broken(pair: not python\n")
    assert "broken" in dir(rnncompare.similarity)
    names = [name for name, _ in inspect.getmembers(rnncompare.similarity, callable)]
    assert {"broken", "cca"} <= set(names)
    assert float(rnncompare.similarity.cka(smooth(1), smooth(1))) == pytest.approx(1)
    with pytest.raises(
        BadOption, match=r"rnncompare/similarity/broken.py: found SyntaxError\(.* during import, wanted"
    ):
        rnncompare.similarity.broken(smooth(1), smooth(2))


def test_a_member_that_was_replaced_is_the_one_that_is_called(monkeypatch):
    def cca(pair, *, components: int, curve: list[int]):
        return {"mean": np.full(len(pair.orders), 0.25)}

    monkeypatch.setattr(importlib.import_module("rnncompare.similarity.cca"), "cca", cca)
    assert float(rnncompare.similarity.cca(smooth(1), smooth(2))) == 0.25


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_gives_what_the_member_gives_of_a_pair(name):
    x, y = smooth(1), smooth(2, units=9)
    function = getattr(rnncompare.similarity, name)
    found = function(x, y, **small(name))
    options = {key: found.options[key] for key in plugins.options_of(plugins.find("similarity", name))}
    values = plugins.find("similarity", name)(Pair(x, y, np.arange(6)[None], "removed"), **options)
    values = getattr(values, "values", values) if not isinstance(values, dict) else values
    assert dict(found) == pytest.approx({key: float(np.ravel(value)[0]) for key, value in values.items()}, abs=1e-12)
    assert found.primary == next(iter(values)) and float(found) == found[found.primary]
    assert found.p is None and found.low is None and found.null == {}


@pytest.mark.parametrize("name", ["cca", "procrustes", "rsa", "pwcca"])
def test_a_measure_gives_what_compare_gives(name):
    x, y = smooth(1), smooth(2)
    arguments = {"nulls": 20, "intervals": 3, "ceilings": 2, "soft_normalise": 0.2, "seed": 3}
    found = getattr(rnncompare.similarity, name)(x, y, **arguments)
    pd.testing.assert_frame_equal(found.table, rnncompare.compare(x, y, name, **arguments))
    first = found.table.iloc[0]
    assert (found.p, found.low, found.high, found.null_mean, found.null_95) == tuple(
        first[["p", "low", "high", "null_mean", "null_95"]]
    )
    null = found.null[found.primary]
    assert len(null) == 20 and null.mean() == pytest.approx(found.null_mean)


def test_the_mean_over_networks_is_the_result_of_a_list():
    networks, y = [smooth(1), smooth(2)], smooth(3)
    each = [rnncompare.similarity.rsa(x, y) for x in networks]
    both = rnncompare.similarity.rsa(networks, y, nulls=20)
    assert float(both) == pytest.approx(np.mean([float(one) for one in each])) and both.low is not None


def test_procrustes_is_the_shape_metric_with_alpha_1():
    x, y = smooth(1), smooth(2)
    assert dict(rnncompare.similarity.procrustes(x, y)) == dict(rnncompare.similarity.shape(x, y, alpha=1.0))


def test_a_mistake_is_named_with_the_argument():
    x, y = smooth(1), smooth(2)
    for changed, message in (
        (
            {"component": 3},
            "cca: found argument 'component', wanted one of x, y, .*mean 'components'",
        ),
        ({"components": 0}, "cca.components: found 0, wanted a number of components of at least 1"),
        ({"curve": [20]}, r"cca: .*found \[20\] in curve"),
        ({"nulls": -2}, "cca.nulls: found -2"),
        ({"signal": "both"}, "cca.signal: found 'both', wanted 'removed' or 'kept'"),
    ):
        with pytest.raises(BadOption, match=message):
            rnncompare.similarity.cca(x, y, **changed)
    with pytest.raises(BadActivity, match="cca: x: found an array of shape"):
        rnncompare.similarity.cca(x[0, 0], y)
    with pytest.raises(TypeError, match="missing a required argument: 'y'"):
        rnncompare.similarity.cca(x)


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_gives_the_rows_of_its_member(name, made_up):
    data = single_trials(made_up)
    function = getattr(rnncompare.probes, name)
    options = {
        key: (value[name] if isinstance(value, dict) else value)
        for key, value in PROBE_OPTIONS.items()
        if key in plugins.options_of(plugins.find("probes", name))
    }
    more = [weights_of(data)] if name == "axis_overlap" else []
    found = function(data, *more, **options)
    pd.testing.assert_frame_equal(found.table, pd.DataFrame(probe_rows(name, data)))
    assert set(found) == {row["statistic"] for row in probe_rows(name, data)}
    assert found.primary == probe_rows(name, data)[0]["statistic"]


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_runs_with_its_default_options(name, made_up):
    data = single_trials(made_up)
    needed = {
        "axis_overlap": {"parts": PROBE_OPTIONS["parts"]["axis_overlap"]},
        "choice_probability": {"permutations": 20, "min_trials": 2},
        "demixed_variance": {"parts": PROBE_OPTIONS["parts"]["axis_overlap"]},
        "targeted_regression": {"variables": {"choice": "choice"}, "components": 4},
    }
    more = [weights_of(data)] if name == "axis_overlap" else []
    found = getattr(rnncompare.probes, name)(data, *more, **needed.get(name, {}))
    assert isinstance(found, Result) and len(found) >= 1 and name in repr(found)
