"""Invalid inputs end with status 1 and a message that names them, without a traceback and without an output."""

import errno
import hashlib
import json
import pickle
import resource
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
import yaml

from rnncompare import activity, steps
from rnncompare.__main__ import main
from rnncompare.files.checksums import atomic_with_checksum
from rnncompare.simulators.simulated_reach import simulated_reach
from rnncompare.tabulation import tables

ROOT = Path(__file__).parents[2]
READING = {"bin": 0.02, "smooth": 0.04, "window": [-0.4, 0.4], "minimum_rate": 0}
COMPARISON = {
    "preparation": {"window": [-0.2, 0.15], "soft_normalise": 0.2},
    "folds": {"by": "condition", "groups": None},
    "units": {"count": None, "repeats": 1},
    "nulls": {"conditions": {"use": "conditions", "draws": 10}},
    "intervals": {"draws": 10, "units": 0},
}
MEASURE = {"use": "cka", "samples": "conditions", "kernel": "linear", "bandwidth": None}
DEAD = "http://127.0.0.1:9/"  # no service listens on the discard port


@pytest.fixture(autouse=True)
def signals():
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """A function that runs a step on the command line and returns its status and output; files go to tmp_path/out."""
    monkeypatch.delenv("RNNCOMPARE_TRACEBACK", raising=False)
    (tmp_path / "out").mkdir()

    def run(step, **options):
        words = [step]
        for name, value in options.items():
            values = value if isinstance(value, list) and step != "primary" else [value]
            words += [f"--{name.replace('_', '-')}"]
            words += [json.dumps(v) if isinstance(v, dict) else str(v) for v in values]
        status = main(words)
        return status, capsys.readouterr().err

    return run


@pytest.fixture
def refused(run, tmp_path):
    """A function that runs a step that must fail, and returns its message."""

    def refused(step, **options):
        status, said = run(step, **options)
        assert status == 1
        assert said.startswith("rnncompare: ")
        assert "Traceback" not in said
        assert [p for p in (tmp_path / "out").rglob("*") if p.is_file()] == []
        return said

    return refused


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """A small simulated session."""
    path = tmp_path_factory.mktemp("session") / "s.nwb"
    simulated_reach(path, seed=1, units=8, directions=4, trials=2, choice_units=0.5)
    return path


def write_text(path: Path, text: str) -> None:
    """Write a table or records together with a checksum file."""
    with atomic_with_checksum(path) as temporary:
        temporary.write_text(text)


def card_of(name: str, folder: Path, file: Path, **changes) -> dict:
    """Card and records for `load`: a real card, changed to describe another file."""
    card = yaml.safe_load((ROOT / "data" / name / "card.yaml").read_text())
    content = file.read_bytes()
    url = DEAD + file.name
    sha = hashlib.sha256(content).hexdigest()
    card["files"] = [{"file": file.name, "url": url, "sha256": sha, "bytes": max(1, len(content))}]
    card["reader"] |= changes
    place = folder / name
    place.mkdir()
    (place / "card.yaml").write_text(yaml.safe_dump(card))
    records = place / "found.json"
    write_text(records, json.dumps({name: [{"file": file.name, "path": str(file), "sha256": sha}]}))
    return {"card": place / "card.yaml", "records": records}


def loading(name, tmp_path, file, options=READING, **changes):
    return card_of(name, tmp_path, file, **changes) | {"options": options, "out": tmp_path / "out" / "a.nc"}


@pytest.fixture
def stored(tmp_path, made_up):
    """A function that writes a modified made-up activity and returns its path."""

    def stored(name, change=lambda data: data, **how):
        path = tmp_path / f"{name}.nc"
        activity.write_dataset(change(made_up(**{"seed": 0, "conditions": 4} | how)), path)
        return path

    return stored


def named(options):
    return json.dumps([["a", options]])


def comparing(x, y, out, **changes):
    return {
        "sources": [x], "references": [y], "rows": out / "rows.csv", "summary": out / "summary.csv",
        "nulls": out / "nulls.csv", "draws": out / "draws.nc", "seed": 1,
        "measures": named(MEASURE), "comparison": COMPARISON, "columns": {"study": "s"},
    } | changes  # fmt: skip


def test_a_good_recording_is_loaded_and_compared(run, session, tmp_path):
    assert run("load", **loading("simulated_reach", tmp_path, session)) == (0, "")
    loaded = tmp_path / "out" / "a.nc"
    assert run("compare", **comparing(loaded, loaded, tmp_path / "out"))[0] == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "a.nc",
        "draws.nc",
        "nulls.csv",
        "nulls.csv.sha256",
        "rows.csv",
        "rows.csv.sha256",
        "summary.csv",
        "summary.csv.sha256",
    ]


# Recordings


@pytest.mark.parametrize("keep", [0, 100, 0.5, 0.9])
def test_a_truncated_nwb_is_named(refused, session, tmp_path, keep):
    content = session.read_bytes()
    (tmp_path / "short.nwb").write_bytes(content[: int(keep if keep > 1 else keep * len(content))])
    said = refused("load", **loading("simulated_reach", tmp_path, tmp_path / "short.nwb"))
    assert "short.nwb: found" in said
    assert "wanted" in said


@pytest.mark.parametrize(
    ("name", "file", "options"),
    [
        ("hatsopoulos2007_m1", "x.npy", {"bin": 0.01, "smooth": 0.025, "window": [-0.8, 0.4], "minimum_rate": 0}),
        ("churchland_4g10_pcs", "x.npz", {"bin": 0.01, "window": [-0.15, 0.3]}),
        ("stevenson2011_m1", "x.mat", {"bin": 0.05, "smooth": 0.025, "window": [-0.5, 0.4], "minimum_rate": 1}),
        ("emg_centerout", "x.mat", {"bin": 0.01, "smooth": 0.025, "window": [-0.4, 0.4]}),
    ],
)
@pytest.mark.parametrize("content", [b"", b"no recording", bytes(range(256)) * 40], ids=["empty", "text", "bytes"])
def test_a_corrupt_recording_of_any_reader_is_named(refused, tmp_path, name, file, options, content):
    (tmp_path / file).write_bytes(content)
    said = refused("load", **loading(name, tmp_path, tmp_path / file, options))
    assert f"{file}: found" in said
    assert "wanted" in said


class Runs:
    def __reduce__(self):
        import os

        return os.mkdir, (MARK,)


MARK = "this-must-not-exist"


def test_a_pickle_with_anything_but_numpy_is_refused_and_not_run(refused, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    box = np.empty((), dtype=object)
    box[()] = {"firing_rate": Runs()}
    np.save(tmp_path / "x.npy", box, allow_pickle=True)
    options = {"bin": 0.01, "smooth": 0.025, "window": [-0.8, 0.4], "minimum_rate": 0}
    said = refused("load", **loading("hatsopoulos2007_m1", tmp_path, tmp_path / "x.npy", options))
    assert "x.npy: found" in said
    assert "mkdir" in said
    assert not Path(MARK).exists()
    with pytest.raises(FileExistsError):  # an unrestricted pickle is executed
        Path(MARK).mkdir()
        pickle.loads(pickle.dumps(Runs()))


def test_a_wrong_sha256_is_named_before_the_file_is_used(refused, session, tmp_path):
    file = tmp_path / "s.nwb"
    file.write_bytes(session.read_bytes())
    card = card_of("simulated_reach", tmp_path, file)["card"]
    wrong = bytearray(session.read_bytes())
    wrong[-1] ^= 1
    (card.parent / "s.nwb").write_bytes(wrong)
    said = refused("fetch", cards=[card], folder=tmp_path / "out", out=tmp_path / "out" / "found.json")
    assert f"{card.parent / 's.nwb'}: found sha256 {hashlib.sha256(wrong).hexdigest()}" in said
    assert f"wanted {hashlib.sha256(session.read_bytes()).hexdigest()}" in said


def test_without_network_and_files_one_error_names_every_file_its_url_and_the_variable(
    refused, session, tmp_path, monkeypatch
):
    monkeypatch.setenv("RNNCOMPARE_DATA", str(tmp_path / "nowhere"))
    names = ["simulated_reach", "stevenson2011_m1"]
    cards = [card_of(name, tmp_path, session)["card"] for name in names]
    said = refused("fetch", cards=cards, folder=tmp_path / "out", out=tmp_path / "out" / "found.json")
    for name in names:
        (line,) = [line for line in said.splitlines() if f"{name}/s.nwb" in line]
        assert f"{DEAD}s.nwb" in line
        assert f"RNNCOMPARE_DATA ({tmp_path / 'nowhere'})" in line


def test_a_missing_trials_column_is_named_with_those_there_are(refused, session, tmp_path):
    said = refused("load", **loading("simulated_reach", tmp_path, session, align="mov_onset_time"))
    assert "s.nwb: " in said
    assert "'mov_onset_time'" in said
    assert "move_onset_time" in said.replace("'mov_onset_time'", "")


def test_events_outside_the_recording_are_named(refused, session, tmp_path):
    file = tmp_path / "late.nwb"
    file.write_bytes(session.read_bytes())
    with h5py.File(file, "r+") as content:
        content["intervals/trials/move_onset_time"][3] = 1e6
    said = refused("load", **loading("simulated_reach", tmp_path, file))
    assert "late.nwb: trials 3: found events at 1000000 s, wanted them within the recording" in said


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"another": []}', "null"])
def test_invalid_records_are_named(refused, session, tmp_path, text):
    options = loading("simulated_reach", tmp_path, session)
    write_text(options["records"], text)
    said = refused("load", **options)
    assert "found.json: found no record of simulated_reach" in said
    assert "rnncompare fetch" in said


def test_a_recording_that_vanished_is_named(refused, session, tmp_path):
    file = tmp_path / "s.nwb"
    file.write_bytes(session.read_bytes())
    options = loading("simulated_reach", tmp_path, file)
    file.unlink()
    assert str(file) in refused("load", **options)


# Activities


def with_nan(data):
    data["rate"][0, 0, 0] = np.nan
    return data


def test_nan_rates_are_counted_and_their_file_is_named_by_every_step_that_reads(refused, stored, tmp_path):
    bad, good, out = stored("bad", with_nan), stored("good"), tmp_path / "out"
    message = f"{bad}: found 1 of {4 * 40 * 20} values of rate NaN or infinite, wanted none"
    task = {"use": "delayed_reach", "output": "hand_velocity"}
    probe = {"use": "participation_ratio", "units": None, "repeats": 1}
    for said in (
        refused("compare", **comparing(bad, good, out)),
        refused("compare", **comparing(good, bad, out)),
        refused("task", recording=bad, out=out / "t.nc", options=task),
        refused("control", recording=bad, out=[out / "c.nc"], seeds="[1]", options={"use": "units", "half": "first"}),
        refused("probe", sources=[bad], targets=[good], out=out / "p.csv", seed=1, options=probe, columns={}),
        refused("view", sources={"a": [str(bad)]}, out=out / "v.csv", options={"use": "psths", "units": 1}, columns={}),
    ):
        assert message in said


def test_two_conditions_are_too_few_to_compare(refused, stored, tmp_path):
    x, y = stored("x", conditions=2), stored("y", conditions=2)
    said = refused("compare", **comparing(x, y, tmp_path / "out"))
    assert "found 2 conditions in common (['0', '180'] and ['0', '180']), wanted at least 3" in said


def test_the_error_without_common_conditions_lists_both_sides(refused, stored, tmp_path):
    def renamed(data):
        return data.assign_coords(condition=("trial", [f"reach {c}" for c in data.condition.values]))

    said = refused("compare", **comparing(stored("x"), stored("y", renamed), tmp_path / "out"))
    assert "found 0 conditions in common (['0', '90', '180', '270'] and ['reach 0'" in said


@pytest.mark.parametrize("content", [b"", b"CDF", bytes(5000)])
def test_a_file_that_is_not_netcdf_is_named(refused, stored, tmp_path, content):
    (tmp_path / "x.nc").write_bytes(content)
    said = refused("compare", **comparing(tmp_path / "x.nc", stored("y"), tmp_path / "out"))
    assert f"{tmp_path / 'x.nc'}: found no readable netCDF file" in said


def test_a_truncated_activity_is_named(refused, stored, tmp_path):
    path = stored("x")
    path.write_bytes(path.read_bytes()[:-1000])
    assert f"{path}: found no readable netCDF file" in refused("compare", **comparing(path, path, tmp_path / "out"))


def test_a_missing_input_is_named(refused, stored, tmp_path):
    said = refused("compare", **comparing(tmp_path / "nowhere.nc", stored("y"), tmp_path / "out"))
    assert "found no such file" in said
    assert str(tmp_path / "nowhere.nc") in said
    assert "while writing" not in said


def test_a_file_that_is_not_a_checkpoint_is_named(refused, stored, tmp_path):
    (tmp_path / "w.pt").write_bytes(b"PK no network")
    said = refused("simulate", weights=[tmp_path / "w.pt"], task=stored("t"), out=[tmp_path / "out" / "s.nc"], smooth=0)
    assert f"{tmp_path / 'w.pt'}: found no readable file of tensors" in said


# Networks trained elsewhere


def hidden(path, conditions=4, **more):
    """A file of hidden states on the made-up recording's conditions."""
    rate = np.random.default_rng(0).standard_normal((conditions, 40, 3))
    names = [f"{360 / conditions * k:g}" for k in range(conditions)]
    np.savez(path, rate=rate, time=np.arange(40) * 0.01 - 0.2, condition=names, **more)
    return path


def test_a_network_trained_elsewhere_is_read_smoothed_and_says_where_it_comes_from(run, stored, tmp_path):
    file, out = hidden(tmp_path / "a.npz"), tmp_path / "out" / "a.nc"
    checksum = hashlib.sha256(file.read_bytes()).hexdigest()
    options = {"files": {str(file): checksum}, "out": [out], "options": {"smooth": 0.02}, "recording": stored("r")}
    assert run("import_networks", **options) == (0, "")
    data = activity.read(out)
    assert activity.is_network(data) and data.sizes == {"trial": 4, "time": 40, "unit": 3}
    said = f"imported from {file}, sha256 {checksum}; rates smoothed by a Gaussian of SD 0.02 s"
    assert data.attrs["notes"] == said


def test_a_network_that_does_not_fit_the_recording_or_changed_is_named(refused, stored, tmp_path):
    file = hidden(tmp_path / "a.npz", conditions=5)
    options = {"out": [tmp_path / "out" / "a.nc"], "options": {"smooth": 0}}
    said = refused("import_networks", files={str(file): ""}, **options, recording=stored("r"))
    assert f"{file}: found conditions 0, 72, 144, 216, 288, of which the recording has 0; wanted at least 3" in said
    said = refused("import_networks", files={str(file): "0" * 64}, **options)
    assert f"{file}: found sha256" in said and "its content when this run began: run again" in said


def test_errors_by_update_of_networks_trained_elsewhere_join_the_table(run, tmp_path):
    files = [hidden(tmp_path / "a.npz", history=np.array([[0, 1.0], [9, 0.5]])), hidden(tmp_path / "b.npz")]
    about = json.dumps([[{"study": "s", "model": "mine"}, [str(file) for file in files]]])
    assert run("history", weights="[]", imported=about, out=tmp_path / "out" / "t.csv") == (0, "")
    table = tables.read(tmp_path / "out" / "t.csv")
    assert table[["model", "seed", "step", "error"]].values.tolist() == [["mine", 0, 0, 1.0], ["mine", 0, 9, 0.5]]


# Options


def test_a_misspelt_measure_and_a_misspelt_option_are_answered_with_the_nearest(refused, stored, tmp_path):
    x = stored("x")
    said = refused("compare", **comparing(x, x, tmp_path / "out", measures=named({"use": "shap", "components": 2})))
    assert "has no shap.py" in said
    assert "Did you mean 'shape'?" in said
    said = refused("compare", **comparing(x, x, tmp_path / "out", measures=named({"use": "cka", "sample": "times"})))
    assert "found option 'sample', wanted one of samples, kernel, bandwidth. Did you mean 'samples'?" in said


def test_an_unknown_key_of_a_config_is_named(refused, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = Path("workflow/config/demo.yaml").read_text()
    (tmp_path / "c.yaml").write_text(text.replace("repeats: 2}\n      nulls", "repeat: 2}\n      nulls"))
    said = refused("check", config=tmp_path / "c.yaml")
    assert f"{tmp_path / 'c.yaml'}: studies.demo.comparison.units.repeat: found unknown key 'repeat'" in said
    assert "Did you mean 'repeats'?" in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "argument --options: found '{', wanted JSON"),
        ("[1]", "argument --options: found '[1]', wanted a JSON object"),
        ("null", "argument --options: found 'null', wanted a JSON object"),
    ],
)
def test_options_that_are_not_a_json_object_are_shown(capsys, tmp_path, text, message):
    with pytest.raises(SystemExit) as ended:
        main(["task", "--recording", "r.nc", "--out", str(tmp_path / "t.nc"), "--options", text])
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_positional_only_parameters_have_no_option_name(monkeypatch, capsys):
    def greet(name: str, place: Path = Path("here"), /, *, loud: bool = False):
        """Say hello."""
        print([name, place, loud])

    monkeypatch.setitem(steps.STEPS, "greet", greet)
    for words, said in (
        (["you"], ["you", Path("here"), False]),
        (["you", "there"], ["you", Path("there"), False]),
        (["--loud", "yes", "you"], ["you", Path("here"), True]),
    ):
        assert main(["greet", *words]) == 0
        assert capsys.readouterr().out == f"{said}\n"
    with pytest.raises(SystemExit):
        main(["greet"])
    assert "the following arguments are required: NAME" in capsys.readouterr().err


# Interruptions and full disks


def test_a_full_disk_names_the_file_and_leaves_nothing(refused, stored, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    source, out = stored("r"), tmp_path / "out" / "c.nc"
    monkeypatch.setattr(xr.Dataset, "to_netcdf", full)
    said = refused("control", recording=source, out=[out], seeds="[1]", options={"use": "units", "half": "first"})
    assert f"No space left on device, while writing {out}" in said


def program(*words, limit=None):
    """Run a step in a process with a limit of `limit` bytes per file, which simulates a full disk."""
    set_limit = limit and (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    return subprocess.run(
        [sys.executable, "-m", "rnncompare", *map(str, words)], capture_output=True, text=True, preexec_fn=set_limit
    )


def test_a_table_that_does_not_fit_on_the_disk_leaves_the_old_one(tmp_path):
    write_text(tmp_path / "long.csv", "study,value\n" + "s,1\n" * 1000)
    (tmp_path / "out.csv").write_text("old")
    ended = program("collect", "--rows", tmp_path / "long.csv", "--out", tmp_path / "out.csv", limit=1000)
    assert ended.returncode == 1
    assert "File too large" in ended.stderr
    assert f"while writing {tmp_path / 'out.csv'}\n" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (tmp_path / "out.csv").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["long.csv", "long.csv.sha256", "out.csv"]


@pytest.mark.parametrize("limit", [100, 3000, 20000])
def test_an_activity_that_does_not_fit_on_the_disk_leaves_nothing(stored, tmp_path, limit):
    """HDF5 aborts the process if it cannot close a file."""
    out = tmp_path / "out" / "c.nc"
    options = json.dumps({"use": "units", "half": "first"})
    ended = program(
        "control", "--recording", stored("r"), "--out", out, "--seeds", "[1]", "--options", options, limit=limit
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("rnncompare: [Errno 27] File too large")
    assert "Traceback" not in ended.stderr
    assert list(out.parent.iterdir()) == []


def test_a_session_that_does_not_fit_on_the_disk_leaves_nothing(tmp_path):
    folder, out = tmp_path / "made", tmp_path / "found.json"
    card = ROOT / "data/simulated_reach/card.yaml"
    ended = program("fetch", "--cards", card, "--folder", folder, "--out", out, limit=30000)
    assert ended.returncode == 1
    assert "File too large" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_an_unreadable_table_is_named(refused, tmp_path):
    write_text(tmp_path / "empty.csv", "")
    said = refused("collect", rows=[tmp_path / "empty.csv"], out=tmp_path / "out" / "o.csv")
    assert f"{tmp_path / 'empty.csv'}: found no readable table" in said


def test_options_without_use_are_refused_with_the_available_names(refused, stored, tmp_path):
    said = refused("compare", **comparing(stored("x"), stored("x"), tmp_path / "out", measures=named({})))
    assert "a: found no 'use', wanted one of best_match, cca, " in said


@pytest.mark.parametrize("how", [KeyboardInterrupt, signal.SIGTERM])
def test_a_stopped_step_leaves_nothing_and_has_a_nonzero_status(tmp_path, monkeypatch, how, capsys):
    import os

    write_text(tmp_path / "in.csv", "study,value\ns,1\n")

    def stop(table, path, **_):
        Path(path).write_text("half")
        if how is KeyboardInterrupt:
            raise KeyboardInterrupt
        os.kill(os.getpid(), how)

    monkeypatch.setattr("pandas.DataFrame.to_csv", stop)
    words = ["collect", "--rows", str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv")]
    if how is KeyboardInterrupt:
        assert main(words) == 130
        message = "rnncompare: interrupted; unfinished files were removed, and the command can be repeated\n"
        assert capsys.readouterr().err == message
    else:
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 143
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv", "in.csv.sha256"]


def test_a_fault_of_the_program_keeps_its_traceback(monkeypatch, tmp_path):
    monkeypatch.setitem(steps.STEPS, "collect", steps.STEPS["collect"])
    monkeypatch.setattr("rnncompare.tabulation.tables.collect", lambda paths: {}["a fault"])
    with pytest.raises(KeyError):
        main(["collect", "--rows", "x.csv", "--out", str(tmp_path / "o.csv")])


def test_empty_tables_are_valid(run, tmp_path):
    """A study of one recording has no models and no training histories, and a single seed has no contrasts."""
    out = tmp_path / "out"
    assert run("collect", rows=[], out=out / "none.csv")[0] == 0
    tables = {"similarity": out / "none.csv", "probes": out / "none.csv", "draws": [], "seed": 1, "bootstrap": 5}
    tables["corrections"] = {"s": {"method": "max_t", "family": None}}
    assert run("contrast", **tables, pairs={"s": []}, out=out / "contrasts.csv")[0] == 0
    assert run("collect", rows=[out / "none.csv", out / "contrasts.csv"], out=out / "all.csv")[0] == 0
    lists = tables | {"similarity": [out / "none.csv"], "probes": [out / "none.csv"]}
    assert (
        run(
            "summarise",
            **lists,
            ceilings={"s": {"ceiling": {"source": "x", "spearman_brown": True}}},
            baselines={"s": "x"},
            out=out / "summary.csv",
        )[0]
        == 0
    )
    assert (out / "all.csv").read_text().startswith("study,recording,model,seed,measure")


def test_a_missing_activity_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        activity.read(tmp_path / "none.nc")


def deciding(path, choices, source):
    """Write an activity of single trials with these choices (trial,) and 3 units."""
    rng = np.random.default_rng(len(choices))
    data = activity.build(
        rng.normal(size=(len(choices), 4, 3)),
        time=np.arange(4) * 0.1,
        unit=["a", "b", "c"],
        condition=["one"] * len(choices),
        per_trial={"choice": choices},
        source=source,
        rate_units="a.u.",
    )
    activity.write(data, path)
    return path


DECODING = {
    "use": "decoding", "variable": "choice", "leave_out": ["undecided"], "align": None, "window": [0, 0.3],
    "windows": None, "classifier": "lda", "folds": 2, "train": None, "repeats": 1, "units": None, "permutations": 0,
}  # fmt: skip


@pytest.mark.parametrize("silent", [["undecided"] * 8, ["left"] * 8])
def test_a_network_that_never_decides_or_always_chooses_the_same_has_a_row_with_the_reason(run, tmp_path, silent):
    both = [
        deciding(tmp_path / "a.nc", ["left", "right"] * 4, "network"),
        deciding(tmp_path / "b.nc", silent, "network"),
    ]
    out = tmp_path / "out" / "rows.csv"
    options = {"targets": both, "options": DECODING, "seed": 0, "columns": {"model": "m", "measure": "decoding"}}
    assert run("probe", sources=both, out=out, **options)[0] == 0
    rows = tables.read(out)
    assert set(rows[rows.statistic == "accuracy"].seed) == {0}
    measured = rows[rows.statistic == "measured"].set_index("seed")
    assert measured.value.to_dict() == {0: 1, 1: 0}
    assert "choice" in measured.note[1] and "wanted" in measured.note[1]


def test_rows_have_the_bounds_of_their_statistic(run, tmp_path):
    both = [deciding(tmp_path / f"{k}.nc", c, "network") for k, c in enumerate((["left", "right"] * 4, ["left"] * 8))]
    out = tmp_path / "out" / "rows.csv"
    run("probe", sources=both, targets=both, out=out, options=DECODING, seed=0, columns={})
    rows = tables.read(out)
    assert set(rows.statistic) == {"accuracy", "balanced_accuracy", "measured"}
    assert set(rows.minimum) == {0} and set(rows.maximum) == {1}


def test_if_all_networks_can_be_measured_there_is_no_row_about_it(run, tmp_path):
    one = deciding(tmp_path / "a.nc", ["left", "right"] * 4, "network")
    out = tmp_path / "out" / "rows.csv"
    run("probe", sources=one, targets=one, out=out, options=DECODING, seed=0, columns={})
    assert set(tables.read(out).statistic) == {"accuracy", "balanced_accuracy"}


def test_a_recording_that_cannot_be_measured_is_an_error(refused, tmp_path):
    one = deciding(tmp_path / "a.nc", ["left"] * 8, "recording")
    said = refused(
        "probe", sources=one, targets=one, out=tmp_path / "out" / "rows.csv", options=DECODING, seed=0, columns={}
    )
    assert "found one choice, 'left', wanted at least two" in said
