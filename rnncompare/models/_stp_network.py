"""The network with short-term plasticity as a torch module, and its initial weights."""

from collections.abc import Mapping

import torch

from rnncompare.activity.selection import SYNAPSES
from rnncompare.models._leaky_network import drawn_weights
from rnncompare.models._noise import Noise, read_noise
from rnncompare.models._noisy_drive import noisy_drive
from rnncompare.models._options import check_options
from rnncompare.models._stp import LACKS, Synapses
from rnncompare.models._unconstrained import UnconstrainedRecurrent
from rnncompare.training.matrix_products import linear, products

AREAS = ("rates", SYNAPSES)


class StpNetwork(UnconstrainedRecurrent):
    """The network of `stp`, integrated from a = 0, x = 1 and u = U by Euler's method with step dt.

    `recurrent_weights` J (unit to, unit from), `input_weights` B (unit, input), `output_weights` W (output, unit),
    `unit_bias` b, `output_bias` c. constants (3, unit): U, tau_x (s) and tau_u (s) of the synapses from each unit.
    `labels` are those of the variables of `observed`; `lacks`: what a leaky network has and this one does not.
    """

    lacks, dynamical = LACKS, False

    def __init__(
        self,
        J: torch.Tensor,
        B: torch.Tensor,
        W: torch.Tensor,
        *,
        constants: torch.Tensor,
        dt: float,
        leak: float,
        noise: Noise | None = None,
    ):
        super().__init__(J, B, W)
        self.register_buffer("constants", constants, persistent=False)  # from the options of the network
        self.dt, self.leak, self.noise = dt, leak, noise
        self.labels = {"area": [area for area in AREAS for _ in range(len(J))]}

    def forward(
        self, inputs: torch.Tensor, recurrent: torch.Tensor | None = None, *, generator: torch.Generator | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Rates (trial, time, unit) and outputs (trial, time, output) for inputs (trial, time, input).

        The rate at a time includes the input at that time. recurrent: weights that replace those of the network, or
        several (version, unit to, unit from), for which rates and outputs have a first axis version. generator: draws
        the noise of the network; without it, there is no noise.
        """
        rates, _ = self._run(inputs, recurrent, generator)
        outputs = linear(rates, self.output_weights, self.output_bias)
        return rates.movedim(0, -2), outputs.movedim(0, -2)

    def observed(
        self, inputs: torch.Tensor, *, generator: torch.Generator | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """As `forward`, with u x of all units after their rates: the variables (trial, time, 2 units) of an activity.

        u x at a time is what multiplies the rate of that time.
        """
        rates, efficacies = self._run(inputs, None, generator)
        outputs = linear(rates, self.output_weights, self.output_bias)
        return torch.cat([rates, efficacies], dim=-1).movedim(0, -2), outputs.movedim(0, -2)

    def _run(
        self, inputs: torch.Tensor, recurrent: torch.Tensor | None, generator: torch.Generator | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Rates and u x (time, trial, unit), or (time, version, trial, unit) with several recurrent weights."""
        J = self.leak * (self.recurrent_weights if recurrent is None else recurrent)
        by_time, into, bias = inputs.transpose(0, 1), self.leak * self.input_weights, self.leak * self.unit_bias
        if self.noise is None or generator is None:
            drive = linear(by_time, into, bias)
        else:
            drive = noisy_drive(self.noise, by_time, into, bias, self.leak, generator)
        if J.ndim == 3:
            drive = drive.unsqueeze(1).expand(-1, len(J), -1, -1)
        send = linear if J.ndim == 2 else lambda sent, weights: products(sent, weights.mT)
        state = rate = torch.zeros_like(drive[0])
        x, u = torch.ones_like(state), self.constants[0].expand_as(state)
        rates, efficacies = [], []
        for now in drive.unbind(0):
            # What is sent at this step is multiplied by the synapses that the rates before have left.
            efficacy = u * x
            state = (1 - self.leak) * state + send(efficacy * rate, J) + now
            x, u = self._after(x, u, efficacy * rate, rate)
            rate = state.relu()
            rates.append(rate)
            efficacies.append(u * x)
        return torch.stack(rates), torch.stack(efficacies)

    def _after(
        self, x: torch.Tensor, u: torch.Tensor, sent: torch.Tensor, rate: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Resources and utilisation one step later; sent: u x r."""
        U, tau_x, tau_u = self.constants
        used = x + self.dt * ((1 - x) / tau_x - sent)
        risen = u + self.dt * ((U - u) / tau_u + U * (1 - u) * rate)
        return used.clamp(0, 1), risen.clamp(0, 1)


def initial_network(
    *,
    inputs: int,
    outputs: int,
    dt: float,
    seed: int,
    units: int,
    tau: float,
    g: float,
    h: float,
    facilitating: float,
    facilitation: Synapses | Mapping,
    depression: Synapses | Mapping,
    noise: Noise | Mapping | None,
) -> StpNetwork:
    """Return a network with random weights as described at `stp`. Raises BadOption."""
    check_options("stp", units=units, tau=tau, dt=dt, g=g, h=h)
    noise = None if noise is None else read_noise(noise, inputs, "stp")
    first = round(facilitating * units)
    kinds = [_constants(facilitation)] * first + [_constants(depression)] * (units - first)
    constants = torch.tensor(kinds).T.contiguous()
    weights = drawn_weights(inputs, outputs, seed, units, g, h)
    return StpNetwork(*weights, constants=constants, dt=dt, leak=dt / tau, noise=noise)


def _constants(synapses: Synapses | Mapping) -> tuple[float, float, float]:
    found = Synapses(**synapses) if isinstance(synapses, Mapping) else synapses
    return found.U, found.tau_x, found.tau_u
