"""Learning rules beside backpropagation: which weights are trained, and how errors reach the units."""

import math

import torch
from torch import nn

from rnncompare.training import streams
from rnncompare.training.full_force import LEARNT
from rnncompare.training.local_credit import LocalCredit

OUTPUT_WEIGHTS = ("output_weights", "output_bias")
TRAINED = {"output_only": OUTPUT_WEIGHTS, "full_force": LEARNT}


def trained_weights(network: nn.Module, rule: str) -> list[nn.Parameter]:
    """The parameters that a rule of `options.Training` changes: all that can be trained, or those in TRAINED."""
    return [
        weights
        for name, weights in network.named_parameters()
        if weights.requires_grad and name in TRAINED.get(rule, (name,))
    ]


def local_credit(network: nn.Module, rule: str, seed: int) -> LocalCredit | None:
    """How errors reach the units under 'rflo' and 'eprop'; None under the other rules.

    The feedback weights of 'rflo' (output, unit) are drawn from N(0, 1 / units), as initial output weights are, from
    random numbers of their own.
    """
    if rule == "eprop":
        return LocalCredit(None)
    if rule != "rflo":
        return None
    like = network.effective_output_weights()
    drawn = streams.numbers(seed, streams.FEEDBACK).standard_normal(like.shape) / math.sqrt(like.shape[1])
    return LocalCredit(torch.as_tensor(drawn, dtype=like.dtype, device=like.device))
