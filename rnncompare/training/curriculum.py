"""Training in stages: first on tasks with other options, each until enough held-out trials of it are correct."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr
from torch import nn

from rnncompare.activity import interval
from rnncompare.options.ranges import Seed
from rnncompare.training.history import joined
from rnncompare.training.options import Training
from rnncompare.training.train import train
from rnncompare.training.trials import BadTraining


def train_in_stages(
    network: nn.Module,
    tasks: Sequence[xr.Dataset],
    options: Training,
    *,
    seed: Seed,
    progress: Callable[[int, int, float], None] | None,
) -> dict:
    """Train `network` in place on the tasks of the stages of a curriculum and on its own, and return the history.

    tasks: one for each stage of `options.curriculum`, and last the task of the network; with one task, this is `train`.
    A stage is a training of its own with the same options, except that it ends when the share of correct decisions, as
    the mean over the last `stop_over` checks, is at least its `until.correct`. The share is that of `train`: measured
    after the updates so far, in trials held out of the task of the stage, the smallest one of the answers; so neither
    luck in the trials of an update nor a network that always gives the same answer ends a stage. A stage that does not
    get there, or whose `until.correct` is None, ends after `steps` updates, and the next one begins. Each stage has a
    new optimiser, the whole decay of the learning rate, and the same order of random numbers; stop_at, at_least and
    patience are those of the last.

    The history is that of `train`, with all checks of all stages: `stage` is the number of the stage of each, from 1,
    and step and final_step count the updates of all. Errors are relative to the null model of the task of their stage.
    `stages` are the reasons for which the stages before the last ended, separated by spaces. Raises as `train`, and
    BadTraining for a task with other inputs, outputs or time steps than the network's own.
    """
    stages = options.curriculum or []
    _check_tasks(tasks, len(stages))
    own, found = replace(options, curriculum=None), []
    for task, stage in zip(tasks, stages, strict=False):
        until = {"stop_correct": stage["until"]["correct"], "stop_at": None, "at_least": 0, "patience": None}
        found.append(train(network, task, replace(own, **until), seed=seed, progress=progress))
    found.append(train(network, tasks[-1], own, seed=seed, progress=progress))
    if not stages:
        return found[0]
    number = np.repeat(np.arange(1, len(found) + 1), [len(one["step"]) for one in found])
    return joined(found) | {"stage": number, "stages": " ".join(one["stopped"] for one in found[:-1])}


def _check_tasks(tasks: Sequence[xr.Dataset], stages: int) -> None:
    """Raise BadTraining unless there is a task for each stage and one more, which all fit the same network."""
    if len(tasks) != stages + 1:
        raise BadTraining(f"curriculum: found {len(tasks)} tasks for {stages} stages, wanted {stages + 1}")
    own = tasks[-1]
    for number, task in enumerate(tasks[:-1], start=1):
        for name in ("input", "output"):
            found, wanted = (part[name].values.tolist() for part in (task, own))
            if found != wanted:
                raise BadTraining(
                    f"curriculum: found {name}s {found} of the task of stage {number}, wanted {wanted}, those of the "
                    "network's own task"
                )
        if abs(interval(task) - interval(own)) > 1e-9:
            raise BadTraining(
                f"curriculum: found time steps of {interval(task):g} s of the task of stage {number}, wanted "
                f"{interval(own):g} s, those of the network's own task"
            )
