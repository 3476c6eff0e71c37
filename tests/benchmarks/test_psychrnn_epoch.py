"""Both sides of the benchmark of the formula of PsychRNN give the same loss and the same gradients."""

import pytest
import torch
from benchmarks.test_training_epoch import module


@pytest.mark.parametrize("once", [False, True])
def test_ours_and_the_formula_have_the_same_loss_and_gradients(once):
    bench = module("psychrnn_epoch")
    ours, loop = (network.double() for network in bench.networks(once=once))
    data = [tensor[:4, :30].double() for tensor in bench.batches()[0]]
    mine, theirs = bench.our_loss(ours, data), bench.loop_loss(loop, data)
    torch.testing.assert_close(mine, theirs)
    mine.backward()
    theirs.backward()
    for name, weights in loop.named_parameters():
        torch.testing.assert_close(getattr(ours, name).grad, weights.grad, rtol=1e-8, atol=1e-12)


def test_an_epoch_has_the_trials_and_steps_that_are_stated():
    bench = module("psychrnn_epoch")
    shapes = [data[0].shape for data in bench.batches()]
    assert sum(shape[0] for shape in shapes) == bench.TRIALS and {shape[1] for shape in shapes} == {bench.STEPS}
