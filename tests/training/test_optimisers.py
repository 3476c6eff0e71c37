"""The optimisers against those of torch."""

import pytest
import torch

from rnncompare.training.matrix_products import root
from rnncompare.training.optimisers import Adam, GradientDescent, optimiser


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_adam_gives_the_exact_weights_of_torch_over_a_hundred_steps_of_different_size(dtype, monkeypatch):
    # On AMD processors the last bit of torch's square root can differ; `root` is correctly rounded everywhere.
    monkeypatch.setattr(torch.Tensor, "sqrt", lambda tensor: root(tensor))
    start = [torch.randn(shape, dtype=dtype, generator=torch.Generator().manual_seed(1)) for shape in ((7, 5), (3,))]
    ours, theirs = ([torch.nn.Parameter(w.clone()) for w in start] for _ in range(2))
    optimiser, reference = Adam(ours), torch.optim.Adam(theirs, lr=1.0)
    for step in range(100):
        rate = 0.1 / (1 + step)
        for parameters in (ours, theirs):
            for p in parameters:
                p.grad = None
            loss = sum(
                (p.sin() * torch.linspace(1e-6, 1e3, p.numel(), dtype=dtype).view(p.shape)).sum() for p in parameters
            )
            loss.backward()
        optimiser.step(rate)
        reference.param_groups[0]["lr"] = rate
        reference.step()
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True)), f"step {step}"


def test_the_first_step_of_adam_changes_every_weight_with_a_gradient_by_the_learning_rate():
    weight = torch.nn.Parameter(torch.zeros(4))
    weight.grad = torch.tensor([1e3, -1e-3, 5.0, -2.0])
    Adam([weight]).step(0.25)
    assert torch.allclose(weight.detach(), torch.tensor([-0.25, 0.25, -0.25, 0.25]), atol=1e-5)


def test_gradient_descent_gives_the_exact_weights_of_torch():
    ours, theirs = (torch.nn.Parameter(torch.linspace(-1, 1, 9)) for _ in range(2))
    step, reference = optimiser("sgd", [ours]), torch.optim.SGD([theirs], lr=1.0)
    for k in range(20):
        rate = 0.3 / (1 + k)
        for p in (ours, theirs):
            p.grad = None
            p.sin().sum().backward()
        step(rate)
        reference.param_groups[0]["lr"] = rate
        reference.step()
        assert torch.equal(ours, theirs)
    assert optimiser("sgd", [ours]).__self__.__class__ is GradientDescent
