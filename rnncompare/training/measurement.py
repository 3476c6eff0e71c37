"""Measurement of a network during training: its error, and the share of its correct decisions."""

import math
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr
from torch import nn

from rnncompare.behaviour.decisions import decide
from rnncompare.training.loss import mean_squared_error

CHUNK = 100  # trials that are simulated at once, to limit the use of memory


@dataclass(frozen=True)
class Decisions:
    """The decisions that a task requires.

    answer: (trial,) index of the correct output, or -1 for none; time: (time,) s; onset, until: (trial,) s, the period
    in which a decision is evaluated; threshold: of the outputs.
    """

    answer: np.ndarray
    time: np.ndarray
    onset: np.ndarray
    until: np.ndarray | None
    threshold: float


def decisions_of(task: xr.Dataset) -> Decisions | None:
    """The decisions of a task, or None for a task without a threshold, an `onset` or an `answer`."""
    if "threshold" not in task.attrs or not {"onset", "answer"} <= set(task.coords):
        return None
    names = {name: index for index, name in enumerate(task.output.values.tolist())}
    return Decisions(
        answer=np.array([names.get(name, -1) for name in task.answer.values.tolist()]),
        time=task.time.values,
        onset=task.onset.values,
        until=task.offset.values if "offset" in task.coords else None,
        threshold=float(task.attrs["threshold"]),
    )


def share_correct(outputs: np.ndarray, decisions: Decisions, trials: np.ndarray) -> float:
    """Share of the trials in which the correct output is the first to reach the threshold, 0 to 1.

    outputs (trial, time, output) of `trials`. Trials without an answer are left out. The share is computed for each
    answer, and the smallest is returned, so that it is 0 for a network that always gives the same answer. NaN without
    any trial that requires an answer.
    """
    until = None if decisions.until is None else decisions.until[trials]
    index, _ = decide(outputs, decisions.time, decisions.onset[trials], decisions.threshold, until=until)
    answer = decisions.answer[trials]
    shares = [float((index[answer == one] == one).mean()) for one in np.unique(answer[answer >= 0])]
    return min(shares, default=math.nan)


def measure(
    network: nn.Module,
    data: list[torch.Tensor],
    trials: np.ndarray,
    scale: float,
    generator: torch.Generator | None = None,
    decisions: Decisions | None = None,
) -> tuple[float, float]:
    """Normalised error and share of correct decisions on some trials of (inputs, targets, mask).

    Both are NaN without trials, and the latter also without decisions. scale: error of the null model; generator: draws
    the noise of the network.
    """
    if len(trials) == 0:
        return math.nan, math.nan
    inputs, targets, mask = (a[trials] for a in data)
    with torch.no_grad():
        outputs = torch.cat([network(part, generator=generator)[1] for part in inputs.split(CHUNK)])
        error = float(mean_squared_error(outputs, targets, mask)) / scale
    if decisions is None:
        return error, math.nan
    return error, share_correct(outputs.cpu().numpy(), decisions, trials)
