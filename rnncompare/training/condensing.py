"""Condensing of a trained leaky network: pairs of units are merged one after another, without training."""

import copy
from collections.abc import Iterator
from typing import Literal

import numpy as np
import torch
from torch import nn

from rnncompare.condensing.pairs import WHERE, outgoing, pairs, staying
from rnncompare.plugins import BadOption


def condensed(
    network: nn.Module,
    rates: np.ndarray,
    *,
    by: Literal["loadings", "correlation", "random"],
    merges: int,
    components: int | None,
    seed: int,
) -> Iterator[nn.Module]:
    """Yield the network after each of `merges` merges of two units; the given network is not modified.

    network: a leaky network without connectivity; rates (trial, time, unit): its rates in the trials by which units are
    compared. The other arguments are those of `pairs`. Raises BadOption.
    """
    check(network, rates)
    options = {"by": by, "merges": merges, "components": components, "seed": seed}
    network = copy.deepcopy(network)
    for kept, gone in pairs(rates, outputs=len(network.output_bias), **options):
        network = merged(network, kept, gone)
        yield copy.deepcopy(network)


@torch.no_grad()
def merged(network: nn.Module, kept: int, gone: int) -> nn.Module:
    """A copy of a leaky network in which unit `kept` has also the outgoing weights of unit `gone`, which is removed."""
    made, stay = copy.deepcopy(network), staying(len(network.unit_bias), gone)
    made.recurrent_weights = nn.Parameter(outgoing(network.recurrent_weights, kept, gone)[stay])
    made.output_weights = nn.Parameter(outgoing(network.output_weights, kept, gone))
    made.input_weights = nn.Parameter(network.input_weights[stay])
    made.unit_bias = nn.Parameter(network.unit_bias[stay])
    if network.initial_state is not None:
        made.initial_state = nn.Parameter(network.initial_state[stay])
    return made


def check(network: nn.Module, rates: np.ndarray) -> None:
    """Raise BadOption for what cannot be condensed in this way."""
    needed = ("recurrent_weights", "input_weights", "unit_bias", "constrained", "nonlinearity", "initial_state")
    if not all(hasattr(network, name) for name in needed):
        raise BadOption(f"{WHERE}: found a {type(network).__name__}, wanted a network of the kind leaky")
    if network.constrained:
        raise BadOption(
            f"{WHERE}: found a network with connectivity or masks, wanted both null: units of different areas or signs "
            "cannot be merged"
        )
    units = len(network.unit_bias)
    if rates.ndim != 3 or rates.shape[2] != units or not np.isfinite(rates).all():
        raise BadOption(f"{WHERE}: found rates {rates.shape}, wanted finite ones (trial, time, unit) of {units} units")
