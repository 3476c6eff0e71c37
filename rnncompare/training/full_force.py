"""full-FORCE: a network learns the currents of a teacher that is driven by the targets (DePasquale et al. 2018).

The teacher is the network as it is before training, and receives the targets f beside all that the network receives:

    x_t = (1 - a) x_(t-1) + a (J_D r_D,(t-1) + b_D + U f_t + B u_t),    a = dt / tau.

The network (the student) receives no targets. Its J and b are fitted by least squares, so that J r_(t-1) + b equals J_D
r_D,(t-1) + b_D + U f_t, and its W and c so that W r_t + c equals the target at times with a weight. Errors are those at
the student's own rates, which change with the weights within each trial, so that it learns to stay near the teacher.
"""

import copy
import math

import numpy as np
import torch
from torch import nn

from rnncompare.plugins import BadOption
from rnncompare.training import streams
from rnncompare.training.backpropagation import activate
from rnncompare.training.full_force_options import RULE, Teacher
from rnncompare.training.least_squares import RecursiveLeastSquares
from rnncompare.training.matrix_products import unwarned

LEARNT = ("recurrent_weights", "unit_bias", "output_weights", "output_bias")


class FullForce:
    """The updates of a leaky network by full-FORCE. Everything is computed in double precision, on the CPU."""

    def __init__(self, network: nn.Module, data: list[torch.Tensor], options: Teacher, seed: int):
        """data: inputs, targets and weights of times of all trials. Raises BadOption for another network or loss."""
        check(network, data)
        self.network, self.teacher = network, copy.deepcopy(network).cpu().double()
        self.inputs = data[0].cpu().double()
        self.targets, self.weights = (a.cpu().double().numpy() for a in data[1:])
        self.driving = between(self.targets, self.weights > 0, options.between)
        self.J, b, W, c = (getattr(self.teacher, name).detach().numpy() for name in LEARNT)
        drawn = streams.numbers(seed, streams.TEACHER).standard_normal((len(b), len(c)))
        self.U = drawn * options.amplitude / math.sqrt(len(c))
        self.recurrent = RecursiveLeastSquares(np.column_stack([self.J, np.zeros(len(b))]), options.ridge)
        self.outputs = RecursiveLeastSquares(np.column_stack([W, c]), options.ridge)

    @torch.no_grad()
    @unwarned
    def learn(self, trials: np.ndarray, generator: torch.Generator | None) -> None:
        """Update the network in all steps of some trials, simulated together; generator: draws its noise.

        The drive, with its noise, and b_D are the same for teacher and student: the last weight of a unit, of the
        regressor 1, is b - b_D. Times after the last one with a weight are left out.
        """
        leak, inputs = self.teacher.leak, self.inputs[trials].transpose(0, 1)
        drive = self.teacher.drive(inputs, generator).numpy()
        targets, weights = self.targets[trials], self.weights[trials]
        driven, until = self.driving[trials] @ self.U.T, last(weights > 0)
        taught, state = np.zeros_like(drive[0]), np.zeros_like(drive[0])
        for t in range(until.max() + 1):
            wanted = self.rates(taught) @ self.J.T + driven[:, t]
            known = with_one(self.rates(state))
            self.recurrent.update(known[until >= t], wanted[until >= t])
            taught = (1 - leak) * taught + leak * wanted + drive[t]
            state = (1 - leak) * state + leak * (known @ self.recurrent.weights.T) + drive[t]
            scored = weights[:, t] > 0
            if scored.any():
                share = np.sqrt(weights[scored, t])[:, None]
                self.outputs.update(share * with_one(self.rates(state[scored])), share * targets[scored, t])
        self.write()

    def rates(self, state: np.ndarray) -> np.ndarray:
        return activate(torch.from_numpy(state), self.teacher.nonlinearity).numpy()

    def write(self) -> None:
        """Give the network the weights that were learnt."""
        bias = self.teacher.unit_bias.detach().numpy() + self.recurrent.weights[:, -1]
        learnt = self.recurrent.weights[:, :-1], bias, self.outputs.weights[:, :-1], self.outputs.weights[:, -1]
        for name, found in zip(LEARNT, learnt, strict=True):
            getattr(self.network, name).copy_(torch.from_numpy(np.ascontiguousarray(found)))


def with_one(rates: np.ndarray) -> np.ndarray:
    """Rates (trial, unit) with a last column of 1, the regressor of the bias."""
    return np.column_stack([rates, np.ones(len(rates))])


def last(scored: np.ndarray) -> np.ndarray:
    """The index (trial) of the last time with a weight, from scored (trial, time) of bool with one in each trial."""
    return scored.shape[1] - 1 - scored[:, ::-1].argmax(axis=1)


def between(targets: np.ndarray, scored: np.ndarray, how: str) -> np.ndarray:
    """Targets (trial, time, output) in which those of times that are not scored (trial, time) are replaced.

    how: see `Teacher.between`. After the last scored time they are those of that time, with 'zero' 0.
    """
    made = np.where(scored[..., None], targets, 0.0)
    if how == "zero":
        return made
    times = np.arange(scored.shape[1])
    for trial, known in zip(made, scored, strict=True):
        given = np.flatnonzero(known)
        if how == "next":
            trial[:] = trial[given[np.searchsorted(given, times).clip(max=len(given) - 1)]]
        else:
            for output in trial.T:
                output[:] = np.interp(times, [-1, *given], [0.0, *output[given]])
    return made


def check(network: nn.Module, data: list[torch.Tensor]) -> None:
    """Raise BadOption for a network or a loss for which the equations of this file do not hold."""
    where = f"training: found the rule '{RULE}'"
    if not all(hasattr(network, name) for name in (*LEARNT, "leak", "nonlinearity", "constrained", "drive")):
        raise BadOption(f"{where} for a {type(network).__name__}, wanted a network of the kind leaky")
    if network.constrained:
        raise BadOption(
            f"{where} for a network with connectivity or masks, wanted both null: least squares do not respect missing "
            "connections and signs"
        )
    if data[1].dim() != 3:
        raise BadOption(f"{where} for a task with the loss cross_entropy, wanted the loss mse: classes are no currents")
