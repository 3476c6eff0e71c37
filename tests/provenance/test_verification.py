"""Every tampered result of a run is found and named, and nothing is found in an untouched run."""

import json
import shutil

import pytest
from support import tampering
from support.tampering import OTHER, change_json, contents, edit, restore, swap
from support.tiny_run import step

from rnncompare.__main__ import main
from rnncompare.files import records
from rnncompare.files.checksums import atomic_with_checksum
from rnncompare.provenance.manifest import write_manifest
from rnncompare.provenance.verification import verify
from rnncompare.study import model_networks, places
from rnncompare.study.config import read_config

KINDS = {  # one of each kind of file of a run
    "recorded activity": "micro/activity/recording/0.nc",
    "task": "micro/task.nc",
    "trained network": "micro/weights/trained/1.pt",
    "untrained network": "micro/weights/untrained/0.pt",
    "activity of a network": "micro/activity/trained/0.nc",
    "activity of a control": "micro/activity/inputs/0.nc",
    "rows": "micro/similarity/trained.rows.csv",
    "summary": "micro/similarity/trained.summary.csv",
    "nulls": "micro/similarity/untrained.nulls.csv",
    "draws": "micro/similarity/inputs.draws.nc",
    "rows of a probe": "micro/probes/ratio/trained.csv",
    "rows of a view": "micro/views/outputs.csv",
    "table": "tables/summary.csv",
    "table of contrasts": "tables/contrasts.csv",
    "table of trainings": "tables/training.csv",
    "figure as PDF": "figures/micro/training.pdf",
    "figure as SVG": "figures/micro/training.svg",
    "figure as PNG": "figures/micro/training.png",
    "source data of a figure": "figures/micro/training.csv",
    "provenance": "provenance.json",
    "places of recordings": "recordings/found.json",
    "report": "report/index.html",
}
WAYS = ["flip", "cut", "flip_the_checksum", "remove_the_checksum", "edit", "change_the_record"]
# Nothing is made from these files but the report, or nothing at all.
LAST = ["figure as PDF", "figure as PNG", "report"]
MANIFEST = {  # changes of the manifest, with its checksum recomputed
    "the checksum of a table": (("files", "tables/summary.csv", "sha256"), OTHER),
    "an input of a table": (("files", "tables/summary.csv", "inputs", "tables/probes.csv"), OTHER),
    "the step of a table": (("files", "tables/summary.csv", "step"), "collect"),
    "the options of a network": (("files", "micro/weights/trained/0.pt", "options"), "0" * 16),
    "no table": (("files", "tables/summary.csv"), None),
    "another file": (("files", "tables/other.csv"), {"sha256": OTHER}),
    "a file outside": (("files", "../other.csv"), {"sha256": OTHER}),
    "another seed": (("config", "seed"), 2),
    "another learning rate": (("config", "studies", "micro", "training", "learning_rate"), 0.5),
    "another commit": (("code", "commit"), "1" * 40),
    "changed code": (("code", "changed"), True),
    "another recording": (("recordings", 0, "sha256"), OTHER),
    "another form": (("format",), "mine"),
    "an entry of another form": (("files", "tables/summary.csv"), "mine"),
    "no config": (("config",), None),
}


def faults(results) -> str:
    return "\n".join(verify(results).faults)


def manifest_again(results):
    """Make the manifest of what lies there now, as the last job of a run does."""
    path = results / "manifest.json"
    write_manifest(results, json.loads(path.read_text())["config"], path)


def record_lost(results):
    """The manifest was made without a job around it, and has no record, which is no subject of a test."""
    return [f for f in verify(results).faults if not f.startswith("manifest.json: it has no record")]


def test_nothing_is_found_in_an_untouched_run(results, capsys):
    found = verify(results)
    assert (found.faults, found.notes) == ([], [])
    manifest = json.loads((results / "manifest.json").read_text())
    assert found.files == len(manifest["files"]) > 35
    assert main(["verify", "results"]) == 0
    assert found.manifest_sha256 in capsys.readouterr().out


def test_the_manifest_lists_every_result(results):
    manifest = json.loads((results / "manifest.json").read_text())
    listed = {results / name for name in manifest["files"]}
    made = {p for p in contents(results) if p.suffix != ".sha256" and not p.name.startswith(".")}
    simulated = results / "recordings/simulated_reach/simulated_reach.nwb"
    assert made - listed == {results / "manifest.json", simulated}
    assert set(KINDS.values()) < set(manifest["files"])


@pytest.mark.parametrize("way", WAYS)
def test_a_tampered_file_of_any_kind_is_named(way, results, untouched):
    """132 tampered files: 22 kinds, in 6 ways."""
    for kind, name in KINDS.items():
        getattr(tampering, way)(results / name)
        found = faults(results)
        assert name in found or f"{name}.sha256" in found, (kind, way)
        restore(results.parent, untouched)


def test_every_missing_file_is_named(results, untouched):
    for name in json.loads((results / "manifest.json").read_text())["files"]:
        (results / name).unlink()
        assert f"{name}: it is missing." in faults(results)
        restore(results.parent, untouched)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (*LAST, "places of recordings")])
def test_an_edited_file_is_found_by_what_was_made_from_it_even_if_the_manifest_was_made_again(kind, results):
    edit(results / KINDS[kind])
    manifest_again(results)
    assert any(f"from another version of {KINDS[kind]}" in fault for fault in verify(results).faults)


@pytest.mark.parametrize("kind", LAST)
def test_a_file_from_which_nothing_is_made_can_be_edited_unnoticed_if_the_manifest_is_made_again(kind, results):
    """As docs/provenance.md says, only the published checksum of the manifest shows it."""
    before = verify(results).manifest_sha256
    edit(results / KINDS[kind])
    manifest_again(results)
    assert record_lost(results) == []
    assert main(["verify", "results", "--manifest-sha256", before]) == 1


@pytest.mark.parametrize("change", MANIFEST)
def test_an_altered_manifest_with_a_correct_checksum_is_named(change, results):
    keys, value = MANIFEST[change]
    change_json(results / "manifest.json", *keys, value=value)
    name = keys[1] if keys[0] == "files" and value != "mine" else "manifest.json"
    assert name in faults(results)


@pytest.mark.parametrize("kind", ["codes", "made_with"])
def test_an_altered_description_of_code_or_libraries_is_named(kind, results):
    key = next(iter(json.loads((results / "manifest.json").read_text())[kind]))
    change_json(results / "manifest.json", kind, key, "version", value="9.9")
    assert f"its entry {kind} {key} was altered" in faults(results)


@pytest.mark.parametrize("entry", [("written",), ("machine", "processor")])
def test_only_the_published_checksum_shows_an_altered_time_or_machine_of_the_manifest(entry, results, capsys):
    before = verify(results).manifest_sha256
    change_json(results / "manifest.json", *entry, value="another")
    assert verify(results).faults == []
    assert main(["verify", "results", "--manifest-sha256", before]) == 1
    assert "its sha256 is" in capsys.readouterr().out


def test_a_removed_or_unreadable_manifest_is_named_and_the_rest_is_still_verified(results):
    edit(results / "tables/probes.csv")
    for change in (lambda path: path.write_text("{"), lambda path: path.unlink()):
        change(results / "manifest.json")
        found = faults(results)
        assert "manifest.json: " in found and "made from another version of tables/probes.csv" in found


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(
    "one, other",
    [
        ("micro/activity/trained/0.nc", "micro/activity/trained/1.nc"),
        ("micro/weights/trained/0.pt", "micro/weights/trained/1.pt"),
        ("micro/activity/untrained/0.nc", "micro/activity/inputs/0.nc"),
        ("micro/similarity/trained.rows.csv", "micro/similarity/untrained.rows.csv"),
        ("tables/similarity.csv", "tables/nulls.csv"),
        ("figures/micro/training.png", "figures/micro/training.pdf"),
    ],
)
def test_files_in_each_others_places_are_named(one, other, again, results):
    swap(results / one, results / other)
    if again:
        manifest_again(results)
    found = faults(results)
    assert one in found and other in found


def test_a_network_of_another_config_is_named_even_if_all_that_was_made_from_it_agrees(results):
    """Trained anew with other options at the same place, by the step itself."""
    study, name = read_config(results.parent / "config.yaml").studies["micro"], "micro/weights/trained/0.pt"
    options = model_networks.model_options(study, "trained")
    options["training"]["learning_rate"] = 0.01
    how = {"task": "results/micro/task.nc", "seed": 0, "label": "micro/trained/0"}
    step("train", **how, out=f"results/{name}", options=options)
    manifest_again(results)
    assert f"{name}: it was made with other options than those of the config" in faults(results)


def test_a_figure_that_is_older_than_its_table_is_named(results):
    rows = ["results/micro/probes/ratio/recording.csv"]
    step("collect", rows=rows, out="results/tables/probes.csv")  # without those of the networks
    for again in (False, True):
        (users,) = [fault for fault in verify(results).faults if "from another version of tables/probes.csv" in fault]
        assert "figures/micro/training" in users
        if not again:
            manifest_again(results)


def test_results_that_were_made_without_a_run_have_no_record(results):
    path = results / "tables/probes.csv"
    content = path.read_bytes()
    (results / "tables/probes.csv.sha256").unlink()
    with atomic_with_checksum(path) as temporary:
        temporary.write_bytes(content)
    assert "tables/probes.csv: it has no record of what it was made from." in faults(results)


def test_a_changed_recording_and_a_changed_card_are_named(results, tmp_path, monkeypatch):
    recording = results / "recordings/simulated_reach/simulated_reach.nwb"
    tampering.flip(recording)
    assert "simulated_reach/simulated_reach.nwb: it has changed since the run" in faults(results)
    digest = tampering.hashlib.sha256(recording.read_bytes()).hexdigest()
    change_json(results / "recordings/found.json", "simulated_reach", 0, "sha256", value=digest)
    assert "recordings/found.json: it is not the file that manifest.json lists" in faults(results)
    card = results.parent / "data/simulated_reach/card.yaml"
    card.write_text(card.read_text() + "# edited\n")
    assert "simulated_reach/card.yaml: it has changed since the run" in faults(results)
    card.unlink()  # the card of the project is another
    assert "simulated_reach/card.yaml: it has changed since the run" in faults(results)
    monkeypatch.setenv(places.PROJECT, str(tmp_path))
    assert "simulated_reach/card.yaml: it is not on this machine, and was not checked." in verify(results).notes


@pytest.mark.parametrize(
    "name", ["tables/mine.csv", "micro/activity/trained/7.nc", "figures/micro/mine.png", "mine.csv", "notes/a/b.txt"]
)
def test_a_foreign_file_is_named(name, results):
    (results / name).parent.mkdir(parents=True, exist_ok=True)
    (results / name).write_text("mine")
    assert verify(results).faults == [f"{name}: it does not belong to this run."]


def test_logs_hidden_files_other_runs_and_checks_are_not_foreign(results, tmp_path):
    shutil.copytree(results, tmp_path / "copy")
    shutil.copytree(tmp_path / "copy", results / "rerun")
    for name in ("logs/a.log", "check/mine.png", ".DS_Store", "tables/._a.csv", "README.md", "recordings/hashes.json"):
        (results / name).parent.mkdir(parents=True, exist_ok=True)
        (results / name).write_text("")
    assert verify(results).faults == []


def test_captions_and_source_data_of_composed_figures_belong_to_the_run(results):
    for name in ("training_caption.txt", "training_source_data/a_training.csv"):
        path = results / "figures/micro" / name
        with records.job("figure", {}, lambda: {"code": {}, "made_with": {}}), atomic_with_checksum(path) as temporary:
            temporary.write_text("1\n")
    assert {"figures/micro/training_caption.txt: it does not belong to this run."} < set(verify(results).faults)
    manifest_again(results)
    assert record_lost(results) == []
    edit(results / "figures/micro/training_caption.txt")
    assert "figures/micro/training_caption.txt: it is not the file that manifest.json lists" in faults(results)


def test_results_elsewhere_are_verified_with_their_own_cards(results, tmp_path, monkeypatch):
    shutil.copytree(results.parent, tmp_path / "moved")
    monkeypatch.chdir(tmp_path)
    assert verify(tmp_path / "moved/results").faults == []


def test_a_command_on_no_results_and_on_faults_ends_with_status_1(results, capsys):
    assert main(["verify", "nowhere"]) == 1
    assert "nowhere: found no such folder, wanted" in capsys.readouterr().err
    edit(results / "tables/summary.csv")
    assert main(["verify", "results"]) == 1
    said = capsys.readouterr()
    assert "found" in said.err and "tables/summary.csv: it is not the file that manifest.json lists" in said.out
