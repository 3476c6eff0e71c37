"""Simulation of a network on trials with decisions: its activity around the stimulus onset, and its choices."""

import numpy as np
import torch
import xarray as xr
from scipy.ndimage import gaussian_filter1d
from torch import nn

from rnncompare import activity
from rnncompare.activity import RESOLUTION
from rnncompare.behaviour.decisions import SIDES, UNDECIDED, answered, behaviour, judged
from rnncompare.plugins import BadOption
from rnncompare.training import streams
from rnncompare.training.goal import ideal_in_each_trial
from rnncompare.training.measurement import CHUNK, decisions_of, timing_of
from rnncompare.training.task_checks import loss_of

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
    trials = np.flatnonzero((task["set"].values == "test") & np.isfinite(task.onset.values))
    task = task.isel(trial=trials)
    step = activity.interval(task)
    centres, offsets, weights = bins(window, bin, step)
    first = np.rint((task.onset.values - task.time.values[0]) / step).astype(int)
    last = np.rint((task.end.values if "end" in task.coords else task.time.values[-1] + step) / step).astype(int)
    if (first + offsets[0]).min() < 0 or (first + offsets[-1] - last).max() >= 0:
        raise BadOption(
            f"simulate: found window {list(window)} around onsets {first.min() * step:g} s after the start of "
            f"a trial and {(last - first).min() * step:g} s before its end, wanted a window within the trials"
        )
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


def bins(window: tuple[float, float], bin: float | None, step: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bin centres (bin,) in s, the steps from onset that contribute to them (step,), and their weights (bin, step).

    A step on the boundary of two bins contributes half to each, as in the binning of recordings. Raises BadOption.
    """
    bin = step if bin is None else bin
    edges = [round(edge / bin) for edge in window]
    if bin < step - RESOLUTION or edges[0] > edges[1] or np.abs(np.multiply(edges, bin) - window).max() > RESOLUTION:
        raise BadOption(
            f"simulate: found window {list(window)} and bin {bin:g} s of a task in steps of {step:g} s, "
            "wanted increasing multiples of the bin, and a bin of at least one step"
        )
    centres = np.round(np.arange(edges[0], edges[1] + 1) * bin, 9)
    offsets = np.arange(np.floor((edges[0] - 0.5) * bin / step), np.ceil((edges[1] + 0.5) * bin / step) + 1).astype(int)
    away = np.abs(offsets * step - centres[:, None])
    weight = np.where(away < bin / 2 - RESOLUTION, 1.0, np.where(away < bin / 2 + RESOLUTION, 0.5, 0.0))
    used = np.flatnonzero(weight.any(axis=0))
    offsets, weight = offsets[used[0] : used[-1] + 1], weight[:, used[0] : used[-1] + 1]
    return centres, offsets, (weight / weight.sum(axis=1, keepdims=True)).astype(np.float32)
