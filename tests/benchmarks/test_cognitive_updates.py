"""Both sides of the benchmark of the perceptual decision give the same loss and the same gradients."""

import torch
from benchmarks.test_training_epoch import module


def test_ours_and_the_loop_have_the_same_loss_and_gradients():
    bench = module("cognitive_updates")
    ours, loop = (network.double() for network in bench.networks())
    data = [tensor.double() if tensor.is_floating_point() else tensor for tensor in bench.batches()[0]]
    mine, theirs = bench.our_loss(ours, data), bench.loop_loss(loop, data)
    torch.testing.assert_close(mine, theirs)
    mine.backward()
    theirs.backward()
    for a, b in (
        (ours.recurrent_weights, loop.recurrent.weight),
        (ours.input_weights, loop.into.weight),
        (ours.unit_bias, loop.into.bias),
        (ours.output_weights, loop.read.weight),
        (ours.output_bias, loop.read.bias),
    ):
        torch.testing.assert_close(a.grad, b.grad, rtol=1e-8, atol=1e-12)


def test_there_are_as_many_batches_as_updates_of_the_sizes_that_are_stated():
    bench = module("cognitive_updates")
    every = bench.batches()
    assert len(every) == bench.UPDATES and {tuple(data[0].shape) for data in every} == {(bench.BATCH, 60, 3)}
