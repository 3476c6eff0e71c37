"""Training that begins with the weights of a trained network, which can be condensed to fewer units on the way."""

from collections.abc import Callable

import numpy as np
import xarray as xr
from torch import nn

from rnncompare.options.ranges import Seed
from rnncompare.plugins import BadOption
from rnncompare.training.condensing import condensed
from rnncompare.training.history import joined
from rnncompare.training.options import Training
from rnncompare.training.simulate import simulate
from rnncompare.training.train import train
from rnncompare.training.trials import split


def train_from(
    start: nn.Module,
    network: nn.Module,
    task: xr.Dataset,
    options: Training,
    *,
    condense: dict | None,
    seed: Seed,
    progress: Callable[[int, int, float], None] | None,
) -> dict:
    """Give `network` the weights of `start`, train it in place on the task, and return the history of the training.

    start: a trained network with the same inputs and outputs; it is modified. condense: None if both have the same
    units. Otherwise the options `by` and `components` of `condensing.condensed`, and `pairs`: units of `start` are
    merged, at most `pairs` pairs at a time, until as many remain as `network` has, and after each time the smaller
    network is trained with these options. Units are compared by their rates in the trials of the training, without
    noise; pairs drawn at random depend on seed. The history counts updates over all of these trainings. Raises as
    `train`, and BadOption for networks that do not match.
    """
    if condense is None:
        _take(network, start, "wanted the same number of each; with `condense`, units are merged")
        return train(network, task, options, seed=seed, progress=progress)
    wanted, trials = _units(network), split(task, delays=options.delays, validation=options.validation, seed=seed).epoch
    if _units(start) <= wanted:
        raise BadOption(f"start: found a network of {_units(start)} units, wanted more than {wanted} to condense it")
    histories = []
    while (units := _units(start)) > wanted:
        rates = simulate(start, task.inputs.values[np.unique(trials)])[0]
        merges, chosen = min(condense["pairs"], units - wanted), {name: condense[name] for name in ("by", "components")}
        *_, start = condensed(start, rates, merges=merges, seed=seed, **chosen)
        histories.append(train(start, task, options, seed=seed, progress=progress))
    _take(network, start, "wanted the same number of inputs and outputs")
    return joined(histories)


def _take(network: nn.Module, start: nn.Module, wanted: str) -> None:
    """Give a network the weights of another one. Raises BadOption if they have other numbers of weights."""
    own, given = ({name: tuple(w.shape) for name, w in one.state_dict().items()} for one in (network, start))
    if own != given:
        differing = [
            f"{name} {given.get(name)} for {own.get(name)}" for name in own | given if own.get(name) != given.get(name)
        ]
        raise BadOption(f"start: found weights {', '.join(differing)}, {wanted}")
    network.load_state_dict(start.state_dict())


def _units(network: nn.Module) -> int:
    return len(getattr(network, "unit_bias", ()))
