"""Measurement of a network during training: its error, and the share of its correct decisions."""

import math
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr
from torch import nn

from rnncompare.behaviour.decisions import decide, largest
from rnncompare.training.loss import task_error
from rnncompare.training.task_checks import DECISIONS
from rnncompare.training.trials import BadTraining

CHUNK = 100  # trials that are simulated at once, to limit the use of memory


@dataclass(frozen=True)
class Decisions:
    """The decisions that a task requires.

    answer: (trial,) index of the correct output, or -1 for none; time: (time,) s; onset, until: (trial,) s, the period
    in which a decision is evaluated; threshold: of the outputs, of which the first to reach it is chosen; None: the
    output with the largest mean over the period is chosen.
    """

    answer: np.ndarray
    time: np.ndarray
    onset: np.ndarray
    until: np.ndarray | None
    threshold: float | None

    def made(self, outputs: np.ndarray, trials: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Index (trial,) of the chosen output in `trials`, -1 for none, and reaction times (s), NaN if undefined."""
        onset, until = self.onset[trials], None if self.until is None else self.until[trials]
        if self.threshold is None:
            return largest(outputs, self.time, onset, until), np.full(len(trials), np.nan)
        return decide(outputs, self.time, onset, self.threshold, until=until)


def decisions_of(task: xr.Dataset) -> Decisions | None:
    """The decisions of a task, or None for a task without an `answer`, or without what its rule needs.

    The attribute `decide` is the rule: `race` (default) to the attribute `threshold` from `onset` to `offset`, or
    `argmax` from `decision_on` to `offset`. Raises BadTraining for another rule.
    """
    rule = task.attrs.get("decide", DECISIONS[0])
    if rule not in DECISIONS:
        raise BadTraining(f"training: found decide {rule!r}, a rule of the task, wanted {' or '.join(DECISIONS)}")
    needed = {"race": ("onset", "answer"), "argmax": ("decision_on", "offset", "answer")}[rule]
    if not set(needed) <= set(task.coords) or (rule == "race" and "threshold" not in task.attrs):
        return None
    names = {name: index for index, name in enumerate(task.output.values.tolist())}
    return Decisions(
        answer=np.array([names.get(name, -1) for name in task.answer.values.tolist()]),
        time=task.time.values,
        onset=task[needed[0]].values,
        until=task.offset.values if "offset" in task.coords else None,
        threshold=float(task.attrs["threshold"]) if rule == "race" else None,
    )


def share_correct(outputs: np.ndarray, decisions: Decisions, trials: np.ndarray) -> float:
    """Share of the trials in which the correct output is chosen, 0 to 1.

    outputs (trial, time, output) of `trials`. Trials without an answer are left out. The share is computed for each
    answer, and the smallest is returned, so that it is 0 for a network that always gives the same answer. NaN without
    any trial that requires an answer.
    """
    index, _ = decisions.made(outputs, trials)
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
    """Normalised error and share of correct decisions on some trials of (inputs, wanted outputs, weights).

    Both are NaN without trials, and the latter also without decisions. scale: error of the null model; generator: draws
    the noise of the network.
    """
    if len(trials) == 0:
        return math.nan, math.nan
    inputs, wanted, mask = (a[trials] for a in data)
    with torch.no_grad():
        outputs = torch.cat([network(part, generator=generator)[1] for part in inputs.split(CHUNK)])
        error = float(task_error(outputs, wanted, mask)) / scale
    if decisions is None:
        return error, math.nan
    return error, share_correct(outputs.cpu().numpy(), decisions, trials)
