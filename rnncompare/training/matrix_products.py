"""Matrix products and square roots with bit-identical results on every x86-64 processor with AVX2.

torch uses a library for both whose results differ between AMD and Intel with any settings (its square root is rounded
differently, too); after a hundred updates, a difference in the last bit gives a different network if gains are high. On
the CPU, numpy is therefore used, whose library can be restricted to one set of kernels (`reproducibility.processor`);
on a GPU, torch is used. All other operations of training are elementwise or sums, for which torch's kernels can be
fixed as well.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch.autograd.function import once_differentiable

# Suppresses warnings of overflow: `train` detects divergence by the loss.
unwarned = np.errstate(over="ignore", invalid="ignore")


def multiplier(device: torch.device) -> tuple[Callable, Callable]:
    """The function that converts tensors (row, column) of a device for multiplication, and the product function.

    They are for loops of small products, in which conversions would take as long as the products: tensors are converted
    once, and then `multiply(a, b, out=c)` is called on the results, which share memory with the tensors. Stacks of
    matrices (.., row, column) are multiplied one by one. Not differentiable.
    """
    if device.type == "cpu":
        return lambda tensor: tensor.detach().numpy(), np.matmul
    return lambda tensor: tensor.detach(), torch.matmul


@unwarned
def product(a: torch.Tensor, b: torch.Tensor, *, out: torch.Tensor | None = None) -> torch.Tensor:
    """a (row, inner) times b (inner, column), written to `out` (row, column) if it is given. Not differentiable."""
    out = a.new_empty(a.shape[0], b.shape[1]) if out is None else out
    convert, multiply = multiplier(a.device)
    multiply(convert(a), convert(b), out=convert(out))
    return out


@unwarned
def root(x: torch.Tensor) -> torch.Tensor:
    """Correctly rounded elementwise square root. Not differentiable."""
    return torch.sqrt(x) if x.device.type != "cpu" else torch.from_numpy(np.sqrt(x.detach().numpy()))


def linear(x: torch.Tensor, weights: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """x (.., input) times the transpose of weights (output, input), plus bias (output): (.., output)."""
    return Linear.apply(x, weights, bias)


class Linear(torch.autograd.Function):
    """Forward and backward pass of `linear`."""

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


def products(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Matrices (.., row, inner) times matrices (.., inner, column), one by one: (.., row, column)."""
    return Products.apply(a, b)


class Products(torch.autograd.Function):
    """Forward and backward pass of `products`."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return stacked(a, b)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        a, b = ctx.saved_tensors
        to_a, to_b = ctx.needs_input_grad
        return stacked(grad, b.mT) if to_a else None, stacked(a.mT, grad) if to_b else None


@unwarned
def stacked(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The forward pass of `products`. Not differentiable."""
    out = a.new_empty(*a.shape[:-1], b.shape[-1])
    convert, multiply = multiplier(a.device)
    multiply(convert(a), convert(b), out=convert(out))
    return out
