"""Checks, before a training, that a network can learn what is asked and reach the share of correct decisions."""

import math

import numpy as np
import xarray as xr
from torch import nn

from rnncompare.activity import interval
from rnncompare.behaviour.ideal_observer import ceiling, in_each_trial
from rnncompare.plugins import BadOption
from rnncompare.training.trials import BadTraining


def check_answers(task: xr.Dataset, trials: np.ndarray) -> None:
    """Raise BadTraining if a context has a single answer in these trials, which needs no other input.

    Trials with the answer `none` are left out, and so are tasks without contexts or answers.
    """
    if not {"context", "answer"} <= set(task.coords):
        return
    context, answer = (task[name].values[trials].astype(str) for name in ("context", "answer"))
    for name in np.unique(context[answer != "none"]).tolist():
        found = np.unique(answer[(context == name) & (answer != "none")]).tolist()
        if len(found) < 2:
            raise BadTraining(
                f"training: found only the answer {found[0]} in context {name}, wanted trials with two answers in each "
                "context, because a network could otherwise ignore the inputs"
            )


def ideal_correct(network: nn.Module, task: xr.Dataset, trials: np.ndarray) -> float:
    """The share of correct decisions of the ideal observer of the network's noisy inputs; NaN for a task without one.

    The network has its noise in `noise.inputs` and dt / tau in `leak`; a network without noise decides perfectly.
    """
    return ceiling(task, trials, **noise_of(network, task))


def ideal_in_each_trial(network: nn.Module, task: xr.Dataset) -> np.ndarray | None:
    """(trial,) probability with which the ideal observer of the network's inputs is right; None for a task without."""
    return in_each_trial(task, np.arange(task.sizes["trial"]), **noise_of(network, task))


def noise_of(network: nn.Module, task: xr.Dataset) -> dict:
    """The SDs of the noise of the inputs of a network, None if there is none, and its time constant tau (s)."""
    noise = getattr(network, "noise", None)
    if noise is None or not any(noise.inputs):
        return {"noise": None, "tau": 1.0}
    return {"noise": noise.inputs, "tau": interval(task) / network.leak}


def check_reachable(stop_correct: float | None, ideal: float, network: nn.Module) -> None:
    """Raise BadOption for a share of correct decisions above that of the ideal observer; NaN: there is none."""
    if stop_correct is None or math.isnan(ideal) or stop_correct <= ideal:
        return
    raise BadOption(
        f"training: found stop_correct {stop_correct:g}, wanted a share above 0 and at most "
        f"{math.floor(ideal * 1e4) / 1e4:g}, that of an ideal observer of the inputs with their noise of SDs "
        f"{list(network.noise.inputs)}, which no network exceeds on average: lower stop_correct or the noise, or show "
        "stimuli for longer"
    )
