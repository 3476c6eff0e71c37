"""An archive of a run can be unpacked elsewhere and checked, and any change of it is found."""

import json
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
import yaml
from support.tampering import change_json, contents, edit, restore

from rnncompare.__main__ import main
from rnncompare.provenance import crate
from rnncompare.provenance.archive import write_archive
from rnncompare.provenance.archive_check import verify_archive
from rnncompare.provenance.verification import verify
from rnncompare.recordings.card import read_card
from rnncompare.study.config import read_config

LICENCE = "https://spdx.org/licenses/CC-BY-4.0"
# The terms of the published context of RO-Crate 1.3 that occur in archives.
TERMS = {
    **{name: f"http://schema.org/{name}" for name in (
        "about", "citation", "contentSize", "datePublished", "description", "encodingFormat", "endTime", "hasPart",
        "instrument", "license", "mentions", "name", "object", "result", "sha256", "softwareVersion", "url", "version",
        "CreateAction", "CreativeWork", "Dataset", "SoftwareApplication",
    )},
    "File": "http://schema.org/MediaObject",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
}  # fmt: skip


@pytest.fixture(scope="module")
def archived(run, tmp_path_factory) -> Path:
    """The folder of an unpacked archive, and beside it the zip file."""
    folder = tmp_path_factory.mktemp("archive")
    write_archive(run, folder / "run.zip", LICENCE)
    with zipfile.ZipFile(folder / "run.zip") as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.fixture(scope="module")
def before(archived):
    return contents(archived)


@pytest.fixture
def unpacked(archived, before, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield archived
    restore(archived, before)


def described(folder: Path) -> list[dict]:
    return json.loads((folder / crate.METADATA).read_text())["@graph"]


def test_an_unpacked_archive_is_verified_anywhere_without_the_recordings(unpacked, capsys):
    found = verify_archive(unpacked)
    assert found.faults == []
    assert found.notes == ["simulated_reach/simulated_reach.nwb: it is not on this machine, and was not checked."]
    assert main(["verify", str(unpacked)]) == 0
    assert f"{found.files} files are what they were made of" in capsys.readouterr().out


def test_an_archive_has_the_results_the_config_the_cards_and_the_code_and_no_recordings(unpacked):
    names = {path.relative_to(unpacked).as_posix() for path in contents(unpacked)}
    assert {"README.md", "config.yaml", "results/manifest.json", "results/report/index.html"} < names
    assert {"results/tables/summary.csv", "results/figures/micro/training.pdf", "code/Snakefile"} < names
    assert {"code/requirements.lock", "code/workflow/rules/common.smk", "data/simulated_reach/card.yaml"} < names
    assert not [name for name in names if name.endswith((".nwb", ".nc", ".pt"))]
    assert not [name for name in names if "found.json" in name]  # it has places on this machine
    assert read_card(unpacked / "data/simulated_reach/card.yaml").name == "simulated_reach"


def test_the_config_of_an_archive_can_be_run_as_its_page_says(unpacked, monkeypatch):
    monkeypatch.chdir(unpacked)
    config = read_config("config.yaml")
    assert (config.results, config.data) == ("results", "data")
    page = (unpacked / "README.md").read_text()
    assert "    rnncompare verify .\n" in page
    (command,) = re.findall("^    (snakemake .*)$", page, re.MULTILINE)
    words = command.split()
    assert Path(words[words.index("--snakefile") + 1]).is_file()
    assert Path(words[words.index("--configfile") + 1]).is_file()


def test_the_same_run_gives_the_same_archive(run, archived, tmp_path):
    write_archive(run, tmp_path / "again.zip", LICENCE)
    assert (tmp_path / "again.zip").read_bytes() == (archived.parent / "run.zip").read_bytes()


@pytest.mark.parametrize("kind", ["results/tables", "results/figures", "results", "data", "code/rnncompare", "."])
def test_any_change_of_a_file_of_an_archive_is_named(kind, unpacked, before):
    """Of each folder, up to 12 files: changed, and removed."""
    own = sorted(path for path in before if path.is_relative_to(unpacked / kind))
    for path in own[:: max(1, len(own) // 12)]:
        name = path.relative_to(unpacked).as_posix()
        path.write_bytes(before[path] + b" ")
        assert any(name in fault or name.removeprefix("results/") in fault for fault in verify_archive(unpacked).faults)
        if name != crate.METADATA:
            path.unlink()
            faults = verify_archive(unpacked).faults
            assert any(name in fault or name.removeprefix("results/") in fault for fault in faults), name
        restore(unpacked, before)


def described_again(folder: Path) -> None:
    """Describe an archive anew after its files were changed."""
    entries = json.loads((folder / crate.METADATA).read_text())
    for entry in entries["@graph"]:
        if entry["@type"] == "File" and (folder / entry["@id"]).is_file():
            entry["sha256"] = crate.checksum_of((folder / entry["@id"]).read_bytes())
    content = json.dumps(entries).encode()
    (folder / crate.METADATA).write_bytes(content)
    (folder / f"{crate.METADATA}.sha256").write_text(f"{crate.checksum_of(content)}  {crate.METADATA}\n")


@pytest.mark.parametrize(
    "name, said",
    [
        ("results/tables/summary.csv", "tables/summary.csv: it is not the file that manifest.json lists"),
        ("config.yaml", "config.yaml: it is not the config of the run"),
        ("code/rnncompare/similarity/rsa.py", "code: it is not the code of the run"),
        ("data/simulated_reach/card.yaml", "simulated_reach/card.yaml: it has changed since the run"),
    ],
)
def test_a_change_is_found_even_if_the_archive_was_described_again(name, said, unpacked):
    if name.endswith(".csv"):
        edit(unpacked / name)
    else:
        (unpacked / name).write_text((unpacked / name).read_text() + "# edited\n")
    described_again(unpacked)
    assert any(said in fault for fault in verify_archive(unpacked).faults)


def test_an_altered_manifest_and_foreign_files_are_named(unpacked):
    (unpacked / "results/tables/mine.csv").write_text("a\n")
    (unpacked / "notes.txt").write_text("mine")
    faults = verify_archive(unpacked).faults
    assert "tables/mine.csv: it does not belong to this run." in faults
    assert "notes.txt: it does not belong to this archive." in faults
    change_json(unpacked / "results/manifest.json", "files", "micro/task.nc", "sha256", value="0" * 64)
    described_again(unpacked)
    faults = verify_archive(unpacked).faults
    assert any("made from another version of micro/task.nc" in fault for fault in faults)


def test_what_running_it_again_writes_is_not_foreign(unpacked):
    for name in ("rerun/tables/a.csv", ".snakemake/log", "data/simulated_reach/session.nwb", "environment/pyvenv.cfg"):
        (unpacked / name).parent.mkdir(parents=True, exist_ok=True)
        (unpacked / name).write_text("")
    assert verify_archive(unpacked).faults == []


def test_a_run_with_faults_or_of_other_code_is_not_archived(results, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("rnncompare.provenance.archive.whole_package_sha256", lambda: "0" * 64)
        with pytest.raises(ValueError, match="wanted that with which the run was finished"):
            write_archive(results, tmp_path / "a.zip", LICENCE)
    edit(results / "tables/summary.csv")
    with pytest.raises(ValueError, match="wanted a run in which everything is what it was made of"):
        write_archive(results, tmp_path / "a.zip", LICENCE)
    assert not (tmp_path / "a.zip").exists() and verify(results).faults


def test_the_description_has_only_terms_of_the_published_context(archived):
    whole = json.loads((archived / crate.METADATA).read_text())
    assert whole["@context"] == "https://w3id.org/ro/crate/1.3/context"
    for entry in whole["@graph"]:
        kinds = entry["@type"] if isinstance(entry["@type"], list) else [entry["@type"]]
        assert {*kinds, *entry} - {"@id", "@type"} <= TERMS.keys(), entry


def test_the_description_follows_the_rules_of_ro_crate(archived):
    """The rules that the specification states with MUST."""
    entries = {entry["@id"]: entry for entry in described(archived)}
    assert len(entries) == len(described(archived))  # each entity is described once
    descriptor = entries[crate.METADATA]
    assert descriptor["@type"] == "CreativeWork" and descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.3"}
    root = entries["./"]
    assert root["@type"] == "Dataset" and root["name"] and root["description"]
    assert date.fromisoformat(root["datePublished"]) and root["license"] == {"@id": LICENCE}
    parts = {part["@id"] for part in root["hasPart"]}
    files = {path.relative_to(archived).as_posix() for path in contents(archived)}
    assert {part for part in parts if "://" not in part} == files - {crate.METADATA, f"{crate.METADATA}.sha256"}
    assert parts == {name for name, entry in entries.items() if entry["@type"] == "File"}

    def linked(found):
        if isinstance(found, dict):
            return {found["@id"]}
        return set().union(*map(linked, found)) if isinstance(found, list) else set()

    for entry in entries.values():
        for key, found in entry.items():
            if key not in ("@id", "@type", "conformsTo"):
                assert linked(found) <= entries.keys(), (entry["@id"], key)
    assert entries[crate.PROGRAM]["@type"] == "SoftwareApplication" and entries[crate.PROGRAM]["version"]
    assert entries[crate.RUN]["instrument"] == {"@id": crate.PROGRAM}


def test_recordings_are_described_with_address_checksum_licence_and_citation(archived):
    path = Path(__file__).parents[2] / "data/sussillo2015_m1/card.yaml"
    card = read_card(path, deep=False)
    manifest = {"recordings": [], "code": {}, "written": "2000-01-01", "config": {"studies": {"a": {"title": "A"}}}}
    found = {e["@id"]: e for e in crate.metadata({"config.yaml": b""}, manifest, [card], LICENCE)["@graph"]}
    for file in yaml.safe_load(path.read_text())["files"]:
        entry = found[file["url"]] if file.get("url") else found[f"#{card.name}/{file['file']}"]
        assert entry.get("sha256") == file["sha256"] and card.licence in entry["description"]
        assert entry["citation"] == card.citation
