"""Products of matrices and square roots with the same bits on every x86-64 processor with AVX2.

torch leaves both to a library that computes otherwise on AMD than on Intel, whatever its settings ask for (its square
root is rounded otherwise, too), and the last bit of a product is another network after a hundred updates where gains
are high. On the processor they are numpy's here, whose library can be held to one set of kernels
(`rnncompare.processor`); on a GPU they are torch's. Everything else that training does is elementwise or a sum, which
torch computes by instructions that can be held to one set as well.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch.autograd.function import once_differentiable

# A training that diverges is found by its loss, in `train`.
unwarned = np.errstate(over="ignore", invalid="ignore")


def multiplier(device: torch.device) -> tuple[Callable, Callable]:
    """What tensors (row, column) of a device are to be multiplied as, and the function that does it.

    For loops of small products, whose conversions would take as long as they do: convert once, then call
    `multiply(a, b, out=c)` on what was converted, which shares its memory. Not differentiable.
    """
    if device.type == "cpu":
        return lambda tensor: tensor.detach().numpy(), np.matmul
    return lambda tensor: tensor.detach(), torch.mm


@unwarned
def product(a: torch.Tensor, b: torch.Tensor, *, out: torch.Tensor | None = None) -> torch.Tensor:
    """a (row, inner) times b (inner, column), into `out` (row, column) where it is given. Not differentiable."""
    out = a.new_empty(a.shape[0], b.shape[1]) if out is None else out
    convert, multiply = multiplier(a.device)
    multiply(convert(a), convert(b), out=convert(out))
    return out


@unwarned
def root(x: torch.Tensor) -> torch.Tensor:
    """Square root of every number, of x's shape; correctly rounded. Not differentiable."""
    return torch.sqrt(x) if x.device.type != "cpu" else torch.from_numpy(np.sqrt(x.detach().numpy()))


def linear(x: torch.Tensor, weights: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """x (.., input) times the transpose of weights (output, input), plus bias (output): (.., output)."""
    return Linear.apply(x, weights, bias)


class Linear(torch.autograd.Function):
    """`linear`, forwards and backwards."""

    @staticmethod
    def forward(ctx, x, weights, bias):
        ctx.save_for_backward(x, weights)
        mapped = x.new_empty(*x.shape[:-1], len(weights))
        product(x.reshape(-1, x.shape[-1]), weights.t(), out=mapped.view(-1, len(weights)))
        return mapped if bias is None else mapped.add_(bias)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        x, weights = ctx.saved_tensors
        to_x, to_weights, to_bias = ctx.needs_input_grad
        flat = grad.reshape(-1, grad.shape[-1])
        return (
            product(flat, weights).view_as(x) if to_x else None,
            product(flat.t(), x.reshape(-1, x.shape[-1])) if to_weights else None,
            flat.sum(0) if to_bias else None,
        )
