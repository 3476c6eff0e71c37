"""Conversion of the hidden states of PyTorch's recurrent modules to an activity."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import torch
import xarray as xr
from torch import nn

from rnncompare import activity
from rnncompare.activity import BadActivity
from rnncompare.files.labels import labels
from rnncompare.plugins import BadOption

MODULES = (nn.RNN, nn.GRU, nn.LSTM)


def from_torch(
    module: nn.Module,
    inputs: np.ndarray | torch.Tensor,
    *,
    time: Sequence[float] | np.ndarray,
    conditions: Iterable[str | float],
    layer: int = -1,
    state: Literal["hidden", "cell"] = "hidden",
    initial: torch.Tensor | tuple[torch.Tensor, torch.Tensor] | None = None,
    outputs: np.ndarray | torch.Tensor | None = None,
    out: str | Path | None = None,
) -> xr.Dataset:
    """The hidden states (condition, time, unit) of an nn.RNN, nn.GRU or nn.LSTM for given inputs, as an activity.

    inputs: (condition, time, input), in this order for any `batch_first` of the module; they are converted to its
    device and precision. time: (time,) s from the event that the recording is aligned to; the state at each time is
    the one after the input at that time. conditions: (condition,) names as in the recording; numbers are converted to
    labels. layer: the index of the layer, 0 for the first and -1 for the last. state: 'hidden', or 'cell' for the cell
    states of an LSTM. initial: the state before the first input in the module's format, (layer, condition, unit), or a
    pair of these for an LSTM; None for zeros. outputs: (condition, time, output) of the network's readout, which become
    behavior. out: path of an .nc file to which the activity is also written, for the `activities` of a model.
    The module is run in evaluation mode (no dropout) and without gradients, and its mode is restored. Rates are not
    smoothed. Raises BadOption, BadActivity.
    """
    _refuse_module(module, state)
    index = _layer(module, layer)
    values = _inputs(module, inputs)
    rate = _states(module, values, initial, index, 1 if state == "cell" else 0)
    names = labels(conditions).tolist()
    if (len(names), len(time)) != rate.shape[:2]:
        raise BadActivity(
            f"from_torch: found inputs of shape {tuple(values.shape)}, {len(names)} conditions and {len(time)} times, "
            "wanted inputs (condition, time, input) with as many conditions and times"
        )
    behavior = {} if outputs is None else _behavior(outputs, rate.shape[:2])
    data = activity.build(
        rate,
        time=np.asarray(time, dtype=float),
        unit=[f"unit_{k}" for k in range(rate.shape[2])],
        condition=names,
        source="network",
        rate_units="a.u.",
        simultaneous=1,
        **behavior,
    )
    if out is not None:
        activity.write(data, out)
    return data


def _refuse_module(module: nn.Module, state: str) -> None:
    """Raise BadOption if the module is not recurrent, is bidirectional or does not have the requested state."""
    if not isinstance(module, MODULES):
        parts = module.named_modules() if isinstance(module, nn.Module) else []
        inside = [name for name, part in parts if isinstance(part, MODULES)]
        hint = f"; it has one, `module.{inside[0]}`, which can be given with its own inputs" if inside else ""
        raise BadOption(
            f"from_torch: found {type(module).__name__}, wanted nn.RNN, nn.GRU or nn.LSTM{hint}. For any other "
            "network, save the states that its forward pass computes: numpy.savez(FILE, rate=.., time=.., condition=..)"
        )
    if module.bidirectional:
        raise BadOption(
            "from_torch: found a bidirectional module, wanted one that runs forwards in time only: half of its "
            "units depend on future inputs, on which no neuron can depend"
        )
    if state not in ("hidden", "cell") or (state == "cell" and not isinstance(module, nn.LSTM)):
        kind = type(module).__name__
        raise BadOption(f"from_torch: found state '{state}' of {kind}, wanted hidden (or cell of an LSTM)")


def _layer(module: nn.Module, layer: int) -> int:
    count = module.num_layers
    if not -count <= layer < count:
        raise BadOption(f"from_torch: found layer {layer} of {count}, wanted {-count} to {count - 1}")
    return layer % count


def _inputs(module: nn.Module, inputs: np.ndarray | torch.Tensor) -> torch.Tensor:
    """The inputs (condition, time, input) on the device and in the precision of the module. Raises BadActivity."""
    weight = next(module.parameters())
    values = torch.as_tensor(inputs).to(device=weight.device, dtype=weight.dtype)
    if values.ndim != 3 or values.shape[2] != module.input_size or 0 in values.shape:
        wanted = f"(condition, time, {module.input_size}), with no dimension of size 0"
        raise BadActivity(f"from_torch: found inputs of shape {tuple(values.shape)}, wanted {wanted}")
    if not values.isfinite().all():
        raise BadActivity("from_torch: found inputs with NaN or infinite values, wanted finite values")
    return values


def _states(module: nn.Module, inputs: torch.Tensor, initial, layer: int, kind: int) -> np.ndarray:
    """The states (condition, time, unit) of one layer.

    The module is run one step at a time, because it returns the states of all layers only after the last step.
    """
    at = 1 if module.batch_first else 0
    steps = inputs if module.batch_first else inputs.transpose(0, 1)
    training, state, found = module.training, initial, []
    module.eval()
    try:
        with torch.no_grad():
            for step in steps.split(1, dim=at):
                _, state = module(step, state)
                every = state if isinstance(state, tuple) else (state,)
                found.append(every[kind][layer])
    finally:
        module.train(training)
    return torch.stack(found, dim=1).double().cpu().numpy()


def _behavior(outputs: np.ndarray | torch.Tensor, wanted: tuple[int, int]) -> dict:
    values = torch.as_tensor(outputs).detach().double().cpu().numpy()
    if values.ndim != 3 or values.shape[:2] != wanted:
        raise BadActivity(f"from_torch: found outputs of shape {values.shape}, wanted {(*wanted, 'outputs')}")
    return {"behavior": values, "channel": [f"output_{k}" for k in range(values.shape[2])]}
