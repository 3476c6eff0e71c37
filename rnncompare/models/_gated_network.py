"""Networks of gated cells as torch modules, and their initial weights."""

import math
from collections.abc import Mapping

import torch

from rnncompare.models._gated_dynamics import GatedDynamics, GruDynamics, LstmDynamics, UgrnnDynamics
from rnncompare.models._gated_recurrence import Cell, Gru, Lstm, Ugrnn, recur
from rnncompare.models._gates import LACKS, without_noise_of_units
from rnncompare.models._noise import Noise, read_noise
from rnncompare.models._noisy_drive import noisy_inputs
from rnncompare.models._options import check_options
from rnncompare.models._unconstrained import UnconstrainedRecurrent
from rnncompare.training.matrix_products import linear

CELLS: dict[str, tuple[type[Cell], type[GatedDynamics]]] = {
    "gru": (Gru, GruDynamics),
    "lstm": (Lstm, LstmDynamics),
    "ugrnn": (Ugrnn, UgrnnDynamics),
}


class GatedNetwork(UnconstrainedRecurrent):
    """A network of one of CELLS, which starts with a state of 0, and a linear read-out of its rates h.

    `recurrent_weights` J (gate x unit to, unit from), `input_weights` B (gate x unit, input), `unit_bias` b (gate x
    unit): those of all gates, one below the other, in the order of `GATES` of the cell; `output_weights` W (output,
    unit), `output_bias` c. leak = dt / tau scales the noise of inputs, and nothing else. `lacks`: what a leaky network
    has and this one does not.
    """

    lacks = LACKS

    def __init__(
        self, J: torch.Tensor, B: torch.Tensor, W: torch.Tensor, *, cell: str, leak: float, noise: Noise | None = None
    ):
        super().__init__(J, B, W)
        self.cell, self.leak, self.noise, self.labels = cell, leak, noise, {}

    def dynamics(self) -> GatedDynamics:
        """One step of the network with its present weights and without noise, as functions of arrays."""
        parts = self.recurrent_weights, self.input_weights, self.output_weights, self.unit_bias, self.output_bias
        return CELLS[self.cell][1](*(part.detach().cpu().numpy().astype(float) for part in parts))

    def forward(
        self, inputs: torch.Tensor, recurrent: torch.Tensor | None = None, *, generator: torch.Generator | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Rates (trial, time, unit) and outputs (trial, time, output) for inputs (trial, time, input).

        The rate at a time includes the input at that time. recurrent: weights of all gates that replace those of the
        network, or several (version, gate x unit to, unit from), for which rates and outputs have a first axis version
        and no gradient. generator: draws the noise of the inputs; without it, there is no noise.
        """
        recurrent = self.recurrent_weights if recurrent is None else recurrent
        by_time = inputs.transpose(0, 1)  # each time step of all trials is contiguous in memory
        if self.noise is not None and generator is not None:
            by_time = noisy_inputs(self.noise, by_time, self.leak, generator)
        drive = linear(by_time, self.input_weights, self.unit_bias)
        if recurrent.ndim == 3:
            drive = drive.unsqueeze(1).expand(-1, len(recurrent), -1, -1)  # (time, version, trial, gate x unit)
        rates = recur(drive, recurrent, CELLS[self.cell][0])
        outputs = linear(rates, self.output_weights, self.output_bias)
        return rates.movedim(0, -2), outputs.movedim(0, -2)


def initial_network(
    cell: str,
    *,
    inputs: int,
    outputs: int,
    dt: float,
    seed: int,
    units: int,
    tau: float,
    g: float,
    h: float,
    gate_bias: float,
    noise: Noise | Mapping | None,
) -> GatedNetwork:
    """Return a network of one of CELLS with random weights as described at `gru`. Raises BadOption."""
    check_options(cell, units=units, tau=tau, dt=dt, g=g, h=h)
    noise = None if noise is None else read_noise(noise, inputs, cell)
    without_noise_of_units(noise=noise)
    gates, keeping = CELLS[cell][0].GATES, CELLS[cell][0].KEEPING
    shapes = (len(gates) * units, units), (len(gates) * units, inputs), (outputs, units)
    generator = torch.Generator().manual_seed(seed)
    J, B, W = (torch.randn(shape, generator=generator) for shape in shapes)
    J, B, W = g / math.sqrt(units) * J, h / math.sqrt(inputs) * B, W / math.sqrt(units)
    network = GatedNetwork(J, B, W, cell=cell, leak=dt / tau, noise=noise)
    with torch.no_grad():
        network.unit_bias.view(len(gates), units)[gates.index(keeping)] = gate_bias
    return network
