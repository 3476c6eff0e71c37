"""`rnncompare add`: drafts of cards for unknown files, and where files are copied or downloaded from."""

import hashlib
import signal
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io
import yaml
from pynwb import TimeSeries
from support import forms, sessions
from support.matlab_73 import save_73

from rnncompare import activity, plugins
from rnncompare.__main__ import main
from rnncompare.files.safety import BASE_LIMIT
from rnncompare.recordings.add import READERS
from rnncompare.recordings.card import read_card
from rnncompare.recordings.draft import card_text
from rnncompare.recordings.finding import fetch
from rnncompare.recordings.loading import load_recording

READING = {"bin": 0.05, "smooth": 0, "window": [-0.2, 0.3], "minimum_rate": 0}


@pytest.fixture(autouse=True)
def no_other_recordings(tmp_path, monkeypatch):
    """Run the test in its own folder, without RNNCOMPARE_DATA."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RNNCOMPARE_DATA", raising=False)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def drafted(tmp_path, capsys):
    """A function that adds a session and returns the path of its card and the printed text."""

    def drafted(file, name="mine"):
        sessions.save(tmp_path / "a_file.nwb", file)
        assert main(["add", name, str(tmp_path / "a_file.nwb")]) == 0
        return tmp_path / "data" / name / "card.yaml", capsys.readouterr().out

    return drafted


def loaded(path, **options):
    card = read_card(path)
    return load_recording(card, fetch(card, "made"), READING | options)


def hand(data, align):
    """(trial, time, 2) position of the hand at the bins of each trial."""
    times = align[:, None] + data.time.values
    return sessions.path_of(times.ravel()).reshape(*times.shape, 2)


def test_a_maze_session_is_read_with_its_unedited_card(drafted):
    path, _ = drafted(sessions.maze())
    reader = yaml.safe_load(path.read_text())["reader"]
    assert reader["align"] == "move_onset_time"
    assert reader["condition"] == ["maze_id", "trial_version"]
    assert reader["keep"] == {"success": [True]}
    assert reader["per_unit"] == {"area": "electrodes.location", "heldout": "heldout"}
    assert reader["events"] == {"target_on": "target_on_time", "go_cue": "go_cue_time"}
    data = loaded(path)
    assert activity.conditions(data) == [f"{maze}_{version}" for maze in (9, 16, 23) for version in (0, 1)]
    assert set(np.unique(data.condition, return_counts=True)[1]) == {4}
    assert data.area.values.tolist() == ["PMd", "M1"] * 3
    assert np.allclose(data.go_cue, -0.3) and np.allclose(data.target_on, -0.8)
    assert data.channel.values.tolist() == [f"hand_{what}_{axis}" for what in ("position", "velocity") for axis in "xy"]
    onsets = sessions.TRIAL * np.arange(24) + sessions.ONSET
    assert np.allclose(data.behavior.values[:, :, :2], hand(data, onsets), atol=1e-4)


def test_the_metadata_of_a_maze_session_are_in_its_card(drafted):
    path, output = drafted(sessions.maze())
    card = read_card(path)
    assert card.animal == "Macaca mulatta, J" and card.area == "M1, PMd" and card.task == "maze reaches"
    assert card.citation == "doi:10.1016/j.neuron.2010.09.015"
    assert card.licence.startswith("unknown") and "licence: not in the file" in output
    assert [fact.fact for fact in card.facts if fact.status == "measured"] == [
        "6 units and 27 trials; the recording runs from 0 to 53.99 s"
    ]
    (inferred,) = card.inferred
    assert inferred.startswith("align, condition, events, per_unit, behavior, keep: guessed")
    assert loaded(path).attrs["inferred"] == inferred


def test_a_centre_out_session_is_read_with_its_unedited_card(drafted):
    path, _ = drafted(sessions.center_out())
    data = loaded(path)
    assert data.attrs["alignment"] == "go_cue_time"
    assert data.sizes["trial"] == 16
    assert len(activity.conditions(data)) == 4
    assert data.area.values.tolist() == ["M1", "PMd", "M1", "PMd", "M1"]
    assert "cursor_velocity_x" in data.channel.values
    assert np.allclose(data.behavior.values[:, :, :2], hand(data, sessions.TRIAL * np.arange(16) + 0.7), atol=1e-4)
    assert (data.angle.values == data.condition.values.astype(float)).all()  # the file has radians
    assert set(data.condition.values) == {"0", "90", "180", "270"}


def test_a_session_with_unusual_names_is_read_after_editing_only_its_card(drafted):
    path, output = drafted(sessions.strange())
    for question in ("which event trials", "which column names a condition", "which area", "licence"):
        assert question in output
    card = yaml.safe_load(path.read_text())
    assert card["reader"]["align"] == "start_time"
    card["reader"] |= {
        "align": "blop", "condition": "bearing", "keep": {"verdict": ["fine"]}, "per_unit": {"area": "lobe"},
        "behavior": {"acquisition/gadget": ["hand_velocity_x", "hand_velocity_y", None]},
    }  # fmt: skip
    path.write_text(yaml.safe_dump(card))
    data = loaded(path)
    assert data.condition.values.tolist() == [str(60 * (k % 6)) for k in range(30)]
    assert data.area.values.tolist() == ["north", "south"] * 6
    bearing = np.radians(data.condition.values.astype(float))
    speed = sessions.bell(sessions.ONSET + data.time.values)
    reach = speed[:, None] * np.stack([np.cos(bearing), np.sin(bearing)], axis=-1)[:, None]
    assert np.allclose(data.behavior.values, reach, atol=0.02)


def arrays() -> dict[str, np.ndarray]:
    """Spike counts of 12 trials to 4 targets (2 of them not successful), 3 units and 40 samples of 10 ms."""
    counts = np.random.default_rng(0).integers(0, 3, (12, 3, 40)).astype(float)
    target, success = np.arange(12.0) % 4 * 90, (np.arange(12) < 10).astype(float)
    return {"psth": counts, "t": np.arange(-200.0, 200.0, 10.0), "target_dir": target, "success": success}


SAVE = {"a.mat": scipy.io.savemat, "b.mat": save_73, "c.npz": lambda path, things: np.savez(path, **things)}


@pytest.mark.parametrize("file", SAVE)
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_dimensions_of_an_array_are_inferred_from_other_variables(tmp_path, capsys, file, order):
    things = arrays()
    SAVE[file](tmp_path / file, things | {"psth": things["psth"].transpose(order)})
    assert main(["add", "mine", str(tmp_path / file)]) == 0
    output = capsys.readouterr().out
    assert "which dimension" not in output and "could not determine what the event at time 0 is" in output
    data = loaded(Path("data/mine/card.yaml"), bin=0.02, window=[-0.1, 0.1])
    assert data.condition.values.tolist() == ["0", "90", "180", "270"] * 2 + ["0", "90"]
    assert (data.angle.values == data.condition.values.astype(float)).all()
    around = things["psth"][:10, :, 19:21].sum(axis=2) / 0.02  # the samples that begin at -10 and 0 ms
    assert np.allclose(data.rate.sel(time=0), around)


def seeds(folder):
    """The initial files of the fuzzer, and the function that drafts a card for each."""
    for name, save in SAVE.items():
        save(folder / name, arrays())
    sessions.save(folder / "maze.nwb", sessions.maze())
    sessions.save(folder / "center_out.nwb", sessions.center_out())
    for name, save in forms.FORMS.items():
        save(folder / name)
    for path in sorted(folder.iterdir()):
        yield path, draft


def draft(path):
    found = plugins.find("readers", READERS[path.suffix]).guess(path)
    return card_text("mine", found, {"file": path.name, "url": None, "sha256": None, "bytes": None}, "the fuzzer")


def test_a_file_without_a_suitable_array_is_refused_and_its_variables_are_listed(tmp_path, refused):
    scipy.io.savemat(tmp_path / "a.mat", {"spikes": np.zeros((3, 4)), "cells": np.array([[1, "a"]], dtype=object)})
    output = refused("mine", tmp_path / "a.mat")
    assert "a.mat: found variables spikes (double (3, 4)), cells (cell (1, 2))" in output
    assert "numpy.savez" in output


@pytest.mark.parametrize("form", forms.FORMS)
def test_each_common_format_of_recordings_is_read_with_its_unedited_card(tmp_path, capsys, form):
    forms.FORMS[form](tmp_path / form)
    assert main(["add", "mine", str(tmp_path / form)]) == 0
    bin, window = 0.04, [-0.2, 0.28]
    data = loaded(Path("data/mine/card.yaml"), bin=bin, window=window)
    assert np.allclose(data.rate, forms.expected(bin, window), rtol=1e-12)
    assert (data.condition.values.astype(float) == forms.DIRECTION[: forms.GOOD]).all()
    assert (data.angle.values == forms.DIRECTION[: forms.GOOD]).all()
    if "align" in yaml.safe_load(Path("data/mine/card.yaml").read_text())["reader"]:
        (go,) = (name for name in data.coords if name.startswith("go"))
        assert np.allclose(data[go], (forms.GO - forms.MOVE)[: forms.GOOD] / 1e3)


def guessed(tmp_path, **columns):
    """The card of trials with these columns, and what could not be determined."""
    return _of(tmp_path, **(arrays() | columns))


def test_conditions_as_dimensions_and_numbers_of_bins_are_drafted(tmp_path):
    counts = np.random.default_rng(1).integers(0, 3, (4, 12, 2, 50, 3)) + 0.0
    counts[1, :, 0, :, 2] = np.nan
    card, undetermined = _of(
        tmp_path, firingRates=counts, time=np.arange(-0.2, 0.299, 0.01), trialNum=np.full((4, 12, 2), 3)
    )
    dims = ["condition", "unit", "condition", "time", "trial"]
    assert (card["reader"]["data"], card["reader"]["dims"], card["reader"]["condition"]) == ("firingRates", dims, None)
    assert any("which dimension" in text for text in undetermined) and any(
        "what trialNum are" in text for text in undetermined
    )
    rows = {
        "counts": counts[:, :, 0, :, 0].repeat(3, axis=0),
        "idx_movement_on": 20 + np.arange(12),
        "bin_size": [0.01] * 12,
    }
    card, undetermined = _of(tmp_path, **rows, target=np.arange(12) % 3)
    assert (card["reader"]["time"], card["reader"]["time_unit"]) == ({"start": 1, "step": 1}, 0.01)
    assert (card["reader"]["align"], card["reader"]["dims"]) == ("idx_movement_on", ["trial", "unit", "time"])
    in_s = {"counts": np.zeros((12, 3, 2000)), "move": 0.5 + np.arange(12) / 20, "target": np.arange(12) % 3}
    card, _ = _of(tmp_path, **in_s)
    assert (card["reader"]["time"], card["reader"]["time_unit"]) == ({"start": 0, "step": 0.001}, "s")


def _of(tmp_path, **things):
    """The card of an npz file with these variables, and what could not be determined."""
    np.savez(tmp_path / "b.npz", **things)
    found = plugins.find("readers", "array").guess(tmp_path / "b.npz")
    return yaml.safe_load(card_text("mine", found, {"file": "b.npz"}, "a test")), found.undetermined


@pytest.mark.parametrize(
    ("name", "values", "kept"),
    [
        ("outcome", np.arange(12) % 3, None),  # 1 may be anything
        ("rewardSize", 1 + np.arange(12) % 2, None),
        ("outcome", np.arange(12) % 2, [1]),
        ("feedback", np.arange(12) % 2 * 2 - 1, [1]),
        ("trial_error", np.arange(12) % 3, [0]),
    ],
)
def test_trials_are_selected_only_by_columns_whose_names_and_values_are_unambiguous(tmp_path, name, values, kept):
    card, undetermined = guessed(tmp_path, **{name: values, "success": np.ones(12)})
    assert card["reader"].get("keep", {}).get(name) == kept
    noted = [text for text in undetermined if name in text and "keep" in text]
    assert bool(noted) == (
        (kept is None and name == "outcome") or (kept is not None and np.isin(values, kept).mean() <= 0.5)
    )


@pytest.mark.parametrize(
    ("values", "angle", "conditions"),
    [
        (np.arange(12) % 4 * 90.0, True, None),
        (np.arange(12) % 4 * np.pi / 2, False, ["0", "90", "180", "270"]),
        (np.round(np.arange(12) % 4 * np.pi / 4, 4), False, ["0", "45", "90", "135"]),
        (1 + np.arange(12) % 4, False, None),  # numbers of directions
        (1 + np.arange(12) // 1 % 4 * 3, True, None),
    ],
)
def test_directions_are_recognised_as_degrees_radians_or_numbers(tmp_path, values, angle, conditions):
    card, undetermined = guessed(tmp_path, target_dir=values)
    assert card["reader"]["condition"] == "target_dir"
    assert ("angle" in card["reader"].get("per_trial", {})) == angle
    named = [names["condition"] for names in card.get("conditions", {}).values()]
    assert named == (conditions or [])
    assert [names["angle"] for names in card.get("conditions", {}).values()] == [float(c) for c in conditions or []]
    assert angle != any("the unit of target_dir" in text for text in undetermined)


def cells(lengths, columns=40):
    rng = np.random.default_rng(0)
    made = np.empty((1, len(lengths)), dtype=object)
    for k, n in enumerate(lengths):
        made[0, k] = rng.random((n, columns))
    return made


def drafted_from_mat(tmp_path, **things):
    """The card of a .mat file with these variables, and what could not be determined."""
    scipy.io.savemat(tmp_path / "b.mat", things)
    found = plugins.find("readers", "array").guess(tmp_path / "b.mat")
    return card_text("mine", found, {"file": "b.mat"}, "a test"), found.undetermined


LENGTHS = [21, 30, 25, 48, 33, 20]


def test_tables_that_may_be_trials_or_sessions_are_drafted_as_trials_and_reported_as_uncertain(tmp_path):
    text, undetermined = drafted_from_mat(tmp_path, rates=cells(LENGTHS))
    assert any(
        "what the 6 tables of 20 to 48 and 40 of rates are: 'dims' assumes trials" in one for one in undetermined
    )
    assert "dims: [trial, time, unit]  # guessed, unsure: " in text and "least certain: dims, time, time_unit" in text
    for known in ({"target": np.arange(6) % 2}, {"hand_vel": cells(LENGTHS, 2)}):
        text, undetermined = drafted_from_mat(tmp_path, rates=cells(LENGTHS), **known)
        assert not any("tables of" in one for one in undetermined)
        assert "dims: [trial, time, unit]  # guessed: " in text


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"t": np.arange(40) * 0.01}, "t has 40 times"),
        ({"unit_area": [["M1"] * n for n in LENGTHS]}, "unit_area has the same lengths"),
    ],
)
def test_tables_that_differ_in_their_number_of_units_are_not_trials(tmp_path, more, why):
    if "unit_area" in more:
        lists = np.empty((1, 6), dtype=object)
        for k, words in enumerate(more["unit_area"]):
            lists[0, k] = np.array(words, dtype=object)
        more = {"unit_area": lists}
    with pytest.raises(activity.BadActivity, match=f"rates: found 6 tables of 20 to 48 and 40, and {why}: .*sessions"):
        drafted_from_mat(tmp_path, rates=cells(LENGTHS), **more)


def test_a_variable_with_a_value_for_each_unit_is_not_taken_for_one_of_trials(tmp_path):
    counts = np.random.default_rng(0).integers(0, 3, (6, 24, 20)) + 0.0  # unit, trial, time
    card, _ = _of(tmp_path, psth=counts, t=np.arange(-100, 100, 10), area=["M1"] * 6, channel=np.arange(6))
    assert card["reader"]["dims"] == ["unit", "trial", "time"]
    assert card["reader"]["per_unit"] == {"area": "area"}


def test_a_pickled_column_is_reported_with_how_to_convert_it_and_the_rest_is_drafted(tmp_path):
    words = np.array(["left", "right"] * 6, dtype=object)
    card, undetermined = _of(tmp_path, **arrays(), cond=words)
    assert any("what cond is: an array of objects, " in text and "cond.astype(str)" in text for text in undetermined)
    assert card["reader"]["condition"] == "target_dir"
    with pytest.raises(activity.BadActivity, match=r"counts is an array of objects, .*save counts.astype\(str\)"):
        _of(tmp_path, counts=words)


def test_times_are_found_in_each_condition_and_in_numbers_of_32_bits(tmp_path):
    data = np.empty((1, 6), dtype=[("A", object), ("times", object)])
    for k in range(6):
        data[0, k] = (np.random.default_rng(k).normal(size=(61, 12)), np.arange(-50.0, 551, 10)[:, None])
    text, _ = drafted_from_mat(tmp_path, Data=data)
    assert "time: Data.times  # guessed: its values are evenly spaced" in text and "time_unit: ms" in text
    long_ago = (2282.6 + 0.001 * np.arange(40)).astype(np.float32)
    card, _ = _of(tmp_path, **(arrays() | {"t": long_ago}))
    assert card["reader"]["time"] == "t" and card["reader"]["time_unit"] == "s"
    card, _ = _of(tmp_path, **(arrays() | {"t": np.arange(200, 0, -5, dtype=np.uint8)}))
    assert card["reader"]["time"] != "t"  # these decrease


def test_a_channel_that_is_nan_throughout_is_left_out_of_a_draft(tmp_path):
    hand = np.random.default_rng(0).random((12, 40, 3))
    hand[..., 1] = np.nan
    card, _ = _of(tmp_path, **arrays(), hand_pos=hand)
    assert card["reader"]["behavior"] == {"hand_pos": ["hand_position_x", None, "hand_position_z"]}


def test_a_series_whose_times_do_not_increase_is_not_drafted_and_the_place_is_given(drafted):
    file, clock = sessions.strange(), np.insert(np.arange(0, 60, 0.01), 500, 5.0)
    file.add_acquisition(TimeSeries(name="hand", data=np.stack([clock, -clock], 1), timestamps=clock, unit="m"))
    text = drafted(file)[0].read_text()
    assert "acquisition/hand, shape [6001, 2], unit 'm': it has 1 of 6001 times that do not increase" in text
    assert "samples 502 (5 after 5), counted from 1" in text


def test_spikes_in_cells_are_recognised_beside_events_that_are_missing_in_some_trials(tmp_path):
    rng, spikes, events = np.random.default_rng(0), np.empty((5, 1), object), np.empty((24, 1), object)
    for k in range(5):
        spikes[k, 0] = np.sort(rng.uniform(0, 130, 300))[:, None]  # as many in each
    for k in range(24):
        events[k, 0] = np.zeros((0, 0)) if k % 6 == 5 else np.array([[5.0 + 5 * k]])
    text, _ = drafted_from_mat(tmp_path, spikes=spikes, move_onset=events, target=np.arange(24.0) % 4 * 90)
    assert "use: spike_times" in text and "align: move_onset" in text and "20 of 24 trials have it" in text


# Places of files


def test_variables_are_not_listed_for_a_file_with_external_links_or_a_false_size(tmp_path, refused):
    with h5py.File(tmp_path / "a.mat", "w") as file:
        file["x"] = h5py.ExternalLink(str(tmp_path / "another.h5"), "x")
    assert "x is a link to another file" in refused("mine", tmp_path / "a.mat")
    with zipfile.ZipFile(tmp_path / "b.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", bytes(2 * BASE_LIMIT))
    assert f"found no readable npz file ({2 * BASE_LIMIT} bytes in" in refused("mine", tmp_path / "b.npz")


@pytest.fixture
def session(tmp_path):
    """The file of a session that has no card yet."""
    return sessions.save(tmp_path / "elsewhere.nwb", sessions.center_out())


@pytest.fixture
def refused(capsys):
    """A function that adds an invalid file, asserts that no card is written, and returns the error message."""

    def refused(*words):
        before = [p.read_bytes() for p in Path("data").rglob("card.yaml")]
        assert main(["add", *map(str, words)]) == 1
        assert [p.read_bytes() for p in Path("data").rglob("card.yaml")] == before
        output = capsys.readouterr().err
        assert "Traceback" not in output
        return output

    return refused


def test_a_file_in_a_searched_folder_is_not_copied_and_another_is(session, tmp_path, monkeypatch, capsys):
    content = session.read_bytes()
    for k, place in enumerate(["data/mine0", "drive/mine1/deep", "drive/lab"]):
        monkeypatch.setenv("RNNCOMPARE_DATA", str(tmp_path / "drive"))
        there = tmp_path / place / "s.nwb"
        there.parent.mkdir(parents=True)
        there.write_bytes(content)
        assert main(["add", f"mine{k}", str(there)]) == 0
        assert "used from its present place" in capsys.readouterr().out
        card = read_card(f"data/mine{k}/card.yaml")
        assert list(card.folder.rglob("*.nwb")) == ([card.folder / "s.nwb"] if k == 0 else [])
        assert Path(fetch(card, "made")[0]["path"]).samefile(there)
    assert main(["add", "far", str(session)]) == 0
    assert "a copy of" in capsys.readouterr().out
    assert (tmp_path / "data/far/elsewhere.nwb").read_bytes() == content


def test_the_card_has_the_size_and_sha256_of_the_users_file(session, drafted):
    path, _ = drafted(sessions.center_out())
    (file,) = read_card(path).files
    content = Path("a_file.nwb").read_bytes()
    assert (file.bytes, file.sha256, file.url) == (len(content), hashlib.sha256(content).hexdigest(), None)


def test_an_address_is_downloaded_and_its_sha256_is_in_the_card(session, tmp_path, monkeypatch, capsys):
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/elsewhere.nwb?download=1"
        status = main(["add", "mine", url]), main(["add", "mine2", url.replace("elsewhere", "nowhere")])
        np.savez(tmp_path / "flat.npz", rates=np.ones((3, 4)))
        assert main(["add", "mine3", url.replace("elsewhere.nwb", "flat.npz")]) == 1
        server.shutdown()
        thread.join()
    assert status == (0, 1)
    (file,) = read_card("data/mine/card.yaml").files
    assert (file.url, file.file, file.sha256) == (
        url,
        "elsewhere.nwb",
        hashlib.sha256(session.read_bytes()).hexdigest(),
    )
    assert Path("data/mine/elsewhere.nwb").read_bytes() == session.read_bytes()
    assert not list(Path("data").glob("mine2/*"))
    assert "data/mine3/flat.npz is kept; after converting it, add the converted file" in capsys.readouterr().err
    assert [path.name for path in Path("data/mine3").iterdir()] == ["flat.npz"]


def test_the_secrets_of_an_address_appear_in_no_card_and_no_message(session, tmp_path, monkeypatch, capsys):
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        plain = f"http://127.0.0.1:{server.server_port}/elsewhere.nwb"
        whole = plain.replace("//", "//me:hidden@") + "?X-Amz-Signature=hidden"
        status = [main(["add", "mine", whole]), main(["add", "mine", whole]), main(["add", "mine2", whole + "%zz\n"])]
        status += [main(["add", "mine3", whole.replace("elsewhere", "nowhere")])]
        server.shutdown()
        thread.join()
    assert status == [0, 1, 1, 1]
    output = capsys.readouterr()
    assert "secrets were removed from the card's address: user and password and query (X-Amz-Signature)" in output.out
    assert "RNNCOMPARE_URLS" in output.out and "HTTP status 404" in output.err
    assert "hidden" not in output.out + output.err
    assert read_card("data/mine/card.yaml").files[0].url == plain
    assert not any(b"hidden" in path.read_bytes() for path in Path("data").rglob("*") if path.is_file())


def test_no_card_and_no_file_is_overwritten(session, refused):
    place = Path("data/mine")
    place.mkdir(parents=True)
    (place / "elsewhere.nwb").write_text("another")
    assert "elsewhere.nwb: found a file, wanted none: it is not the same file as" in refused("mine", session)
    assert "found a file, wanted none" in refused("mine", "http://127.0.0.1:9/elsewhere.nwb")
    (place / "card.yaml").symlink_to("nowhere")
    assert "card.yaml: found a card, wanted none: no card is overwritten" in refused("mine", session)
    assert (place / "elsewhere.nwb").read_text() == "another"


@pytest.mark.parametrize("name", ["../mine", "a/b", "", ".", "..", "-x", "a b", "Mine"])
def test_a_name_that_leaves_the_folder_of_cards_is_refused(session, refused, name):
    assert "wanted lower-case letters" in refused("--", name, session)


def test_a_file_of_an_unknown_format_is_refused_by_name(session, refused, tmp_path):
    assert "wanted one, or an address" in refused("mine", tmp_path / "none.nwb")
    (tmp_path / "session.abc").write_bytes(session.read_bytes())
    output = refused("mine", tmp_path / "session.abc")
    assert "ends in '.abc', wanted one of .nwb" in output and "numpy.savez" in output
    (tmp_path / "phy").mkdir()
    assert "phy: found a folder, wanted one file: combine arrays of several files into one" in refused(
        "mine", tmp_path / "phy"
    )
    (tmp_path / "text.nwb").write_text("no session")
    assert "text.nwb: found no readable NWB file" in refused("mine", tmp_path / "text.nwb")
    assert not Path("data").exists()


def test_a_session_without_units_or_trials_is_refused_and_its_contents_are_listed(session, refused):
    for group, there in (("units", "18 trials"), ("intervals/trials", "5 units")):
        short = session.with_name("short.nwb")
        short.write_bytes(session.read_bytes())
        with h5py.File(short, "r+") as content:
            del content[group]
        output = refused("mine", short)
        assert f"found no {group.split('/')[-1]} ({there}, processing/behavior), wanted tables of units" in output
