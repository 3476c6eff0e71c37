"""Backpropagation through time by hand, for tau dx/dt = -x + drive + J r(x), stepped by Euler's method.

Autograd through a loop records some ten operations a step and replays each of them. Here a step is one
matrix product and a few in-place operations either way, states are not kept (the slope of each of the
nonlinearities follows from the rate itself), and the gradient of the recurrent weights is one product over
all steps. Anything that sees the rates alone (a read-out, a penalty on rates or slopes) stays ordinary autograd.
"""

import torch
from torch.autograd.function import once_differentiable

from rnncompare.training.products import multiplier, product, unwarned
from rnncompare.training.vanishing_gradient import VanishingGradient

BLOCK = 16  # steps whose slopes are computed at once: few enough to stay in the processor's cache


def activate(x: torch.Tensor, nonlinearity: str, *, out: torch.Tensor | None = None) -> torch.Tensor:
    """Rates of states, r(x): max(tanh x, 0), tanh x or max(x, 0); of x's shape."""
    if nonlinearity == "tanh":
        return torch.tanh(x, out=out)
    rates = torch.clamp(x, min=0, out=out)
    return rates.tanh_() if nonlinearity == "rectified_tanh" else rates


def slope(rates: torch.Tensor, nonlinearity: str) -> torch.Tensor:
    """dr/dx where the rate is `rates`, by the rate itself (same shape): 1 - r^2 for tanh, 0 where rectified."""
    if nonlinearity == "tanh":
        return 1 - rates.square()
    active = rates.detach().sign()  # no rate is negative here
    return active if nonlinearity == "relu" else active - rates.square()


def recur(
    drive: torch.Tensor,
    recurrent: torch.Tensor,
    leak: float,
    nonlinearity: str,
    vanishing: VanishingGradient | None = None,
) -> torch.Tensor:
    """Rates of x_t = (1 - leak) x_(t-1) + recurrent r_(t-1) + drive_t, with x_0 = 0 and r_0 = r(0) = 0.

    drive (time, trial, unit), recurrent (unit to, unit from): both already times leak = dt / tau.
    Returns rates r_1 .. r_T (time, trial, unit). vanishing: a penalty that joins in on the way back.
    """
    return Recurrence.apply(drive, recurrent, leak, nonlinearity, vanishing)


class Recurrence(torch.autograd.Function):
    """`recur`, forwards and backwards."""

    @staticmethod
    @unwarned
    def forward(ctx, drive, recurrent, leak, nonlinearity, vanishing):
        rates = drive  # written over: fresh memory costs as much as the arithmetic
        ctx.mark_dirty(drive)
        state, felt = torch.zeros_like(drive[0]), torch.empty_like(drive[0])
        as_matrix, multiply = multiplier(drive.device)
        onto = as_matrix(recurrent.t().contiguous())  # transposed, it would take longer than the whole step
        into, rate = as_matrix(felt), as_matrix(torch.zeros_like(state))
        for step_rate, after in zip(rates.unbind(0), as_matrix(rates), strict=True):
            multiply(rate, onto, out=into)
            torch.add(step_rate, state, alpha=1 - leak, out=state).add_(felt)
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
        felt = rates[:-1]
        if ctx.vanishing is not None:
            ctx.vanishing.begin(felt)
        for block in reversed(range(0, len(rates), BLOCK)):
            steps = slice(block, block + BLOCK)
            slopes = slope(rates[steps], ctx.nonlinearity)
            parts = zip(delta[steps], matrices[steps], by_rate[steps], slopes, strict=True)
            for now, into, grad, steep in reversed(list(parts)):
                multiply(after, onto, out=into)
                now.add_(grad).mul_(steep).add_(later, alpha=1 - ctx.leak)
                later, after = now, into
            if ctx.vanishing is not None:
                ctx.vanishing.see(block, delta[block : block + BLOCK + 1], by_rate[steps], slopes)
        if ctx.vanishing is not None:
            felt = ctx.vanishing.joined(felt)
        units = rates.shape[2]
        by_recurrent = product(delta[1:].reshape(-1, units).t(), felt.reshape(-1, units))
        return delta, by_recurrent, None, None, None


class MeanSquare(torch.autograd.Function):
    """Mean of r^2 over everything; one pass over the rates each way."""

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
        """d r'^2 / dr = 2 r' * (-2 r) for tanh and its rectified form, 0 for relu."""
        (rates,) = ctx.saved_tensors
        if ctx.nonlinearity == "relu":
            return None, None
        scale = grad * -4 / (rates.shape[0] * rates.shape[1])
        by_rate = torch.empty_like(rates)
        for out, block in zip(by_rate.split(BLOCK, dim=1), rates.split(BLOCK, dim=1), strict=True):
            torch.mul(slope(block, ctx.nonlinearity).mul_(block), scale, out=out)
        return by_rate, None
