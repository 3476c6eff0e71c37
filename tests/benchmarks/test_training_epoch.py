"""Both sides of the benchmark give the same loss and the same gradients."""

import importlib.util
import sys
from pathlib import Path

import pytest
import torch

FOLDER = Path(__file__).parents[2] / "benchmarks"


def module(name):
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))  # for what benchmarks share, as in run.py
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", FOLDER / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize("penalised", [True, False])
def test_ours_and_the_peer_have_the_same_loss_and_gradients(penalised):
    bench = module("training_epoch")
    weight = bench.ALL if penalised else bench.NONE
    ours, peer = bench.networks()
    generator = torch.Generator().manual_seed(0)
    u, z = (torch.randn(4, 30, n, generator=generator) for n in (bench.INPUTS, bench.OUTPUTS))
    mine, theirs = bench.our_loss(ours, u, z, weight), bench.loop_loss(peer, u, z, weight)
    torch.testing.assert_close(mine, theirs)
    mine.backward()
    theirs.backward()
    for a, b in (
        (ours.recurrent_weights, peer.recurrent.weight),
        (ours.input_weights, peer.into.weight),
        (ours.unit_bias, peer.into.bias),
        (ours.output_weights, peer.read.weight),
        (ours.output_bias, peer.read.bias),
    ):
        assert (a.grad - b.grad).norm() < 1e-5 * b.grad.norm()


def test_the_ratio_is_the_peers_time_divided_by_ours(monkeypatch, tmp_path):
    run = module("run")
    times = iter([1.0, 1.0, 2.0, 7.0, 3.0, 5.0, 4.0, 6.0])
    monkeypatch.setattr(run, "seconds", lambda work: next(times))
    row = run.compare("case", None, None, rounds=3)
    assert row == {"name": "case", "ours_s": 2.0, "peer_s": 5.0, "ratio": 2.5}
    run.write([row], tmp_path / "benchmarks.csv")
    assert (tmp_path / "benchmarks.csv").read_text().splitlines() == ["name,ours_s,peer_s,ratio", "case,2,5,2.5"]


def test_an_unknown_benchmark_is_an_error_that_names_it():
    with pytest.raises(SystemExit, match=r"benchmarks: found traning, wanted some of .*training_epoch"):
        module("run").main(["traning"])
