"""Checks of a task before a network is trained on it."""

import numpy as np
import xarray as xr

from rnncompare.training.trials import BadTraining

LOSSES = ("mse", "cross_entropy")
DECISIONS = ("race", "argmax")
IGNORED = -1  # class of a time that is not scored


def loss_of(task: xr.Dataset) -> str:
    """The loss of a task, one of LOSSES. Raises BadTraining for another."""
    found = task.attrs.get("loss", LOSSES[0])
    if found not in LOSSES:
        raise BadTraining(f"training: found the loss {found!r} of the task, wanted one of {', '.join(LOSSES)}")
    return found


def check_data(task: xr.Dataset) -> None:
    """Raise BadTraining unless the variables of a task are valid for its loss.

    inputs (trial, time, input), mask (trial, time) and condition (trial); targets (trial, time, output) for mse, and
    answer_class (trial, time) for cross_entropy; epoch (trial, time), if there is one.
    """
    wanted = {"inputs": ("trial", "time", "input"), "mask": ("trial", "time"), "condition": ("trial",)}
    if loss_of(task) == "mse":
        wanted["targets"] = ("trial", "time", "output")
    else:
        wanted["answer_class"] = ("trial", "time")
    if "epoch" in task.variables:
        wanted["epoch"] = ("trial", "time")
    for name, axes in wanted.items():
        found = task[name].dims if name in task.variables else "none"
        if found != axes:
            raise BadTraining(f"training: found {name} {found}, wanted dimensions {axes} for the loss {loss_of(task)}")
    for name in ("inputs", "targets", "mask"):
        if name in wanted:
            _check_finite(name, task[name].values)
    mask = task.mask.values
    if (mask < 0).any():
        raise BadTraining(f"training: found a mask of {mask.min():g}, wanted weights of at least 0")
    scored = mask > 0
    if "answer_class" in wanted:
        _check_classes(task.answer_class.values, task.sizes.get("output"))
        scored = scored & (task.answer_class.values != IGNORED)
    empty = int((~scored.any(axis=1)).sum())
    if empty:
        raise BadTraining(f"training: found {empty} trials without any time in the mask, wanted at least one in each")


def _check_finite(name: str, values: np.ndarray) -> None:
    bad = int((~np.isfinite(values)).sum())
    if bad:
        raise BadTraining(f"training: found {bad} of {np.size(values)} values of {name} NaN or infinite, wanted none")


def _check_classes(classes: np.ndarray, outputs: int | None) -> None:
    """Raise BadTraining unless classes are whole numbers from IGNORED to the number of outputs - 1."""
    if classes.dtype.kind not in "iu":
        raise BadTraining(f"training: found answer_class of type {classes.dtype}, wanted whole numbers")
    if outputs is None:
        raise BadTraining("training: found answer_class and no coordinate output, wanted the names of the classes")
    for found in (classes.min(), classes.max()):
        if not IGNORED <= found < outputs:
            raise BadTraining(
                f"training: found class {found} in answer_class, wanted 0 to {outputs - 1}, the number of an output, "
                f"or {IGNORED} for times that are not scored"
            )
