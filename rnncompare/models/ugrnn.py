"""The update-gate network: h' = (1 - g) tanh(..) + g h; the read-out is of h (Collins et al. 2017)."""

from typing import TYPE_CHECKING

from rnncompare.models._gates import LACKS, without_noise_of_units
from rnncompare.models._noise import Noise
from rnncompare.options.ranges import Count, NetworkUnits, NotNegative, Number, Seed, TimeConstant, TimeStep

if TYPE_CHECKING:
    from rnncompare.models._gated_network import GatedNetwork


def ugrnn(
    *,
    inputs: Count,
    outputs: Count,
    dt: TimeStep,
    seed: Seed,
    units: NetworkUnits,
    tau: TimeConstant,
    g: NotNegative,
    h: NotNegative,
    gate_bias: Number,
    noise: Noise | None,
) -> "GatedNetwork":
    """An untrained network of units with one gate: g = sigmoid(B u + b + J h), c = tanh(B u + b + J h).

    g and c have weights and biases of their own; h = 0 at the start, and h' = (1 - g) c + g h. `gate_bias`: initial
    bias of g, the gate that keeps the state (1 in Collins, Sohl-Dickstein and Sussillo 2017). Initial weights, tau,
    which only scales the noise of inputs, and noise as for `gru`. Raises BadOption.
    """
    from rnncompare.models._gated_network import initial_network  # torch is slow to import

    return initial_network(
        "ugrnn", inputs=inputs, outputs=outputs, dt=dt, seed=seed, units=units, tau=tau, g=g, h=h, gate_bias=gate_bias,
        noise=noise,
    )  # fmt: skip


ugrnn.together = without_noise_of_units
ugrnn.lacks = LACKS
