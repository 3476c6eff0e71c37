"""Checkpoints: loading restores what was saved, and no code in a file is run."""

import pickle
import platform

import numpy as np
import pytest
import torch

from rnncompare.files.checksums import Damaged
from rnncompare.models.leaky import leaky
from rnncompare.training import checkpoint
from rnncompare.training.simulate import simulate

NETWORK = {"units": 20, "tau": 0.05, "g": 1.5, "h": 1.0, "nonlinearity": "tanh", "connectivity": None, "noise": None}
GIVEN = {"inputs": 3, "outputs": 2, "dt": 0.01, "seed": 4}
CONFIG = {"network": {"use": "leaky", **NETWORK}, "training": {"stop_at": 0.1, "clip": None}}
HISTORY = {
    "step": np.array([0, 5]), "error": np.array([1.5, 0.5]), "validation_error": np.array([np.nan, np.nan]),
    "stopped": "steps", "final_step": 5, "final_error": 0.5, "final_validation_error": float("nan"),
}  # fmt: skip


def stored(path, history=HISTORY, config=CONFIG):
    network = leaky(**GIVEN, **NETWORK)
    with torch.no_grad():
        network.recurrent_weights.add_(1)
    checkpoint.save(path, network, config=config, given=GIVEN, device="cpu", history=history)
    return network


def test_a_loaded_network_has_the_activity_of_the_saved_one(tmp_path):
    network = stored(tmp_path / "weights.pt")
    again = checkpoint.network_of(checkpoint.load(tmp_path / "weights.pt"))
    inputs = np.random.default_rng(0).standard_normal((2, 15, 3))
    for a, b in zip(simulate(network, inputs), simulate(again, inputs), strict=True):
        assert np.array_equal(a, b)


def test_a_checkpoint_contains_config_seed_threads_versions_device_and_history(tmp_path):
    stored(tmp_path / "weights.pt")
    content = checkpoint.load(tmp_path / "weights.pt")
    assert content["config"] == CONFIG and content["seed"] == 4 and content["given"] == GIVEN
    assert content["threads"] == torch.get_num_threads() and content["device"] == "cpu"
    assert content["versions"]["python"] == platform.python_version() and content["versions"]["numpy"] == np.__version__
    assert set(content["versions"]) == {"python", "numpy", "torch", "rnncompare"}
    assert content["history"]["error"].tolist() == [1.5, 0.5] and content["history"]["stopped"] == "steps"


def test_the_bytes_of_a_checkpoint_do_not_depend_on_its_file_name(tmp_path):
    stored(tmp_path / "a.pt")
    stored(tmp_path / "another_name.pt")
    assert (tmp_path / "a.pt").read_bytes() == (tmp_path / "another_name.pt").read_bytes()


def test_history_has_one_row_for_each_check_and_none_for_an_untrained_network(tmp_path):
    stored(tmp_path / "weights.pt")
    rows = checkpoint.history_rows(checkpoint.load(tmp_path / "weights.pt"))
    assert [(r["step"], r["error"], r["stopped"], r["stop_at"]) for r in rows] == [
        (0, 1.5, "steps", 0.1),
        (5, 0.5, "steps", 0.1),
    ]
    assert "kept" not in rows[0]
    stored(tmp_path / "untrained.pt", history=None, config={**CONFIG, "training": None})
    assert checkpoint.history_rows(checkpoint.load(tmp_path / "untrained.pt")) == []


class Payload:
    def __reduce__(self):
        return (print, ("ran",))


@pytest.mark.parametrize("kind", ["text", "empty", "pickle", "code", "10", "50", "90", "99"])
def test_a_file_that_is_not_a_checkpoint_is_refused_with_its_name_and_runs_no_code(tmp_path, capsys, kind):
    path = tmp_path / "weights.pt"
    stored(path)
    if kind == "code":
        torch.save({"format": checkpoint.FORMAT, "weights": Payload()}, path)
    else:
        whole = path.read_bytes()
        broken = {"text": b"not a network", "empty": b"", "pickle": pickle.dumps({"a": 1})}
        path.write_bytes(broken[kind] if kind in broken else whole[: int(kind) * len(whole) // 100])
    with pytest.raises((checkpoint.BadCheckpoint, Damaged), match=r"weights\.pt: found .*, wanted .* run the same"):
        checkpoint.load(path)
    assert "ran" not in capsys.readouterr().out


def test_a_file_of_tensors_without_the_format_of_a_checkpoint_is_refused(tmp_path):
    torch.save({"J": torch.zeros(2)}, tmp_path / "theirs.pth")
    with pytest.raises(checkpoint.BadCheckpoint, match="found format None, wanted 'rnncompare network 1'"):
        checkpoint.load(tmp_path / "theirs.pth")


def test_a_missing_checkpoint_raises_file_not_found(tmp_path):
    with pytest.raises(FileNotFoundError):
        checkpoint.load(tmp_path / "none.pt")


def test_with_a_patience_the_rows_state_at_which_check_the_weights_were_kept(tmp_path):
    """The check of one update can be the last of a training and the first of the next, whose network is kept."""
    config = {**CONFIG, "training": {**CONFIG["training"], "patience": 10}}
    steps = {"step": np.array([0, 5, 5, 10]), "error": np.array([3.0, 2.0, 1.0, 4.0]), "stopped": "patience"}
    for final, kept in ((5, 2), (10, 3), (0, 0)):
        stored(tmp_path / "weights.pt", config=config, history=steps | {"final_step": final})
        rows = checkpoint.history_rows(checkpoint.load(tmp_path / "weights.pt"))
        assert [row["kept"] for row in rows] == [k == kept for k in range(4)]
