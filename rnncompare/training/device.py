"""The device on which a network is trained."""

import torch

from rnncompare.plugins import BadOption


def choose(name: str) -> torch.device:
    """The device for 'auto' (a GPU if there is one), 'cpu' or 'cuda'. Raises BadOption."""
    if name == "cuda" and not torch.cuda.is_available():
        raise BadOption("training: found device 'cuda', wanted 'auto' or 'cpu': torch finds no GPU here")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")
