"""The conditions on which a trained network was not trained, and its error on them and on the others."""

import torch
import xarray as xr
from torch import nn

from rnncompare.training.loss import null_error
from rnncompare.training.train import checked
from rnncompare.training.trials import BadTraining, Split, split


def split_of(checkpoint: dict, task: xr.Dataset, validation: int) -> Split:
    """The split of the trials with which a network was trained if it did not see `validation` conditions.

    For a network that was trained on all conditions, it is the split of the network with the same seed that was not.
    checkpoint: from `checkpoint.load`. Raises BadTraining if another number of conditions was held out.
    """
    options = checkpoint["config"]["training"]
    if options["validation"] not in (0, validation):
        raise BadTraining(
            f"generalisation: found a network that was trained without {options['validation']} conditions, wanted one "
            f"without {validation}, or one that was trained on all"
        )
    return split(task, delays=options["delays"], validation=validation, seed=checkpoint["seed"])


def conditions_of(task: xr.Dataset, part: Split) -> list[str]:
    """The names of the held-out conditions, in the order of the task."""
    return list(dict.fromkeys(task.condition.values[part.held_out].tolist()))


def errors(network: nn.Module, task: xr.Dataset, part: Split, seed: int) -> tuple[float, float]:
    """Normalised error on the trained and on the held-out conditions, as training measures them at its end.

    Both are relative to the variance of the targets in the trained conditions, so that they can be compared.
    """
    arrays = [task[name].values for name in ("inputs", "targets", "mask")]
    scale = null_error(*(values[part.measured] for values in arrays[1:]))
    data = [torch.as_tensor(values, dtype=next(network.parameters()).dtype) for values in arrays]
    return checked(network, data, part, scale, seed, None)[:2]
