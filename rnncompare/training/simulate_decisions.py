"""Simulation of a network on trials with decisions: its activity around the stimulus onset, and its choices."""

import numpy as np
import torch
import xarray as xr
from scipy.ndimage import gaussian_filter1d
from torch import nn

from rnncompare import activity
from rnncompare.behaviour.decisions import SIDES, UNDECIDED, answered, behaviour, judged
from rnncompare.plugins import BadOption
from rnncompare.training import streams
from rnncompare.training.goal import ideal_in_each_trial
from rnncompare.training.measurement import CHUNK, decisions_of, timing_of
from rnncompare.training.task_checks import loss_of
from rnncompare.training.trial_windows import asked_trials, steps_of_bins

STIMULI = (
    "coherence",
    "motion",
    "colour",
    "context",
    "interval",
    "foreperiod",
    "rule",
    "sample",
)  # coordinates of a task that describe the stimulus of a trial


def decision_activity(
    network: nn.Module, task: xr.Dataset, *, smooth: float, window: tuple[float, float], bin: float | None, seed: int
) -> xr.Dataset:
    """The activity of a network on the trials of a task's test set that require a decision.

    Time 0 is the `onset` of each trial. Rates and outputs (behavior) are averaged in bins of `bin` s, whose centres are
    multiples of it, from window[0] to window[1] s, both included; bin null: the steps of the task. smooth: SD in s of a
    Gaussian that smooths the rates before. The noise of the network is determined by the seed. Coordinates along trial:
    condition and the STIMULI of the task, and choice, rt (s) and correct of the network by the `threshold` of the task,
    with colour if targets of two colours are chosen; for a task with an `interval`, instead of these, `produced`: the s
    from onset to the threshold, NaN if it is not reached. Along unit: area and cell, if the network has them. Raises
    BadOption, BadActivity.
    """
    task = asked_trials(task)
    step, trials = activity.interval(task), range(task.sizes["trial"])
    first, (centres, offsets, weights) = steps_of_bins(task, window, bin)
    rates, outputs, decisions, asked = [], [], [], decisions_of(task) or timing_of(task)
    if asked is None:
        raise BadOption("simulate: found a task without decisions, wanted the coordinates and attributes of its rule")
    generator, probable = streams.noise(seed, streams.SIMULATED_NOISE), loss_of(task) == "cross_entropy"
    for some in np.split(np.arange(len(trials)), range(CHUNK, len(trials), CHUNK)):
        rate, output = (a.contiguous().numpy() for a in run(network, task.inputs.values[some], generator))
        decisions.append(asked.made(output, some))
        output = torch.softmax(torch.from_numpy(output), -1).numpy() if probable else output
        if smooth:
            rate = gaussian_filter1d(rate, smooth / step, axis=1, mode="nearest")
        at = (np.arange(len(some))[:, None], first[some][:, None] + offsets)
        rates.append((weights @ rate[at]).astype(np.float32))  # single precision, because there are many trials
        outputs.append(weights @ output[at])
    index, rt = (np.concatenate(values) for values in zip(*decisions, strict=True))
    return activity.build(
        np.concatenate(rates),
        time=centres,
        unit=[f"unit_{k}" for k in range(rates[0].shape[2])],
        condition=task.condition.values.tolist(),
        behavior=np.concatenate(outputs),
        channel=task.output.values.tolist(),
        per_trial=_behaviour(network, task, index, rt),
        per_unit=network.labels,
        source="network",
        rate_units="a.u.",
        simultaneous=1,
        alignment="onset of what is decided on",
        **without_dynamics(network),
        behavior_units=task.attrs.get("output_units", "a.u."),
    )


def _behaviour(network: nn.Module, task: xr.Dataset, index: np.ndarray, rt: np.ndarray) -> dict[str, np.ndarray]:
    """Coordinates along trial: the stimuli of the task, and the behaviour of the network that made these decisions.

    index: of the chosen output. Outputs that are no answer of the task, such as fixate, are no choice. Reaction times
    are left out if the task has none. For coherences without colours, `ideal` is the probability with which the ideal
    observer is correct, 0 at coherence 0.
    """
    shown = {name: task[name].values for name in STIMULI if name in task.coords}
    if "interval" in shown:
        return shown | {"produced": rt}
    outputs = task.output.values.astype(str)
    if "coherence" not in shown:
        choices = np.isin(outputs, [*SIDES[:2], *task.answer.values.astype(str)])
        choice = np.append(np.where(choices, outputs, UNDECIDED), UNDECIDED)[index]  # -1: the last
        found = shown | answered(choice, rt, task.answer.values)
        return {name: values for name, values in found.items() if name != "rt" or task.attrs.get("decide") != "argmax"}
    side = np.array([SIDES[:2].tolist().index(name) if name in SIDES[:2] else -1 for name in outputs.tolist()])
    index = np.where(index < 0, -1, side[index])
    if {"coherence", "context"} <= shown.keys():
        return shown | behaviour(index, rt, shown["context"], shown["coherence"])
    found = shown | judged(index, shown["coherence"]) | ({"rt": rt} if np.isfinite(rt).any() else {})
    ideal = ideal_in_each_trial(network, task)
    return found if ideal is None else found | {"ideal": np.where(shown["coherence"] == 0, 0.0, ideal)}


def without_dynamics(network: nn.Module) -> dict[str, int]:
    """The label `dynamical` 0 of the activity of a network whose rates are not the state of a dynamical system."""
    return {} if getattr(network, "dynamical", True) else {"dynamical": 0}


def run(network: nn.Module, inputs: np.ndarray, generator: torch.Generator | None) -> tuple[torch.Tensor, torch.Tensor]:
    """Rates (trial, time, unit) and outputs (trial, time, output), with noise drawn by the generator; None: without.

    For a network with further variables beside its rates, these are those of its method `observed`.
    """
    weight = next(network.parameters())
    with torch.no_grad():
        u = torch.as_tensor(np.asarray(inputs), dtype=weight.dtype, device=weight.device)
        rates, outputs = getattr(network, "observed", network)(u, generator=generator)
    return rates.cpu(), outputs.cpu()
