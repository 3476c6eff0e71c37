"""Exported files are read by the target tools with the same values and labels."""

import json

import numpy as np
import pytest
from conftest import make_activity

from rnncompare import __version__, activity, plugins, steps
from rnncompare.activity import BadActivity
from rnncompare.plugins import BadOption

ABOUT = {"config": "a.yaml", "seed": 3}


def made():
    data = make_activity(1, conditions=3, times=6, units=4, trials=2, alignment="movement onset", rate_units="spikes/s")
    rng = np.random.default_rng(2)
    data = data.assign_coords(choice=("trial", ["left", "right"] * 3), go_cue=("trial", rng.normal(size=6)))
    data = data.assign_coords(area=("unit", ["M1", "PMd", "M1", "S1"]), sign=("unit", [1, -1, 1, 1]))
    data["behavior"] = (("trial", "time", "channel"), rng.normal(size=(6, 6, 2)))
    return data.assign_coords(channel=["x", "y"]).assign_attrs(behavior_units="m", notes="made up")


def read_nwb(out) -> dict:
    from pynwb import NWBHDF5IO

    with NWBHDF5IO(str(out), "r") as handle:
        session = handle.read()
        rates, behavior = session.processing["rates"], session.processing["behavior"]
        times = rates["rate"].timestamps[:].reshape(6, 6)
        columns = [n for n in session.trials.colnames if n not in ("start_time", "stop_time", "event_time")]
        return {
            "rate": rates["rate"].data[:].reshape(6, 6, 4),
            "behavior": behavior["behavior"].data[:].reshape(6, 6, 2),
            "time": times - session.trials["event_time"][:][:, None],
            "trial": {n: np.asarray(session.trials[n][:]) for n in columns},
            "unit": {n: np.asarray(session.units[n][:]) for n in session.units.colnames},
            "channel": behavior["channels"]["channel"][:],
            "about": json.loads(session.notes),
        }


def read_rsatoolbox(out) -> dict:
    from rsatoolbox.data import load_dataset

    found = load_dataset(str(out), file_type="hdf5")
    channels = dict(found.channel_descriptors)
    return {
        "rate": found.measurements.transpose(0, 2, 1),
        "time": np.tile(found.time_descriptors["time"], (6, 1)),
        "trial": {n: np.asarray(v) for n, v in found.obs_descriptors.items() if n != "index"},
        "unit": {{"unit": "unit_name"}.get(n, n): np.asarray(v) for n, v in channels.items() if n != "index"},
        "about": found.descriptors,
    }


def read_pynapple(out) -> dict:
    import pynapple as nap

    rate, behavior, trials = (nap.load_file(str(out / f"{n}.npz")) for n in ("rate", "behavior", "trials"))
    event = trials.get_info("event").to_numpy()
    return {
        "rate": rate.values.reshape(6, 6, 4),
        "behavior": behavior.values.reshape(6, 6, 2),
        "time": rate.t.reshape(6, 6) - event[:, None],
        "trial": {n: np.asarray(trials.get_info(n)) for n in trials.metadata_columns if n != "event"},
        "unit": {"unit_name": rate.columns} | {n: np.asarray(rate.get_info(n)) for n in rate.metadata_columns},
        "channel": behavior.columns,
        "about": json.loads((out / "provenance.json").read_text()),
    }


READ = {"nwb": read_nwb, "rsatoolbox": read_rsatoolbox, "pynapple": read_pynapple}


@pytest.mark.parametrize("name", plugins.available("exports"))
def test_values_and_labels_are_read_back_exactly(tmp_path, name):
    pytest.importorskip({"nwb": "pynwb"}.get(name, name))
    data = made()
    activity.write(data, tmp_path / "a.nc")
    out = tmp_path / "out" / f"a.{name}"
    steps.export(tmp_path / "a.nc", out, name, ABOUT)
    found = READ[name](out)
    assert np.array_equal(found["rate"], data.rate.values)
    assert "behavior" not in found or np.array_equal(found["behavior"], data.behavior.values)
    assert np.allclose(found["time"], data.time.values, rtol=0, atol=1e-8)
    for dimension, names in {"trial": ["condition", "angle", "choice", "go_cue"], "unit": ["area", "sign"]}.items():
        assert set(found[dimension]) == {*names, *(["unit_name"] * (dimension == "unit"))}
        for label in names:
            assert found[dimension][label].tolist() == data[label].values.tolist(), label
    assert list(found["unit"]["unit_name"]) == data.unit.values.tolist()
    assert "channel" not in found or list(found["channel"]) == ["x", "y"]
    about = {key: str(value) for key, value in found["about"].items()}
    assert about.items() >= {"rnncompare": __version__, "config": "a.yaml", "seed": "3", "notes": "made up"}.items()


def test_an_exported_nwb_file_is_valid_and_has_no_spikes(tmp_path):
    from pynwb import NWBHDF5IO, validate

    out = tmp_path / "a.nwb"
    plugins.find("exports", "nwb")(made(), out, about={})
    assert validate(path=str(out)) == []
    with NWBHDF5IO(str(out), "r") as handle:
        assert "spike_times" not in handle.read().units.colnames


def test_a_label_that_a_format_cannot_store_is_refused_and_no_file_is_left(tmp_path):
    pytest.importorskip("rsatoolbox")
    data = made().assign_coords(area=("unit", ["M1", "PMd", "M1", "μ"]))
    with pytest.raises(BadActivity, match=r"a.h5: found 'μ' in a label, wanted ASCII"):
        plugins.find("exports", "rsatoolbox")(data, tmp_path / "a.h5", about={})
    assert list(tmp_path.iterdir()) == []


def test_for_an_unknown_format_the_existing_ones_are_listed(tmp_path):
    activity.write(made(), tmp_path / "a.nc")
    with pytest.raises(
        BadOption, match=r"exports/ has no nbw.py; it has nwb, pynapple, rsatoolbox. Did you mean 'nwb'"
    ):
        steps.export(tmp_path / "a.nc", tmp_path / "out", "nbw")
    assert [p.name for p in tmp_path.iterdir()] == ["a.nc"]
