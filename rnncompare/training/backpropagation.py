"""Explicit backpropagation through time for tau dx/dt = -x + drive + J r(x), integrated by Euler's method.

Autograd through a loop records and replays about ten operations for each step. Here, a step in either direction is one
matrix product and a few in-place operations; states are not stored, because the slope of each nonlinearity follows from
the rate; and the gradient of the recurrent weights is one product over all steps. Functions of the rates only (the
read-out, penalties on rates or slopes) use ordinary autograd.
"""

import math

import torch
from torch.autograd.function import once_differentiable

from rnncompare.training.matrix_products import multiplier, product, unwarned
from rnncompare.training.vanishing_gradient import VanishingGradient

AT_REST = {"softplus": math.log(2)}  # r(0), where it is not 0
BLOCK = 16  # steps whose slopes are computed at once; small enough for the processor's cache


def activate(x: torch.Tensor, nonlinearity: str, *, out: torch.Tensor | None = None) -> torch.Tensor:
    """Rates r(x) of states: max(tanh x, 0), tanh x, max(x, 0) or log(1 + exp x); the same shape as x."""
    if nonlinearity == "tanh":
        return torch.tanh(x, out=out)
    rates = torch.clamp(x, min=0, out=out)
    if nonlinearity == "softplus":
        return rates.add_(torch.log1p(torch.exp(-x.abs())))  # exp x would overflow
    return rates.tanh_() if nonlinearity == "rectified_tanh" else rates


def slope(rates: torch.Tensor, nonlinearity: str) -> torch.Tensor:
    """dr/dx as a function of the rates (same shape): 1 - r^2 for tanh, 1 - exp(-r) for softplus, 0 for rectified."""
    if nonlinearity == "tanh":
        return 1 - rates.square()
    if nonlinearity == "softplus":
        return torch.expm1(-rates).neg_()
    active = rates.detach().sign()  # rates are not negative here
    return active if nonlinearity == "relu" else active - rates.square()


def recur(
    drive: torch.Tensor,
    recurrent: torch.Tensor,
    leak: float,
    nonlinearity: str,
    vanishing: VanishingGradient | None = None,
) -> torch.Tensor:
    """Rates r_1 .. r_T (time, trial, unit) of x_t = (1 - leak) x_(t-1) + recurrent r_(t-1) + drive_t, with x_0 = 0.

    drive (time, trial, unit), recurrent (unit to, unit from): both already multiplied by leak = dt / tau. r_0 = r(0).
    vanishing: a penalty that is computed in the backward pass. `drive` is overwritten. Without a gradient, drive can
    also be (time, version, trial, unit), with recurrent (version, unit to, unit from).
    """
    return Recurrence.apply(drive, recurrent, leak, nonlinearity, vanishing)


class Recurrence(torch.autograd.Function):
    """Forward and backward pass of `recur`."""

    @staticmethod
    @unwarned
    def forward(ctx, drive, recurrent, leak, nonlinearity, vanishing):
        rates = drive  # overwritten, because allocating memory takes as long as the arithmetic
        ctx.mark_dirty(drive)
        state, recurrent_input = torch.zeros_like(drive[0]), torch.empty_like(drive[0])
        as_matrix, multiply = multiplier(drive.device)
        onto = as_matrix(recurrent.mT.contiguous())  # a product with a transposed view would be slower
        into, rate = as_matrix(recurrent_input), as_matrix(torch.full_like(state, AT_REST.get(nonlinearity, 0.0)))
        for step_rate, after in zip(rates.unbind(0), as_matrix(rates), strict=True):
            multiply(rate, onto, out=into)
            torch.add(step_rate, state, alpha=1 - leak, out=state).add_(recurrent_input)
            activate(state, nonlinearity, out=step_rate)
            rate = after
        ctx.save_for_backward(rates, recurrent)
        ctx.leak, ctx.nonlinearity, ctx.vanishing = leak, nonlinearity, vanishing
        return rates

    @staticmethod
    @once_differentiable
    @unwarned
    def backward(ctx, by_rate):
        """delta_t = dL/dx_t = r'(x_t) * (dL/dr_t + delta_(t+1) recurrent) + (1 - leak) delta_(t+1)."""
        rates, recurrent = ctx.saved_tensors
        as_matrix, multiply = multiplier(rates.device)
        delta = torch.empty_like(rates)
        matrices, onto = as_matrix(delta), as_matrix(recurrent)
        later = torch.zeros_like(delta[0])
        after = as_matrix(later)
        earlier = rates[:-1]
        if ctx.vanishing is not None:
            ctx.vanishing.begin(earlier)
        for block in reversed(range(0, len(rates), BLOCK)):
            steps = slice(block, block + BLOCK)
            slopes = slope(rates[steps], ctx.nonlinearity)
            parts = zip(delta[steps], matrices[steps], by_rate[steps], slopes, strict=True)
            for now, into, grad, steep in reversed(list(parts)):
                multiply(after, onto, out=into)
                now.add_(grad).mul_(steep).add_(later, alpha=1 - ctx.leak)
                later, after = now, into
            if ctx.vanishing is not None:
                ctx.vanishing.accumulate(block, delta[block : block + BLOCK + 1], by_rate[steps], slopes)
        if ctx.vanishing is not None:
            earlier = ctx.vanishing.with_penalty(earlier)
        return delta, by_recurrent(delta, earlier, ctx.nonlinearity), None, None, None


def by_recurrent(delta: torch.Tensor, earlier: torch.Tensor, nonlinearity: str) -> torch.Tensor:
    """dL/d recurrent (unit to, unit from) = sum of delta_t r_(t-1) over trials and times; earlier: r_1 .. r_(T-1)."""
    units = delta.shape[2]
    found = product(delta[1:].reshape(-1, units).t(), earlier.reshape(-1, units))
    if nonlinearity in AT_REST:  # the first step receives the same rate of all units
        found += delta[0].sum(0)[:, None] * AT_REST[nonlinearity]
    return found


class MeanSquare(torch.autograd.Function):
    """Mean of r^2 over all rates, with one pass over the rates in each direction."""

    @staticmethod
    def forward(ctx, rates):
        ctx.save_for_backward(rates)
        return torch.linalg.vector_norm(rates).square() / rates.numel()

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        (rates,) = ctx.saved_tensors
        return rates * (grad * 2 / rates.numel())


class MeanSquareSlope(torch.autograd.Function):
    """Mean of r'(x)^2 over trials and times, for each unit; rates (trial, time, unit)."""

    @staticmethod
    def forward(ctx, rates, nonlinearity):
        ctx.save_for_backward(rates)
        ctx.nonlinearity = nonlinearity
        total = sum(slope(block, nonlinearity).square_().sum((0, 1)) for block in rates.split(BLOCK, dim=1))
        return total / (rates.shape[0] * rates.shape[1])

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        """d r'^2 / dr = 2 r' * (-2 r) for tanh and its rectified form, 2 r' (1 - r') for softplus, 0 for relu."""
        (rates,) = ctx.saved_tensors
        if ctx.nonlinearity == "relu":
            return None, None
        scale = grad * -4 / (rates.shape[0] * rates.shape[1])
        by_rate = torch.empty_like(rates)
        for out, block in zip(by_rate.split(BLOCK, dim=1), rates.split(BLOCK, dim=1), strict=True):
            steep = slope(block, ctx.nonlinearity)
            factor = (steep - 1) / 2 if ctx.nonlinearity == "softplus" else block
            torch.mul(steep.mul_(factor), scale, out=out)
        return by_rate, None
