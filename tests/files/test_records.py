"""Files that a job writes carry a record of what they were made from, which can be read from their bytes."""

import json
import shutil
import subprocess

import pandas as pd
import pytest
from conftest import make_activity
from matplotlib.figure import Figure
from support.deciding import NETWORK, small_network

from rnncompare import activity, figures
from rnncompare.files import records
from rnncompare.files.checksums import atomic_with_checksum, verify
from rnncompare.training import checkpoint

# Characters that the formats write in other ways, and more than the 64 kB that some of them limit.
NASTY = {"names": 'a (b) \\ "c" <d> & é\n', "depth": [[{}]], "many": {f"{k}/" * 3: "0" * 64 for k in range(2000)}}


def describe() -> dict:
    return {"code": {"version": "1"}, "made_with": {"processor": "Some (R) CPU \\ <2> & 3"}}


def make(path, options=NASTY) -> dict:
    """Write a file of the kind of its suffix in a job; return its record."""
    with records.job("a_step", options, describe):
        if path.suffix == ".nc":
            activity.write(make_activity(1, times=5, units=3), path)
        elif path.suffix == ".pt":
            given = {name: NETWORK[name] for name in ("inputs", "outputs", "dt", "seed")}
            checkpoint.save(path, small_network(), config={}, given=given, device="cpu", history=None)
        elif path.suffix == ".zip":
            activity.write_all([(1, make_activity(1, times=5, units=3))], [path])
        elif path.suffix in figures.METADATA:
            drawn = Figure(figsize=(1, 1))
            drawn.subplots().plot([1, 2])
            figures.save(drawn, pd.DataFrame({"x": [1]}), path)
        else:
            with atomic_with_checksum(path) as temporary:
                temporary.write_text("1\n")
    place = path if path.suffix in records.CARRIERS else path.with_name(path.name + ".sha256")
    return records.record_in(place.read_bytes(), place.suffix)


@pytest.mark.parametrize("suffix", [".nc", ".pt", ".zip", ".pdf", ".svg", ".png", ".csv", ".json", ".html"])
def test_the_record_in_a_file_of_any_kind_is_that_which_was_written(suffix, tmp_path):
    found = make(tmp_path / f"a{suffix}")
    assert set(found) == records.KEYS
    assert found["options"] == json.loads(json.dumps(NASTY))
    assert found["code"] == describe()["code"] and found["made_with"] == describe()["made_with"]
    assert (found["step"], found["name"], found["inputs"]) == ("a_step", f"a{suffix}", {})


@pytest.mark.parametrize("suffix", [".nc", ".pt", ".zip", ".pdf", ".svg", ".png", ".csv"])
def test_the_same_job_writes_the_same_bytes_in_any_folder(suffix, tmp_path):
    for name in ("one", "deeper/two"):
        results = tmp_path / name / "results"
        results.mkdir(parents=True)
        records.begin(results, {"commit": "c"})
        make(results / f"a{suffix}", {"path": f"{results}/table.csv", "seed": 1})
    one, two = (sorted((tmp_path / name / "results").iterdir()) for name in ("one", "deeper/two"))
    assert [path.name for path in one] == [path.name for path in two]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_a_record_names_what_was_read_and_not_what_was_read_apart(tmp_path):
    outside = tmp_path / "outside" / "given.csv"
    results = tmp_path / "results"
    results.mkdir()
    records.begin(results, {"commit": "c", "changed": True})
    for path in (outside, *(results / f"tables/{name}.csv" for name in "abc")):
        with atomic_with_checksum(path) as temporary:
            temporary.write_text(path.name)
    with records.job("a_step", {}, describe):
        verify(results / "tables/a.csv")
        verify(outside)
        with records.apart():
            verify(results / "tables/b.csv")
        records.note_source("card/session.nwb", "1" * 64)
        with atomic_with_checksum(results / "tables/d.csv") as temporary:
            temporary.write_text("d")
    found = records.record_in((results / "tables/d.csv.sha256").read_bytes(), ".sha256")
    assert list(found["inputs"]) == ["tables/a.csv"] and found["name"] == "tables/d.csv"
    assert found["elsewhere"].keys() == {"outside/given.csv", "card/session.nwb"}
    assert found["code"] == {"version": "1", "commit": "c", "changed": True}


def test_no_record_is_written_outside_a_job_and_none_reaches_what_is_computed(tmp_path):
    data = make_activity(1, times=5, units=3)
    activity.write(data, tmp_path / "a.nc")
    assert records.MARK.encode() not in (tmp_path / "a.nc").read_bytes()
    make(tmp_path / "b.nc")
    assert activity.read(tmp_path / "b.nc").attrs == activity.read(tmp_path / "a.nc").attrs
    assert activity.read_labels(tmp_path / "b.nc") == activity.read_labels(tmp_path / "a.nc")


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs sha256sum")
def test_sha256sum_accepts_the_checksum_of_a_table_with_a_record(tmp_path):
    make(tmp_path / "a.csv")
    command = ["sha256sum", "--check", "--strict", "a.csv.sha256"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0


@pytest.mark.parametrize("content", ["{", '{"step": 1}', "[]", '{"step": "\\u00'])
def test_a_record_of_another_form_is_refused(content):
    with pytest.raises(ValueError):
        records.record_in(f"# {records.MARK}{content}\n".encode(), ".sha256")
