"""One head of attention: the output at a time is a weighted mean of past inputs; there is no state (Vaswani 2017)."""

from typing import TYPE_CHECKING

from rnncompare.models._attention import LACKS, without_noise_of_units
from rnncompare.models._noise import Noise
from rnncompare.options.ranges import Count, NetworkUnits, NotNegative, Seed, TimeConstant, TimeStep

if TYPE_CHECKING:
    from rnncompare.models._attention_network import AttentionNetwork


def attention(
    *,
    inputs: Count,
    outputs: Count,
    dt: TimeStep,
    seed: Seed,
    units: NetworkUnits,
    tau: TimeConstant,
    g: NotNegative,
    h: NotNegative,
    noise: Noise | None,
) -> "AttentionNetwork":
    """An untrained network: e = B u + b, rates r_t = max(0, e_t + sum over s <= t of a_ts V e_s), z = W r + c.

    The weights of the past are a_ts = softmax over s <= t of (Q e_t) (K e_s) / sqrt(units). There is no code of
    positions, so that the past is a set of inputs whose order has no effect: the network does not know when an input
    was shown, but only what was shown with it. Initial weights: Q, K, V ~ N(0, g^2 / units), B ~ N(0, h^2 / inputs), W
    ~ N(0, 1 / units), all biases 0. Networks with the same seed and size have the same random numbers on any device.

    dt, tau in s: attention has no time constant, and tau only scales the noise of inputs, as for `gru`. noise: null, or
    `recurrent`, which must be 0, and SDs of `inputs`, which are used if a generator is given. A longer trial takes the
    square of its steps in time and memory. What leaky networks have and attention does not is in `LACKS`
    (`_attention`), and is refused; activities have the label `dynamical` 0. Raises BadOption.
    """
    from rnncompare.models._attention_network import initial_network  # torch is slow to import

    return initial_network(
        inputs=inputs, outputs=outputs, dt=dt, seed=seed, units=units, tau=tau, g=g, h=h, noise=noise
    )


attention.together = without_noise_of_units
attention.lacks = LACKS
