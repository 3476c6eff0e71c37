"""Long short-term memory: c' = f c + i g, h' = o tanh(c'); the read-out is of h (Hochreiter and Schmidhuber 1997)."""

from typing import TYPE_CHECKING

from rnncompare.models._gates import LACKS, without_noise_of_units
from rnncompare.models._noise import Noise
from rnncompare.options.ranges import Count, NetworkUnits, NotNegative, Number, Seed, TimeConstant, TimeStep

if TYPE_CHECKING:
    from rnncompare.models._gated_network import GatedNetwork


def lstm(
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
    """An untrained network of units with two variables, h and c, both 0 at the start; the rates are h.

    o, f and i = sigmoid(B u + b + J h), g = tanh(B u + b + J h), with weights and biases of their own. This is
    torch.nn.LSTM with a single bias for each gate. `gate_bias`: initial bias of f, the gate that keeps the state (1:
    Jozefowicz, Zaremba and Sutskever 2015). Initial weights, tau, which only scales the noise of inputs, and noise as
    for `gru`. Raises BadOption.
    """
    from rnncompare.models._gated_network import initial_network  # torch is slow to import

    return initial_network(
        "lstm", inputs=inputs, outputs=outputs, dt=dt, seed=seed, units=units, tau=tau, g=g, h=h, gate_bias=gate_bias,
        noise=noise,
    )  # fmt: skip


lstm.together = without_noise_of_units
lstm.lacks = LACKS
