"""Loading of published weights into a network."""

from pathlib import Path

import torch
from torch import nn

from rnncompare.files import records
from rnncompare.files.checksums import sha256
from rnncompare.recordings.finding import locate
from rnncompare.training.checkpoint import BadCheckpoint, load_tensors

NAMES = {
    "J": "recurrent_weights",
    "B": "input_weights",
    "bx": "unit_bias",
    "output_linear.weight": "output_weights",
    "output_linear.bias": "output_bias",
}  # published name: name in our network


def give_weights(network: nn.Module, file: str) -> None:
    """Load a state dict of the networks of the Neuromatch course into a `leaky` network without connectivity or masks.

    file: located like the files of cards, in the folder of the card or in RNNCOMPARE_DATA. It has the tensors J (unit
    to, unit from), B (unit, input), bx (unit), output_linear.weight (output, unit) and .bias (output); no code in it is
    executed. The dynamics are the same as ours, with dt / tau = 1/5, rectified tanh and initial state 0. Raises
    BadCheckpoint.
    """
    path = locate(Path(file).parent, Path(file).name)
    if path is None:
        raise BadCheckpoint(f"{file}: found no such file, wanted the published weights there or in RNNCOMPARE_DATA")
    found = load_tensors(path, "a state dict")
    records.note(path, sha256(path))
    names = str(sorted(map(str, found)))[:500] if isinstance(found, dict) else type(found).__name__
    if not isinstance(found, dict) or set(found) != set(NAMES) or not all(map(torch.is_tensor, found.values())):
        raise BadCheckpoint(f"{path}: found {names}, wanted the tensors {', '.join(NAMES)}")
    parameters = dict(network.named_parameters())
    if set(parameters) != set(NAMES.values()) or getattr(network, "constrained", False):
        raise BadCheckpoint(
            f"{path}: found a network with {sorted(parameters)}, wanted a leaky network without connectivity or masks"
        )
    for tensor, name in NAMES.items():
        weights, wanted = found[tensor], tuple(parameters[name].shape)
        usual = weights.layout == torch.strided and weights.device.type == "cpu" and weights.is_floating_point()
        if tuple(weights.shape) != wanted or not usual or not weights.to(parameters[name].dtype).isfinite().all():
            found_one = f"{tuple(weights.shape)} of {weights.dtype}"
            raise BadCheckpoint(
                f"{path}: {tensor}: found {found_one}, wanted finite numbers {wanted}, as in the network"
            )
        with torch.no_grad():
            parameters[name].copy_(weights)
