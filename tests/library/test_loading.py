"""`rnncompare.load` reads whatever holds an activity, and says what to do where it cannot."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from conftest import make_activity

import rnncompare
from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.files.checksums import Damaged
from rnncompare.files.safety import BadFile
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import BadCard, read_card
from rnncompare.recordings.check import check_recording
from rnncompare.simulators.simulated_reach import simulated_reach

ROOT = Path(__file__).parents[2]
READING = {"bin": 0.02, "smooth": 0.04, "window": [-0.3, 0.3]}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder of cards with a small session that is simulated when it is asked for."""
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text())
    card["files"][0]["made_by"] |= {"units": 6, "directions": 4, "trials": 3}
    folder = tmp_path_factory.mktemp("project")
    (folder / "data/simulated_reach").mkdir(parents=True)
    (folder / "data/simulated_reach/card.yaml").write_text(yaml.safe_dump(card))
    return folder


@pytest.fixture
def here(project, monkeypatch):
    monkeypatch.chdir(project)
    return project


def test_a_card_by_name_and_by_path_is_what_a_check_of_it_reads(here, tmp_path):
    card = read_card("data/simulated_reach/card.yaml")
    wanted = check_recording(card, READING, tmp_path).data
    assert rnncompare.load("simulated_reach", **READING).identical(wanted)
    assert rnncompare.load(here / "data/simulated_reach/card.yaml", **READING).identical(wanted)
    monkey = shutil.copytree(here / "data", tmp_path / "cards")
    assert rnncompare.load("simulated_reach", data=monkey, **READING).identical(wanted)


def test_an_activity_of_a_run_is_read_as_it_is(here, tmp_path):
    made = make_activity(1)
    activity.write(made, tmp_path / "0.nc")
    assert rnncompare.load(tmp_path / "0.nc").identical(activity.read(tmp_path / "0.nc"))
    made.to_netcdf(tmp_path / "theirs.nc", engine="h5netcdf")  # by another program, without a checksum
    assert rnncompare.load(tmp_path / "theirs.nc").rate.equals(made.rate)
    content = (tmp_path / "0.nc").read_bytes()
    (tmp_path / "0.nc").write_bytes(content[:500] + bytes([content[500] ^ 1]) + content[501:])
    with pytest.raises(Damaged, match=r"0\.nc: found sha256 .* of its content, wanted"):
        rnncompare.load(tmp_path / "0.nc")
    with pytest.raises(BadOption, match="found bin for an activity, which is read without conversion, wanted none"):
        rnncompare.load(tmp_path / "theirs.nc", bin=0.02)


def test_a_file_that_says_enough_of_itself_is_read_and_what_was_guessed_is_said(here, tmp_path):
    counts = np.random.default_rng(0).poisson(2, (20, 60, 5))
    path = tmp_path / "My file (2).npz"
    np.savez(path, counts=counts, t=np.arange(60) * 0.02 - 0.5, condition=np.repeat(np.arange(4), 5))
    found = rnncompare.load(path, smooth=0.0)
    assert found.sizes == {"trial": 20, "time": 40, "unit": 5} and found.condition.values.tolist()[::5] == list("0123")
    first = round((float(found.time[0]) + 0.5) / 0.02)
    np.testing.assert_allclose(found.rate.values, counts[:, first : first + 40] / 0.02)
    assert "guessed from the file's names and values" in found.attrs["inferred"]
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name]  # nothing is written beside it


@pytest.mark.parametrize(
    ("first", "kind", "ends"),
    [(2282.6, "f4", "2282.6 to 2283.6"), (1688252801.3, "f8", "1688252801.3 to 1688252802.3")],
)
def test_for_a_file_that_does_not_fit_its_guessed_card_it_is_said_what_is_not_known(here, tmp_path, first, kind, ends):
    times = (first + 0.001 * np.arange(1000)).astype(kind)
    np.savez(tmp_path / "a.npz", counts=np.ones((20, 1000, 5)), t=times, target=np.arange(20) % 4)
    with pytest.raises(BadActivity, match=f"found 1000 samples, {ends} s, wanted -") as error:
        rnncompare.load(tmp_path / "a.npz", bin=0.02, smooth=0, window=[-0.1, 0.1])
    assert "`align` in the card names the variable with the time of the event" in str(error.value)
    assert f"what the event at time 0 is: 'alignment' describes it; times are from {ends}" in str(error.value)


def test_a_session_in_nwb_is_read_without_a_card(here, tmp_path):
    simulated_reach(tmp_path / "session.nwb", seed=1, units=6, directions=4, trials=3, choice_units=0.5)
    found = rnncompare.load(tmp_path / "session.nwb", **READING)
    assert found.sizes["unit"] == 6 and len(set(found.condition.values.tolist())) == 4


def test_what_cannot_be_read_is_refused_with_what_to_do(here, tmp_path, monkeypatch):
    (tmp_path / "notes.txt").write_text("nothing")
    np.savez(tmp_path / "flat.npz", numbers=np.zeros((4, 5)))
    for source, kind, message in (
        (tmp_path / "notes.txt", BadFile, "found a file that ends in '.txt', wanted .nwb, .mat, .npz, .nc"),
        (tmp_path / "none.nwb", BadFile, "none.nwb: found no such file"),
        (tmp_path / "flat.npz", BadActivity, "found variables numbers .*wanted an array \\(trial, time, unit\\)"),
    ):
        with pytest.raises(kind, match=message) as error:
            rnncompare.load(source)
        assert "rnncompare add NAME FILE" in str(error.value) and "from_arrays" in str(error.value)
    with pytest.raises(BadCard, match="Did you mean 'simulated_reach'"):
        rnncompare.load("simulated_reech")
    with pytest.raises(BadOption, match=r"found option 'smoth'.*Did you mean 'smooth'"):
        rnncompare.load("simulated_reach", smoth=0.1)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadCard, match="load: simulated_reach: found no such file, and no folder data of cards"):
        rnncompare.load("simulated_reach")
