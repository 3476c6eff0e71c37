"""Gauss-Newton steps with conjugate gradients, for leaky networks and the mean squared error (Martens 2010).

The loss is replaced by its quadratic approximation, in which outputs are linear in the weights. Its matrix is never
formed: conjugate gradients only need its products with vectors, J' H J v, with J the Jacobian of the outputs. J v is
computed by running the linearised network forwards (`Linearised.forward`), and J' w by backpropagation.
"""

import math
from collections.abc import Callable

import torch
from torch import nn

from rnncompare.plugins import BadOption
from rnncompare.training.backpropagation import AT_REST, slope
from rnncompare.training.loss import loss_terms
from rnncompare.training.matrix_products import linear, multiplier, unwarned
from rnncompare.training.options import Training

CARRIED = 0.95  # share of the last solution with which conjugate gradients start (after Martens 2010)
GOOD, BAD, FACTOR = 0.75, 0.25, 2 / 3  # ratios of reductions above and below which the damping changes, and its factor
SHORTER, ATTEMPTS = 0.6, 12  # factor and largest number of step lengths that are tried; the last one is .0036
MATRICES = ("recurrent_weights", "input_weights", "output_weights")
WEIGHTS = (*MATRICES, "unit_bias", "output_bias")


class Linearised:
    """A leaky network to first order in its weights: its outputs for some inputs (trial, time, input).

    Vectors v have the weights of the network in the order of WEIGHTS, one after another.
    """

    def __init__(self, network: nn.Module, inputs: torch.Tensor):
        self.network, self.inputs = network, inputs
        self.weights = [getattr(network, name) for name in WEIGHTS]
        self.rates, self.outputs = network(inputs)  # (trial, time, unit), (trial, time, output)

    def parts(self, vector: torch.Tensor) -> list[torch.Tensor]:
        """The parts of a vector, each with the shape of its weights."""
        pieces = vector.split([weights.numel() for weights in self.weights])
        return [piece.view_as(weights) for piece, weights in zip(pieces, self.weights, strict=True)]

    @torch.no_grad()
    def forward(self, vector: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """J v: changes of rates (trial, time, unit) and outputs (trial, time, output) per change of the weights by v.

        dx_t = (1 - leak) dx_(t-1) + leak (J dr_(t-1) + dJ r_(t-1) + dB u_t + db), dr_t = r'(x_t) dx_t, dz_t = W dr_t +
        dW r_t + dc.
        """
        net = self.network
        recurrent, into, out, bias, offset = self.parts(vector)
        rates = self.rates.transpose(0, 1).contiguous()  # (time, trial, unit)
        start = torch.full_like(rates[:1], AT_REST.get(net.nonlinearity, 0.0))
        drive = linear(self.inputs.transpose(0, 1), net.leak * into, net.leak * bias)
        drive += linear(torch.cat([start, rates[:-1]]), net.leak * recurrent)
        changes = self._run(drive, slope(rates, net.nonlinearity))
        outputs = linear(changes, net.output_weights) + linear(rates, out, offset)
        return changes.transpose(0, 1), outputs.transpose(0, 1)

    @unwarned
    def _run(self, drive: torch.Tensor, slopes: torch.Tensor) -> torch.Tensor:
        """Changes of the rates (time, trial, unit) for the drive of the linearised network; drive is overwritten."""
        as_matrix, multiply = multiplier(drive.device)
        onto = as_matrix((self.network.leak * self.network.recurrent_weights).detach().t().contiguous())
        state, received = torch.zeros_like(drive[0]), torch.zeros_like(drive[0])
        for now, matrix, steep in zip(drive, as_matrix(drive), slopes, strict=True):
            torch.add(now, state, alpha=1 - self.network.leak, out=state).add_(received)
            torch.mul(state, steep, out=now)
            multiply(matrix, onto, out=as_matrix(received))
        return drive

    def backward(self, by_outputs: torch.Tensor, by_rates: torch.Tensor | None = None) -> torch.Tensor:
        """J' w, a vector, for w of outputs (trial, time, output) and, if given, of rates (trial, time, unit)."""
        of, given = [self.outputs], [by_outputs]
        if by_rates is not None:
            of, given = [*of, self.rates], [*given, by_rates]
        return flat(torch.autograd.grad(of, self.weights, given, retain_graph=True))


class GaussNewton:
    """Updates of a leaky network by Gauss-Newton steps on all trials; `damping` is that of the next update."""

    def __init__(self, network: nn.Module, data: list[torch.Tensor], scale: float, options: Training):
        """data: inputs, targets and weights of times of all training trials; scale: error of the null model.

        Raises BadOption if the network or the loss is not one whose products are computed here.
        """
        check(network, data, options.batch)
        self.network, self.data, self.scale, self.options = network, data, scale, options
        self.damping, self.last = options.damping, None

    def step(self, rate: float) -> None:
        """Update the weights, whose gradients are those of the loss; with a rate of 1, the first length tried is 1."""
        weights = [getattr(self.network, name) for name in WEIGHTS]
        gradient, before = flat([w.grad for w in weights]), self.loss()
        product = self.curvature(Linearised(self.network, self.data[0]))
        start = torch.zeros_like(gradient) if self.last is None else CARRIED * self.last
        direction, residual = conjugate_gradients(
            lambda v: product(v) + self.damping * v, -gradient, start, self.options.products
        )
        curved = -gradient - residual - self.damping * direction  # the product of the undamped matrix and the direction
        expected = dot(gradient, direction) + dot(direction, curved) / 2
        whole, taken = self.descend(weights, direction, before, rate)
        ratio = (whole - before) / expected if expected < 0 else -math.inf
        self.damping *= FACTOR if ratio > GOOD else 1 / FACTOR if not ratio >= BAD else 1
        self.last = direction if taken else None

    def loss(self) -> float:
        with torch.no_grad():
            terms, _ = loss_terms(self.network, self.data, self.scale, self.options.penalties)
        return terms["loss"].item()

    @torch.no_grad()
    def descend(self, weights: list, direction: torch.Tensor, before: float, rate: float) -> tuple[float, bool]:
        """Change the weights by the first of ever shorter steps that reduces the loss; the loss of the first step.

        Also whether there is one; otherwise the weights are as before.
        """
        held, whole, length = [w.clone() for w in weights], None, rate
        moves = [
            part.view_as(w) for part, w in zip(direction.split([w.numel() for w in weights]), weights, strict=True)
        ]
        for _ in range(ATTEMPTS):
            for w, old, move in zip(weights, held, moves, strict=True):
                torch.add(old, move, alpha=length, out=w)
            found = self.loss()
            whole = found if whole is None else whole
            if found < before:  # false for NaN
                return whole, True
            length *= SHORTER
        for w, old in zip(weights, held, strict=True):
            w.copy_(old)
        return whole, False

    def curvature(self, model: Linearised) -> Callable[[torch.Tensor], torch.Tensor]:
        """The function v -> G v, with G the Gauss-Newton matrix of the loss at the weights of `model`."""
        mask = self.data[2]
        factor = (2 / self.scale / (mask.sum() * model.outputs.shape[2]) * mask)[..., None]
        diagonal = flat(self.of_penalties(model.weights))
        by_rate = 2 * self.options.rates / model.rates.numel()

        def product(vector: torch.Tensor) -> torch.Tensor:
            rates, outputs = model.forward(vector)
            return model.backward(factor * outputs, by_rate * rates if by_rate else None) + diagonal * vector

        return product

    def of_penalties(self, weights: list[torch.Tensor]) -> list[torch.Tensor]:
        """The second derivatives of the penalties on weights, in the shapes of the weights."""
        found = []
        for name, w in zip(WEIGHTS, weights, strict=True):
            summed = self.options.weights if name in MATRICES[1:] else 0.0
            own = self.options.penalties.get(f"l2_{name.removesuffix('_weights')}", 0.0)
            mean = (self.options.mean_weights + own) / w.numel() if name in MATRICES else 0.0
            found.append(torch.full_like(w, 2 * (summed + mean)))
        return found


def conjugate_gradients(
    product: Callable[[torch.Tensor], torch.Tensor], target: torch.Tensor, start: torch.Tensor, most: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The solution x of product(x) = target after at most `most` products from `start`, and target - product(x).

    product: that of a symmetric positive definite matrix. The search ends early if the residual is 0 to the precision
    of the numbers.
    """
    x, residual = start.clone(), target - product(start) if start.any() else target.clone()
    towards, size = residual.clone(), dot(residual, residual)
    least = (torch.finfo(target.dtype).eps ** 2) * dot(target, target)
    for _ in range(most):
        if not size > least:
            break
        image = product(towards)
        curvature = dot(towards, image)
        if not curvature > 0:  # 0 for numbers that are too small, and NaN
            break
        length = size / curvature
        x.add_(towards, alpha=length)
        residual.sub_(image, alpha=length)
        size, previous = dot(residual, residual), size
        towards.mul_(size / previous).add_(residual)
    return x, residual


def dot(a: torch.Tensor, b: torch.Tensor) -> float:
    """The sum of the products of two vectors, in double precision."""
    return float((a.double() * b.double()).sum())


def flat(parts: list[torch.Tensor] | tuple[torch.Tensor, ...]) -> torch.Tensor:
    """Tensors as one vector."""
    return torch.cat([part.detach().reshape(-1) for part in parts])


def check(network: nn.Module, data: list[torch.Tensor], batch: int) -> None:
    """Raise BadOption for a network, a loss or a batch for which the products of this file do not hold."""
    where = "training: found the optimiser 'gauss_newton'"
    if not all(hasattr(network, name) for name in (*WEIGHTS, "leak", "nonlinearity", "constrained")):
        raise BadOption(
            f"{where} for a {type(network).__name__}, wanted a network of the kind leaky, whose derivatives it uses"
        )
    if network.constrained:
        raise BadOption(
            f"{where} for a network with connectivity or masks, wanted both null: constraints of "
            "weights have no derivatives here"
        )
    if network.noise is not None and (network.noise.recurrent or any(network.noise.inputs)):
        raise BadOption(
            f"{where} for a network with noise, wanted noise null: the losses before and after a step are compared, "
            "and with new noise they differ by chance"
        )
    inputs, wanted, _ = data
    if wanted.dim() != 3:
        raise BadOption(f"{where} for a task with the loss cross_entropy, wanted the loss mse")
    if batch < len(inputs):
        raise BadOption(
            f"{where} with a batch of {batch} of {len(inputs)} training trials, wanted at least {len(inputs)}: each of "
            "its updates uses all trials"
        )
