"""Condensing of a trained leaky network: pairs of similar units are merged one after another, without training.

Unit j of a pair is removed, and unit i, which stays, receives its outgoing weights. The outputs are unchanged if both
units always have the same rate. Merging pairs that are drawn at random is the control.
"""

import copy
import itertools
from collections.abc import Iterator
from typing import Literal

import numpy as np
import torch
import xarray as xr
from torch import nn

from rnncompare.plugins import BadOption
from rnncompare.training.measurement import measure
from rnncompare.training.objective import objective_of
from rnncompare.training.simulate import simulate
from rnncompare.training.task_checks import check_data
from rnncompare.training.trials import BadTraining

CRITERIA = ("loadings", "correlation", "random")


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
    compared; they are not computed anew, so that all merges are those of the given network, and each unit that stays
    keeps its own rate.

    by: 'loadings' merges the two units whose loadings on the first `components` principal components of the rates are
    closest (Euclidean distance); 'correlation' those with the highest correlation of rates; 'random' two units drawn
    with `seed`, the control. components must be None for the latter two. Raises BadOption.
    """
    units = check(network, rates, by, merges, components)
    cost = costs(rates.reshape(-1, units).astype(float), by, components, seed)
    left = np.arange(units)
    network = copy.deepcopy(network)
    for _ in range(merges):
        among = cost[np.ix_(left, left)]
        kept, gone = sorted(np.unravel_index(int(np.argmin(among)), among.shape))
        network = merged(network, int(kept), int(gone))
        left = np.delete(left, gone)
        yield copy.deepcopy(network)


def merging_rows(
    network: nn.Module,
    task: xr.Dataset,
    *,
    by: Literal["loadings", "correlation", "random"],
    merges: int,
    components: int | None,
    seed: int,
) -> list[dict]:
    """Rows of the error by the number of merges, from 0 (the given network) on: merges, units, statistic, value.

    task: one with a test set. Units are compared in its training trials, and the normalised error is that of its test
    trials, without noise. The other arguments are those of `condensed`. Raises BadOption, BadTraining.
    """
    check_data(task)
    which = task["set"].values if "set" in task.coords else np.empty(0)
    train, test = (np.flatnonzero(which == name) for name in ("train", "test"))
    if not len(train) or not len(test):
        raise BadTraining(
            f"condensing: found {len(train)} training and {len(test)} test trials, wanted some of both: units are "
            "compared in the former, and the error is that of the latter"
        )
    objective = objective_of(task)
    data, scale = objective.tensors(task.inputs.values, next(network.parameters()).dtype), objective.null(test)
    rates = simulate(network, task.inputs.values[train])[0]
    found = condensed(network, rates, by=by, merges=merges, components=components, seed=seed)
    return [
        {
            "merges": k,
            "units": len(one.unit_bias),
            "statistic": "error",
            "value": measure(one, data, test, scale)[0],
        }
        for k, one in enumerate(itertools.chain([network], found))
    ]


def costs(samples: np.ndarray, by: str, components: int | None, seed: int) -> np.ndarray:
    """How unlike each two units are (unit, unit), infinite on the diagonal; samples (sample, unit)."""
    centred = samples - samples.mean(axis=0)
    if by == "loadings":
        _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
        loadings = (sizes[:components, None] * axes[:components]).T
        found = np.linalg.norm(loadings[:, None] - loadings[None], axis=2)
    elif by == "correlation":
        sizes = np.linalg.norm(centred, axis=0)
        scaled = centred / np.where(sizes > 0, sizes, 1.0)  # a constant rate is correlated with none
        found = 1 - scaled.T @ scaled
    else:
        found = np.random.default_rng(seed).random((samples.shape[1],) * 2)
        found = np.triu(found, 1) + np.triu(found, 1).T
    return found + np.where(np.eye(samples.shape[1], dtype=bool), np.inf, 0.0)


@torch.no_grad()
def merged(network: nn.Module, kept: int, gone: int) -> nn.Module:
    """A copy of a leaky network in which unit `kept` has also the outgoing weights of unit `gone`, which is removed."""
    made = copy.deepcopy(network)
    stay = [k for k in range(len(network.unit_bias)) if k != gone]
    recurrent, out = network.recurrent_weights.clone(), network.output_weights.clone()
    recurrent[:, kept] += recurrent[:, gone]
    out[:, kept] += out[:, gone]
    made.recurrent_weights = nn.Parameter(recurrent[stay][:, stay])
    made.output_weights = nn.Parameter(out[:, stay])
    made.input_weights = nn.Parameter(network.input_weights[stay])
    made.unit_bias = nn.Parameter(network.unit_bias[stay])
    if network.initial_state is not None:
        made.initial_state = nn.Parameter(network.initial_state[stay])
    return made


def check(network: nn.Module, rates: np.ndarray, by: str, merges: int, components: int | None) -> int:
    """The number of units. Raises BadOption for what cannot be condensed in this way."""
    where = "condensing"
    needed = ("recurrent_weights", "input_weights", "unit_bias", "constraints", "nonlinearity", "initial_state")
    if not all(hasattr(network, name) for name in needed):
        raise BadOption(f"{where}: found a {type(network).__name__}, wanted a network of the kind leaky")
    if any(not isinstance(constraint, nn.Identity) for constraint in network.constraints):
        raise BadOption(
            f"{where}: found a network with connectivity, wanted connectivity null: units of different areas or signs "
            "cannot be merged"
        )
    units = len(network.unit_bias)
    if rates.ndim != 3 or rates.shape[2] != units or not np.isfinite(rates).all():
        raise BadOption(f"{where}: found rates {rates.shape}, wanted finite ones (trial, time, unit) of {units} units")
    if by not in CRITERIA:
        raise BadOption(f"{where}: found by {by!r}, wanted one of {', '.join(CRITERIA)}")
    least = len(network.output_bias)
    if not 1 <= merges <= units - least:
        raise BadOption(
            f"{where}: found {merges} merges of {units} units, wanted 1 to {units - least}, so that at least as many "
            f"units as outputs ({least}) remain"
        )
    if by == "loadings" and not (components is not None and 1 <= components <= units):
        raise BadOption(f"{where}: found components {components} by loadings, wanted 1 to {units}, the number of units")
    if by != "loadings" and components is not None:
        raise BadOption(f"{where}: found components {components} by {by}, wanted None")
    return units
