"""Gradients that use only what a unit has: its own trace of the past, and an error that is fed back to it.

The update of a weight is the sum over times of error fed back to the unit x slope r'(x) x eligibility, a trace of its
input with the leak of the unit. This is the gradient without the paths through recurrent connections. The sum of
products of errors and a trace of the inputs that runs forwards equals the sum of products of the inputs and a trace of
the errors that runs backwards, delta_t = r'(x_t) * error_t + (1 - leak) delta_(t+1). The latter is computed here, as it
differs from backpropagation in one term; the tests compare it with the former.
"""

from dataclasses import dataclass

import torch
from torch.autograd.function import once_differentiable

from rnncompare.training.backpropagation import Recurrence, by_recurrent, slope
from rnncompare.training.matrix_products import linear, unwarned


@dataclass(frozen=True, eq=False)
class LocalCredit:
    """How errors reach the units of a leaky network; its methods replace `recur` and the read-out.

    feedback (output, unit): fixed weights through which the errors of the outputs reach the units, as in
    random-feedback local online learning (Murray 2019); None: the output weights themselves, as in e-prop (Bellec et
    al. 2020).
    """

    feedback: torch.Tensor | None

    def recur(self, drive: torch.Tensor, recurrent: torch.Tensor, leak: float, nonlinearity: str) -> torch.Tensor:
        """The rates of `backpropagation.recur`, with a gradient that does not pass through `recurrent`."""
        return LocalRecurrence.apply(drive, recurrent, leak, nonlinearity, None)

    def read(self, rates: torch.Tensor, weights: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        """Outputs weights r + bias; their gradient reaches the rates (.., unit) through `feedback`."""
        if self.feedback is None:
            return linear(rates, weights, bias)
        back = linear(rates, self.feedback)
        # The difference is exactly 0, and has the gradient of `back`.
        return linear(rates.detach(), weights, bias) + (back - back.detach())


class LocalRecurrence(Recurrence):
    """The forward pass of `recur`, and a backward pass without recurrent connections."""

    @staticmethod
    @once_differentiable
    @unwarned
    def backward(ctx, by_rate):
        """delta_t = r'(x_t) * dL/dr_t + (1 - leak) delta_(t+1)."""
        rates, _ = ctx.saved_tensors
        delta = slope(rates, ctx.nonlinearity).mul_(by_rate)
        for now, later in zip(reversed(delta[:-1].unbind()), reversed(delta[1:].unbind()), strict=True):
            now.add_(later, alpha=1 - ctx.leak)
        return delta, by_recurrent(delta, rates[:-1], ctx.nonlinearity), None, None, None
