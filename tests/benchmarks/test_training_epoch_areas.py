"""Both sides of the benchmark of several areas give the same loss and the same gradients."""

import importlib.util
from pathlib import Path

import torch


def test_ours_and_the_peer_have_the_same_loss_and_gradients():
    path = Path(__file__).parents[2] / "benchmarks" / "training_epoch_areas.py"
    spec = importlib.util.spec_from_file_location("benchmarks_training_epoch_areas", path)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    ours, peer = bench.networks()
    generator = torch.Generator().manual_seed(0)
    u, z = (torch.randn(4, 30, n, generator=generator) for n in (bench.INPUTS, bench.OUTPUTS))
    mine = bench.our_backward(ours, u, z, torch.Generator().manual_seed(7))
    of_inputs, of_units = bench.noise(4, 30, peer.leak, torch.Generator().manual_seed(7))
    theirs = bench.loop_backward(peer, u + of_inputs, z, of_units)
    assert abs(mine - theirs) < 1e-5 * theirs
    for (name, a), b in zip(ours.named_parameters(), peer.parameters(), strict=True):
        assert (a.grad - b.grad).norm() < 1e-4 * b.grad.norm(), name
