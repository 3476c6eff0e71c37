"""Products and roots that do not depend on kernels which a library selects by the vendor of the processor."""

import numpy as np
import pytest
import torch

from rnncompare.training.matrix_products import linear, multiplier, product, root


@pytest.mark.parametrize("bias", [True, False])
def test_a_linear_map_and_its_gradients_are_those_of_torch(bias):
    generator = torch.Generator().manual_seed(0)
    x, weights, b = (
        torch.randn(shape, generator=generator, dtype=torch.float64, requires_grad=True)
        for shape in ((5, 4, 3), (2, 3), (2,))
    )
    given = (x.transpose(0, 1), weights, b if bias else None)
    parts = [part for part in (x, weights, b if bias else None) if part is not None]
    ours, theirs = linear(*given), torch.nn.functional.linear(*given)
    torch.testing.assert_close(ours, theirs)
    gradients = [torch.autograd.grad(z.square().sum(), parts) for z in (ours, theirs)]
    torch.testing.assert_close(*gradients)


def test_a_product_can_be_written_into_a_part_of_a_larger_tensor():
    a, b, into = torch.arange(6.0).view(2, 3), torch.arange(12.0).view(3, 4), torch.zeros(3, 2, 4)
    product(a, b, out=into[1])
    assert torch.equal(into[1], a @ b)
    assert not into[0].any() and not into[2].any()


def test_converted_matrices_share_the_memory_of_their_tensors():
    convert, multiply = multiplier(torch.device("cpu"))
    out = torch.zeros(2, 2)
    multiply(convert(torch.eye(2)), convert(torch.full((2, 2), 3.0)), out=convert(out))
    assert torch.equal(out, torch.full((2, 2), 3.0))


def test_a_root_is_correctly_rounded():
    x = torch.rand(10_000, generator=torch.Generator().manual_seed(0))
    wanted = np.sqrt(x.numpy().astype(float)).astype(np.float32)  # double rounding does not change a square root
    assert np.array_equal(root(x).numpy(), wanted)


def test_overflow_gives_no_warning():
    assert product(torch.full((1, 1), 3e38), torch.full((1, 1), 3e38)).isinf().all()
    assert root(torch.tensor([-1.0])).isnan().all()
