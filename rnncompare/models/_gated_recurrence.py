"""Explicit backpropagation through time for gated cells.

As for the leaky network (`training.backpropagation`), a step in either direction is one matrix product and a few
elementwise operations; the slopes of all steps are computed at once, and the gradient of the recurrent weights is one
product over all steps. `gates` are the values of all gates (time, trial, gate x unit), in the order of `GATES`.
"""

from typing import Protocol

import torch
from torch.autograd.function import once_differentiable

from rnncompare.models import _gated_slopes as slopes_of
from rnncompare.training.matrix_products import multiplier, product, unwarned


class Cell(Protocol):
    """A gated cell: one step forward, and the gradients of all steps."""

    GATES: tuple[str, ...]  # in the order of the rows of weights
    KEEPING: str  # the gate that keeps the state if it is 1
    KEPT: bool  # whether a second quantity of each unit is stored

    @staticmethod
    def step(drive, recurrent, before, kept_before, gates, kept, rates) -> None:
        """Write gates, kept and rates of one step, from its drive, its recurrent input, and the step before."""

    @staticmethod
    def back(by_rate, gates, kept, rates, weights) -> tuple[torch.Tensor, torch.Tensor]:
        """The gradients by drive and by recurrent input (time, trial, gate x unit), from that by the rates."""


def recur(drive: torch.Tensor, recurrent: torch.Tensor, cell: type[Cell]) -> torch.Tensor:
    """Rates (time, trial, unit) of a cell that starts with a state of 0.

    drive (time, trial, gate x unit), the input of all gates; recurrent (gate x unit to, unit from). Without a gradient,
    drive can also be (time, version, trial, gate x unit), with recurrent (version, gate x unit to, unit from).
    """
    return Recurrence.apply(drive, recurrent, cell)


class Recurrence(torch.autograd.Function):
    """Forward and backward pass of `recur`."""

    @staticmethod
    @unwarned
    def forward(ctx, drive, recurrent, cell):
        shape = (*drive.shape[:-1], recurrent.shape[-1])
        gates, rates = drive.new_empty(drive.shape), drive.new_empty(shape)
        kept = drive.new_empty(shape) if cell.KEPT else drive.new_empty(len(drive))
        recurrent_input, before = drive.new_empty(drive.shape[1:]), drive.new_zeros(shape[1:])
        as_matrix, multiply = multiplier(drive.device)
        onto = as_matrix(recurrent.mT.contiguous())  # a product with a transposed view would be slower
        into, rate, kept_before = as_matrix(recurrent_input), as_matrix(before), torch.zeros_like(before)
        parts = (part.unbind(0) for part in (drive, gates, kept, rates))
        for (by_input, gate, also, now), after in zip(zip(*parts, strict=True), as_matrix(rates), strict=True):
            multiply(rate, onto, out=into)
            cell.step(by_input, recurrent_input, before, kept_before, gate, also, now)
            before, kept_before, rate = now, also, after
        ctx.save_for_backward(gates, kept, rates, recurrent)
        ctx.cell = cell
        return rates

    @staticmethod
    @once_differentiable
    @unwarned
    def backward(ctx, by_rate):
        gates, kept, rates, recurrent = ctx.saved_tensors
        by_drive, by_input = ctx.cell.back(by_rate, gates, kept, rates, recurrent)
        later, earlier = (a.reshape(-1, a.shape[-1]) for a in (by_input[1:], rates[:-1]))
        return by_drive, product(later.t(), earlier), None


class Gru:
    """h' = (1 - z) n + z h; n = tanh(B u + r (J h) + b), as in torch.nn.GRU; kept: J h of n."""

    GATES, KEEPING, KEPT = ("reset", "update", "candidate"), "update", True

    @staticmethod
    def step(drive, recurrent, before, kept_before, gates, kept, rates):
        units = before.shape[-1]
        gates, candidate = gates.split([2 * units, units], -1)
        torch.add(drive[..., : 2 * units], recurrent[..., : 2 * units], out=gates).sigmoid_()
        r, z = gates.chunk(2, -1)
        kept.copy_(recurrent[..., 2 * units :])
        torch.addcmul(drive[..., 2 * units :], r, kept, out=candidate).tanh_()
        torch.lerp(candidate, before, z, out=rates)

    @staticmethod
    def back(by_rate, gates, kept, rates, weights):
        r, z, n = gates.chunk(3, -1)
        by_reset, by_update, by_candidate = slopes_of.gru(r, z, n, _shifted(rates), kept)
        slopes = torch.cat([by_reset, by_update, by_candidate * r], -1)
        by_input, by_state = _back_through_mixture(by_rate, slopes, z, weights)
        shared = by_input[..., : 2 * by_rate.shape[-1]]
        return torch.cat([shared, by_candidate.mul_(by_state)], -1), by_input


class Ugrnn:
    """h' = (1 - g) c + g h."""

    GATES, KEEPING, KEPT = ("gate", "candidate"), "gate", False

    @staticmethod
    def step(drive, recurrent, before, kept_before, gates, kept, rates):
        gate, candidate = torch.add(drive, recurrent, out=gates).chunk(2, -1)
        torch.lerp(candidate.tanh_(), before, gate.sigmoid_(), out=rates)

    @staticmethod
    def back(by_rate, gates, kept, rates, weights):
        gate, candidate = gates.chunk(2, -1)
        slopes = torch.cat(slopes_of.ugrnn(gate, candidate, _shifted(rates)), -1)
        by_input, _ = _back_through_mixture(by_rate, slopes, gate, weights)
        return by_input, by_input


class Lstm:
    """c' = f c + i g, h' = o tanh(c'), as in torch.nn.LSTM with another order of gates; kept: c."""

    GATES, KEEPING, KEPT = ("output", "forget", "input", "candidate"), "forget", True

    @staticmethod
    def step(drive, recurrent, before, kept_before, gates, kept, rates):
        units = before.shape[-1]
        sigmoid, g = torch.add(drive, recurrent, out=gates).split([3 * units, units], -1)
        o, f, i = sigmoid.sigmoid_().chunk(3, -1)
        torch.mul(f, kept_before, out=kept).addcmul_(i, g.tanh_())
        torch.tanh(kept, out=rates).mul_(o)

    @staticmethod
    def back(by_rate, gates, kept, rates, weights):
        """delta_c = dL/dc_t = delta_h dh/dc + f_(t+1) delta_c(t+1), where delta_h = dL/dh_t."""
        o, f, i, g = gates.chunk(4, -1)
        *slopes, reads = slopes_of.lstm(o, f, i, g, _shifted(kept), kept.tanh())
        slopes, units = torch.cat(slopes, -1), rates.shape[-1]
        delta, as_matrix, multiply = torch.empty_like(slopes), *multiplier(gates.device)
        carried, by_cell = torch.zeros_like(rates[0]), torch.zeros_like(rates[0])
        onto, into = as_matrix(weights), as_matrix(carried)
        parts = zip(by_rate, slopes, reads, f, delta, as_matrix(delta), strict=True)
        for grad, steep, read, keep, now, matrix in reversed(list(parts)):
            carried.add_(grad)
            by_cell.addcmul_(carried, read)
            torch.mul(steep[:, :units], carried, out=now[:, :units])
            _each_gate(steep[:, units:], by_cell, now[:, units:])
            multiply(matrix, onto, out=into)
            by_cell.mul_(keep)
        return delta, delta


def _back_through_mixture(by_rate, slopes, keep, weights) -> tuple[torch.Tensor, torch.Tensor]:
    """Gradients by the recurrent inputs (time, trial, gate x unit) and the states (time, trial, unit).

    For h' = keep h + .., with the `slopes` of h' by the recurrent inputs of the gates.
    """
    delta, by_state = torch.empty_like(slopes), torch.empty_like(keep)
    as_matrix, multiply = multiplier(slopes.device)
    carried = torch.zeros_like(by_state[0])
    onto, into = as_matrix(weights), as_matrix(carried)
    parts = zip(by_rate, slopes, keep, by_state, delta, as_matrix(delta), strict=True)
    for grad, steep, kept, state, now, matrix in reversed(list(parts)):
        torch.add(carried, grad, out=state)
        _each_gate(steep, state, now)
        multiply(matrix, onto, out=into)
        carried.addcmul_(state, kept)
    return delta, by_state


def _each_gate(slopes: torch.Tensor, by_state: torch.Tensor, out: torch.Tensor) -> None:
    """Write slopes (trial, gate x unit) times the gradient by the state (trial, unit) to `out`."""
    by_gate = (-1, by_state.shape[-1])
    torch.mul(slopes.unflatten(-1, by_gate), by_state.unsqueeze(-2), out=out.unflatten(-1, by_gate))


def _shifted(values: torch.Tensor) -> torch.Tensor:
    """The values (time, ..) of the step before, 0 before the first."""
    return torch.cat([torch.zeros_like(values[:1]), values[:-1]])
