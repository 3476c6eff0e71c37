"""What networks have in common whose weights have no masks and signs: the parameters are the effective weights."""

import torch
from torch import nn


class Unconstrained(nn.Module):
    """A network whose input and output weights are its parameters.

    `input_weights` B (unit, input), or (gate x unit, input) of gated cells; `output_weights` W (output, unit).
    """

    def effective_input_weights(self) -> torch.Tensor:
        """B."""
        return self.input_weights

    def effective_output_weights(self) -> torch.Tensor:
        """W."""
        return self.output_weights


class UnconstrainedRecurrent(Unconstrained):
    """An unconstrained network with recurrent weights, whose biases begin at 0.

    `recurrent_weights` J (unit to, unit from), or (gate x unit to, unit from) of gated cells; `unit_bias` b (row of J),
    `output_bias` c (output).
    """

    def __init__(self, J: torch.Tensor, B: torch.Tensor, W: torch.Tensor):
        super().__init__()
        self.recurrent_weights, self.input_weights, self.output_weights = (nn.Parameter(w) for w in (J, B, W))
        self.unit_bias, self.output_bias = (nn.Parameter(torch.zeros(w.shape[0])) for w in (J, W))

    def effective_recurrent_weights(self) -> torch.Tensor:
        """J."""
        return self.recurrent_weights
