"""The published networks of Sussillo et al. 2015: files with their structure load and give the same activity."""

import zipfile

import numpy as np
import pytest
import torch
from support.deciding import small_network
from torch import nn

from rnncompare.training.checkpoint import BadCheckpoint
from rnncompare.training.published_weights import NAMES, give_weights
from rnncompare.training.simulate import simulate

UNITS, INPUTS, OUTPUTS = 12, 16, 2


def matching_network(**options):
    return small_network(**{"units": UNITS, "inputs": INPUTS, "outputs": OUTPUTS} | options)


def state_dict() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    shapes = {
        "J": (UNITS, UNITS), "B": (UNITS, INPUTS), "bx": (UNITS,),
        "output_linear.weight": (OUTPUTS, UNITS), "output_linear.bias": (OUTPUTS,),
    }  # fmt: skip
    return {name: 0.5 * torch.randn(shape, generator=generator) for name, shape in shapes.items()}


@pytest.fixture
def path(tmp_path):
    (tmp_path / "card").mkdir()
    torch.save(state_dict(), tmp_path / "card" / "regularized_model_final.pth")
    return tmp_path / "card" / "regularized_model_final.pth"


def seeds(folder):
    """The initial files of the fuzzer."""
    torch.save(state_dict(), folder / "a.pth")
    yield folder / "a.pth", weights_of


def weights_of(path):
    """All weights of a network with the file's weights, as rows."""
    network = matching_network()
    give_weights(network, str(path))
    return [{"value": value} for weights in network.parameters() for value in weights.detach().ravel().tolist()]


def test_the_network_has_the_activity_of_the_published_network(path):
    """The published recursion in numpy: x + (J r(x) + B u + b - x) / 5, and outputs of the new state."""
    network, theirs = matching_network(), {name: w.double().numpy() for name, w in state_dict().items()}
    give_weights(network, str(path))
    inputs = np.random.default_rng(0).standard_normal((3, 40, INPUTS))
    x, rates, outputs = np.zeros((3, UNITS)), [], []
    for step in range(40):
        drive = np.maximum(np.tanh(x), 0) @ theirs["J"].T + inputs[:, step] @ theirs["B"].T + theirs["bx"]
        x = x + (drive - x) / 5
        rates.append(np.maximum(np.tanh(x), 0))
        outputs.append(rates[-1] @ theirs["output_linear.weight"].T + theirs["output_linear.bias"])
    found = simulate(network, inputs)
    assert np.allclose(found[0], np.stack(rates, axis=1), atol=1e-5)
    assert np.allclose(found[1], np.stack(outputs, axis=1), atol=1e-5)
    assert np.abs(found[1]).max() > 0.5


def test_a_file_in_the_data_folder_of_the_user_is_found_by_the_name_of_its_card(path, monkeypatch):
    monkeypatch.setenv("RNNCOMPARE_DATA", str(path.parents[1]))
    network = matching_network()
    give_weights(network, f"data/card/{path.name}")
    assert torch.equal(network.recurrent_weights, state_dict()["J"])


class Runs:
    """Runs code when it is unpickled."""

    def __reduce__(self):
        return (print, ("this ran",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.pop("bx"), r"found \['B', 'J', 'output_linear.bias', .*\], wanted the tensors J, B, bx"),
        (lambda d: d.update(more=torch.ones(1)), "found .*'more'.*, wanted the tensors"),
        (lambda d: d.update(J="none"), "found .*, wanted the tensors"),
        (
            lambda d: d.update(J=torch.ones(UNITS, 3)),
            r"J: found \(12, 3\) of torch.float32, wanted finite numbers \(12, 12",
        ),
        (lambda d: d.update(B=torch.ones(UNITS, INPUTS, dtype=torch.int64)), "B: found .* of torch.int64"),
        (
            lambda d: d.update(J=torch.full((UNITS, UNITS), 1e300, dtype=torch.float64)),
            r"J: found \(12, 12\) of torch.float64, wanted finite",
        ),
        (lambda d: d["bx"].__setitem__(0, np.nan), r"bx: found \(12,\) of torch.float32, wanted finite"),
        (lambda d: d.update(J=Runs()), "found no readable file of tensors .*wanted a state dict"),
    ],
)
def test_a_file_with_other_content_is_refused_and_runs_no_code(path, change, message, capsys):
    things = state_dict()
    change(things)
    torch.save(things, path)
    network = matching_network()
    with pytest.raises(BadCheckpoint, match=message):
        give_weights(network, str(path))
    assert "this ran" not in capsys.readouterr().out


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_truncated_file_is_refused(path, share):
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(BadCheckpoint, match=r"regularized_model_final.pth: found no readable file of tensors"):
        give_weights(matching_network(), str(path))


def test_formats_that_torch_save_does_not_write_by_default_are_refused(path):
    """Compressed archives can expand to any size, and the old format allocates the sizes that the file states."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    torch.save(state_dict(), path.with_name("old.pth"), _use_new_zipfile_serialization=False)
    for name in (path.name, "old.pth"):
        with pytest.raises(BadCheckpoint, match=rf"{name}: found no readable file of tensors"):
            give_weights(matching_network(), str(path.with_name(name)))


@pytest.mark.parametrize("kind", [torch.Tensor.to_sparse, lambda tensor: tensor.to("meta")])
def test_sparse_and_meta_tensors_are_refused(path, kind):
    torch.save(state_dict() | {"J": kind(state_dict()["J"])}, path)
    with pytest.raises(BadCheckpoint, match=r"J: found \(12, 12\) of torch.float32.*, wanted finite numbers"):
        give_weights(matching_network(), str(path))


def test_a_missing_file_and_a_network_of_another_kind_are_refused(path):
    with pytest.raises(BadCheckpoint, match=r"nowhere.pth: found no such file, wanted the published weights"):
        give_weights(matching_network(), str(path.with_name("nowhere.pth")))
    other = nn.Linear(2, 2)
    with pytest.raises(BadCheckpoint, match=r"found a network with \['bias', 'weight'\], wanted a leaky network"):
        give_weights(other, str(path))


def test_every_published_tensor_is_a_parameter_of_the_network():
    assert set(NAMES.values()) == {name for name, _ in matching_network().named_parameters()}
