"""Invalid numbers, names and folders of a config are errors when it is read, with the place of the error."""

import copy
import os
from pathlib import Path

import pytest
import yaml

from rnncompare.comparison.sweep import specifications
from rnncompare.files.file_names import DEVICES, LONGEST, identifier, output_folder
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import BadCard, read_card
from rnncompare.recordings.loading import check_load
from rnncompare.study.config import read_config

ROOT = Path(__file__).parents[2]
READ = yaml.safe_load((ROOT / "workflow/config/demo.yaml").read_text())
DEMO, DECIDING = ["studies", "demo"], ["studies", "deciding"]


def changed(*changes):
    """Return the config of the demo with other values, each given after the keys that lead to it."""
    config = copy.deepcopy(READ)
    for place, value in changes:
        inner = config
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value
    return config


def refused(*changes):
    with pytest.raises(BadOption) as error:
        read_config(changed(*changes))
    return str(error.value)


@pytest.mark.parametrize(
    ("place", "value", "found"),
    [
        ([*DEMO, "recording", "options", "bin"], 0, "demo.recording.options.bin: found 0.0, wanted a width of at leas"),
        ([*DEMO, "recording", "options", "bin"], 1e-12, "demo.recording.options.bin: found 1e-12, wanted a width"),
        ([*DEMO, "recording", "options", "window"], [0.4, -0.6], "options.window: found [0.4, -0.6], wanted the start"),
        ([*DEMO, "recording", "options", "window"], [-1e5, 1e5], "options: found window [-100000.0, 100000.0] s in bi"),
        ([*DEMO, "recording", "options", "smooth"], -1, "options.smooth: found -1.0, wanted the SD of a Gaussian"),
        ([*DEMO, "seeds"], 10**9, "studies.demo.seeds: found 1000000000, wanted a number of seeds"),
        ([*DEMO, "seeds"], 0, "studies.demo.seeds: found 0, wanted a number of seeds of at least 1"),
        (["batch"], 501, "batch: found 501, wanted a number of networks in a batch of at least 1 and at most 500"),
        ([*DEMO, "network", "units"], 0, "demo.models.regularized.network.units: found 0, wanted a number of units"),
        ([*DEMO, "network", "tau"], 0, "demo.models.regularized.network.tau: found 0.0, wanted a time constant"),
        ([*DEMO, "network", "tau"], 0.005, "network.tau: found 0.005 s and time steps of 0.01 s, wanted a time consta"),
        ([*DECIDING, "network", "tau"], 0.04, "network.tau: found 0.04 s and time steps of 0.05 s"),
        ([*DECIDING, "network", "units"], 1, "one_area.network: leaky: connectivity: found excitatory 0.8, which is"),
        ([*DECIDING, "task", "dt"], 1e-12, "deciding.task.dt: found 1e-12, wanted a time step"),
        ([*DECIDING, "simulation", "bin"], 5, "simulation: found bin 5 s in window [-0.4, 1.2] s"),
        ([*DEMO, "training", "batch"], 0, "regularized.training.batch: found 0, wanted a number of trials"),
        ([*DEMO, "training", "steps"], -1, "regularized.training.steps: found -1, wanted a number of updates"),
        ([*DEMO, "training", "clip"], 0, "regularized.training.clip: found 0.0, wanted a number of at least 1e-12"),
        ([*DEMO, "training", "at_least"], 700, "regularized.training: found at_least 700, wanted from 0 to"),
        ([*DEMO, "training", "patience"], 5, "regularized.training: found patience 5, wanted null if"),
        ([*DEMO, "task", "delays"], [0.5, 0.5], "demo.task: delayed_reach: found delays [0.5, 0.5], wanted one or mor"),
        ([*DEMO, "comparison", "nulls", "conditions", "draws"], 10**12, "conditions.draws: found 1000000000000, wante"),
        ([*DEMO, "comparison", "preparation", "window"], [3, 4], "window: found [3.0, 4.0] s, wanted some of the time"),
        ([*DEMO, "comparison", "preparation", "window"], [1, 0], "preparation.window: found [1.0, 0.0], wanted the st"),
        ([*DEMO, "comparison", "preparation", "bin"], 5, "preparation: found bin 5 s in window [-0.6, 0.4] s, wanted "),
        ([*DEMO, "comparison", "preparation", "smooth"], 5, "preparation: found smooth 5 s in window [-0.6, 0.4] s"),
        ([*DEMO, "comparison", "units", "count"], 0, "comparison.units.count: found 0, wanted a number of units"),
        ([*DEMO, "sweep", "preparation", "smooth"], [0, -1], "sweep.preparation.smooth: found -1.0, wanted the SD"),
        ([*DEMO, "sweep", "options", "components"], [5, 0], "sweep: ridge.components: found 0, wanted a number of com"),
        (["probes", "jpca", "options", "surrogates", "draws"], 10**12, "options.surrogates.draws: found 1000000000000"),
        (["probes", "jpca", "options", "window"], [2, 3], "probes.jpca.window: found [2, 3] s, wanted some of the tim"),
        (["probes", "direction_decoding", "trials", "trials"], 0, "direction_decoding.trials.trials: found 0, wanted"),
        (["probes", "direction_decoding", "options", "train"], 0.5, "direction_decoding: decoding: found folds 5 and"),
        (["robustness", "repeats"], 1, "robustness.repeats: found 1, wanted a number of repeats of at least 2"),
        (["views", "psths", "options", "units"], 0, "views.psths.units: found 0, wanted a number of units"),
        (["calibration", "shares"], [0.5, 1.5], "calibration.shares.1: found 1.5, wanted a share above 0 and at most "),
        (["seed"], -1, "seed: found -1, wanted a seed of at least 0"),
    ],
)  # fmt: skip
def test_a_number_out_of_range_is_an_error_before_any_job(place, value, found):
    assert found in refused((place, value))


def test_a_task_that_exceeds_memory_is_an_error():
    task = [*DECIDING, "task"]
    message = refused(([*task, "train_trials"], 10**6), ([*task, "dt"], 0.002))
    assert (
        "deciding.task: checkerboard: found 1,000,640 trials of about 1,600 steps, 44.8 GB, wanted at most 16"
        in message
    )


def test_a_sweep_with_too_many_combinations_is_an_error():
    many = [k / 1000 for k in range(1000)]
    preparation = {"smooth": many, "lag": many}
    assert (
        "sweep: found 2,000,000 combinations of the values of smooth, lag, components, wanted at most 10,000"
        in refused(([*DEMO, "sweep", "preparation"], preparation))
    )
    own = {"smooth": 0, "lag": 0}
    assert len(specifications({"smooth": [k / 10 for k in range(100)], "lag": [0, 1]}, {}, own, {})) == 200


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_nonfinite_offset_of_a_card_is_an_error(tmp_path, value):
    folder = tmp_path / "simulated_reach"
    folder.mkdir()
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text()) | {"offset": value}
    (folder / "card.yaml").write_text(yaml.safe_dump(card))
    with pytest.raises(BadCard, match=r"offset: found (nan|inf)"):
        read_card(folder / "card.yaml")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["reader"].update(simultaneous=3), r"reader\.simultaneous: Input should be 0 or 1"),
        (lambda c: c["reader"].update(bin=0), r"reader\.bin: found 0\.0, wanted a width of at least 1e-05"),
        (
            lambda c: c["files"][0]["made_by"].update(units=0),
            r"made_by of .*\.units: found 0, wanted a number of units",
        ),
        (
            lambda c: c["files"].append({**copy.deepcopy(c["files"][0]), "file": "Session.nwb"}),
            r"found 'session\.nwb' and 'Session\.nwb",
        ),
    ],
)
def test_the_options_of_a_card_have_the_same_ranges(tmp_path, change, message):
    folder = tmp_path / "simulated_reach"
    folder.mkdir()
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text())
    card["files"][0]["file"] = "session.nwb"
    change(card)
    (folder / "card.yaml").write_text(yaml.safe_dump(card))
    with pytest.raises(ValueError, match=message):
        read_card(folder / "card.yaml")


def test_the_options_of_a_command_have_the_same_ranges():
    card = read_card(ROOT / "data/simulated_reach/card.yaml")
    usual = {"bin": 0.01, "smooth": 0, "window": [-0.3, 0.3], "minimum_rate": 0}
    check_load(card, usual)
    for change in ({"bin": float("nan")}, {"window": [1, -1]}, {"smooth": -1}, {"minimum_rate": -1}):
        with pytest.raises(BadOption, match=rf"^options\.{next(iter(change))}"):
            check_load(card, usual | change, "options")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a" * 300, f"found a name of 300 characters, 'aaaaaaaaaaaaaaaaaaaa..', wanted at most {LONGEST}"),
        ("Reach", "found name 'Reach', wanted lower-case letters"),
        ("a/b", "found name 'a/b', wanted lower-case letters"),
        ("a b", "found name 'a b', wanted lower-case letters"),
        ("a\n", "found name 'a\\n', wanted lower-case letters"),
        ("1a", "found name '1a', wanted lower-case letters"),
        ("con", "found 'con', which is a reserved file name on Windows"),
    ],
)
@pytest.mark.parametrize("kind", ["studies", "models", "controls", "similarity", "probes", "views", "nulls"])
def test_a_name_that_is_invalid_as_a_file_name_is_an_error(kind, name, message):
    place = {
        "studies": ["studies"],
        "models": [*DEMO, "models"],
        "controls": [*DEMO, "controls"],
        "nulls": [*DEMO, "comparison", "nulls"],
    }.get(kind, [kind])
    inner = copy.deepcopy(READ)
    for key in place:
        inner = inner[key]
    assert message in refused((place, inner | {name: next(iter(inner.values()))}))


def test_the_longest_name_and_names_similar_to_devices_are_valid():
    assert identifier("a" * LONGEST) == "a" * LONGEST
    assert identifier("console") == "console" and "lpt9" in DEVICES


@pytest.mark.parametrize("name", ["recordings", "tables", "figures", "report", "logs", "calibration"])
def test_a_study_cannot_have_the_name_of_another_folder_of_results(name):
    assert f"studies.{name}: found the name of another folder of results" in refused(
        (["studies"], READ["studies"] | {name: READ["studies"]["deciding"]})
    )


def test_a_source_cannot_have_the_name_of_the_task_in_views():
    assert "found a model 'target', which is the name of the task in views" in refused(
        ([*DEMO, "models", "target"], {})
    )


@pytest.mark.parametrize(
    "path",
    ["", "/", ".", "..", "../x", "-r", "results/-x", "./results", "results/", "a//b", "a b", "a;b", "a\nb", "a{b}", "~",
     "$HOME", "/tmp/elsewhere", "results/../..", ".hidden", "results/con", "a" * 300, "results."],
)  # fmt: skip
def test_results_are_written_only_below_the_folder_of_the_project(path):
    message = refused((["results"], path))
    assert message.startswith("config: results: found ") and "wanted" in message


def test_results_can_be_given_as_a_relative_or_absolute_path():
    for path in ("results", "results/demo", "out_1.2+a", os.path.abspath("results")):
        assert output_folder(path) == path


@pytest.mark.parametrize("path", ["data", "data/demo", "README.md", "README.md/x"])
def test_results_cannot_be_among_the_cards_or_replace_a_file(path):
    assert "results: found" in refused((["results"], path))


def test_models_whose_joined_names_are_equal_have_different_rules():
    text = (ROOT / "workflow/rules/activity.smk").read_text()
    (form,) = [line.strip() for line in text.splitlines() if "simulate_{name}" in line]
    names = [
        eval(form.partition("  #")[0], {"name": study, "model": model}) for study, model in (("a_b", "c"), ("a", "b_c"))
    ]
    assert len(set(names)) == 2
