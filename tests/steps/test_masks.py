"""Networks with masks in files, from a config to the checkpoint: what is recorded, and what is refused."""

import hashlib

import numpy as np
import pytest
from study.test_capabilities import deciding, refused
from support.deciding import small_context
from support.tiny_run import step
from training.test_train_context import OPTIONS

from rnncompare import activity
from rnncompare.files import records
from rnncompare.study.config import read_config
from rnncompare.study.model_networks import mask_files, model_options
from rnncompare.training import checkpoint

FILES = {"recurrent": {"file": "masks/J.npy"}}
FIXED = {"input": {"file": "masks/B.npz"}}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "masks").mkdir()
    monkeypatch.chdir(tmp_path)
    np.save("masks/J.npy", np.tri(8))
    np.savez("masks/B.npz", mask=np.eye(8, 4))
    return tmp_path


def test_a_trained_network_has_its_masks_and_a_record_of_their_files(folder):
    activity.write_dataset(small_context(), "task.nc")
    network = {
        "use": "leaky", "units": 8, "tau": 0.1, "g": 1.0, "h": 1.0, "nonlinearity": "tanh", "connectivity": None,
        "noise": None, "masks": FILES,
    }  # fmt: skip
    options = {"network": network, "training": OPTIONS | {"steps": 2, "fixed": FIXED}}
    step("train", task="task.nc", out="0.pt", seed=0, label="a", options=options)
    step("initialise", task="task.nc", out=["first.pt"], seeds=[0], label="a", options=options | {"training": None})
    found = records.record_in((folder / "0.pt").read_bytes(), ".pt")["elsewhere"]
    wanted = {
        f"masks/{name}": hashlib.sha256((folder / "masks" / name).read_bytes()).hexdigest()
        for name in ("J.npy", "B.npz")
    }
    assert found.items() >= wanted.items()
    trained, first = (checkpoint.network_of(checkpoint.load(path)) for path in ("0.pt", "first.pt"))
    assert np.array_equal(trained.effective_recurrent_weights().detach().numpy() != 0, np.tri(8) != 0)
    changed = (trained.input_weights != first.input_weights).numpy()
    assert np.array_equal(changed, np.eye(8, 4) == 0)


def test_the_masks_of_a_config_are_read_when_it_is_checked_and_their_files_are_known(folder, monkeypatch):
    def config(**masks):
        found = deciding()
        study = found["studies"]["deciding"]
        study["models"] = {"masked": {"network": {"connectivity": None, "masks": FILES | masks}}}
        study["probes"], study["figures"], study["others"] = [], [], {}
        return found

    where = r"studies.deciding.models.masked"
    assert f"{where}.network: leaky: masks.recurrent: found 8 x 8 entries, wanted 60 x 60" in refused(config())
    wrong = refused(config(recurrent={"file": "masks/none.npy"}))
    assert f"{where}.network.masks.recurrent.file: found no file 'masks/none.npy'" in wrong
    np.save("masks/J.npy", np.tri(60))
    study = read_config(config(input={"block": [[1]]}), deep=False).studies["deciding"]
    assert mask_files(model_options(study, "masked")) == ["masks/J.npy"]
