"""How well a network does its task while it is trained: its error, and how many of its decisions are right."""

import math
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr
from torch import nn

from rnncompare.behaviour.decisions import decide
from rnncompare.training.loss import mean_squared_error

CHUNK = 100  # trials whose rates are held in memory at once, as outputs alone are asked for


@dataclass(frozen=True)
class Decisions:
    """What a task asks to be decided: the answer (trial), the output that should win or -1, and when it counts."""

    answer: np.ndarray
    time: np.ndarray
    onset: np.ndarray
    until: np.ndarray | None
    threshold: float


def decisions_of(task: xr.Dataset) -> Decisions | None:
    """The decisions of a task, None of a task without a threshold, an `onset` or an `answer`."""
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
    """Share of these trials whose right output is the first to reach the threshold; 1: every one, 0: none.

    outputs (trial, time, output) of `trials`. Trials without an answer are left out; of the answers' shares the
    smallest is given, so that a network that always answers the same has none right. NaN where nothing is asked.
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
    """Normalised error on some trials of (inputs, targets, mask), and the share of decisions that are right.

    NaN of no trials, and the latter where nothing is to be decided. scale: the null model's error; generator: draws
    the network's noise.
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
