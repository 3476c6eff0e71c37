"""Networks whose units can be merged without any effect."""

import torch
from support.deciding import timing_network


def doubled(units=8):
    """A network, and one in which every unit exists twice, with half of the outgoing weights each."""
    one = timing_network(units=units).double()
    two = timing_network(units=2 * units).double()
    with torch.no_grad():
        one.unit_bias.normal_(0, 0.3, generator=torch.Generator().manual_seed(0))
        two.recurrent_weights.copy_(one.recurrent_weights.repeat(2, 2) / 2)
        two.output_weights.copy_(one.output_weights.repeat(1, 2) / 2)
        two.input_weights.copy_(one.input_weights.repeat(2, 1))
        two.unit_bias.copy_(one.unit_bias.repeat(2))
    return one, two
