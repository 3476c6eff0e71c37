"""What the outputs of a network should be: targets or classes, the weight of each time, and the null model."""

from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr

from rnncompare.plugins import BadOption
from rnncompare.training.loss import null_cross_entropy, null_error
from rnncompare.training.task_checks import IGNORED, loss_of


@dataclass(frozen=True, eq=False)
class Objective:
    """The wanted outputs of all trials of a task.

    wanted: targets (trial, time, output) for the loss mse, or classes (trial, time), whole numbers, for cross_entropy;
    weights: (trial, time) of at least 0, by which errors are averaged; epoch: (trial, time) number of the epoch of the
    trial.
    """

    wanted: np.ndarray
    weights: np.ndarray
    epoch: np.ndarray

    def null(self, trials: np.ndarray) -> float:
        """The error of the null model in some trials, by which errors are divided. Raises BadTraining if it is 0."""
        wanted, weights = self.wanted[trials], self.weights[trials]
        if wanted.ndim == 3:
            return null_error(wanted, weights)
        return null_cross_entropy(wanted, weights, self.epoch[trials])

    def tensors(self, inputs: np.ndarray, dtype: torch.dtype, device: torch.device | None = None) -> list[torch.Tensor]:
        """Inputs, wanted outputs and weights as tensors; classes stay whole numbers."""
        kinds = (dtype, dtype if self.wanted.ndim == 3 else torch.int64, dtype)
        arrays = (inputs, self.wanted, self.weights)
        return [torch.as_tensor(a, dtype=kind, device=device) for a, kind in zip(arrays, kinds, strict=True)]


def objective_of(task: xr.Dataset, balance: str | None = None) -> Objective:
    """The objective of a task that was checked by `task_checks.check_data`; balance: see `options.Training`.

    Raises BadOption for a balance of epochs if the task has none.
    """
    classified = loss_of(task) == "cross_entropy"
    wanted = task.answer_class.values.astype(np.int64) if classified else task.targets.values
    weights = task.mask.values
    if classified:
        weights = weights * (wanted != IGNORED)
        wanted = np.maximum(wanted, 0)  # where the weight is 0, any class will do
    named = "epoch" in task.variables
    if (balance or ("epochs" if classified else "times")) == "epochs":
        if not named:
            raise BadOption(
                "training: found balance 'epochs' for a task without a variable epoch (trial, time), wanted 'times', "
                "or a task that numbers the epochs of its trials; without a balance, the many times at which the "
                "answer is always the same can hide those at which it has to be chosen"
            )
        weights = balanced(weights, task.epoch.values)
    epoch = task.epoch.values if named else np.zeros(weights.shape, dtype=int)
    return Objective(wanted, weights, epoch)


def balanced(weights: np.ndarray, epoch: np.ndarray) -> np.ndarray:
    """Weights (trial, time) whose sums are equal for all epochs of a trial, and 1 for each trial.

    Within an epoch, weights keep their ratios; epochs without any weight are left out.
    """
    made, count = np.zeros(weights.shape), np.zeros(len(weights))
    for one in np.unique(epoch):
        part = np.where(epoch == one, weights, 0.0)
        total = part.sum(axis=1)
        made += np.divide(part, total[:, None], out=np.zeros(part.shape), where=total[:, None] > 0)
        count += total > 0
    return made / np.maximum(count, 1)[:, None]
