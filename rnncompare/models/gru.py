"""Gated recurrent units: h' = (1 - z) n + z h; the read-out is of h (Cho et al. 2014)."""

from typing import TYPE_CHECKING

from rnncompare.models._gates import LACKS, without_noise_of_units
from rnncompare.models._noise import Noise
from rnncompare.options.ranges import Count, NetworkUnits, NotNegative, Number, Seed, TimeConstant, TimeStep

if TYPE_CHECKING:
    from rnncompare.models._gated_network import GatedNetwork


def gru(
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
    """An untrained network, for each unit r = sigmoid(..), z = sigmoid(..), n = tanh(B u + b + r (J h)).

    r and z are functions of B u + b + J h, with weights and biases of their own; h = 0 at the start. This is
    torch.nn.GRU with a single bias for each gate. All J ~ N(0, g^2 / units), all B ~ N(0, h^2 / inputs), W ~
    N(0, 1 / units); biases are 0, except that of z, the gate that keeps the state: `gate_bias`. Networks with the same
    seed and size have the same random numbers on any device.

    dt, tau in s: gated units have no time constant, and a step is one application of the equations for any dt. tau
    only scales the noise: with the same `noise.inputs`, dt and tau, the inputs of a `leaky` network have the same
    noise, of SD s sqrt(2 tau / dt) in each step, so that both have the same ideal observer.
    noise: null, or `recurrent`, which must be 0, and SDs of `inputs`, which are used if a generator is given.
    What leaky networks have and gated ones do not is in `LACKS` (`_gates`), and is refused. Raises BadOption.
    """
    from rnncompare.models._gated_network import initial_network  # torch is slow to import

    return initial_network(
        "gru", inputs=inputs, outputs=outputs, dt=dt, seed=seed, units=units, tau=tau, g=g, h=h, gate_bias=gate_bias,
        noise=noise,
    )  # fmt: skip


gru.together = without_noise_of_units
gru.lacks = LACKS
