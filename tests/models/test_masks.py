"""Masks of leaky networks: which connections there are, from blocks, entries and files, before and after training."""

import json

import numpy as np
import pytest
import torch
from support.deciding import AREAS, context_network, small_context, small_network
from training.test_train_context import OPTIONS

from rnncompare.imported.masks import read_mask, with_entries
from rnncompare.models.leaky import leaky
from rnncompare.options.masks import Mask
from rnncompare.options.values import check_values
from rnncompare.plugins import BadOption
from rnncompare.training import checkpoint, penalties
from rnncompare.training.options import Training
from rnncompare.training.train import train

CHAIN = {"block": [[1, 0], [1, 1]]}  # the second half of the units receives from both halves


def make(**changes):
    return small_network(**{"units": 20, "nonlinearity": "relu"} | changes)


def effective(network):
    names = ("recurrent", "input", "output")
    return {n: getattr(network, f"effective_{n}_weights")().detach().numpy().copy() for n in names}


def test_blocks_are_equal_parts_of_rows_and_columns():
    found = Mask(**CHAIN).of(5, 4, "here")
    assert found.astype(int).tolist() == [[1, 1, 0, 0]] * 3 + [[1, 1, 1, 1]] * 2
    entries = np.arange(20).reshape(5, 4) % 3 == 0
    assert np.array_equal(Mask(entries=entries.astype(int).tolist()).of(5, 4, "here"), entries)


def test_each_matrix_has_only_the_connections_of_its_mask_and_the_given_spectral_radius():
    masks = {"recurrent": CHAIN, "input": {"block": [[1], [0]]}, "output": {"block": [[0, 1]]}}
    found, plain = effective(make(masks=masks, g=1.3)), effective(make(g=1.3))
    for name, mask in masks.items():
        there = Mask(**mask).of(*found[name].shape, "here")
        assert np.array_equal(found[name] != 0, there)
        if name != "recurrent":
            assert np.array_equal(found[name][there], plain[name][there])
    assert np.abs(np.linalg.eigvals(found["recurrent"].astype(float))).max() == pytest.approx(1.3, rel=1e-5)
    ratio = found["recurrent"][found["recurrent"] != 0] / plain["recurrent"][found["recurrent"] != 0]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-5)


def test_connections_without_a_mask_are_those_of_a_network_without_masks():
    for masks in (None, {}, {"recurrent": None}):
        for weights, wanted in zip(make(masks=masks).parameters(), make().parameters(), strict=True):
            assert torch.equal(weights, wanted)
    assert not make(masks={"recurrent": None}).constrained and make(masks={"input": {"block": [[1]]}}).constrained


def test_with_areas_there_are_the_connections_that_both_have_with_their_signs():
    areas, both = (
        make(connectivity=AREAS, masks=masks) for masks in (None, {"recurrent": {"block": [[1, 0], [0, 1]]}})
    )
    J, wanted = effective(both)["recurrent"], effective(areas)["recurrent"]
    within = np.kron(np.eye(2), np.ones((10, 10))) != 0
    assert np.array_equal(J != 0, (wanted != 0) & within) and (wanted[~within] != 0).any()
    assert np.array_equal(np.sign(J)[within], np.sign(wanted)[within])
    with pytest.raises(BadOption, match=r"masks\.input: found none of its connections among those of connectivity"):
        make(connectivity=AREAS, masks={"input": {"block": [[0], [1]]}})


def test_no_update_makes_a_connection_that_the_mask_lacks():
    masks = {"recurrent": CHAIN, "output": {"block": [[1, 0]]}}
    network = context_network(masks=masks)
    before = effective(network)
    options = Training(**OPTIONS | {"steps": 5, "mean_weights": 0.1, "matrices": {"recurrent": {"l1": 0.1, "l2": 0.1}}})
    train(network, small_context(), options, seed=0, progress=None)
    after = effective(network)
    for name in before:
        assert np.array_equal(before[name] != 0, after[name] != 0) and (before[name] != after[name]).any()
    J = after["recurrent"]
    assert penalties.of_matrix(network, "l1_recurrent").item() == pytest.approx(np.abs(J).sum() / J.size, rel=1e-5)


@pytest.mark.parametrize("ending", ["npy", "npz"])
def test_a_mask_in_a_file_gives_the_network_of_its_entries_and_is_stored_with_it(ending, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    there = np.random.default_rng(0).random((20, 20)) < 0.4
    if ending == "npy":
        np.save("mask.npy", there)
    else:
        np.savez("mask.npz", mask=there.astype(float))
    config = {"network": {"use": "leaky", "masks": {"recurrent": {"file": f"mask.{ending}"}}}, "training": None}
    read = with_entries(config, "here")["network"]["masks"]
    assert config["network"]["masks"]["recurrent"] == {"file": f"mask.{ending}"}
    network = make(masks=read)
    assert np.array_equal(effective(network)["recurrent"] != 0, there)
    options = {
        "units": 20,
        "tau": 0.05,
        "g": 1.5,
        "h": 1.0,
        "nonlinearity": "relu",
        "connectivity": None,
        "noise": None,
    }
    config["network"] |= options
    given = {"inputs": 3, "outputs": 2, "dt": 0.01, "seed": 0, "masks": read}
    checkpoint.save("network.pt", network, config=config, given=given, device="cpu", history=None)
    (tmp_path / f"mask.{ending}").unlink()  # the network does not depend on the file any more
    again = checkpoint.network_of(checkpoint.load("network.pt"))
    assert all(np.array_equal(a, b) for a, b in zip(*(effective(n).values() for n in (network, again)), strict=True))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[1, 0], [2, 1]], "found 2 in a mask, wanted 0 and 1 alone"),
        ([[1.0, np.nan]], "found nan in a mask, wanted 0 and 1 alone"),
        ([[0, 0]], "found 0 alone, wanted at least one 1"),
        ([1, 0], "found no matrix of numbers, wanted rows of 0 and 1"),
        (np.array([[{}]]), "an array of objects, which is stored as a pickle and is not loaded"),
    ],
)
def test_a_file_that_is_no_mask_is_refused(values, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("mask.npy", values)
    with pytest.raises(BadOption) as error:
        read_mask("mask.npy", "here")
    assert str(error.value).startswith("here: ") and message in str(error.value)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("../mask.npy", "wanted the path of a file in the folder of the project"),
        ("/mask.npy", "wanted the path of a file in the folder of the project"),
        ("mask.csv", "wanted a file of the kind .npy or .npz"),
        ("masks/none.npy", "found no file 'masks/none.npy' in "),
        ("other.npz", "found the arrays J, wanted one with the name mask"),
    ],
)
def test_a_path_that_is_no_file_of_a_mask_is_refused(file, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("other.npz", J=np.eye(2))
    with pytest.raises(BadOption) as error:
        read_mask(file, "here")
    assert str(error.value).startswith("here: ") and message in str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"recurrent": {"entries": [[1, 0], [1, 1]]}}, "masks.recurrent: found 2 x 2 entries, wanted 20 x 20"),
        ({"recurrent": {"block": [[1]] * 21}}, "masks.recurrent: found 21 x 1 blocks, wanted at most 20 x 20"),
        ({"recurrent": {"block": [[1, 0], [1]]}}, "masks.recurrent: block: found no matrix of numbers"),
        ({"recurrent": {"block": [[0, 0], [0, 0]]}}, "masks.recurrent: block: found 0 alone, wanted at least one 1"),
        ({"recurrent": {"block": [[0, 0], [1, 0]]}}, "found recurrent weights without loops"),
        ({"recurrent": CHAIN | {"file": "a.npy"}}, "found block and file, wanted one of block, entries and file"),
        ({"recurrent": {"file": "a.npy"}}, "masks.recurrent: found the file 'a.npy', wanted its entries"),
        ({"recurent": CHAIN}, "masks: found 'recurent', wanted recurrent, input, output. Did you mean"),
        ({"input": {"block": [[1] * 4]}}, "masks.input: found 1 x 4 blocks, wanted at most 20 x 3"),
    ],
)
def test_a_mask_that_does_not_fit_is_refused(changes, message):
    with pytest.raises(BadOption) as error:
        make(masks=changes)
    assert message in str(error.value)


def test_a_config_with_a_wrong_mask_is_refused_before_any_network_is_made():
    check_values(leaky, {"masks": {"recurrent": CHAIN, "input": None}}, "study.network")
    for wrong in ({"recurrent": {"block": [[2]]}}, {"recurrent": {"rows": 1}}, {"J": CHAIN}, {"input": {}}, [CHAIN]):
        with pytest.raises(BadOption, match=r"study\.network\.masks"):
            check_values(leaky, json.loads(json.dumps({"masks": wrong})), "study.network")
    of_units = {"units": 4, "masks": {"recurrent": {"block": [[1]] * 5}}, "initial_weights": "random"}
    with pytest.raises(BadOption, match=r"study\.network: leaky: masks\.recurrent: found 5 x 1 blocks"):
        check_values(leaky, of_units, "study.network")
    with pytest.raises(BadOption, match="found initial_weights 'identity' with a mask of recurrent weights"):
        make(masks={"recurrent": CHAIN}, initial_weights="identity")
