"""Batches of networks: who is in which, which files there are, and what does not change when networks are added."""

import copy
from itertools import chain
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncompare.plugins import BadOption
from rnncompare.study.batches import batches, compared_with_each_other, divided, positions
from rnncompare.study.config import read_config
from rnncompare.study.paths import Paths

ROOT = Path(__file__).parents[2]
DEMO = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
WHERE = "results/demo/demo"


def config(batch: int, seeds: int, deep: bool = False, **study):
    changed = copy.deepcopy(DEMO) | {"batch": batch}
    changed["studies"]["demo"] |= {"seeds": seeds, **study}
    return read_config(changed, deep=deep)


@given(st.integers(1, 500), st.integers(1, 10_000))
@settings(max_examples=25, deadline=None)
def test_every_network_is_in_one_batch_in_its_order(batch, seeds):
    found = batches(config(batch, seeds), "demo", "regularized")
    assert list(chain(*found.values())) == (list(range(seeds)) if seeds > batch else [])
    assert {len(places) for places in list(found.values())[:-1]} <= {batch}
    assert all(0 < len(places) <= batch for places in found.values())


@pytest.mark.parametrize("seeds", [1, 49, 50])
def test_a_model_that_fits_into_a_batch_has_a_file_for_each_network(seeds):
    one = config(50, seeds)
    assert divided(one) == {}
    assert Paths(one).weights("demo", "regularized") == [f"{WHERE}/weights/regularized/{k}.pt" for k in range(seeds)]
    assert positions(one, "demo", "regularized", None) == range(seeds)
    assert all(
        Paths(one).similarity(kind) == Paths(config(500, seeds)).similarity(kind) for kind in ("rows.csv", "draws.nc")
    )


def test_a_divided_model_has_a_file_for_each_batch_and_the_same_tables():
    many = config(50, 120)
    paths = Paths(many)
    assert paths.activities("demo", "untrained") == [f"{WHERE}/activity/untrained/batch_{k}.zip" for k in range(3)]
    assert paths.weights("demo", "untrained", "batch_2") == [f"{WHERE}/weights/untrained/batch_2.zip"]
    assert paths.batches("demo", "similarity", "untrained")[1] == f"{WHERE}/similarity/untrained/batch_1.nc"
    assert paths.batches("demo", "probes/jpca", "untrained")[2] == f"{WHERE}/probes/jpca/untrained/batch_2.json"
    assert paths.similarity("rows.csv") == Paths(config(500, 120)).similarity("rows.csv")
    assert paths.probes() == Paths(config(500, 120)).probes() and paths.sweeps() == Paths(config(500, 120)).sweeps()
    assert divided(many) == {"demo": ["regularized", "unregularized", "untrained"]}  # controls have two repeats


def test_added_networks_change_no_full_batch():
    before, after = (batches(config(50, count), "demo", "regularized") for count in (100, 140))
    assert list(after)[:2] == list(before) and all(after[name] == before[name] for name in before)
    assert after["batch_2"] == range(100, 140)


def test_a_control_of_many_repeats_is_compared_batch_by_batch_with_the_one_that_it_names():
    controls = copy.deepcopy(DEMO["studies"]["demo"]["controls"])
    for name in ("half_of_units", "other_half"):
        controls[name]["repeats"] = 5
    paths = Paths(config(2, 2, controls=controls))
    assert paths.references("demo", "half_of_units", "batch_2") == [f"{WHERE}/activity/other_half/batch_2.zip"]
    assert paths.references("demo", "half_of_trials", None) == paths.activities("demo", "other_trials")
    assert paths.references("demo", "kinematics", None) == [f"{WHERE}/activity/recording/0.nc"]


def test_networks_of_the_first_batch_are_compared_with_each_other_and_shown():
    many = config(50, 120)
    paths, (view, *_) = Paths(many), DEMO["views"]
    first = [f"{WHERE}/activity/regularized/batch_0.zip"]
    assert compared_with_each_other(many, "demo", "regularized") == range(50)
    assert paths.recovered("demo")["regularized"] == paths.first_activities("demo", "regularized") == first
    assert paths.shown("demo", view)["regularized"] == first
    assert paths.shown_networks("demo", view)["regularized"] == 50
    for seeds, files, shown in ((60, 2, 60), (500, 3, 120)):
        views = DEMO["views"] | {view: DEMO["views"][view] | {"seeds": seeds}}
        paths = Paths(many.model_copy(update={"views": read_config(DEMO | {"views": views}, deep=False).views}))
        assert len(paths.shown("demo", view)["regularized"]) == files
        assert paths.shown_networks("demo", view)["regularized"] == shown


@pytest.mark.parametrize("key", ["within", "recovery"])
def test_single_networks_cannot_be_compared_with_each_other(key):
    others = dict.fromkeys({"within", "recovery"} - {key})
    with pytest.raises(
        BadOption, match=f"found batch 1 and studies.demo.{key}, which compares the networks of the fir"
    ):
        config(1, 3, deep=True, **others)


def test_the_number_of_pairs_is_that_of_the_first_batch():
    assert config(4, 5000, deep=True, within={"pairs": 8, "measures": ["rsa"]}).batch == 4
    with pytest.raises(BadOption, match="found 5 and 4 networks of regularized, wanted at least 6"):
        config(4, 5000, deep=True, within={"pairs": 5, "measures": ["rsa"]})


def test_the_number_of_files_is_limited():
    with pytest.raises(BadOption, match="found 30,012 files of activities of all"):
        config(1, 9_999, deep=True, within=None, recovery=None)
